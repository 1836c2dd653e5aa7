"""A class for each pixel. Read: `nikti.core.answers.Masks`, or whole numbers [n, H, W]; stored and predicted:
uint8 [n, S, S] of class codes, IGNORE where nothing is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nikti.answers import _usual
from nikti.answers._drawing import COLOURS, SHOWN, coloured, drawn
from nikti.core import images
from nikti.core.answers import IGNORE, Masks
from nikti.core.data import Data
from nikti.core.inputs import Inputs
from nikti.core.task import Task

KIND = "segmentation"
COUNTED = "shares"
HELD = np.ndarray
SIMPLE = PROBABILITIES = EXACT = LIKE_TRAINING = False
COMPARED, LOWEST = 0, 0.0
IN_SAMPLE = True

#: Classes of a picture's pixels that are explained: the largest.
MOST_PARTS = 3

kept_classes, finished = _usual.all_classes, _usual.one_by_one
codes, tested, class_counts = _usual.not_classes, _usual.untested, _usual.no_counts
averaged, truth, judged = _usual.not_averaged, _usual.no_text, _usual.as_measured


def matches(targets: Any) -> bool:
    """Masks, or an array [n, H, W] of whole numbers."""
    array = isinstance(targets, np.ndarray) and targets.ndim == 3 and targets.dtype.kind in "iu"
    return array or isinstance(targets, Masks)


def stored(targets: Masks | np.ndarray, shape: tuple[int, ...]) -> Masks | np.ndarray:
    """Masks of the size of the stored pictures, made one by one; arrays as they are."""
    if isinstance(targets, np.ndarray):
        return targets
    if not len(targets):
        return np.zeros((0, *shape[:2]), np.uint8)
    height, width = shape[:2]
    return Masks(targets.sources, lambda source: images.resize_mask(targets.make(source), (height, width)))


def encoded(task: Task, data: Data, classes: Sequence[str]) -> Data:
    """Masks with the codes of these classes."""
    data = task.prepare(data)
    known = _usual.known_as(data, data.classes, classes, _usual.CLASSES)
    codes = np.arange(IGNORE + 1, dtype=np.uint8)
    codes[: len(data.classes)] = [classes.index(known[name]) for name in data.classes]
    masks = data.targets
    if isinstance(masks, np.ndarray):
        return replace(data, targets=codes[masks], classes=tuple(classes))
    return replace(
        data, targets=Masks(masks.sources, lambda one: codes[masks.make(one)]), classes=tuple(classes)
    )


def rows(model: Any, inputs: Inputs, classes: Sequence[str]) -> list[dict[str, Any]]:
    """{"prediction": the most frequent class, "shares": {class: of the pixels}, "mask": uint8 [H, W]}."""
    found = []
    for mask in _usual.each(model.predict(inputs)):
        shares = np.bincount(mask.ravel(), minlength=len(classes))[: len(classes)] / mask.size
        by_class = dict(zip(classes, map(float, shares), strict=True))
        found.append({"prediction": classes[int(shares.argmax())], "shares": by_class, "mask": mask})
    return found


def failed() -> dict[str, Any]:
    """What stands for the prediction of an input that could not be read: no class."""
    return {"prediction": None, "shares": {}}


def lines(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The most frequent class, a share of the picture for each, and where the mask was written, if it was."""
    written = {"mask": row["mask"]} if isinstance(row.get("mask"), str) else {}
    return [line | written for line in _usual.by_class(row, "shares", "share")]


def explained(model: Any, inputs: Inputs, code: int | None = None) -> list[list[tuple[np.ndarray, int]]]:
    """(bool [H, W], code) of each class of a picture's pixels."""
    return [_regions(mask, code) for mask in _usual.each(model.predict(inputs))]


def _regions(mask: np.ndarray, code: int | None) -> list[tuple[np.ndarray, int]]:
    """The largest first; the first class, which is the background, last."""
    sizes = np.bincount(mask.ravel())
    by_size = [int(c) for c in np.argsort(-sizes, kind="stable") if sizes[c] and code in (None, c)]
    codes = [c for c in by_size if c] + [c for c in by_size if not c]
    return [(mask == c, c) for c in codes[:MOST_PARTS]]


def stands(
    model: Any, inputs: Inputs, parts: Sequence[tuple[np.ndarray, int]], temperature: float = 1.0
) -> np.ndarray:
    """float64 [n]: share of the pixels of the explained region that keep their class."""
    return _usual.stood(_keep, model.predict(inputs), parts)


def _keep(mask: np.ndarray, part: tuple[np.ndarray, int]) -> float:
    region, code = part
    return float((mask[region] == code).mean())


def in_words(part: tuple[np.ndarray, int], classes: Sequence[str]) -> dict[str, Any]:
    """{"class", "share": of the pixels}."""
    region, code = part
    return {"class": classes[code], "share": float(region.mean())}


def shown(data: Data, row: int, predicted: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The picture under its true mask, and under that of each side."""
    every = {"truth": data.targets[row], **predicted}
    return drawn(row, {side: with_mask(data.inputs[row], mask) for side, mask in every.items()})


def with_mask(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture with each class but the first laid over it in its colour; what is ignored is grey.

    image: uint8 [S, S, C]; mask: uint8 [S, S].
    """
    import cv2

    canvas = cv2.resize(coloured(image), (SHOWN, SHOWN))
    mask = cv2.resize(mask, (SHOWN, SHOWN), interpolation=cv2.INTER_NEAREST)
    colours = np.zeros((256, 3), np.uint8)
    for code in range(1, IGNORE):
        colours[code] = COLOURS[(code - 1) % len(COLOURS)]
    colours[IGNORE] = 128
    over = (mask > 0)[..., None]
    return np.where(over, (0.45 * canvas + 0.55 * colours[mask]).astype(np.uint8), canvas)
