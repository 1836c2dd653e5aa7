"""Answers in words: what translations and answers to questions share."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.inputs import Inputs

#: Characters of an answer that a page shows.
LONGEST = 600


def matches(targets: Any) -> bool:
    """Whether targets are `Phrases`."""
    return isinstance(targets, Phrases)


def explained(model: Any, inputs: Inputs, code: int | None = None) -> list[list[str]]:
    """The text, or the first of several; [] where there is no answer."""
    return [[text for text in some[:1] if text] for some in _lists(model.predict(inputs))]


def stands(model: Any, inputs: Inputs, parts: Sequence[str], temperature: float = 1.0) -> np.ndarray:
    """float64 [n]: similarity (0 to 1) of each answer to the one that is explained, times its probability
    where the model gives one."""
    predictions = model.predict(inputs)
    if hasattr(predictions, "sureness"):
        sureness = [predictions.sureness(row) or [0.0] for row in range(len(predictions))]
    else:
        sureness = [[1.0]] * len(predictions)
    each = zip(_lists(predictions), parts, sureness, strict=True)
    alike = [likeness(texts, part) * sure[0] for texts, part, sure in each]
    return np.array(alike, dtype=np.float64)


def likeness(texts: Sequence[str], text: str) -> float:
    """Similarity of the first of some texts to another text, 0 to 1.

    >>> likeness(["in Dhaka"], "in Dhaka"), likeness([], "in Dhaka")
    (1.0, 0.0)
    """
    return SequenceMatcher(None, texts[0] if len(texts) else "", text, autojunk=False).ratio()


def _lists(predictions: Any) -> list[list[str]]:
    """Each answer as a list of texts; a model of the user's own may give plain ones."""
    every = (predictions[row] for row in range(len(predictions)))
    return [[one] if isinstance(one, str) else list(one) for one in every]


def in_words(part: str, classes: Sequence[str]) -> dict[str, Any]:
    """{"text"}."""
    return {"text": part}


def truth(answer: Sequence[str], classes: Sequence[str]) -> str:
    """All correct texts, joined for display."""
    return " / ".join(answer)[:LONGEST]
