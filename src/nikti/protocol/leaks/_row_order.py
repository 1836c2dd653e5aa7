"""Answers that go by the order of rows or of time.

Folds of mixed rows are too easy where a model can tell a row's neighbours: it then meets answers between
answers that it has learned. That takes two things, answers that are alike in neighbouring rows, and a column,
or all of them, that gives the neighbours away. A file that is only sorted by its answers is harmless.
"""

from __future__ import annotations

import numpy as np

from nikti.core.data import Note
from nikti.core.words import Words
from nikti.protocol.leaks import _association as association

#: Agreement of neighbours' answers beyond chance (0 to 1) from which they follow the order: in series of
#: measurements it is 0.5 and more, in rows that were drawn one by one it is about 0.
ALIKE = 0.3

#: Correlation of neighbours in the median column, their answers accounted for, from which the rows are a
#: recording.
RECORDED = 0.5

DEVIATIONS = 5  # of what chance gives
FEWEST_NUMBERS = 2  # columns of numbers; one alone may be what the file was sorted by
UNIQUE = 0.9  # share of different values of a column that rises from row to row, as a running number does


def notes(
    answers: np.ndarray, columns: list[tuple[str, np.ndarray, bool]], fold: np.ndarray, classes: bool
) -> list[Note]:
    """At most one note: the order that a column tells, that of a recording, or answers in order.

    answers: class codes or values [n]; columns: (name, values float64 [n], whether they are dates) of those
    of numbers and dates.
    """
    for name, values, dated in columns:
        if not dated and not _running(values):
            continue
        score = _followed(values, answers, fold, classes)
        if score >= ALIKE:
            return [_note("column", score, name)]
    if (score := alike(answers, classes)) >= ALIKE and _recorded(columns, answers, classes):
        return [_note("rows", score)]
    if _sorted(answers, classes):
        return [_note("sorted", 1.0)]
    return []


def alike(answers: np.ndarray, classes: bool) -> float:
    """Agreement of the answers of neighbouring rows beyond chance: for classes (agreeing - expected) / (1 -
    expected), for values the correlation of their ranks; 0 where chance gives as much."""
    n = len(answers)
    if classes:
        counts = np.bincount(answers).astype(np.float64)
        expected = float((counts * (counts - 1)).sum() / (n * (n - 1)))
        found = float((answers[1:] == answers[:-1]).mean())
        score = (found - expected) / (1 - expected) if expected < 1 else 0.0
    else:
        order = association.ranks(answers)
        score = association.correlation(order[1:], order[:-1])
    return score if score * np.sqrt(n) > DEVIATIONS else 0.0


def _running(values: np.ndarray) -> bool:
    steps = np.diff(values)
    rising = bool((steps >= 0).all() or (steps <= 0).all())  # a missing value is neither
    return rising and len(np.unique(values)) >= UNIQUE * len(values)


def _followed(values: np.ndarray, answers: np.ndarray, fold: np.ndarray, classes: bool) -> float:
    """How much the answers go by a column: from row to row in its order, or by its parts."""
    there = np.flatnonzero(np.isfinite(values))
    if len(there) < 2:
        return 0.0
    order = there[np.argsort(values[there], kind="stable")]
    parts = association.bins(values, association.ranks(values), classes=False)
    drift = association.associated(parts, answers, fold, classes).score
    return max(alike(answers[order], classes), drift if drift * np.sqrt(len(there)) > DEVIATIONS else 0.0)


def _recorded(columns: list[tuple[str, np.ndarray, bool]], answers: np.ndarray, classes: bool) -> bool:
    """Whether neighbouring rows are alike in most columns, beyond what their answers make them."""
    found = []
    for _, values, dated in columns:
        if dated or len(np.unique(values)) <= association.BINS:
            continue
        rest = association.ranks(values)
        if classes:
            counts = np.bincount(answers)
            rest = rest - (np.bincount(answers, rest) / np.maximum(counts, 1))[answers]
        else:
            order = association.ranks(answers)
            rest = rest - association.correlation(rest, order) * rest.std() / max(order.std(), 1e-9) * order
        found.append(association.correlation(rest[1:], rest[:-1]))
    return len(found) >= FEWEST_NUMBERS and float(np.median(found)) >= RECORDED


def _sorted(answers: np.ndarray, classes: bool) -> bool:
    changes = np.diff(answers)
    if classes:
        return int((changes != 0).sum()) == len(np.unique(answers)) - 1
    return bool((changes >= 0).all() or (changes <= 0).all())


_HOW = {
    "column": Words(
        en="The answers go by {column!r} ({score:.2f} of 1): rows that are close in it have answers that are "
        "close, so mixed folds ask for answers between learned ones. To train on the past and test on the "
        "future, type --time {column!r}",
        bn="উত্তর {column} কলামের ক্রম মেনে চলে (১-এর মধ্যে {score}): এতে কাছাকাছি সারির উত্তরও "
        "কাছাকাছি, তাই এলোমেলো ফোল্ডে পরীক্ষা বেশি সহজ হয়ে যায়। অতীতে শিখে ভবিষ্যতে পরীক্ষা "
        "দিতে লিখুন --time {column}",
    ),
    "rows": Words(
        en="Neighbouring rows are alike, in their answers ({score:.2f} of 1) and in most columns, like a "
        "recording: mixed folds test on near copies of what was learned. Name the column that says which "
        "rows belong together with --group, or when they were taken with --time.",
        bn="পাশাপাশি সারিগুলো একই রকম, উত্তরেও (১-এর মধ্যে {score}), বেশির ভাগ কলামেও, যেন "
        "একটানা রেকর্ড: এলোমেলো ফোল্ডে তাই শেখা নমুনার প্রায়-কপি দিয়েই পরীক্ষা হয়। কোন "
        "সারিগুলো একসঙ্গের সেই কলাম জানান --group দিয়ে, বা কখন নেওয়া তা --time দিয়ে।",
    ),
    "sorted": Words(
        en="The rows are sorted by their answers. They are mixed before they are split, so that does no harm "
        "here; no column gives the order away.",
        bn="সারিগুলো উত্তর অনুযায়ী সাজানো। ভাগ করার আগে এলোমেলো করা হয়, আর কোনো কলাম ক্রমটা ফাঁস করে না; তাই এতে ক্ষতি নেই।",
    ),
}


def _note(how: str, score: float, column: str | None = None) -> Note:
    level = "info" if how == "sorted" else "warning"
    values = {"column": column or "", "how": how, "score": round(score, 4)}
    return Note.of(level, "suspicious_order", _HOW[how], values)
