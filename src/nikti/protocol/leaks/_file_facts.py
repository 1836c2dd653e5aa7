"""Facts of files that tell the class: the fact that tells most, where that is too much for chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.protocol.leaks import _association as association

CHANCE = 0.001

MOST_FILES = 4000  # looked into, drawn at random where there are more
_SEED = 7


def drawn(n: int) -> np.ndarray:
    """Positions of the samples that are looked into, int64 [m]."""
    return np.sort(np.random.default_rng(_SEED).permutation(n)[:MOST_FILES])


def read(files: Sequence[Path], rows: np.ndarray, head: Callable[[Path], Any]) -> list[tuple[int, Any]]:
    """[(row, what the head of its file says)], without files that cannot be read."""
    found = []
    for row in rows.tolist():
        try:
            found.append((row, head(files[row])))
        except DataError:
            continue
    return found


def of_names(values: Sequence[Any], answers: np.ndarray, fold: np.ndarray) -> association.Association:
    """How much facts that are the same or not tell of the classes."""
    codes = np.unique([str(value) for value in values], return_inverse=True)[1].astype(np.int64)
    return association.with_classes(codes, answers, fold)


def of_numbers(values: Sequence[float], answers: np.ndarray, fold: np.ndarray) -> association.Association:
    """How much facts that are more or less tell of the classes."""
    numbers = np.array(values, dtype=np.float64)
    return association.with_classes(association.bins(numbers, answers, classes=True), answers, fold)


def strongest(
    found: Mapping[str, association.Association],
    telling: Mapping[str, float],
    words: Words,
    names: Mapping[str, Words],
) -> list[Note]:
    """At most one warning, for the fact that tells most of the classes. telling: the lambda from which each
    fact tells too much; words: the sentence, with places for the fact, percent and base."""
    suspect = {name: one for name, one in found.items() if one.score >= telling[name]}
    if not suspect:
        return []
    name = max(suspect, key=lambda fact: suspect[fact].score)
    best = suspect[name]
    if len(found) * best.by_chance() > CHANCE:
        return []
    percent, base = round(100 * best.hits / best.seen), round(100 * best.base)
    values = {"how": name, "score": round(best.score, 4), "percent": percent, "base": base}
    return [Note.of("warning", "suspicious_file", words, values, fact=names[name])]
