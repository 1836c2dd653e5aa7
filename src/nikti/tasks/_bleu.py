"""Corpus BLEU, and what each pair adds to it.

Words are cut and n-grams counted by sacrebleu (Post 2018, https://aclanthology.org/W18-6319), whose signature
names every choice; from its counts come the score and, by leaving one pair out at a time, the parts of it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from nikti.core.answers import Phrases

#: n-grams counted: 1 to 4 words.
ORDERS = 4


@functools.cache
def _metric() -> Any:
    from sacrebleu.metrics import BLEU

    return BLEU(effective_order=True)  # of single sentences only the counts are used


def signature() -> str:
    """sacrebleu's signature of the corpus score."""
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    metric.corpus_score(["a"], [["a"]])
    return str(metric.get_signature())


def texts(said: Phrases) -> list[str]:
    """The text predicted for each sample, "" where there is none."""
    return [(said[row] or [""])[0] for row in range(len(said))]


def counts(truth: Phrases, predicted: Phrases) -> np.ndarray:
    """int64 [n, 2 + 2 * ORDERS] of each pair: words predicted, words of the reference nearest in length,
    n-grams found in a reference, n-grams predicted."""
    rows = []
    for row, text in enumerate(texts(predicted)):
        score = _metric().sentence_score(text, truth[row])
        rows.append([score.sys_len, score.ref_len, *score.counts, *score.totals])
    return np.array(rows, dtype=np.int64).reshape(-1, 2 + 2 * ORDERS)


def bleu(sums: np.ndarray) -> np.ndarray:
    """Scores in 0..1 from sums of counts [..., 2 + 2 * ORDERS].

    The geometric mean of the precisions times the brevity penalty (Papineni et al. 2002,
    https://aclanthology.org/P02-1040, section 2.3). An order of which nothing was found counts as
    1 / (2^k * said), k its number among such orders (sacrebleu's "exp", from NIST's mteval); one of which
    nothing was said makes the score 0, as nothing found at all does.
    """
    sums = np.asarray(sums, dtype=np.float64)
    said, wanted = sums[..., 0], sums[..., 1]
    found, total = sums[..., 2 : 2 + ORDERS], sums[..., 2 + ORDERS :]
    none = found == 0
    smoothed = np.where(none, 0.5 ** np.cumsum(none, axis=-1), found)
    usable = (total > 0).all(-1) & (found > 0).any(-1)
    precision = smoothed / np.where(total > 0, total, 1)
    brevity = np.exp(np.minimum(0.0, 1 - wanted / np.where(said > 0, said, 1)))
    return np.where(usable, brevity * np.exp(np.log(precision).mean(-1)), 0.0)


def pseudo_values(each: np.ndarray) -> np.ndarray:
    """float64 [n]: what each pair adds, from its counts; their mean is the score of all.

    The jackknife's pseudo-values (Miller 1974, Biometrika 61), n * all - (n - 1) * all without the pair, less
    the bias that they estimate, which is of order 1 / n: their spread is what is needed, and their mean must
    be the score that is shown.
    """
    n, whole = len(each), each.sum(0)
    score = float(bleu(whole))
    if n < 2:
        return np.full(n, score)
    without = bleu(whole - each)
    return score + (n - 1) * (without.mean() - without)


def chrf(predicted: Sequence[str], truth: Phrases) -> float:
    """chrF2 in 0..1 by sacrebleu (Popović 2015, https://aclanthology.org/W15-3049)."""
    from sacrebleu.metrics import CHRF

    most = int(truth.counts().max(initial=1))
    each = [truth[row] for row in range(len(truth))]
    columns = [[some[k] if k < len(some) else None for some in each] for k in range(most)]
    # sacrebleu takes None where a sample has fewer references than others, which its types do not say.
    return CHRF().corpus_score(list(predicted), cast(Any, columns)).score / 100
