"""The best translation by phrases: beam search over stacks of equally many translated words (Koehn et al.
2003, section 3; Koehn 2004, Pharaoh, https://doi.org/10.1007/978-3-540-30194-3_13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from nikti.classical.tasks._translation.language_model import BEGIN, END, LanguageModel
from nikti.classical.tasks._translation.phrases import Words

#: Hypotheses kept of each number of translated words, and how much less likely than the best (log, base e).
STACK, WORSE = 40, 6.0
#: Translations tried of each part of the sentence.
TRIED = 8


class Option(NamedTuple):
    """A way to translate one part: words, its weighted score, and with the language model's guess."""

    words: Words
    score: float
    guess: float


class _Hypothesis(NamedTuple):
    score: float
    two: int
    one: int
    start: int
    end: int
    words: Words
    before: _Hypothesis | None


@dataclass(frozen=True)
class Weights:
    """Of the logarithms that are added up: the language model; the phrase and word probabilities, of the
    target given the source and back; each phrase; each word; each word jumped over. limit: words jumped over
    at most."""

    language: float = 0.5
    forth: float = 0.2
    back: float = 0.2
    words_forth: float = 0.2
    words_back: float = 0.1
    phrase: float = 0.2
    word: float = 0.6
    jump: float = 0.3
    limit: int = 6

    def of(self, features: tuple[float, float, float, float], length: int) -> float:
        """Score of a phrase pair without the language model."""
        forth, back, words_forth, words_back = features
        found = self.forth * forth + self.back * back
        found += self.words_forth * words_forth + self.words_back * words_back
        return found + self.phrase + self.word * length


def translate(
    length: int,
    options: Callable[[int, int], list[Option]],
    model: LanguageModel,
    weights: Weights,
) -> list[tuple[int, int, Words]]:
    """The phrases of the best translation found, in the order of the target: (first, past the last) of the
    source's words, and what they became.

    length: words of the source; options: the ways to translate the words from a place up to another, best
    guess first; every single word must have one.
    """
    spans = {
        (i, j): ways[:TRIED]
        for i in range(length)
        for j in range(i + 1, length + 1)
        if (ways := options(i, j))
    }
    by_start: list[list[int]] = [
        [j for j in range(i + 1, length + 1) if (i, j) in spans] for i in range(length)
    ]
    future = _future(length, spans)
    everything = (1 << length) - 1
    outlook: dict[int, float] = {0: future[0][length]}
    language, chance = weights.language, model.chance
    stacks: list[dict[tuple[int, int, int, int], _Hypothesis]] = [{} for _ in range(length + 1)]
    stacks[0][0, BEGIN, BEGIN, 0] = _Hypothesis(0.0, BEGIN, BEGIN, 0, 0, (), None)
    best = [float("-inf")] * (length + 1)
    for done in range(length):
        ranked = sorted(
            ((h.score + outlook[key[0]], key[0], h) for key, h in stacks[done].items()),
            key=itemgetter(0),
            reverse=True,
        )
        for rank, covered, hypothesis in ranked[:STACK]:
            if rank < best[done] - WORSE:
                break
            gap = (~covered & (covered + 1)).bit_length() - 1  # the first word not translated
            end = hypothesis.end
            for start in range(gap, min(length, end + weights.limit + 1)):
                if covered >> start & 1:
                    continue
                jump = abs(start - end)
                if jump > weights.limit and start != gap:
                    continue
                for stop in by_start[start]:
                    part = (1 << stop) - (1 << start)
                    if covered & part:
                        break
                    if start > gap and stop - gap > weights.limit + 1:
                        break
                    now = covered | part
                    ahead = outlook.get(now)
                    if ahead is None:
                        ahead = outlook[now] = _outlook(now, length, future)
                    place = done + stop - start
                    base = hypothesis.score - weights.jump * jump
                    stack = stacks[place]
                    for words, own, guess in spans[start, stop]:
                        if base + guess + ahead < best[place] - WORSE:
                            break  # the guess knows no words before; the rest are no better
                        score, two, one = base + own, hypothesis.two, hypothesis.one
                        for word in words:
                            score += language * chance(two, one, word)
                            two, one = one, word
                        if now == everything:
                            score += language * chance(two, one, END)
                        if score + ahead > best[place]:
                            best[place] = score + ahead
                        key = (now, two, one, stop)
                        there = stack.get(key)
                        if there is None or there.score < score:
                            stack[key] = _Hypothesis(score, two, one, start, stop, words, hypothesis)
    last = max(stacks[length].values(), key=itemgetter(0), default=None)
    found: list[tuple[int, int, Words]] = []
    while last is not None and last.before is not None:
        found.append((last.start, last.end, last.words))
        last = last.before
    return found[::-1]


def _future(length: int, spans: dict[tuple[int, int], list[Option]]) -> list[list[float]]:
    """The best guess of each part, as one phrase or put together from smaller parts."""
    best = [[float("-inf")] * (length + 1) for _ in range(length + 1)]
    for size in range(1, length + 1):
        for i in range(length - size + 1):
            j = i + size
            if (i, j) in spans:
                best[i][j] = spans[i, j][0].guess
            for k in range(i + 1, j):
                best[i][j] = max(best[i][j], best[i][k] + best[k][j])
    return best


def _outlook(covered: int, length: int, future: list[list[float]]) -> float:
    """The guesses of what is not translated yet."""
    total, start = 0.0, None
    for place in range(length + 1):
        free = place < length and not covered >> place & 1
        if free and start is None:
            start = place
        elif not free and start is not None:
            total += future[start][place]
            start = None
    return total
