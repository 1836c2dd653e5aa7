"""Texts: strings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import array_files
from nikti.core.hashing import hashed
from nikti.core.inputs import Inputs, Texts
from nikti.core.normalise import normalised
from nikti.modalities import _regions, _usual
from nikti.modalities._near_texts import near_texts

SAMPLE = "text"
RAW, WORDS, NEIGHBOURS, GRID, FILLED = True, True, True, False, False

#: Characters of a text that are shown.
LONGEST = 600
#: Words on each side of the one that excited a unit; letters of a text that excited it as a whole.
AROUND, LETTERS = 4, 120

stored_side = _usual.stored_side
beyond_chance = _usual.beyond_chance
like = _usual.like
card = _usual.card
form = _usual.form
formed = _usual.formed
decoded = _usual.decoded
columns = _usual.columns
pool = _usual.pool
small = _usual.small
overlay = _usual.overlay


def store(inputs: Inputs, folder: Path, cap: int) -> None:
    """inputs.arrow"""
    array_files.save_strings(folder / "inputs.arrow", list(inputs))


def load(folder: Path) -> Texts:
    """Texts that know their folder, where what is computed of them is stored."""
    return Texts(array_files.load_strings(folder / "inputs.arrow"), folder)


def digests(inputs: Inputs, side: int = 0) -> np.ndarray:
    """One digest per text, normalised: see `normalised`."""
    return hashed(normalised(text).encode("utf-8", "surrogatepass") for text in inputs)


def near(inputs: Inputs) -> np.ndarray:
    """Pairs of texts that differ in a word, a number or a typing error: see `_near_texts`."""
    return near_texts([normalised(text) for text in inputs])


def files(items: Any) -> list[Path] | None:
    """Strings of which at least one is the name of a file; else they are texts."""
    paths = _usual.files(items)
    return paths if paths is not None and any(_usual.is_file(path) for path in items) else None


def in_memory(items: Any, card: dict[str, Any]) -> Texts:
    """Each item as a string."""
    return Texts([str(item) for item in items])


def places(inputs: Inputs, row: int) -> tuple[int, ...]:
    """(characters,)"""
    return (len(inputs[row]),)


def regions(inputs: Inputs, row: int, most: int) -> np.ndarray:
    """Words: int64 [characters]."""
    return _regions.words(inputs[row], most)


def without(pool: Inputs, removed: np.ndarray) -> Texts:
    """removed: bool [m, characters]."""
    return Texts([left(pool[0], one) for one in removed])


def left(text: str, removed: np.ndarray) -> str:
    """What is left of a text; the white space between two words that stay is kept once.

    >>> left("a b", np.array([True, False, False]))
    ' b'
    """
    return "".join(letter for letter, lost in zip(text, removed, strict=True) if not lost)


def shown(sample: str) -> dict[str, Any]:
    """{"text": its beginning}"""
    return {"text": sample[:LONGEST]}


def visible(shown: dict[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """{"weights": of the characters shown, 0 to 1: what speaks for the answer}"""
    return {"weights": _usual.speaking(weights)[:LONGEST].tolist()}


def excerpts(
    samples: Sequence[str],
    places: Sequence[int | None],
    grid: tuple[int, ...],
    share: float,
    spans: Callable[[str], Any] | None,
) -> dict[str, Any]:
    """{"texts": [[before, what excited the unit, after], ...]}. spans: a text to [(start, end), ...] of its
    tokens, which the places are."""
    return {"texts": [_around(text, place, spans) for text, place in zip(samples, places, strict=True)]}


def _around(text: str, place: int | None, spans: Callable[[str], Any] | None) -> list[str]:
    """Whole words, so that no conjunct is cut."""
    if place is None or spans is None:
        words = text.split()
        kept: list[str] = []
        while words and sum(len(word) for word in kept) + len(words[0]) < LETTERS:
            kept.append(words.pop(0))
        return [" ".join(kept) + (" …" if words else "") if kept else text[:LETTERS], "", ""]
    tokens = spans(text)
    start, end = tokens[min(place, len(tokens) - 1)]
    if end <= start:  # the start token: the text as a whole
        return _around(text, None, spans)
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    before, after = text[:start].split(), text[end:].split()
    head = ("… " if len(before) > AROUND else "") + " ".join(before[-AROUND:])
    tail = " ".join(after[:AROUND]) + (" …" if len(after) > AROUND else "")
    return [head, text[start:end].strip(), tail]
