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
#: Share of the words that come from no word (section 2 of Dyer et al.).
NONE = 0.08
#: How steeply links become rare away from the diagonal: 0 where the languages order words as they like.
TENSIONS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)

Sentences = list[np.ndarray]  # of word numbers, int64 each


@dataclass(frozen=True)
class _Cells:
    """Every (target word, source word or none) of every pair of sentences, [cells] each, target words one
    after another: `none` before the words of the source.

    word: which target word of all; starts: where each target word's cells begin, [words]; kind: which pair
    of word types; source: which source type, 0 for none; away: how far from the diagonal in shares of the
    sentences, NaN for none
    """

    word: np.ndarray
    starts: np.ndarray
    kind: np.ndarray
    source: np.ndarray
    away: np.ndarray

    def shared(self, values: np.ndarray) -> np.ndarray:
        """As shares of their sum over each target word."""
        return values / np.add.reduceat(values, self.starts)[self.word]

    def prior(self, tension: float) -> np.ndarray:
        """The chance of each link by its place alone; a target word's add up to 1."""
        none = np.isnan(self.away)
        near = np.where(none, 0.0, np.exp(-tension * np.nan_to_num(self.away)))
        return np.where(none, NONE, (1 - NONE) * self.shared(near))


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
    kinds = int(cells.kind.max()) + 1
    source_of_kind = np.zeros(kinds, np.int64)
    source_of_kind[cells.kind] = cells.source
    chance, prior = np.ones(kinds), np.ones(len(cells.kind))  # of the target word given the source word
    for number in range(ROUNDS_1 + ROUNDS_2):
        share = cells.shared(chance[cells.kind] * prior)
        counts = np.bincount(cells.kind, share, minlength=kinds)
        chance = counts / np.bincount(source_of_kind, counts)[source_of_kind]
        if number == ROUNDS_1 - 1:
            prior = cells.prior(_tension(cells, share))
    share = chance[cells.kind] * prior
    best = np.flatnonzero(share == np.maximum.reduceat(share, cells.starts)[cells.word])
    chosen = np.full(len(cells.starts), len(share))
    np.minimum.at(chosen, cells.word[best], best)
    return np.split(chosen - cells.starts - 1, np.cumsum([len(target) for target in targets])[:-1])


def _tension(cells: _Cells, share: np.ndarray) -> float:
    """The tension under which links lie as far from the diagonal as they were found to, on the mean: where
    its likelihood is greatest (Dyer et al., section 2.1, equation 5)."""
    words = ~np.isnan(cells.away)
    found = float(np.average(cells.away[words], weights=share[words]))
    expected = [float(np.average(cells.away[words], weights=cells.prior(t)[words])) for t in TENSIONS]
    return float(np.interp(-found, -np.array(expected), TENSIONS))


def _cells(sources: Sentences, targets: Sentences) -> _Cells:
    pairs, away, sizes = [], [], []
    for source, target in zip(sources, targets, strict=True):
        rows, columns = len(target), len(source)
        pairs.append(np.stack([np.repeat(target, columns + 1), np.tile(np.append(0, source + 1), rows)]))
        places = [(np.arange(count) + 0.5) / count for count in (rows, columns)]
        apart = np.abs(places[0][:, None] - places[1])
        away.append(np.hstack([np.full((rows, 1), np.nan), apart]).ravel())
        sizes.append(np.full(rows, columns + 1))
    size = np.concatenate(sizes)
    target, source = np.concatenate(pairs, axis=1)
    kind = np.unique(target * (int(source.max()) + 1) + source, return_inverse=True)[1]
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    return _Cells(np.repeat(np.arange(len(size)), size), starts, kind, source, np.concatenate(away))


def grow_diag_final_and(forth: set[tuple[int, int]], back: set[tuple[int, int]]) -> set[tuple[int, int]]:
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
