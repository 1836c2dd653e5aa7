"""Which words of a pair of sentences translate each other.

IBM model 1 (Brown et al. 1993, https://aclanthology.org/J93-2003, section 4.1), then model 2 with its
positions reduced to one number, how far a link lies from the diagonal (Dyer et al. 2013,
https://aclanthology.org/N13-1073, equation 1). Both directions are learned and put together by
grow-diag-final-and (Koehn et al. 2003, https://aclanthology.org/N03-1017, section 4.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ROUNDS_1, ROUNDS_2 = 5, 4
#: Share of the words that come from no word, and how steeply links away from the diagonal become rare
#: (section 2 of Dyer et al.: 0.08 and, to begin with, 4).
NONE, TENSION = 0.08, 4.0
#: Cells of sentence pairs computed at once.
MOST_CELLS = 30_000_000

Sentences = list[np.ndarray]  # of word numbers, int64 each


@dataclass(frozen=True)
class _Cells:
    """Every (target word, source word or none) of every pair, target words one after another.

    word: which target word of all, int64 [cells], rising; kind: which pair of word types; prior: float [cells]
    """

    word: np.ndarray
    kind: np.ndarray
    source: np.ndarray
    prior: np.ndarray
    starts: np.ndarray


def links(sources: Sentences, targets: Sentences) -> list[set[tuple[int, int]]]:
    """For each pair the links (source place, target place)."""
    found: list[set[tuple[int, int]]] = []
    forth = _one_way(sources, targets)
    back = _one_way(targets, sources)
    for one, other in zip(forth, back, strict=True):
        by_target = {(int(i), j) for j, i in enumerate(one) if i >= 0}
        by_source = {(i, int(j)) for i, j in enumerate(other) if j >= 0}
        found.append(grow_diag_final_and(by_target, by_source))
    return found


def _one_way(sources: Sentences, targets: Sentences) -> list[np.ndarray]:
    """The source place of each target word, -1 for none, by the likeliest link."""
    cells = _cells(sources, targets)
    kinds = int(cells.kind.max(initial=-1)) + 1
    # Probabilities of a target word given a source word, by kind of pair; even to begin with.
    source_of_kind = np.zeros(kinds, np.int64)
    source_of_kind[cells.kind] = cells.source
    chance = np.ones(kinds)
    for number in range(ROUNDS_1 + ROUNDS_2):
        share = chance[cells.kind] * (cells.prior if number >= ROUNDS_1 else 1.0)
        share /= np.add.reduceat(share, cells.starts)[cells.word]
        counts = np.bincount(cells.kind, share, minlength=kinds)
        chance = counts / np.bincount(source_of_kind, counts)[source_of_kind]
    share = chance[cells.kind] * cells.prior
    best = np.maximum.reduceat(share, cells.starts)
    first = np.full(len(cells.starts), len(share))
    places = np.flatnonzero(share == best[cells.word])
    np.minimum.at(first, cells.word[places], places)
    chosen = first - cells.starts - 1  # 0 is no word
    return np.split(chosen, np.cumsum([len(target) for target in targets])[:-1])


def _cells(sources: Sentences, targets: Sentences) -> _Cells:
    lengths = np.array([len(s) for s in sources]), np.array([len(t) for t in targets])
    words, pairs, priors, sizes = [], [], [], []
    for source, target in zip(sources, targets, strict=True):
        rows, columns = len(target), len(source) + 1
        pairs.append(np.stack([np.repeat(target, columns), np.tile(np.append(-1, source), rows)]))
        away = np.abs((np.arange(rows)[:, None] + 1) / rows - (np.arange(columns - 1) + 1) / (columns - 1))
        near = np.exp(-TENSION * away)
        near *= (1 - NONE) / near.sum(1, keepdims=True)
        priors.append(np.hstack([np.full((rows, 1), NONE), near]).ravel())
        sizes.append(np.full(rows, columns))
    size = np.concatenate(sizes)
    words = np.repeat(np.arange(len(size)), size)
    target, source = np.concatenate(pairs, axis=1)
    source = source + 1
    most = int(source.max()) + 1
    kind = np.unique(target * most + source, return_inverse=True)[1]
    assert len(lengths[0]) == len(lengths[1])
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    return _Cells(words, kind, source, np.concatenate(priors), starts)


def grow_diag_final_and(
    forth: set[tuple[int, int]], back: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Links that both directions found, neighbours of such that one found and that reach a word without a
    link, then links of one direction between two words without any.

    >>> sorted(grow_diag_final_and({(0, 0), (1, 1), (3, 3)}, {(0, 0), (0, 1)}))
    [(0, 0), (0, 1), (1, 1), (3, 3)]
    """
    either, found = forth | back, forth & back
    rows, columns = {i for i, _ in found}, {j for _, j in found}
    new = sorted(found)
    while new:
        i, j = new.pop(0)
        for di in (-1, 0, 1):
            for dj in (-1, 0, 1):
                near = (i + di, j + dj)
                if near in either and near not in found and (near[0] not in rows or near[1] not in columns):
                    found.add(near)
                    rows.add(near[0])
                    columns.add(near[1])
                    new.append(near)
    for one in (forth, back):
        for i, j in sorted(one - found):
            if i not in rows and j not in columns:
                found.add((i, j))
                rows.add(i)
                columns.add(j)
    return found
