"""Pictures with answers drawn into them, for a page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nikti.core.answers import CLASS, IGNORE, LEAST_SCORE, SCORE, iou

#: Pictures are shown this large, so that lines a pixel wide can be seen.
SHOWN = 320

#: RGB, one per class in turn; told apart also by people who see red and green alike (Okabe & Ito 2008).
COLOURS = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (204, 121, 167))
#: A box that is wrong, and a true one that was missed.
WRONG, MISSED = (213, 94, 0), (255, 255, 255)

#: A box is right if it has the class of a true one and at least this intersection over union with it.
RIGHT = 0.5


def with_boxes(
    image: np.ndarray, size: Sequence[int], truth: np.ndarray, said: np.ndarray | None = None
) -> np.ndarray:
    """The picture with its true boxes, or with those said: right ones in the colour of their class, wrong
    ones thick, missed true ones thin and white.

    image: uint8 [S, S, C], squashed; size: its height and width before that; truth [k, 5], said [m, 6] in
    pixels of that size.
    """
    import cv2

    height, width = size
    scale = SHOWN / max(height, width)
    shown = cv2.resize(_coloured(image), (round(width * scale), round(height * scale)))
    if said is None:
        for box in truth:
            _frame(shown, box * scale, COLOURS[int(box[CLASS]) % len(COLOURS)], 2)
        return shown
    said = said[said[:, SCORE] >= LEAST_SCORE]
    right, found = hits(truth, said)
    for box in truth[~found]:
        _frame(shown, box * scale, MISSED, 1)
    for box, good in zip(said, right, strict=True):
        colour = COLOURS[int(box[CLASS]) % len(COLOURS)]
        _frame(shown, box * scale, colour if good else WRONG, 2 if good else 3)
    return shown


def with_mask(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture with each class but the first laid over it in its colour; what is ignored is grey.

    image: uint8 [S, S, C]; mask: uint8 [S, S].
    """
    import cv2

    shown = cv2.resize(_coloured(image), (SHOWN, SHOWN))
    mask = cv2.resize(mask, (SHOWN, SHOWN), interpolation=cv2.INTER_NEAREST)
    colours = np.zeros((256, 3), np.uint8)
    for code in range(1, IGNORE):
        colours[code] = COLOURS[(code - 1) % len(COLOURS)]
    colours[IGNORE] = 128
    over = (mask > 0)[..., None]
    return np.where(over, (0.45 * shown + 0.55 * colours[mask]).astype(np.uint8), shown)


def hits(truth: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(right bool [m], found bool [k]): which boxes said are right, and which true ones were found. The
    surest box takes the true box that it covers best; none is taken twice."""
    right, found = np.zeros(len(said), bool), np.zeros(len(truth), bool)
    overlaps = iou(said, truth) * (said[:, None, CLASS] == truth[None, :, CLASS])
    for i in np.argsort(-said[:, SCORE], kind="stable"):
        free = np.where(found, 0.0, overlaps[i])
        if len(free) and free.max() >= RIGHT:
            right[i], found[int(free.argmax())] = True, True
    return right, found


def _coloured(image: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image)


def _frame(image: np.ndarray, box: np.ndarray, colour: tuple[int, int, int], thick: int) -> None:
    import cv2

    x1, y1, x2, y2 = (round(float(value)) for value in box[:4])
    cv2.rectangle(image, (x1, y1), (x2 - 1, y2 - 1), colour, thick)
