"""Series: float32 [channels, length], NaN where a value is missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import array_files
from nikti.core.hashing import hashed
from nikti.core.inputs import Inputs, Ragged, Stack
from nikti.core.words import Words
from nikti.modalities import _arrays, _regions, _usual

SAMPLE = "series"

_SERIES = Words(en="series", bn="সময়ক্রম")
RAW, WORDS, NEIGHBOURS, GRID, FILLED = True, False, True, False, False

#: Digits that count when series are compared: stored as text and read again, the rest may differ.
DIGITS = 5
#: Points and channels of a series that are shown; the same of one that excites a unit.
MOST_POINTS, MOST_CHANNELS = 240, 4
MOMENTS, FEW_CHANNELS = 80, 3

_RAGGED = ("flat", "offsets", "shapes")

files = _usual.files
stored_side = _usual.stored_side
beyond_chance = _usual.beyond_chance
near = _usual.near
like = _usual.like
card = _usual.card
form = _usual.form
formed = _usual.formed
columns = _usual.columns
pool = _usual.pool
small = _usual.small
overlay = _usual.overlay


def store(inputs: Inputs, folder: Path, cap: int) -> None:
    """inputs.npy where shapes agree, else the three arrays of `Ragged`."""
    if isinstance(inputs, Stack):
        packed: Inputs = Stack(np.asarray(inputs.array(), dtype=np.float32))
    else:
        packed = _arrays.packed([np.asarray(sample, dtype=np.float32) for sample in inputs], 2)
    if isinstance(packed, Stack):
        array_files.save(folder / "inputs.npy", packed.array())
        return
    for what in _RAGGED:
        array_files.save(folder / f"{what}.npy", getattr(packed, what))


def load(folder: Path) -> Inputs:
    """Memory maps."""
    if (folder / "inputs.npy").exists():
        return Stack(array_files.mapped(folder / "inputs.npy"))
    flat, offsets, shapes = (array_files.mapped(folder / f"{what}.npy") for what in _RAGGED)
    return Ragged(flat, np.array(offsets), np.array(shapes))


def digests(inputs: Inputs, side: int = 0) -> np.ndarray:
    """One digest per series, of its shape and its values to DIGITS digits."""
    return hashed(f"{np.shape(one)}".encode() + _rounded(one).tobytes() for one in inputs)


def _rounded(series: np.ndarray) -> np.ndarray:
    """Whole multiples of 10^-DIGITS of the series' order of magnitude; missing ones alike."""
    series = np.asarray(series, dtype=np.float64)
    largest = np.nanmax(np.abs(series), initial=0.0, where=np.isfinite(series))
    step = 10.0 ** (np.floor(np.log10(largest)) - DIGITS + 1) if largest > 0 else 1.0
    missing = np.iinfo(np.int64).min
    return np.where(np.isfinite(series), np.rint(np.nan_to_num(series) / step), missing).astype(np.int64)


def in_memory(items: Any, card: dict[str, Any]) -> Inputs:
    """Arrays [length] or [channels, length]."""
    return _arrays.packed([np.atleast_2d(np.asarray(one)).astype(np.float32) for one in items], 2)


def decoded(inputs: Inputs) -> Inputs:
    """As they are. Raises DataError for samples of another modality."""
    return _arrays.checked(inputs, 2, _SERIES, "[channels, length]")


def places(inputs: Inputs, row: int) -> tuple[int, ...]:
    """(length,): all channels together."""
    return inputs[row].shape[-1:]


def regions(inputs: Inputs, row: int, most: int) -> np.ndarray:
    """Segments of time, of all channels: int64 [length]."""
    return _regions.stretches(inputs[row].shape[-1], most)


def without(pool: Inputs, removed: np.ndarray) -> Ragged:
    """removed: bool [m, length]."""
    return Ragged.of([_bridged(pool[0], one) for one in removed])


def _bridged(series: np.ndarray, removed: np.ndarray) -> np.ndarray:
    """[channels, length] with straight lines over what is removed; 0 where nothing is left."""
    stay = np.flatnonzero(~removed)
    if not len(stay):
        return np.zeros_like(series)
    moments = np.arange(series.shape[1])
    filled = series.copy()
    for channel in filled:
        measured = stay[np.isfinite(channel[stay])]
        channel[removed] = np.interp(moments[removed], measured, channel[measured]) if len(measured) else 0.0
    return filled


def shown(sample: np.ndarray) -> dict[str, Any]:
    """{"series": [[number or None, ...] of each channel]}, thinned."""
    return {"series": _thinned(sample, MOST_POINTS, MOST_CHANNELS)}


def _thinned(series: np.ndarray, most: int, channels: int) -> list[list[float | None]]:
    thin = np.round(series[:channels, :: _step(series.shape[1], most)].astype(float), 4)
    return [[v if math.isfinite(v) else None for v in channel] for channel in thin.tolist()]


def _step(length: int, most: int) -> int:
    return max(1, math.ceil(length / most))


def visible(shown: dict[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """{"weights": of the moments shown, 0 to 1: what speaks for the answer}"""
    speaks = _usual.speaking(weights)
    return {"weights": speaks[:: _step(len(speaks), MOST_POINTS)].tolist()}


def excerpts(
    samples: Sequence[np.ndarray],
    places: Sequence[int | None],
    grid: tuple[int, ...],
    share: float,
    spans: Callable[[Any], Any] | None,
) -> dict[str, Any]:
    """{"series": [{"channels", "span": [from, to] in shares of the length, or None}, ...]}"""
    return {"series": [_stretch(one, place, grid, share) for one, place in zip(samples, places, strict=True)]}


def _stretch(series: np.ndarray, place: int | None, grid: tuple[int, ...], share: float) -> dict[str, Any]:
    """A series, thinned, and the stretch around a place of a map."""
    span = None
    if place is not None and len(grid) == 1:
        at = (place + 0.5) / grid[0]
        span = [round(max(0.0, at - share / 2), 3), round(min(1.0, at + share / 2), 3)]
    return {"channels": _thinned(series, MOMENTS, FEW_CHANNELS), "span": span}
