"""Boxes as an annotation tool wrote them, to boxes in pixels of the pictures as they are decoded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nikti.core import images, spelling
from nikti.core.answers import Boxes
from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words, joined
from nikti.readers import _images, _spelling
from nikti.readers._tally import Tally

#: Two sizes are of one shape if their ratios differ by less: a side that was rounded to whole pixels.
SAME_SHAPE = 0.02

#: Size of a picture whose boxes are written in shares of its sides.
SHARES = (1.0, 1.0)

NO_BOX = Words(
    en="{name}: no box is left in {count} pictures.", bn="{name}: {count}টি ছবির কোথাও কোনো বাক্স বাকি নেই।"
)


@dataclass
class Annotated:
    """One picture and its boxes as written.

    boxes: rows (x1, y1, x2, y2, class name), right and lower edge not included
    places: where each box is written ("a.xml, object 2")
    size: (height, width) of the picture that the annotator saw, None if unknown, or SHARES
    split: 0 train, 1 valid, 2 test, or None
    """

    path: Path
    boxes: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    size: tuple[float, float] | None = None
    split: int | None = None

    def add(self, corners: Sequence[float], name: str, place: str) -> None:
        """One more box."""
        x1, y1, x2, y2 = corners
        self.boxes.append((x1, y1, x2, y2, name))
        self.places.append(place)


def detection(
    name: str, pictures: Sequence[Annotated], tally: Tally, classes: Sequence[str] | None, root: Path
) -> Data:
    """`Data` with `Boxes`; what had to be mended is added to the tally, whose notes the data bring.

    classes: all names in order, or None for those that occur, sorted. Raises DataError where no box
    is left.
    """
    counts = Counter(box[4] for one in pictures for box in one.boxes)
    same = spelling.merged({**dict.fromkeys(classes or (), 0), **counts})
    names = list(dict.fromkeys(same[label] for label in (sorted(counts) if classes is None else classes)))
    codes = {label: names.index(name) for label, name in same.items() if name in names}
    each, sizes = [], []
    for one, facts in zip(pictures, all_facts([one.path for one in pictures]), strict=True):
        # A file without a readable header is dropped by `_images.readable`, with the reason.
        size = (1, 1) if facts is None else facts.upright
        inside = np.zeros((0, 5)) if facts is None else _in_picture(one, facts, codes, tally, root)
        each.append(inside)
        sizes.append(size)
        if facts is not None and not len(inside):
            tally.add("pictures_without_boxes", below(one.path, root))
    boxes = Boxes.of(each, sizes)
    if not len(boxes.flat):
        why = [note.words for note in tally.notes()]
        raise DataError(joined([NO_BOX.format(name=name, count=len(pictures)), *why], " "))
    boxes, names = _used(boxes, names, tally)
    split = splits([one.split for one in pictures])
    inputs = ImageFiles([one.path for one in pictures], images.decode)
    data = Data(name, "image", inputs, boxes, tuple(names), "boxes", split=split)
    return data.noted(*tally.notes(), *_spelling.merged(same))


def all_facts(paths: Sequence[Path]) -> list[images.Facts | None]:
    """What the files' headers say, None for files that have none."""
    with ThreadPoolExecutor(_images.threads()) as pool:
        return list(pool.map(_facts, paths))


def _facts(path: Path) -> images.Facts | None:
    try:
        return images.facts(path)
    except DataError:
        return None


def splits(codes: Sequence[int | None]) -> np.ndarray | None:
    """uint8 [n], or None where fewer than two of train, valid and test occur."""
    if None in codes or len(set(codes)) < 2:
        return None
    return np.array(codes, dtype=np.uint8)


def below(path: Path, root: Path) -> str:
    """A path as people read it: below the folder that was given."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else path.name


def _used(boxes: Boxes, names: list[str], tally: Tally) -> tuple[Boxes, list[str]]:
    """Without the classes that have no box."""
    used, codes = np.unique(boxes.flat[:, 4].astype(int), return_inverse=True)
    for code in set(range(len(names))) - set(used.tolist()):
        tally.add("classes_unused", names[code])
    boxes.flat[:, 4] = codes
    return boxes, [names[code] for code in used]


def _in_picture(
    one: Annotated, facts: images.Facts, codes: dict[str, int], tally: Tally, root: Path
) -> np.ndarray:
    """[k, 5] in pixels of the decoded picture, inside it."""
    named = [(box, place) for box, place in zip(one.boxes, one.places, strict=True) if box[4] in codes]
    for box, place in zip(one.boxes, one.places, strict=True):
        if box[4] not in codes:
            tally.add("boxes_unknown_class", f"{place}: {box[4]}")
    corners = np.array([box[:4] for box, _ in named], dtype=np.float64).reshape(-1, 4)
    labels = np.array([codes[box[4]] for box, _ in named], dtype=np.float64)
    places = [place for _, place in named]

    finite = np.asarray(np.isfinite(corners).all(axis=1))
    _say(tally, "boxes_unreadable", places, ~finite)
    low, high = np.minimum(corners[:, :2], corners[:, 2:]), np.maximum(corners[:, :2], corners[:, 2:])
    _say(tally, "boxes_swapped", places, finite & (corners[:, :2] > corners[:, 2:]).any(axis=1))
    empty = finite & np.asarray((high <= low).any(axis=1))
    _say(tally, "boxes_empty", places, empty)
    frame, turned = annotators_frame(one.size, facts)
    if len(corners) and turned:
        tally.add("annotation_turned", below(one.path, root))
    if len(corners) and one.size is not None and one.size != SHARES:
        if frame is None:
            tally.add("boxes_other_size", below(one.path, root))
        elif not turned and tuple(map(round, frame)) != facts.upright:
            tally.add("boxes_rescaled", below(one.path, root))
    boxes = np.hstack([low, high])
    if turned and frame is not None:
        boxes = turn(boxes, frame, facts.turn)
    height, width = facts.upright
    if frame is not None:
        seen = frame[::-1] if turned and facts.turn >= images.FIRST_SIDEWAYS else frame
        boxes = boxes * (np.array([width, height] * 2) / np.array([seen[1], seen[0]] * 2))
    inside = np.clip(boxes, 0, [width, height, width, height])
    whole = finite & ~empty
    outside = whole & (inside[:, 2:] <= inside[:, :2]).any(axis=1)
    _say(tally, "boxes_outside", places, outside)
    # Shares are rounded when they are written: what a pixel's hundredth cuts off is no fault.
    _say(tally, "boxes_clipped", places, whole & ~outside & (abs(inside - boxes) > 0.01).any(axis=1))
    kept = whole & ~outside
    return np.column_stack([inside, labels])[kept]


def _say(tally: Tally, code: str, places: Sequence[str], which: np.ndarray) -> None:
    for row in np.flatnonzero(which).tolist():
        tally.add(code, places[row])


def annotators_frame(
    size: tuple[float, float] | None, facts: images.Facts
) -> tuple[tuple[float, float] | None, bool]:
    """((height, width) in which the annotation is written, whether it is the picture before EXIF turned it).

    None: the annotation's size is unknown or of another shape, and its numbers can only be pixels. A
    square picture, or one turned by half, tells nothing; most tools show pictures turned.
    """
    if size is None or min(size) <= 0:
        return None, False
    if size == SHARES:
        return size, False
    stored, sideways = (facts.height, facts.width), facts.turn >= images.FIRST_SIDEWAYS
    if sideways and tuple(size) == stored != facts.upright:
        return size, True
    if same_shape(size, facts.upright):
        return size, False
    return (size, True) if sideways and same_shape(size, stored) else (None, False)


def same_shape(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two (height, width) have one ratio, but for rounding."""
    return abs(one[0] * other[1] / (one[1] * other[0]) - 1) < SAME_SHAPE


def turn(boxes: np.ndarray, size: tuple[float, float], orientation: int) -> np.ndarray:
    """Boxes [k, 4] in a stored picture of (height, width), in the picture as EXIF turns it.

    Orientation o of EXIF 2.32 (tag 0x0112): row 0 and column 0 of the stored picture are the top and left
    (1), top and right (2), bottom and right (3), bottom and left (4), left and top (5), right and top (6),
    right and bottom (7), left and bottom (8) of the scene.

    >>> turn(np.array([[0, 0, 2, 1]]), (4, 6), 6).tolist()
    [[3.0, 0.0, 4.0, 2.0]]
    """
    height, width = size
    x, y = boxes[:, [0, 2]].astype(float), boxes[:, [1, 3]].astype(float)
    x, y = {
        1: (x, y),
        2: (width - x, y),
        3: (width - x, height - y),
        4: (x, height - y),
        5: (y, x),
        6: (height - y, x),
        7: (height - y, width - x),
        8: (y, width - x),
    }[orientation]
    return np.column_stack([x.min(1), y.min(1), x.max(1), y.max(1)])
