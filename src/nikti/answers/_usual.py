"""What most kinds of answers do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nikti.core import spelling
from nikti.core.data import Data
from nikti.core.errors import NOTHING, DataError
from nikti.core.run import Result
from nikti.core.task import Task
from nikti.core.words import Words

ANSWERS = Words(en="answers", bn="উত্তর")
CLASSES = Words(en="classes", bn="শ্রেণি")
LABELS = Words(en="labels", bn="লেবেল")

_NOT_KNOWN = Words(
    en="{name} has {what} that the model does not know: {unknown}. It knows {known}.{hint}",
    bn="{name}-এ এমন {what} আছে যা মডেলটি চেনে না: {unknown}। সে চেনে {known}।{hint}",
)
_ALIKE = Words(en=" These look alike and differ: {names}.", bn=" এগুলো দেখতে এক, আসলে আলাদা: {names}।")


def as_read(targets: Any, shape: tuple[int, ...]) -> Any:
    """The targets as read: they do not depend on how samples are stored."""
    return targets


def prepared(task: Task, data: Data, classes: Sequence[str]) -> Data:
    """Answers without classes, as the task encodes them."""
    return task.prepare(data)


def all_classes(classes: Sequence[str]) -> tuple[str, ...]:
    """Every class."""
    return tuple(classes)


def no_classes(classes: Sequence[str]) -> tuple[str, ...]:
    """No classes."""
    return ()


def nothing() -> dict[str, Any]:
    """A missing prediction."""
    return {"prediction": None}


def one_by_one(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row is complete in itself."""
    return rows


def one_line(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The row as one line of the table of predictions."""
    return [{"input": row["input"], **row}]


def by_class(row: Mapping[str, Any], many: str, one: str) -> list[dict[str, Any]]:
    """A line with the prediction and, of row[many], a column for each class, "<one>_<class>"."""
    each = {f"{one}_{name}": f"{value:.6g}" for name, value in row[many].items()}
    return [{"input": row["input"], "prediction": row["prediction"], **each, **error(row)}]


def error(row: Mapping[str, Any]) -> dict[str, Any]:
    """Why an input could not be read, where it could not."""
    return {"error": row["error"]} if "error" in row else {}


def not_classes(parts: Sequence[Any]) -> None:
    """None: a part of such an answer is not a class code."""


def untested(truth: Any, predicted: Any, classes: Sequence[str]) -> None:
    """None: there is nothing to draw of all answers together."""


def no_counts(facts: Mapping[str, Any]) -> dict[str, int]:
    """{}: answers are not single classes, so there is nothing to count."""
    return {}


def not_averaged(result: Result) -> None:
    """None: such answers cannot be averaged."""


def no_text(answer: Any, classes: Sequence[str]) -> None:
    """None: the report draws true answers instead of writing them."""


def as_measured(result: Result, targets: Any) -> list[tuple[Any, float, float]]:
    """Predictions with their losses, all with the same confidence."""
    losses = result.losses.tolist()
    return [(result.predicted[row], loss, 1.0) for row, loss in enumerate(losses)]


def known_as(data: Data, found: Sequence[str], classes: Sequence[str], what: Words) -> dict[str, str]:
    """{name: the model's class that is the same, be it only to the eye}. Raises DataError for names that the
    model does not know."""
    by_key = {spelling.key(name): name for name in classes}
    known = {name: name if name in classes else by_key.get(spelling.key(name)) for name in set(found)}
    unknown = sorted(name for name, meant in known.items() if meant is None)
    if not unknown:
        return {name: meant for name, meant in known.items() if meant is not None}
    close = spelling.alike([*unknown, *classes])
    hint = _ALIKE.format(names=spelling.apart(close[0])) if close else NOTHING
    values = {"name": data.name, "what": what, "unknown": ", ".join(unknown[:5]), "hint": hint}
    raise DataError(_NOT_KNOWN.format(**values, known=", ".join(classes[:10])))


def each(answers: Any) -> list[Any]:
    """The answers one by one."""
    return [answers[row] for row in range(len(answers))]


def stood(single: Any, predicted: Any, parts: Sequence[Any]) -> np.ndarray:
    """float64 [n]: single(answer, part) of each predicted answer and the part that is explained."""
    found = [single(answer, part) for answer, part in zip(each(predicted), parts, strict=True)]
    return np.array(found, dtype=np.float64)


def codes(parts: Sequence[int]) -> np.ndarray:
    """Class codes of the explained parts: they are the parts themselves."""
    return np.array(parts, dtype=np.int64)


def chances(proba: np.ndarray, parts: Sequence[int]) -> np.ndarray:
    """float64 [n]: of each row of probabilities [n, C] that of the class which is explained."""
    return proba[np.arange(len(proba)), codes(parts)].astype(np.float64)
