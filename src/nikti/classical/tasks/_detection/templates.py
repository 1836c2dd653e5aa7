"""The windows that are slid over the pictures: for each class the usual shapes of its boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nikti.classical.tasks._detection.channels import CELL
from nikti.classical.tasks._detection.pyramid import LARGEST, PAD, STEPS, cells_of

#: Cells of the thing itself, and around it what it stands on (Dalal and Triggs 2005, section 6.5: a
#: margin helps).
CELLS_ACROSS, MARGIN = 7, 1
FEWEST, MOST = 3, 16

#: A class gets a window more for each such ratio between its widest and its tallest shapes, up to three
#: (as the mixtures of Felzenszwalb et al. 2010, section 5.2).
ASPECT_RATIO, MOST_SHAPES = 1.7, 3
#: Boxes outside these percentiles do not decide about shapes and sizes.
PERCENTILES = (3.0, 97.0)


@dataclass(frozen=True)
class Template:
    """A window of `rows` x `columns` cells (the thing; MARGIN more on each side are looked at) for boxes
    of class `label`, slid over the given levels."""

    label: int
    rows: int
    columns: int
    levels: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Cells looked at: (rows, columns)."""
        return self.rows + 2 * MARGIN, self.columns + 2 * MARGIN


def templates_of(boxes: np.ndarray, side: int) -> list[Template]:
    """Templates for boxes [n, 5] (x1, y1, x2, y2, class) in square pictures of so many pixels a side."""
    found = []
    for label in map(int, np.unique(boxes[:, 4])):
        sizes = _whole(boxes[boxes[:, 4] == label], side)
        aspects = np.log(sizes[:, 0] / sizes[:, 1])
        low, high = np.percentile(aspects, PERCENTILES)
        shapes = min(MOST_SHAPES, 1 + int((high - low) / np.log(ASPECT_RATIO)), len(sizes))
        group = np.empty(len(sizes), dtype=int)
        group[np.argsort(aspects, kind="stable")] = np.arange(len(sizes)) * shapes // len(sizes)
        found += [_template(label, sizes[group == g], side) for g in range(shapes)]
    return list(dict.fromkeys(found))  # two groups may come to the same


def _whole(boxes: np.ndarray, side: int) -> np.ndarray:
    """Widths and heights [n, 2] of the boxes, those that the border cuts left out if others remain."""
    inside = (boxes[:, :2] > 1).all(axis=1) & (boxes[:, 2:4] < side - 1).all(axis=1)
    sizes = np.maximum(boxes[:, 2:4] - boxes[:, :2], 1.0)
    return sizes[inside] if inside.sum() >= max(1, len(boxes) // 4) else sizes


def _template(label: int, sizes: np.ndarray, side: int) -> Template:
    across = np.sqrt(sizes.prod(axis=1))
    aspect = np.exp(np.median(np.log(sizes[:, 0] / sizes[:, 1])))
    low, high = np.percentile(across, PERCENTILES)
    cells = min(CELLS_ACROSS, LARGEST * low / CELL)  # at the largest scale that we are willing to make
    rows, columns = (
        int(np.clip(round(cells * ratio), FEWEST, MOST)) for ratio in (aspect**-0.5, aspect**0.5)
    )
    here = np.sqrt(rows * columns) * CELL
    first, last = (int(round(STEPS * np.log2(size / here))) for size in (low, high))
    first = max(first, -int(STEPS * np.log2(LARGEST)))
    levels = range(first, max(first, last) + 1)
    return Template(
        label, rows, columns, tuple(k for k in levels if _fits(rows, columns, side, k)) or (first,)
    )


def _fits(rows: int, columns: int, side: int, level: int) -> bool:
    return cells_of(side, level) + 2 * (PAD - MARGIN) >= max(rows, columns)


def boxes_at(template: Template, level: int, places: np.ndarray, side: int) -> np.ndarray:
    """The boxes float32 [n, 4], in pixels and not cut at the border, that the template claims when its
    looked-at cells begin at `places` int [n, 2] (row, column) of a level's cells."""
    cell = side / cells_of(side, level)
    corner = (places[:, ::-1] - PAD + MARGIN) * cell
    return np.hstack([corner, corner + np.array([template.columns, template.rows]) * cell]).astype(np.float32)


def places_near(
    template: Template, level: int, boxes: np.ndarray, side: int
) -> tuple[np.ndarray, np.ndarray]:
    """(box, place): the 3 x 3 places int [m, 2] around the one whose centre is nearest to each box's, and
    which box [m] each is near; those beyond the cells are left out."""
    cell = side / cells_of(side, level)
    centre = (boxes[:, :2] + boxes[:, 2:4])[:, ::-1] / 2 / cell
    nearest = np.round(centre + PAD - np.array(template.shape) / 2).astype(int)
    steps = np.array([(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)])
    places = (nearest[:, None] + steps).reshape(-1, 2)
    last = cells_of(side, level) + 2 * PAD - np.array(template.shape)
    inside = ((places >= 0) & (places <= last)).all(axis=1)
    return np.repeat(np.arange(len(boxes)), len(steps))[inside], places[inside]
