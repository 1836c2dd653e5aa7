"""One small example of every kind of answer, in Bangla where there are words: samples that know their number,
answers as they are read, and what a model that is nearly right says."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.core.answers import Boxes, Masks, Phrases
from nikti.core.inputs import Inputs, Questions, Stack, Texts

CLASSES = ("কুকুর", "ক্ষ", "বিড়াল")
N, SIDE = 4, 8
PASSAGE = "করিম ঢাকায় থাকে। রহিমা ফেনীতে থাকে।"

TEXTS = Texts([f"{row} আমার সোনার বাংলা" for row in range(N)])
PICTURES = Stack(np.stack([np.full((SIDE, SIDE, 3), row, np.uint8) for row in range(N)]))
QUESTIONS = Questions([f"{row} কে কোথায় থাকে?" for row in range(N)], [PASSAGE], [0] * N)


@dataclass(frozen=True)
class Example:
    """task: a task with such answers; targets: as read, with the classes that they are codes of, () where
    they are words; encoded: as after `Task.prepare`; predicted, proba: of all samples."""

    task: str
    modality: str
    inputs: Inputs
    targets: Any
    classes: tuple[str, ...]
    encoded: Any
    predicted: Any
    proba: np.ndarray | None = None


class Model:
    """A model that says what the example says; of samples by their numbers, moved on by some."""

    def __init__(self, example: Example, move: int = 0):
        self.example, self.move = example, move

    def _rows(self, inputs):
        numbers = [_number(inputs[row]) for row in range(len(inputs))]
        return (np.array(numbers, dtype=np.int64) + self.move) % N

    def predict(self, inputs):
        return self.example.predicted[self._rows(inputs)]

    def predict_proba(self, inputs):
        return None if self.example.proba is None else self.example.proba[self._rows(inputs)]


def _number(sample):
    if isinstance(sample, np.ndarray):
        return int(sample.flat[0])
    return int((sample if isinstance(sample, str) else sample.question).split()[0])


CODES = np.array([2, 0, 1, 0])
PROBA = np.array([[0.1, 0.2, 0.7], [0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.3, 0.6, 0.1]], np.float32)
LABELS = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 0, 1]], bool)
CHANCES = np.array([[0.1, 0.6, 0.9], [0.8, 0.1, 0.3], [0.1, 0.2, 0.1], [0.4, 0.1, 0.7]], np.float32)
SIZES = [(8, 8), (16, 8), (8, 4), (8, 8)]
BOXES = [[[0, 0, 4, 4, 2]], [[1, 1, 5, 9, 0], [0, 0, 2, 2, 1]], [], [[2, 2, 8, 8, 0]]]
FOUND = [[[0, 0, 4, 4, 2, 0.9], [0, 0, 1, 1, 0, 0.1]], [[1, 1, 5, 5, 0, 0.8]], [], [[2, 2, 8, 8, 1, 0.7]]]
MASKS = np.stack([np.full((SIDE, SIDE), code, np.uint8) for code in CODES])
MASKS[:, :2] = 1
TRANSLATIONS = [["I sing", "We sing"], ["rain"], ["the river"], ["রবি ঠাকুর"]]
SPANS, STARTS = [["ঢাকায়"], ["ফেনীতে"], [], ["ঢাকায়", "করিম ঢাকায়"]], [[5], [24], [], [5, 0]]
SAID, SURE = [["ঢাকায়"], ["করিম"], [], ["করিম ঢাকায়"]], [[0.9], [0.9], [], [0.9]]

EXAMPLES = {
    "label": Example(
        "text_classification",
        "text",
        TEXTS,
        np.array(CLASSES, dtype=object)[CODES],
        (),
        CODES,
        PROBA.argmax(axis=1),
        PROBA,
    ),
    "labels": Example(
        "text_multilabel_classification",
        "text",
        TEXTS,
        LABELS,
        CLASSES,
        LABELS,
        CHANCES >= 0.5,
        CHANCES,
    ),
    "value": Example(
        "tabular_regression",
        "text",
        TEXTS,
        np.array([1.5, -2.0, 3.25, 0.0]),
        (),
        np.array([1.5, -2.0, 3.25, 0.0]),
        np.array([1.0, -2.0, 3.0, 0.5]),
    ),
    "boxes": Example(
        "object_detection",
        "image",
        PICTURES,
        Boxes.of(BOXES, SIZES),
        CLASSES,
        Boxes.of(BOXES, SIZES),
        Boxes.of(FOUND, SIZES, 6),
    ),
    "mask": Example(
        "semantic_segmentation",
        "image",
        PICTURES,
        Masks(range(N), lambda row: MASKS[row]),
        CLASSES,
        MASKS,
        np.roll(MASKS, 1, axis=1),
    ),
    "embedding": Example(
        "face_verification",
        "image",
        PICTURES,
        np.array(["রীনা", "করিম", "রীনা", "করিম"], dtype=object),
        (),
        np.array([1, 0, 1, 0]),
        np.array([[0, 0], [3, 3], [0, 0.5], [0, 4]], np.float32),
    ),
    "phrases": Example(
        "translation",
        "text",
        TEXTS,
        Phrases.of(TRANSLATIONS),
        (),
        Phrases.of(TRANSLATIONS),
        Phrases.of([["I sing"], ["rain"], [], ["রবি"]]),
    ),
    "span": Example(
        "question_answering",
        "question",
        QUESTIONS,
        Phrases.of(SPANS, STARTS),
        (),
        Phrases.of(SPANS, STARTS),
        Phrases.of(SAID, [[5], [0], [], [0]], SURE),
    ),
}
