"""Boxes around things, each with its class: `nikti.core.answers.Boxes`. Predicted ones have a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nikti.answers import _usual
from nikti.answers._drawing import COLOURS, SHOWN, coloured, drawn
from nikti.core.answers import CLASS, LEAST_SCORE, SCORE, Boxes, iou
from nikti.core.data import Data
from nikti.core.inputs import Inputs
from nikti.core.run import Result
from nikti.core.task import Task

KIND = "detection"
COUNTED = "boxes"
HELD = Boxes
SIMPLE = PROBABILITIES = EXACT = LIKE_TRAINING = False
COMPARED, LOWEST = 0, 0.0
IN_SAMPLE = True

#: Boxes of a picture that are explained: the surest.
MOST_PARTS = 3
#: RGB of a box that is wrong, and of a true one that was missed.
WRONG, MISSED = (213, 94, 0), (255, 255, 255)
#: A box is right if it has the class of a true one and at least this intersection over union with it.
RIGHT = 0.5

stored, kept_classes, finished = _usual.as_read, _usual.all_classes, _usual.one_by_one
codes, tested, class_counts = _usual.not_classes, _usual.untested, _usual.no_counts
averaged, truth = _usual.not_averaged, _usual.no_text


def matches(targets: Any) -> bool:
    """Whether targets are boxes."""
    return isinstance(targets, Boxes)


def encoded(task: Task, data: Data, classes: Sequence[str]) -> Data:
    """Boxes with the codes of these classes."""
    data = task.prepare(data)
    known = _usual.known_as(data, data.classes, classes, _usual.CLASSES)
    boxes, codes = data.targets, np.array([classes.index(known[name]) for name in data.classes])
    flat = boxes.flat.copy()
    flat[:, CLASS] = codes[flat[:, CLASS].astype(int)]
    return replace(data, targets=Boxes(flat, boxes.offsets, boxes.sizes), classes=tuple(classes))


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": their number, "boxes": [{"class", "score", "box": [x1, y1, x2, y2] in pixels}]}, those
    of at least LEAST_SCORE, surest first."""
    found = []
    for boxes in _usual.each(model.predict(inputs)):
        order = np.argsort(-boxes[:, SCORE], kind="stable")
        listed = [in_words(box, classes) for box in boxes[order] if box[SCORE] >= LEAST_SCORE]
        found.append({"prediction": len(listed), "boxes": listed})
    return found


def failed() -> dict[str, Any]:
    """What stands for the prediction of an input that could not be read: no boxes."""
    return {"prediction": None, "boxes": []}


def lines(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A line for each box; one without a box for a picture that has none."""
    found = []
    for box in row["boxes"]:
        corners = dict(zip(("x1", "y1", "x2", "y2"), box["box"], strict=True))
        cells = {"input": row["input"], "class": box["class"], "score": f"{box['score']:.4g}"}
        found.append(cells | corners)
    return found or [{"input": row["input"], "class": "", **_usual.error(row)}]


def explained(model: Any, inputs: Inputs, code: int | None = None) -> list[list[np.ndarray]]:
    """The surest boxes, of one class where one is asked for; [] where there are none."""
    return [_surest(boxes, code) for boxes in _usual.each(model.predict(inputs))]


def _surest(boxes: np.ndarray, code: int | None) -> list[np.ndarray]:
    kept = boxes[boxes[:, SCORE] >= LEAST_SCORE] if len(boxes) else boxes
    kept = kept if code is None else kept[kept[:, CLASS] == code]
    return list(kept[np.argsort(-kept[:, SCORE], kind="stable")][:MOST_PARTS]) if len(kept) else []


def stands(model: Any, inputs: Inputs, parts: Sequence[np.ndarray], temperature: float = 1.0) -> np.ndarray:
    """float64 [n]: the highest score times IoU of the predicted boxes of the same class with the
    explained box."""
    return _usual.stood(_likest, model.predict(inputs), parts)


def _likest(boxes: np.ndarray, box: np.ndarray) -> float:
    same = boxes[boxes[:, CLASS] == box[CLASS]] if len(boxes) else boxes
    return float((same[:, SCORE] * iou(same, box[None])[:, 0]).max()) if len(same) else 0.0


def in_words(part: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    """{"class", "score", "box": [x1, y1, x2, y2] in pixels}."""
    box = [round(float(edge), 1) for edge in part[:4]]
    return {"class": classes[int(part[CLASS])], "score": float(part[SCORE]), "box": box}


def judged(result: Result, targets: Boxes) -> list[tuple[np.ndarray, float, float]]:
    """Predicted boxes in pixels of the original pictures; predictions are in those of the stored ones."""
    scaled = result.predicted.scaled(targets.sizes[result.rows])
    return _usual.as_measured(replace(result, predicted=scaled), targets)


def shown(data: Data, row: int, predicted: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The picture with its true boxes, and with those of each side."""
    image, size, true = data.inputs[row], data.targets.sizes[row], data.targets[row]
    pictures = {side: with_boxes(image, size, true, boxes) for side, boxes in predicted.items()}
    return drawn(row, {**pictures, "truth": with_boxes(image, size, true)})


def with_boxes(
    image: np.ndarray, size: Sequence[int], truth: np.ndarray, predicted: np.ndarray | None = None
) -> np.ndarray:
    """The picture with its true boxes, or with those predicted: right ones in the colour of their class,
    wrong ones thick, missed true ones thin and white.

    image: uint8 [S, S, C], squashed; size: its height and width before that; truth [k, 5], predicted [m, 6]
    in pixels of that size.
    """
    import cv2

    height, width = size
    scale = SHOWN / max(height, width)
    canvas = cv2.resize(coloured(image), (round(width * scale), round(height * scale)))
    if predicted is None:
        for box in truth:
            _frame(canvas, box * scale, COLOURS[int(box[CLASS]) % len(COLOURS)], 2)
        return canvas
    predicted = predicted[predicted[:, SCORE] >= LEAST_SCORE]
    right, found = hits(truth, predicted)
    for box in truth[~found]:
        _frame(canvas, box * scale, MISSED, 1)
    for box, good in zip(predicted, right, strict=True):
        colour = COLOURS[int(box[CLASS]) % len(COLOURS)]
        _frame(canvas, box * scale, colour if good else WRONG, 2 if good else 3)
    return canvas


def hits(truth: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(right bool [m], found bool [k]): which predicted boxes are right, and which true ones were found. The
    surest box takes the true box that it covers best; none is taken twice."""
    right, found = np.zeros(len(predicted), bool), np.zeros(len(truth), bool)
    overlaps = iou(predicted, truth) * (predicted[:, None, CLASS] == truth[None, :, CLASS])
    for i in np.argsort(-predicted[:, SCORE], kind="stable"):
        free = np.where(found, 0.0, overlaps[i])
        if len(free) and free.max() >= RIGHT:
            right[i], found[int(free.argmax())] = True, True
    return right, found


def _frame(image: np.ndarray, box: np.ndarray, colour: tuple[int, int, int], thick: int) -> None:
    import cv2

    x1, y1, x2, y2 = (round(float(value)) for value in box[:4])
    cv2.rectangle(image, (x1, y1), (x2 - 1, y2 - 1), colour, thick)
