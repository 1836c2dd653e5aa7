"""Pictures with marked objects, as boxes or as masks: what readers of annotation tools share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nikti.core import images
from nikti.core.answers import IGNORE, Masks
from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words, joined
from nikti.readers import _outlines
from nikti.readers._boxes import SHARES, Annotated, all_facts, annotators_frame, below, detection, splits
from nikti.readers._mask_values import refuse_too_many
from nikti.readers._masks import BACKGROUND
from nikti.readers._tally import Tally

#: Corners of the polygon that stands for a circle or an ellipse.
ROUND = 32

NO_OBJECT = Words(
    en="{name}: no object is marked in {count} pictures.",
    bn="{name}: {count}টি ছবির কোথাও কোনো বস্তু দাগানো নেই।",
)
NO_OUTLINES = Words(
    en="{name} holds boxes and no outlines, so there are no masks. Leave --task out.",
    bn="{name}-এ শুধু বাক্স আছে, সীমারেখা নেই; তাই মাস্ক হয় না। --task বাদ দিন।",
)

#: x1, y1, x2, y2.
Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class Thing:
    """One object. corners and outline (x1, y1, x2, y2, x3, y3 ...) in the frame of its picture; outline None
    where only an upright box was drawn; boxed: whether the outline is that of a turned box; place: where it
    is written."""

    label: str
    place: str
    corners: Corners
    outline: tuple[float, ...] | None = None
    boxed: bool = False


@dataclass
class Marked:
    """A picture with its objects; size: (height, width) that the annotator saw, None where that is not known,
    or SHARES; split: 0 train, 1 valid, 2 test, or None."""

    path: Path
    size: tuple[float, float] | None = None
    split: int | None = None
    things: list[Thing] = field(default_factory=list)

    def box(self, label: str, corners: Corners, place: str) -> None:
        """An object in a box."""
        self.things.append(Thing(label, place, corners))

    def outlined(self, label: str, outline: Sequence[float], place: str, boxed: bool = False) -> None:
        """An object in an outline, or in a turned box. Raises ValueError for fewer than three corners."""
        points = _outlines.corners(outline)
        corners = (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
        self.things.append(Thing(label, place, corners, tuple(map(float, outline)), boxed))


def ellipse(x: float, y: float, across: float, down: float, angle: float = 0.0) -> list[float]:
    """A polygon around (x, y) with these radii, turned by an angle in radians."""
    turns = 2 * np.pi * np.arange(ROUND) / ROUND
    u, v = across * np.cos(turns), down * np.sin(turns)
    points = np.stack(
        [x + u * math.cos(angle) - v * math.sin(angle), y + u * math.sin(angle) + v * math.cos(angle)]
    )
    return points.T.ravel().tolist()


def turned_box(corners: Corners, pivot: tuple[float, float], degrees: float) -> list[float]:
    """The four corners of a box turned clockwise (y points down) around a point.

    >>> [round(value) for value in turned_box((0, 0, 4, 2), (0, 0), 90)]
    [0, 0, 0, 4, -2, 4, -2, 0]
    """
    x1, y1, x2, y2 = corners
    angle, (px, py) = math.radians(degrees), pivot
    found = []
    for x, y in ((x1, y1), (x2, y1), (x2, y2), (x1, y2)):
        across, down = x - px, y - py
        found += [px + across * math.cos(angle) - down * math.sin(angle)]
        found += [py + across * math.sin(angle) + down * math.cos(angle)]
    return found


def data(name: str, found: Sequence[Marked], tally: Tally, root: Path, options: Options) -> Data:
    """`Data` with masks where the user asks for them, or where every object has an outline that is no box;
    else with boxes, made from outlines where there is no box. Raises DataError where nothing is left."""
    every = [thing for one in found for thing in one.things]
    if not every:
        why = [note.words for note in tally.notes()]
        raise DataError(joined([NO_OBJECT.format(name=name, count=len(found)), *why], " "))
    drawn = all(thing.outline is not None and not thing.boxed for thing in every)
    if options.task == "semantic_segmentation" or (options.task is None and drawn):
        return _masks(name, found, tally, root)
    pictures = []
    for one in found:
        boxed = Annotated(one.path, size=one.size, split=one.split)
        for thing in one.things:
            boxed.add(thing.corners, thing.label, thing.place)
            if thing.outline is not None and not thing.boxed:
                tally.add("boxes_from_outlines", thing.place)
        pictures.append(boxed)
    return detection(name, pictures, tally, None, root)


def _masks(name: str, found: Sequence[Marked], tally: Tally, root: Path) -> Data:
    labels = sorted({thing.label for one in found for thing in one.things if thing.outline})
    classes = [BACKGROUND, *(label for label in labels if label.lower() != BACKGROUND)]
    if not labels:
        raise DataError(NO_OUTLINES.format(name=name))
    refuse_too_many(name, classes)
    drawings = []
    for one, facts in zip(found, all_facts([one.path for one in found]), strict=True):
        if facts is None:  # `_images.readable` drops it, with the reason
            drawings.append(_outlines.Drawing((1, 1), (1, 1), 1, ()))
            continue
        frame, turned = annotators_frame(one.size, facts)
        if turned:
            tally.add("annotation_turned", below(one.path, root))
        shares = frame == SHARES
        seen = facts.upright if frame is None or shares else (round(frame[0]), round(frame[1]))
        if not one.things:
            tally.add("pictures_without_objects", below(one.path, root))
        shapes = _shapes(one.things, classes, seen if shares else (1, 1), seen, tally)
        drawings.append(_outlines.Drawing(seen, facts.upright, facts.turn if turned else 1, shapes))
    inputs = ImageFiles([one.path for one in found], images.decode)
    split = splits([one.split for one in found])
    masks = Masks(drawings, _outlines.paint)
    return Data(name, "image", inputs, masks, tuple(classes), "masks", split=split).noted(*tally.notes())


def _shapes(
    things: Sequence[Thing],
    classes: Sequence[str],
    scale: tuple[int, int],
    seen: tuple[int, int],
    tally: Tally,
) -> tuple[tuple[int, list[list[float]]], ...]:
    """The objects from behind to front: boxes without an outline first, as pixels that are not used, then
    large to small."""
    found = []
    for thing in things:
        outline = thing.outline or around_box(thing.corners)
        points = [value * scale[1 - place % 2] for place, value in enumerate(outline)]
        code = 0 if thing.label.lower() == BACKGROUND else None
        if thing.outline is None:
            tally.add("boxes_not_outlined", thing.place)
            code = IGNORE
        code = classes.index(thing.label) if code is None else code
        found.append((thing.outline is not None, -_outlines.area([points], seen), code, [points]))
    return tuple((code, shape) for *_, code, shape in sorted(found, key=lambda one: one[:2]))


def around_box(corners: Corners) -> list[float]:
    """A box as an outline."""
    x1, y1, x2, y2 = corners
    return [x1, y1, x2, y1, x2, y2, x1, y2]
