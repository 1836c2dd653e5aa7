"""When two answers in words say the same: SQuAD's rules, and when it is better not to answer.

The official scripts of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250, section
6.1; 2018, https://arxiv.org/abs/1806.03822): lower case, no punctuation, no articles, white space as single
blanks; then equality, or F1 over the words. Their punctuation is ASCII's. Here it is also that of scripts
which SQuAD does not have (the danda of Bangla and Hindi, Arabic and Chinese marks), as in MLQA's script
(Lewis et al. 2020, https://arxiv.org/abs/1910.07475); that of Latin texts is left as the official rule leaves
it, so that English scores are the official ones. Vowel signs and joiners are never touched.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

_ARTICLES = re.compile(r"\b(a|an|the)\b")
#: Unicode blocks whose punctuation the official rule has met and keeps: Latin-1 and General Punctuation.
_KEPT = ((0x80, 0xFF), (0x2000, 0x206F))
#: A threshold above which no difference of log-probabilities comes: every question is answered.
ALWAYS = 1e6


@cache
def _punctuation() -> dict[int, None]:
    """What is taken out, for `str.translate`."""
    others = (
        code
        for code in range(0x80, 0x10000)
        if unicodedata.category(chr(code)).startswith("P")
        and not any(low <= code <= high for low, high in _KEPT)
    )
    return dict.fromkeys([*map(ord, string.punctuation), *others])


@lru_cache(maxsize=1 << 16)
def normalised(text: str) -> str:
    """An answer normalised by SQuAD's rules: lower case, no punctuation, no articles, single blanks.

    >>> normalised("The  U.S. Army"), normalised("ঢাকা শহর।")
    ('us army', 'ঢাকা শহর')
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_punctuation())).split())


def exact(predicted: str, truths: Sequence[str]) -> float:
    """1 where the answer is one of the true ones, else 0. No true answer: whether none is predicted."""
    return max(float(normalised(predicted) == truth) for truth in _counting(truths))


def f1(predicted: str, truths: Sequence[str]) -> float:
    """The best F1 over words with one of the true answers; 1 or 0 where either is empty."""
    return max(_f1(normalised(predicted).split(), truth.split()) for truth in _counting(truths))


def _counting(truths: Sequence[str]) -> list[str]:
    """True answers that are something once normalised, or the empty one."""
    return [found for truth in truths if (found := normalised(truth))] or [""]


def _f1(predicted: list[str], truth: list[str]) -> float:
    if not predicted or not truth:
        return float(predicted == truth)
    same = sum((Counter(predicted) & Counter(truth)).values())
    return 2 * same / (len(predicted) + len(truth))


def best_refusal(doubt: np.ndarray, score: np.ndarray, empty: np.ndarray) -> float:
    """The doubt above which no answer is given, such that the mean score is best (SQuAD 2.0's script, which
    looks for it on the scored questions; here it is looked for on validation questions).

    doubt float [n]: how much likelier no answer is than the best one; score [n]: F1 of the best answer; empty
    bool [n]: whether there is no true answer. ALWAYS where every question has one.
    """
    if not empty.any():
        return ALWAYS
    order = np.argsort(doubt, kind="stable")
    answered, refused = np.where(empty, 0.0, score)[order], empty[order].astype(float)
    # What the k questions of least doubt bring when they are answered, and the others refused.
    gains = refused.sum() + np.concatenate([[0.0], np.cumsum(answered - refused)])
    ends = np.concatenate([[doubt[order[0]] - 1.0], doubt[order], [doubt[order[-1]] + 1.0]])
    possible = ends[1:] > ends[:-1]
    best = np.flatnonzero(possible)[np.argmax(gains[possible])]
    return float((ends[best] + ends[best + 1]) / 2)
