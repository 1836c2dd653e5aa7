"""From questions with answers to a reader: what it learns from, and when no answer is better."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nikti.classical.tasks._answering import features, ranking, window
from nikti.classical.tasks._answering.features import WordStatistics
from nikti.classical.tasks._answering.model import Floor, Reader
from nikti.classical.tasks._answering.ranking import Table
from nikti.classical.tasks._answering.samples import Samples
from nikti.core.wording import ALWAYS, best_refusal, f1

#: Questions to learn from, and wrong candidates of each: half of them by chance, then those that a first
#: ranking took for the answer. More teach little and cost much.
MOST_QUESTIONS, WRONG = 20_000, 60
#: Share of the passages on which it is found when not to answer.
HELD_OUT = 0.25
#: Numbers of words that a floor tries.
FLOORS = (0, 1, 2, 3, 4, 6, 8)

#: rank(table, seed, threads) -> what scores measured candidates
Ranking = ranking.Logit | ranking.Trees
Rank = Callable[[Table, int, int], Ranking]


def reader(samples: Samples, rank: Rank, seed: int, threads: int) -> Reader:
    """A reader whose ranking is learned; see `ranking`."""
    empty = samples.targets.counts() == 0
    threshold = 0.0 if empty.any() else ALWAYS
    if empty.any() and len(samples.passages) > 3:
        threshold = _threshold(samples, rank, seed, threads)
    found, ranks, table = _ranked(samples, rank, seed, threads)
    shares = zip(features.names(found.statistics), ranks.shares(table).tolist(), strict=True)
    found.shares = sorted(shares, key=lambda one: (-one[1], one[0]))
    found.threshold = threshold
    return found


def _threshold(samples: Samples, rank: Rank, seed: int, threads: int) -> float:
    """Learned from some passages, found on the others."""
    order = np.random.default_rng([seed, 1]).permutation(len(samples.passages))
    aside = np.isin(samples.which, order[: max(1, round(HELD_OUT * len(order)))])
    if not (samples.targets[~aside].counts() > 0).any():
        return 0.0
    first, _, _ = _ranked(samples.take(np.flatnonzero(~aside)), rank, seed, threads)
    first.threshold = 0.0  # no answer is one of the candidates
    return refusal(first, samples.take(np.flatnonzero(aside)))


def refusal(first: Reader, judged: Samples) -> float:
    """The threshold for giving no answer that scores best on questions held out of training."""
    doubts, scores = np.zeros(len(judged)), np.zeros(len(judged))
    for row in range(len(judged)):
        passage = judged.passage(row)
        (start, end), score, none, _ = first.best(judged.questions[row], passage)
        doubts[row] = none - score
        text = passage.text[passage.begins[start] : passage.ends[end]] if end >= start else ""
        scores[row] = f1(text, judged.targets[row])
    return best_refusal(doubts, scores, judged.targets.counts() == 0)


def _ranked(samples: Samples, rank: Rank, seed: int, threads: int) -> tuple[Reader, Ranking, Table]:
    """Two rounds: on candidates by chance, then on those that the first one got wrong. (What reads, what it
    ranks by, what that learned from.)"""
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(samples))[:MOST_QUESTIONS])
    statistics = statistics_of(samples)

    def round_of(first: Ranking | None, share: float) -> tuple[Ranking, Table]:
        each = [_candidates(samples, int(row), statistics, rng, first, share) for row in rows]
        table = Table.of([one for one in each if one is not None])
        return rank(table, seed, threads), table

    first, _ = round_of(None, 1.0)
    second, table = round_of(first, 0.5)
    return Reader(statistics, second, 0.0), second, table


def statistics_of(samples: Samples) -> WordStatistics:
    """Word statistics of the passages and the words beside the answers."""
    golds = [(samples.passage(row), *span) for row in range(len(samples)) for span in samples.golds(row)[:1]]
    return features.statistics_of(samples.passages, golds)


def _candidates(
    samples: Samples,
    row: int,
    statistics: WordStatistics,
    rng: np.random.Generator,
    first: Ranking | None,
    share: float,
) -> tuple[np.ndarray, np.ndarray] | None:
    """(measures, which are true) of some candidates of a question, no answer among them; None where no
    candidate is true. share: of the wrong ones that are taken by chance."""
    passage, question = samples.passage(row), samples.questions[row]
    parts = features.spans(passage, statistics.longest)
    true = np.zeros(len(parts) + 1, dtype=bool)
    golds = samples.golds(row)
    for start, end in golds:
        true[:-1] |= (parts[:, 0] == start) & (parts[:, 1] == min(end, start + statistics.longest - 1))
    true[-1] = not golds and not samples.targets[row]
    if not true.any():
        return None
    values = features.measure(question, passage, parts, statistics)
    wrong = np.flatnonzero(~true[:-1])
    by_chance = rng.permutation(wrong)[: round(share * WRONG)]
    hard = wrong[:0]
    if first is not None:
        hard = wrong[np.argsort(-first(values)[wrong], kind="stable")][: WRONG - len(by_chance)]
    kept = np.unique(np.concatenate([np.flatnonzero(true), by_chance, hard, [len(parts)]]).astype(np.int64))
    return values[kept], true[kept]


def sliding_window(samples: Samples, seed: int, threads: int) -> Reader:
    """A reader that learns only the lengths of answers and the threshold for no answer."""
    statistics = statistics_of(samples)
    golds = [span for row in range(len(samples)) for span in samples.golds(row)[:1]]
    found = Reader(statistics, window.Window(window.lengths_of(golds, statistics.longest)), 0.0)
    found.threshold = refusal(found, samples) if (samples.targets.counts() == 0).any() else ALWAYS
    return found


def floor(samples: Samples, seed: int, threads: int) -> Floor:
    """The number of first words, or no answer, that scores best on the questions to learn from."""

    def score(words: int) -> float:
        texts = (
            Floor(words).answer(samples.questions[row], samples.passage(row))[0]
            for row in range(len(samples))
        )
        return sum(f1(text, samples.targets[row]) for row, text in enumerate(texts))

    return Floor(max(FLOORS, key=score))
