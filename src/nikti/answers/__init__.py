"""What an answer is: one file per kind of answer, found by its name. `answers/<name>.py` has

    KIND                   what tasks with such answers are called; runs and model folders say it
    COUNTED                what is counted of each class when data are described: "classes" (their samples),
                           "boxes", "shares" (of the pixels)
    HELD                   the class that holds the answers of many samples; where it has PARTS, these are
                           the names of the arrays that it is made of, else it is one array
    SIMPLE                 whether an answer is one class or one number, which simple rules can learn: a
                           probe, a column of a table, a linear head
    PROBE_METRIC           of simple ones: the metric that a probe is judged by
    PROBABILITIES          whether models tell how probable each class is; then also
                           temperature(proba, truth) -> float, at which those of samples that were not
                           learned from are likeliest
    EXACT                  whether an answer is right or wrong, and not more or less near
    COMPARED               samples that must be answered beside one, where answers are made by comparing them
    LOWEST                 the least that the score of such answers can be
    IN_SAMPLE              whether answers are drawn or marked in the sample, which is then not shown apart
    LIKE_TRAINING          whether labelled tables are read as they were for training: their inputs cannot be
                           derived from their answers

    matches(targets) -> bool
                           whether targets as read ask for such answers by themselves
    stored(targets, shape) -> targets
                           as they lie beside stored samples of that shape, () where these are not all alike
    encoded(task, data, classes) -> Data
                           new labelled data with the codes of a model that knows these classes; raises
                           DataError for a class that it does not know
    kept_classes(classes) -> classes
                           the names that a model answers with, and takes with it wherever it goes

    rows(model, inputs, classes) -> [dict]
                           predictions shown to people: "prediction", and what belongs to it
    failed() -> dict       the same of an input that cannot be read
    finished(rows) -> rows
                           once all inputs are answered, with their names as "input"
    lines(row) -> [{column: cell}, ...]
                           a row as lines of a table, such as a CSV file

    explained(model, inputs, code) -> [[part], ...]
                           for each sample the parts of its answer that can be explained, at most a few; code:
                           the class to explain instead of the predicted one
    codes(parts) -> int64 [n] or None
                           the classes that are explained, None where they are not classes
    stands(model, inputs, parts, temperature) -> float64 [n]
                           the number that an explanation follows: how much a model stands by one part each
    in_words(part, classes) -> dict
                           a part as plain data; what it is called comes first

    tested(truth, predicted, classes) -> dict or None
                           predictions against the truth as a report draws them: "counts" of confusions,
                           "points"
    class_counts(facts) -> {class: samples}
                           of what is known of data, where an answer is one class; else {}
    averaged(result) -> float64 [m, ...] or None
                           the numbers of a result that can be averaged with another model's
    judged(result, targets) -> [(answer, loss, how sure), ...]
                           each tested sample's answer, for choosing those to show
    truth(answer, classes) -> str, float or None
                           a true answer as people read it; None where it is drawn
    shown(data, row, predicted) -> dict
                           the true answer and those of each side, {side: answer}, for a page

Verbs that several kinds share are in files whose name begins with `_`. How a report shows samples with their
answers is in `report/templates/answers/<name>.html`, how a side learns them in its own `answers/<name>.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from nikti.core import catalogue
from nikti.core.answers import WHOLE
from nikti.core.errors import DataError, UnknownName
from nikti.core.words import Words

_KIND = Words(en="kind of answer", bn="উত্তরের ধরন")
_NO_FORM = Words(
    en="answers of this form are not known: {form}. Known are one class or one number for each sample "
    "[n], masks of class codes (whole numbers [n, height, width]), boxes, and texts.",
    bn="এই ধরনের উত্তর জানা নেই: {form}। জানা আছে: প্রতি নমুনার একটি শ্রেণি বা একটি সংখ্যা [n], "
    "শ্রেণির কোডের মাস্ক (পূর্ণ সংখ্যা [n, height, width]), ঘর, আর লেখা।",
)


def names() -> list[str]:
    """The names of all kinds of answers, sorted."""
    return catalogue.names("answers")


@cache
def of(name: str) -> ModuleType:
    """The file of a kind of answer. Raises UnknownName."""
    return catalogue.load("answers", name)


@cache
def name_of(kind: str) -> str:
    """The name of the answer that tasks of a kind ask for, as runs and model folders say it. Raises
    UnknownName.

    >>> name_of("detection")
    'boxes'
    """
    kinds = {of(name).KIND: name for name in names()}
    if kind not in kinds:
        raise UnknownName(_KIND, kind, kinds)
    return kinds[kind]


def of_kind(kind: str) -> ModuleType:
    """The file of the answer that tasks of a kind ask for. Raises UnknownName."""
    return of(name_of(kind))


def of_targets(targets: Any) -> ModuleType:
    """The first kind of answer that targets as read ask for. Raises DataError where they ask for none."""
    for name in names():
        if of(name).matches(targets):
            return of(name)
    form = type(targets).__name__
    if isinstance(targets, np.ndarray):
        form = f"{targets.dtype} {list(targets.shape)}"
    raise DataError(_NO_FORM.format(form=form))


def unpacked(arrays: Mapping[str, np.ndarray]) -> Any:
    """Answers put together again from the arrays that `nikti.core.answers.parts_of` names. The names tell
    which kind it is."""
    for held in {of(name).HELD for name in names()}:
        parts = getattr(held, "PARTS", ())
        if parts and all(part in arrays for part in parts):
            return held(*(arrays[part] for part in parts))
    return arrays[WHOLE]
