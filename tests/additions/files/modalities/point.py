"""Points in the plane: float32 [2], x and y."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import array_files
from nikti.core.hashing import hashed
from nikti.core.inputs import Inputs, Stack, joined
from nikti.modalities import _arrays, _usual

SAMPLE = "point"
RAW, WORDS, NEIGHBOURS, GRID, FILLED = True, False, False, False, True

files = _usual.files
stored_side = _usual.stored_side
beyond_chance = _usual.beyond_chance
near = _usual.near
like = _usual.like
card = _usual.card
form = _usual.form
formed = _usual.formed
excerpts = _usual.excerpts
small = _usual.small
overlay = _usual.overlay


def store(inputs: Inputs, folder: Path, cap: int) -> None:
    """inputs.npy, float32 [n, 2]."""
    array_files.save(folder / "inputs.npy", np.array(list(inputs), np.float32).reshape(-1, 2))


def load(folder: Path) -> Stack:
    """A memory map."""
    return Stack(array_files.mapped(folder / "inputs.npy"))


def digests(inputs: Inputs, side: int = 0) -> np.ndarray:
    """By the bytes of both numbers."""
    return hashed(np.asarray(one, np.float32).tobytes() for one in inputs)


def in_memory(items: Any, card: dict[str, Any]) -> Stack:
    """Pairs of numbers."""
    return Stack(np.asarray(items, np.float32).reshape(-1, 2))


def decoded(inputs: Inputs) -> Inputs:
    """As they are. Raises DataError for samples of another modality."""
    return _arrays.checked(inputs, 1, "points", "[x, y]")


def places(inputs: Inputs, row: int) -> tuple[int, ...]:
    """(2,): x and y."""
    return (2,)


def columns(inputs: Inputs) -> list[str]:
    """What the places are called."""
    return ["x", "y"]


def regions(inputs: Inputs, row: int, most: int) -> np.ndarray:
    """Each number is one: int64 [2]."""
    return np.arange(2)


def pool(inputs: Inputs, row: int, donors: Inputs | None) -> Inputs:
    """The point, then those that fill its gaps, or the origin."""
    return joined([inputs.take([row]), Stack(np.zeros((1, 2), np.float32)) if donors is None else donors])


def without(pool: Inputs, gone: np.ndarray) -> Stack:
    """gone: bool [m, 2]; each of the m once for each point that fills it."""
    own, *others = np.array(list(pool))
    return Stack(np.array([np.where(one, other, own) for one in gone for other in others], np.float32))


def shown(sample: np.ndarray) -> dict[str, Any]:
    """{"point": [x, y]}"""
    return {"point": [round(float(value), 4) for value in sample]}


def visible(shown: dict[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """{"weights": of x and of y, 0 to 1}"""
    return {"weights": _usual.speaking(weights).tolist()}
