"""Single units of a layer: which ones are informative, and what activates them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: The rows that excite a unit most, from which it gets its name: at most this many, and this share.
TOP_ROWS, TOP_SHARE = 20, 0.1


@dataclass(frozen=True)
class Named:
    """A unit: its rows by activation, highest first; code: the class that most of them are of, `count` of
    `of` rows, where `expected` would be so by chance; like: the hand-made feature that goes with it most
    (a column number), correlation `r`; None where there is none."""

    unit: int
    rows: np.ndarray
    code: int | None = None
    count: int = 0
    of: int = 0
    expected: float = 0.0
    like: int | None = None
    r: float = 0.0


def eta_squared(layer: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """float64 [d]: share of each unit's variance over the rows [n, d] that lies between the classes [n]."""
    layer = np.asarray(layer, dtype=np.float64)
    _, places = np.unique(codes, return_inverse=True)
    counts = np.bincount(places)
    sums = np.zeros((len(counts), layer.shape[1]))
    np.add.at(sums, places, layer)
    means = sums / counts[:, None]
    between = np.sum(counts[:, None] * (means - layer.mean(axis=0)) ** 2, axis=0)
    total = np.sum((layer - layer.mean(axis=0)) ** 2, axis=0)
    return np.where(total > 1e-12, between / np.maximum(total, 1e-12), 0.0)


def correlations(layer: np.ndarray, features: np.ndarray) -> np.ndarray:
    """float64 [d, f]: correlation of every unit with every feature over the same rows; 0 for constants."""

    def ready(table: np.ndarray) -> np.ndarray:
        table = np.asarray(table, dtype=np.float64)
        table = table - table.mean(axis=0)
        length = np.linalg.norm(table, axis=0)
        return np.where(length > 1e-9, table / np.maximum(length, 1e-9), 0.0)

    return ready(layer).T @ ready(features)


def most_activating(layer: np.ndarray, unit: int) -> np.ndarray:
    """int [n]: row numbers by the unit's activation, highest first; of equals the first comes first."""
    return np.argsort(-layer[:, unit], kind="stable")


def choose(layer: np.ndarray, codes: np.ndarray | None, values: np.ndarray | None, most: int) -> list[int]:
    """The most informative units: of classes, for each class in turn the unit that responds to it and
    separates best; of values [n], those with the largest correlation."""
    if codes is None:
        r = np.abs(correlations(layer, np.asarray(values)[:, None])[:, 0])
        return [int(u) for u in np.argsort(-r, kind="stable")[:most] if r[u] > 0]
    effect = eta_squared(layer, codes)
    favourite = favourites(layer, codes)
    order = [int(u) for u in np.argsort(-effect, kind="stable") if effect[u] > 0]
    ranked: dict[int, int] = {}
    turn: list[tuple[int, int, int]] = []
    for unit in order:  # the n-th best unit of a class waits for every class's (n-1)-th
        code = int(favourite[unit])
        turn.append((ranked.get(code, 0), len(turn), unit))
        ranked[code] = ranked.get(code, 0) + 1
    return [unit for _, _, unit in sorted(turn)[:most]]


def favourites(layer: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The class code int64 [d] with each unit's highest mean activation."""
    present, places = np.unique(codes, return_inverse=True)
    means = np.stack([np.asarray(layer)[places == c].mean(axis=0) for c in range(len(present))])
    return present[means.argmax(axis=0)]


def named(
    layer: np.ndarray, unit: int, codes: np.ndarray | None, features: np.ndarray | None = None
) -> Named:
    """A unit described by the class of its most activating rows and by its most correlated feature."""
    rows = most_activating(layer, unit)
    top = rows[: max(1, min(TOP_ROWS, round(TOP_SHARE * len(rows))))]
    code, count, expected, like, r = None, 0, 0.0, None, 0.0
    if codes is not None:
        present, counts = np.unique(codes[top], return_counts=True)
        code, count = int(present[counts.argmax()]), int(counts.max())
        expected = float(np.mean(codes == code)) * len(top)
    if features is not None and features.shape[1]:
        found = correlations(layer[:, [unit]], features)[0]
        like = int(np.argmax(np.abs(found)))
        r = float(found[like])
    return Named(unit, rows, code, count, len(top), expected, like, r)
