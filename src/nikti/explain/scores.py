"""One number for how much a model stands by an answer, whatever kind of answer it is.

A `Score` takes inputs and one answer for each of them and gives float64 [n]. Everything in this package that
perturbs samples asks nothing else of a model, so any model with such a number can be explained. A model whose
answers are of a kind of its own may bring the number itself: a method `stands_by(inputs, answers) ->
float [n]`, for instance the probability of one answering phrase, or of one word of a translation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from nikti.core.answers import CLASS, SCORE, iou
from nikti.core.inputs import Inputs

Score = Callable[[Inputs, Sequence[Any]], np.ndarray]


def of(model: Any, kind: str, temperature: float = 1.0) -> Score:
    """How much a model stands by answers of a kind of task.

    An answer is a class code; None for a predicted value (the score is then the value itself); a box [>= 5]
    of detection; (mask bool [H, W], class code) of segmentation; for verification the embedding [d] of the
    other picture; a text else (the score is how alike what is said stays, times how sure it is).
    temperature: calibrates probabilities, see `calibrated`.
    """
    if hasattr(model, "stands_by"):
        return lambda inputs, answers: np.asarray(model.stands_by(inputs, answers), float)
    if kind == "classification":
        return lambda inputs, answers: _chosen(calibrated(model.predict_proba(inputs), temperature), answers)
    if kind == "regression":
        return lambda inputs, answers: np.asarray(model.predict(inputs), float)
    if kind in ("detection", "segmentation", "verification"):
        single = {"detection": _box, "segmentation": _region, "verification": _nearness}[kind]
        return lambda inputs, answers: np.array(
            [single(said, answer) for said, answer in zip(_each(model.predict(inputs)), answers, strict=True)]
        )
    return lambda inputs, answers: _texts(model.predict(inputs), answers)


def _chosen(proba: np.ndarray, codes: Sequence[int]) -> np.ndarray:
    return proba[np.arange(len(proba)), np.asarray(codes, dtype=np.int64)]


def calibrated(proba: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities [n, C] at another temperature: p^(1/T), rows adding up to 1.

    >>> calibrated(np.array([[0.8, 0.2]]), 2.0).round(3).tolist()
    [[0.667, 0.333]]
    """
    if temperature == 1.0:
        return proba
    powered = np.asarray(proba, float) ** (1 / temperature)
    return powered / powered.sum(axis=1, keepdims=True)


def temperature(proba: np.ndarray, codes: np.ndarray) -> float:
    """The temperature at which probabilities of samples that were not learned from are most likely
    (Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 4.2), between 1/4 and 4."""
    proba = np.clip(np.asarray(proba, float), 1e-6, None)
    rows = np.arange(len(codes))
    tried = np.geomspace(0.25, 4.0, 65)
    loss = [-np.log(calibrated(proba, t)[rows, codes]).mean() for t in tried]
    return float(tried[int(np.argmin(loss))])


def likeness(said: Any, answer: str) -> float:
    """How alike two texts are, 0 to 1; the first may be a list of none or one.

    >>> likeness(["in Dhaka"], "in Dhaka"), likeness([], "in Dhaka")
    (1.0, 0.0)
    """
    text = said if isinstance(said, str) else (said[0] if len(said) else "")
    return SequenceMatcher(None, text, answer, autojunk=False).ratio()


def _box(boxes: np.ndarray, box: np.ndarray) -> float:
    """The score of the box found that is most like the one meant: score times overlap, same class."""
    same = boxes[boxes[:, CLASS] == box[CLASS]] if len(boxes) else boxes
    return float((same[:, SCORE] * iou(same, box[None])[:, 0]).max()) if len(same) else 0.0


def _region(mask: np.ndarray, answer: tuple[np.ndarray, int]) -> float:
    """The share of a region's pixels that keep their class."""
    region, code = answer
    return float((mask[region] == code).mean())


def _texts(said: Any, answers: Sequence[str]) -> np.ndarray:
    """How alike what is said is to the answer, times how sure it is, where it says so."""
    sure = [said.sureness(row) or [0.0] if hasattr(said, "sureness") else [1.0] for row in range(len(said))]
    return np.array([likeness(said[row], answer) * sure[row][0] for row, answer in enumerate(answers)])


def _nearness(embedding: np.ndarray, other: np.ndarray) -> float:
    return -float(np.linalg.norm(embedding - other))


def _each(answers: Any) -> list[Any]:
    return [answers[row] for row in range(len(answers))]
