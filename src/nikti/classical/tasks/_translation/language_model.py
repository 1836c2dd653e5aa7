"""How likely a word is after the two before it: interpolated Kneser-Ney smoothing (Chen & Goodman 1999,
https://doi.org/10.1006/csla.1999.0128, section 2.7), from counts of three, two and one words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

#: Numbers of the words that stand for no word of a text: before the first, behind the last, never seen.
BEGIN, END, UNSEEN = 0, 1, 2
RESERVED = 3


@dataclass
class LanguageModel:
    """size: words known, the reserved ones among them. For n = 1, 2, 3 keys[n - 1] int64 are the sequences
    that occurred (numbers in base `size`), chances[n - 1] float32 their log-probabilities; for n = 1, 2
    backoffs[n - 1] the log-weight of shorter sequences where none of n + 1 words is known."""

    size: int
    keys: list[np.ndarray]
    chances: list[np.ndarray]
    backoff_keys: list[np.ndarray]
    backoffs: list[np.ndarray]

    @cached_property
    def _tables(self) -> tuple[dict[int, float], ...]:
        chances = [
            dict(zip(k.tolist(), c.tolist(), strict=True))
            for k, c in zip(self.keys, self.chances, strict=True)
        ]
        back = [
            dict(zip(k.tolist(), b.tolist(), strict=True))
            for k, b in zip(self.backoff_keys, self.backoffs, strict=True)
        ]
        return (*chances, *back)

    def chance(self, two: int, one: int, word: int) -> float:
        """Log-probability (base e) of a word behind two others."""
        singles, doubles, triples, back_one, back_two = self._tables
        size = self.size
        pair, before = one * size + word, two * size + one
        found = triples.get(before * size + word)
        if found is not None:
            return found
        found = doubles.get(pair)
        if found is not None:
            return back_two.get(before, 0.0) + found
        return back_two.get(before, 0.0) + back_one.get(one, 0.0) + singles.get(word, singles[UNSEEN])

    def alone(self, words: tuple[int, ...]) -> float:
        """Log-probability of words of which nothing is known before the first."""
        singles, doubles, _, back_one, _ = self._tables
        total = 0.0
        for place, word in enumerate(words):
            if place > 1:
                total += self.chance(words[place - 2], words[place - 1], word)
                continue
            found = doubles.get(words[0] * self.size + word) if place else None
            if found is None:
                found = singles.get(word, singles[UNSEEN])
                found += back_one.get(words[0], 0.0) if place else 0.0
            total += found
        return total


def learn(sentences: list[np.ndarray], size: int) -> LanguageModel:
    """From word numbers (RESERVED or more), int64 each."""
    padded = [np.concatenate([[BEGIN, BEGIN], words, [END]]) for words in sentences]
    text = np.concatenate(padded).astype(np.int64)
    ends = np.concatenate([np.arange(len(words)) for words in padded])
    third = np.flatnonzero(ends >= 2)  # each word and END, with two before it
    triples, triple_counts = np.unique(
        (text[third - 2] * size + text[third - 1]) * size + text[third], return_counts=True
    )
    # Of shorter sequences the number of different words before them counts, not how often they occurred.
    doubles, double_counts = np.unique(triples % size**2, return_counts=True)
    singles, single_counts = np.unique(doubles % size, return_counts=True)

    base = _discount(single_counts)
    total = single_counts.sum()
    rest = base * len(singles) / total / (size + 1)  # what discounting leaves, spread over all words evenly
    chance_one = np.maximum(single_counts - base, 0) / total + rest
    chance_two, keys_one, back_one = _interpolated(doubles, double_counts, size, singles, chance_one, size)
    chance_three, keys_two, back_two = _interpolated(
        triples, triple_counts, size, doubles, chance_two, size**2
    )
    if UNSEEN not in singles:
        singles, chance_one = np.append(singles, UNSEEN), np.append(chance_one, rest)
    logs = [np.log(chance).astype(np.float32) for chance in (chance_one, chance_two, chance_three)]
    return LanguageModel(
        size,
        [singles, doubles, triples],
        logs,
        [keys_one, keys_two],
        [np.log(back_one).astype(np.float32), np.log(back_two).astype(np.float32)],
    )


def _interpolated(
    keys: np.ndarray, counts: np.ndarray, size: int, shorter: np.ndarray, chances: np.ndarray, modulus: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(probabilities of sequences, their contexts, what each context leaves to shorter sequences)."""
    contexts, which = np.unique(keys // size, return_inverse=True)
    total, different = np.bincount(which, counts), np.bincount(which)
    discount = _discount(counts)
    left = discount * different / total
    lower = chances[np.searchsorted(shorter, keys % modulus)]
    return np.maximum(counts - discount, 0) / total[which] + left[which] * lower, contexts, left


def _discount(counts: np.ndarray) -> float:
    """n1 / (n1 + 2 n2) of sequences that occur once and twice (equation 14); 0.75 where that says nothing."""
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return min(0.9, max(0.1, once / (once + 2 * twice))) if once and twice else 0.75


def perplexity(model: LanguageModel, sentences: list[np.ndarray]) -> float:
    """exp of the mean of -log p over words and ends."""
    total, count = 0.0, 0
    for words in sentences:
        two, one = BEGIN, BEGIN
        for word in [*words.tolist(), END]:
            total -= model.chance(two, one, word)
            two, one, count = one, word, count + 1
    return math.exp(total / max(1, count))
