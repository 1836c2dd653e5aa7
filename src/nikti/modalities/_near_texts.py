"""Near copies among texts: the same but for a word, a number or a typing error.

Texts are sets of runs of characters; two are near copies if their sets have a Jaccard index of at
least `SAME`. Candidates come from MinHash and banding (Broder 1997; Leskovec, Rajaraman & Ullman,
Mining of Massive Datasets, section 3.4) and every one is then verified.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SAME = 0.9
RUN = 5  # characters
SKETCH = 512  # the smallest hashes of a long text stand for all
BANDS, ROWS = 16, 5  # a pair with a Jaccard index of 0.9 is missed once in 10^6, one of 0.5 found in 40%
_PRIME = np.uint64(1_099_511_628_211)  # FNV's
_SEED = 7


def near_texts(texts: Sequence[str]) -> np.ndarray:
    """Pairs int64 [m, 2], first < second, that link near copies. texts: normalised, all different.

    Of a set of many near copies each is linked to some others, not to all.
    """
    if len(texts) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    sketches = [shingles(text)[:SKETCH] for text in texts]
    pairs = _candidates(_minhash(sketches))
    same = [jaccard(shingles(texts[a]), shingles(texts[b])) >= SAME for a, b in pairs.tolist()]
    return pairs[np.array(same, dtype=bool)] if len(pairs) else pairs


def shingles(text: str) -> np.ndarray:
    """Hashes uint64 of all runs of RUN characters, sorted, each once; a shorter text is one run."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    width = min(RUN, len(points))
    if width == 0:
        return np.zeros(0, dtype=np.uint64)
    value = np.zeros(len(points) - width + 1, dtype=np.uint64)
    for place in range(width):
        value = value * _PRIME + points[place : len(points) - width + 1 + place]
    return np.unique(_mix(value))


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Size of the intersection over that of the union, of two sorted arrays without repeats."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / max(1, len(one) + len(other) - common)


def _mix(value: np.ndarray) -> np.ndarray:
    """SplitMix64's finaliser: neighbouring numbers to unrelated ones."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _minhash(sketches: Sequence[np.ndarray]) -> np.ndarray:
    """[n, BANDS * ROWS] uint64: the smallest hash of each text under each of many hash functions."""
    keys = np.random.default_rng(_SEED).integers(1, 2**63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
    signature = np.full((len(sketches), len(keys)), np.iinfo(np.uint64).max, dtype=np.uint64)
    for row, sketch in enumerate(sketches):
        if len(sketch):
            signature[row] = _mix_with(sketch, keys).min(axis=0)
    return signature


def _mix_with(values: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """[values, keys]: one hash per value and key, by an odd multiplier and a shift."""
    product = values[:, None] * keys
    return (product ^ (product >> np.uint64(32))) * keys


def _candidates(signature: np.ndarray) -> np.ndarray:
    """Neighbours in the buckets of each band, [m, 2], each pair once."""
    found = []
    for band in range(BANDS):
        rows = signature[:, band * ROWS : (band + 1) * ROWS]
        bucket = np.zeros(len(rows), dtype=np.uint64)
        for column in rows.T:
            bucket = _mix(bucket * _PRIME + column)
        order = np.argsort(bucket, kind="stable")
        together = np.flatnonzero(bucket[order][1:] == bucket[order][:-1])
        found.append(np.stack([order[together], order[together + 1]], axis=1))
    pairs = np.concatenate(found).astype(np.int64)
    return np.unique(np.sort(pairs, axis=1), axis=0)
