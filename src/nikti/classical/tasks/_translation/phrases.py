"""Pieces of sentences that translate each other, and how surely (Koehn et al. 2003,
https://aclanthology.org/N03-1017, sections 4.1 and 4.4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

#: Words of a source and of a target phrase at most.
LONGEST, LONGEST_TARGET = 5, 7
#: Translations kept of a source phrase, the commonest.
KEPT = 12
#: Phrase pairs seen once are kept up to so many source words: longer ones hardly come again.
RARE_LONGEST = 3
#: A pair of words that was never linked.
LEAST = 1e-5

Words = tuple[int, ...]


@dataclass
class PhraseTable:
    """pairs: {source words: [(target words, features float64 [4])]}, log-probabilities: of the target given
    the source and back, as wholes and word by word; counts: how often each pair was seen."""

    pairs: dict[Words, list[tuple[Words, np.ndarray]]]
    counts: dict[tuple[Words, Words], int]


def extract(source: int, target: int, links: set[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Every (first, past the last) of the source and of the target between which all links of their words
    lie, and one at least; edges of the target without a link may be taken along.

    source, target: numbers of words.

    >>> extract(2, 2, {(0, 1), (1, 0)})
    [(0, 1, 1, 2), (0, 2, 0, 2), (1, 2, 0, 1)]
    """
    by_source: list[list[int]] = [[] for _ in range(source)]
    low, high = [source] * target, [-1] * target  # the source places each target word is linked to
    for i, j in links:
        by_source[i].append(j)
        low[j], high[j] = min(low[j], i), max(high[j], i)
    found = []
    for start in range(source):
        first, last = target, -1
        for end in range(start, min(source, start + LONGEST)):
            for j in by_source[end]:
                first, last = min(first, j), max(last, j)
            if last < 0 or last - first >= LONGEST_TARGET:
                continue
            inside = all(high[j] < 0 or (low[j] >= start and high[j] <= end) for j in range(first, last + 1))
            if not inside:
                continue
            left = first
            while True:
                right = last
                while right - left < LONGEST_TARGET:
                    found.append((start, end + 1, left, right + 1))
                    right += 1
                    if right == target or high[right] >= 0:
                        break
                left -= 1
                if left < 0 or high[left] >= 0 or last - left >= LONGEST_TARGET:
                    break
    return found


def learn(
    sources: list[np.ndarray], targets: list[np.ndarray], links: list[set[tuple[int, int]]]
) -> PhraseTable:
    """Count the phrase pairs of all sentences and estimate their probabilities."""
    counts: Counter[tuple[Words, Words]] = Counter()
    linked: Counter[tuple[int, int]] = Counter()
    for one, other, those in zip(sources, targets, links, strict=True):
        words, translated = one.tolist(), other.tolist()
        linked.update((words[i], translated[j]) for i, j in those)
        counts.update(
            (tuple(words[a:b]), tuple(translated[c:d]))
            for a, b, c, d in extract(len(words), len(translated), those)
        )
    by_source: Counter[Words] = Counter()
    by_target: Counter[Words] = Counter()
    for (source, target), count in counts.items():
        by_source[source] += count
        by_target[target] += count
    kept: dict[Words, list[tuple[int, Words]]] = defaultdict(list)
    for (source, target), count in counts.items():
        if count > 1 or len(source) <= RARE_LONGEST:
            kept[source].append((count, target))
    word = _WordChances(linked)
    pairs = {}
    for source, some in kept.items():
        some.sort(key=lambda one: (-one[0], one[1]))
        pairs[source] = [
            (target, _features(count, source, target, by_source[source], by_target[target], word))
            for count, target in some[:KEPT]
        ]
    left = {(s, t): counts[s, t] for s, some in pairs.items() for t, _ in some}
    return PhraseTable(pairs, left)


def _features(
    count: int, source: Words, target: Words, of_source: int, of_target: int, word: _WordChances
) -> np.ndarray:
    return np.array(
        [
            np.log(count / of_source),
            np.log(count / of_target),
            word.chance(source, target, word.forth),
            word.chance(target, source, word.back),
        ]
    )


class _WordChances:
    """Shares of the links of each word, in both directions."""

    def __init__(self, linked: Counter[tuple[int, int]]):
        ones: Counter[int] = Counter()
        others: Counter[int] = Counter()
        for (one, other), count in linked.items():
            ones[one] += count
            others[other] += count
        self.forth = {pair: count / ones[pair[0]] for pair, count in linked.items()}
        self.back = {(pair[1], pair[0]): count / others[pair[1]] for pair, count in linked.items()}

    @staticmethod
    def chance(source: Words, target: Words, shares: dict[tuple[int, int], float]) -> float:
        """Log of the product, over target words, of the best share that a source word has for it."""
        return sum(np.log(max(LEAST, max(shares.get((s, t), 0.0) for s in source))) for t in target)
