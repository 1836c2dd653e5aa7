"""Sounds: float32 [samples], `nikti.core.sounds.RATE` of them a second, from -1 to 1."""

from __future__ import annotations

import base64
import io
import wave as wave_files
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import array_files, images
from nikti.core.errors import UsageError
from nikti.core.hashing import hashed
from nikti.core.inputs import Inputs, Ragged
from nikti.core.sounds import HIGHEST_RATE, LOWEST_RATE, RATE, resampled
from nikti.core.words import Words
from nikti.modalities import _arrays, _regions, _spectrogram, _usual
from nikti.modalities.image import EXCERPT, sheet

SAMPLE = "sound"
RAW, WORDS, NEIGHBOURS, GRID, FILLED = True, False, True, False, False

#: Steps of loudness that count when sounds are compared: as many as the usual 16 bits have.
LEVELS = 2**15 - 1
#: Seconds of a sound that can be played on a page: those with most energy.
PLAYED = 5.0

WAVES = Words("sounds", "শব্দ")
NO_WAVES = Words(
    en="input {row} has the shape {shape}; a sound is an array [samples] with {rate:,} samples a second, or "
    "a pair (array [samples] or [samples, channels], samples a second).",
    bn="{row} নম্বর ইনপুটের আকার {shape}; শব্দ মানে একটি অ্যারে [samples], সেকেন্ডে {rate}টি মান, অথবা একটি জোড়া (অ্যারে "
    "[samples] বা [samples, channels], সেকেন্ডে কত মান)।",
)
NO_RATE = Words(
    en="input {row} is to have {rate:,} samples a second, and a sound has {least:,} to {most:,}.",
    bn="{row} নম্বর ইনপুটে বলা হয়েছে সেকেন্ডে {rate}টি মান; শব্দে থাকে {least} থেকে {most}টি।",
)

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
    """All samples behind each other in waves.npy, and how many each sound has in lengths.npy. Files are
    decoded one after another."""
    lengths = array_files.save_flat(folder / "waves.npy", (np.asarray(one) for one in inputs))
    array_files.save(folder / "lengths.npy", np.array(lengths, dtype=np.int64))


def load(folder: Path) -> Ragged:
    """A memory map."""
    lengths = np.array(array_files.mapped(folder / "lengths.npy"))
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    return Ragged(array_files.mapped(folder / "waves.npy"), offsets[: len(lengths)], lengths[:, None])


def digests(inputs: Inputs, side: int = 0) -> np.ndarray:
    """One digest per sound, of its length and its samples to LEVELS."""
    return hashed(np.rint(np.clip(one, -1, 1) * LEVELS).astype("<i2").tobytes() for one in inputs)


def in_memory(items: Any, card: dict[str, Any]) -> Inputs:
    """Arrays [samples] of RATE a second, or pairs (array [samples] or [samples, channels], samples a second)
    as soundfile reads them; whole numbers count in their type's full range. Raises UsageError for others."""
    return Ragged.of([_wave(one, row) for row, one in enumerate(items)])


def _wave(item: Any, row: int) -> np.ndarray:
    pair = isinstance(item, tuple) and len(item) == 2 and np.ndim(item[1]) == 0
    array, rate = (np.asarray(item[0]), int(item[1])) if pair else (np.asarray(item), RATE)
    if array.ndim != 1 and not (pair and array.ndim == 2):
        raise UsageError(NO_WAVES.format(row=row, shape=str(list(array.shape)), rate=RATE))
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise UsageError(NO_RATE.format(row=row, rate=rate, least=LOWEST_RATE, most=HIGHEST_RATE))
    if array.dtype.kind == "i":
        array = array / np.float32(np.iinfo(array.dtype).max)
    mono = array.astype(np.float32) if array.ndim == 1 else array.astype(np.float32).mean(axis=1)
    return resampled(mono, rate)


def decoded(inputs: Inputs) -> Inputs:
    """In memory. Raises DataError for samples of another modality."""
    return _arrays.checked(inputs, 1, WAVES, "[samples]")


def places(inputs: Inputs, row: int) -> tuple[int, ...]:
    """(bands from low to high, moments)"""
    return grid(len(inputs[row]))


def grid(samples: int) -> tuple[int, int]:
    """(bands, moments): the places of a sound of so many samples."""
    return _spectrogram.shape(samples)


def regions(inputs: Inputs, row: int, most: int) -> np.ndarray:
    """Cells of a grid over frequency and time: int64 [bands, moments]."""
    bands, moments = grid(len(inputs[row]))
    return _regions.grid(bands, moments, most)


def without(pool: Inputs, removed: np.ndarray) -> Ragged:
    """Nothing is heard any more in the places taken away. removed: bool [m, bands, moments]."""
    return Ragged.of(_spectrogram.without(pool[0], removed))


def shown(sample: np.ndarray) -> dict[str, Any]:
    """{"image": a data URI of its spectrogram, "sound": one to be played, "played": [from, to] in seconds,
    "seconds": of the whole}"""
    start = _loudest(sample, round(PLAYED * RATE))
    part = sample[start : start + round(PLAYED * RATE)]
    played = [round(start / RATE, 2), round((start + len(part)) / RATE, 2)]
    seconds = round(len(sample) / RATE, 2)
    picture = images.png(_spectrogram.picture(sample))
    return {"image": picture, "sound": wav(part), "played": played, "seconds": seconds}


def _loudest(sample: np.ndarray, length: int) -> int:
    """Where the stretch of that length with most energy begins."""
    if len(sample) <= length:
        return 0
    energy = np.concatenate([[0.0], np.cumsum(np.square(sample, dtype=np.float64))])
    return int((energy[length:] - energy[:-length]).argmax())


def wav(sample: np.ndarray) -> str:
    """A data URI of a sound as WAV of 8 bits, half of the usual size, as loud as it can be."""
    level = np.asarray(sample, dtype=np.float64) / max(float(np.abs(sample).max(initial=0.0)), 1e-4)
    body = io.BytesIO()
    with wave_files.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(np.round(127.5 + 127 * level).clip(0, 255).astype(np.uint8).tobytes())
    return "data:audio/wav;base64," + base64.b64encode(body.getvalue()).decode()


def visible(shown: dict[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """{"map": what speaks for the answer, 0 to 1, [bands from high to low][moments]}"""
    return {"map": _usual.speaking(weights)[::-1].tolist()}


def excerpts(
    samples: Sequence[np.ndarray],
    places: Sequence[int | None],
    grid: tuple[int, ...],
    share: float,
    spans: Callable[[Any], Any] | None,
) -> dict[str, Any]:
    """{"picture": a data URI of their spectrograms side by side}"""
    import cv2

    pictures = [_spectrogram.picture(one) for one in samples]
    size = (EXCERPT, EXCERPT)
    made = [cv2.resize(one, size, interpolation=cv2.INTER_AREA)[:, :, None] for one in pictures]
    return {"picture": sheet(made, exact=False)}
