"""The words of a passage that answer a question: `nikti.core.answers.Phrases` with the character at which
each begins. Some questions have no answer there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nikti.answers import _passages, _texts, _usual
from nikti.core.answers import Phrases
from nikti.core.data import Data
from nikti.core.inputs import Inputs
from nikti.core.run import Result

KIND = "answering"
COUNTED = "classes"
HELD = Phrases
SIMPLE = PROBABILITIES = EXACT = LIKE_TRAINING = False
COMPARED, LOWEST = 0, 0.0
IN_SAMPLE = True

stored, encoded, kept_classes = _usual.as_read, _usual.prepared, _usual.no_classes
failed, finished, codes = _usual.nothing, _usual.one_by_one, _usual.not_classes
tested, class_counts, averaged = _usual.untested, _usual.no_counts, _usual.not_averaged
lines = _usual.one_line
matches, explained, stands = _texts.matches, _texts.explained, _texts.stands
in_words, truth = _texts.in_words, _texts.truth


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": the words, "" for no answer, "start": the character of the passage at which they begin,
    -1 for none, "score": how sure that is, 0 to 1}."""
    predictions = model.predict(inputs)
    found = []
    for row in range(len(predictions)):
        every = zip(predictions[row], predictions.places(row), predictions.sureness(row), strict=True)
        text, start, score = next(every, ("", -1, 0.0))
        found.append({"prediction": text, "start": start, "score": float(score)})
    return found


def judged(result: Result, targets: Phrases) -> list[tuple[Phrases, float, float]]:
    """Predicted answers with their places, each as `Phrases` of one sample."""
    losses = result.losses.tolist()
    return [(result.predicted[[row]], loss, 1.0) for row, loss in enumerate(losses)]


def shown(data: Data, row: int, predicted: Mapping[str, Phrases]) -> dict[str, Any]:
    """The question, and its passage with all answers marked; see `_passages.answered`."""
    return _passages.answered(data, row, predicted)
