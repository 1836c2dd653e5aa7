"""A text for each sample, such as its translation: `nikti.core.answers.Phrases`. True ones may be several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nikti.answers import _texts, _usual
from nikti.core.answers import Phrases
from nikti.core.data import Data
from nikti.core.inputs import Inputs

KIND = "translation"
COUNTED = "classes"
HELD = Phrases
SIMPLE = PROBABILITIES = EXACT = IN_SAMPLE = False
COMPARED, LOWEST = 0, 0.0
LIKE_TRAINING = True

stored, encoded, kept_classes = _usual.as_read, _usual.prepared, _usual.no_classes
failed, finished, codes = _usual.nothing, _usual.one_by_one, _usual.not_classes
tested, class_counts = _usual.untested, _usual.no_counts
averaged, judged = _usual.not_averaged, _usual.as_measured
lines = _usual.one_line
matches, explained, stands = _texts.matches, _texts.explained, _texts.stands
in_words, truth = _texts.in_words, _texts.truth


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": the text, None where there is none}."""
    return [{"prediction": texts[0] if texts else None} for texts in _usual.each(model.predict(inputs))]


def shown(data: Data, row: int, predicted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The texts, cut where they are long."""
    every = {"truth": data.targets[row], **predicted}
    return {side: truth(texts, data.classes) for side, texts in every.items()}
