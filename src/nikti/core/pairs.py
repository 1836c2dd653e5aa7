"""Pairs of samples, of one person or of two: what verification is learned, calibrated and scored on.

Embeddings are float [n, d]; two samples are taken for one person where their Euclidean distance is below
a threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Partners of one sample in pairs of the same person, so that people with hundreds of pictures do not
#: decide alone (their pairs grow with the square of their pictures).
MOST_PARTNERS = 20

_ROUNDS = 50  # of drawing different pairs, before it is taken for certain that there are no more
_BLOCK = 1 << 22  # distances held at a time


@dataclass(frozen=True)
class Pairs:
    """left, right int64 [m]: positions of samples, left < right; same bool [m]; weight float64 [m]: adds
    up to 1, and to one half over each kind where there are both."""

    left: np.ndarray
    right: np.ndarray
    same: np.ndarray
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.same)

    def error(self, predicted: np.ndarray) -> float:
        """Share of pairs got wrong, both kinds weighing the same. predicted: bool [m]."""
        return float(self.weight[predicted != self.same].sum())


def pairs(persons: np.ndarray) -> Pairs:
    """The pairs of samples of these persons (codes int64 [n]): those of one person, up to MOST_PARTNERS a
    sample, and as many of two persons, spread evenly over the samples. The same codes give the same pairs.

    >>> found = pairs(np.array([5, 5, 7]))
    >>> found.left.tolist(), found.right.tolist(), found.same.tolist(), found.weight.tolist()
    ([0, 0], [1, 2], [True, False], [0.5, 0.5])
    """
    persons = np.asarray(persons)
    rng = np.random.default_rng(len(persons))
    same = _same(persons, rng)
    different = _different(persons, rng, len(same) or len(persons))
    both = np.concatenate([same, different])
    kind = np.arange(len(both)) < len(same)
    counts = np.where(kind, len(same), len(different))
    weight = 1 / (counts * ((len(same) > 0) + (len(different) > 0))) if len(both) else np.zeros(0)
    return Pairs(both[:, 0], both[:, 1], kind, weight)


def _same(persons: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pairs [m, 2] of one person's samples. With too many, a ring: each sample, in random order, with
    the next few."""
    found = [np.zeros((0, 2), np.int64)]
    order = np.argsort(persons, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(persons[order])) + 1):
        if len(members) <= MOST_PARTNERS + 1:
            first, second = np.triu_indices(len(members), 1)
            found.append(np.stack([members[first], members[second]], 1))
        else:
            ring = rng.permutation(members)
            steps = range(1, MOST_PARTNERS // 2 + 1)
            found += [np.stack([ring, np.roll(ring, -step)], 1) for step in steps]
    return np.sort(np.concatenate(found), axis=1)


def _different(persons: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """At most `count` pairs [m, 2] of two persons' samples: neighbours in random rings of all samples."""
    n, found = len(persons), np.zeros((0, 2), np.int64)
    for _ in range(_ROUNDS):
        rings = [rng.permutation(n) for _ in range(1 + (count - len(found)) // max(1, n))]
        drawn = np.concatenate([np.stack([ring, np.roll(ring, 1)], 1) for ring in rings])
        drawn = np.sort(drawn[persons[drawn[:, 0]] != persons[drawn[:, 1]]], axis=1)
        found = np.concatenate([found, drawn])
        first = np.unique(found[:, 0] * n + found[:, 1], return_index=True)[1]
        found = found[np.sort(first)]
        if len(found) >= count:
            break
    return found[:count]


def distances(embeddings: np.ndarray, found: Pairs) -> np.ndarray:
    """Euclidean distance of each pair, float64 [m]."""
    embeddings = np.asarray(embeddings, dtype=np.float64)
    return np.linalg.norm(embeddings[found.left] - embeddings[found.right], axis=1)


def best_threshold(distance: np.ndarray, found: Pairs) -> tuple[float, float]:
    """(threshold > 0, accuracy): the threshold below which calling a pair one person is right most often,
    the middle one where several are."""
    order = np.argsort(distance, kind="stable")
    distance = distance[order]
    gain = np.where(found.same, found.weight, -found.weight)[order]
    # After the k nearest pairs are called "same": the different ones' weight, and what calling them gains.
    accuracy = found.weight[~found.same].sum() + np.concatenate([[0.0], np.cumsum(gain)])
    ends = np.concatenate([[0.0], distance, [2 * distance.max(initial=0.5) + 1e-6]])
    possible = ends[1:] > ends[:-1]
    accuracy, middle = accuracy[possible], (ends[1:] + ends[:-1])[possible] / 2
    best = np.flatnonzero(accuracy >= accuracy.max() - 1e-12)
    chosen = best[len(best) // 2]
    return float(middle[chosen]), float(accuracy[chosen])


def nearest(embeddings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(position int64 [n], distance float64 [n]) of each sample's nearest other one; n must be 2 or more."""
    embeddings = np.asarray(embeddings, dtype=np.float64)
    n = len(embeddings)
    length = (embeddings**2).sum(1)
    place = np.empty(n, dtype=np.int64)
    step = max(1, _BLOCK // n)
    for start in range(0, n, step):
        rows = np.arange(start, min(start + step, n))
        squares = length[rows, None] + length - 2 * embeddings[rows] @ embeddings.T
        squares[np.arange(len(rows)), rows] = np.inf
        place[rows] = squares.argmin(1)
    return place, np.linalg.norm(embeddings - embeddings[place], axis=1)
