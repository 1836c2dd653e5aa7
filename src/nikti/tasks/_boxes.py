"""Average precision of boxes by COCO's rules, and what each picture adds to it.

The rules are those of the COCO evaluation (Lin et al. 2014, arXiv 1405.0312; its reference program is
pycocotools), without crowd regions: a class's detections in order of falling score; each takes the box of
its picture and class that it overlaps most and that none took before, if their intersection over union
reaches the threshold; precision at recall 0, .01, ... 1, each the best at that recall or beyond; its mean
over these 101 points, over the classes that occur in the truth and over thresholds .50, .55, ... .95.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nikti.core.answers import CLASS, SCORE, Boxes

#: Overlaps at which a detection counts as found.
THRESHOLDS = np.linspace(0.5, 0.95, 10)

#: Where the precision is read off.
RECALLS = np.linspace(0.0, 1.0, 101)

#: Detections beyond these, of a class in a picture, are not looked at.
MOST_PER_PICTURE = 100

#: Areas of boxes in square pixels, both ends included (COCO's small, medium, large).
AREAS = {"small": (0.0, 32.0**2), "medium": (32.0**2, 96.0**2), "large": (96.0**2, 1e10)}
ANY_AREA = (0.0, 1e10)

#: Pictures times boxes of a class beyond which a picture is left out to first order only, which bounds the
#: time to about 0.1 s per class. In shares of the true sampling variance, on made pictures: exact 1.3 with
#: 20 pictures, 1.15 with 60, 0.95 with 300; first order 0.8, 0.96 and 0.87, so small sets need the exact one.
MOST_CELLS = 400_000


@dataclass(frozen=True)
class Found:
    """What was found, by class. Detections in order of class and falling score, cut as COCO cuts them.

    classes, pictures  int64 [D]; hit, counted: bool [T, D], whether a detection took a box at each
                       threshold, and whether it counts at all (outside of the asked areas it may not)
    truth_classes, truth_pictures  int64 [G]: the boxes that are there to be found
    """

    classes: np.ndarray
    pictures: np.ndarray
    hit: np.ndarray
    counted: np.ndarray
    truth_classes: np.ndarray
    truth_pictures: np.ndarray

    def names(self) -> np.ndarray:
        """The classes that are there to be found."""
        return np.unique(self.truth_classes)


def overlap(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes, row by row; [m, 4] each, corners."""
    low, high = np.maximum(left[:, :2], right[:, :2]), np.minimum(left[:, 2:4], right[:, 2:4])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    union = _area(left) + _area(right) - shared
    return np.divide(shared, union, out=np.zeros(len(shared)), where=union > 0)


def match(truth: Boxes, predicted: Boxes, area: tuple[float, float] = ANY_AREA) -> Found:
    """Which detections found a box of that area, at every threshold.

    truth, predicted: of the same pictures, in the same pixels. Boxes of another area ask for nothing: who
    finds them, or is of another area and finds none, does not count.
    """
    there, seen = truth.flat.astype(np.float64), predicted.flat.astype(np.float64)
    key, void = _keys(truth), _outside(there, area)
    order = np.lexsort((void, key))
    there, key, void = there[order], key[order], void[order]
    own = _keys(predicted)
    order = np.lexsort((-seen[:, SCORE], own))
    seen, own = seen[order], own[order]
    rank = np.arange(len(own)) - np.searchsorted(own, own)
    first = rank < MOST_PER_PICTURE
    seen, own, rank = seen[first], own[first], rank[first]

    left, right, iou = _candidates(seen, own, there, key)
    hit = np.zeros((len(THRESHOLDS), len(own)), bool)
    hit_void = np.zeros_like(hit)
    taken = np.zeros((len(THRESHOLDS), len(key)), bool)
    # Of the boxes a detection may take the last is the best: counting ones after void ones, then by overlap.
    order = np.lexsort((right, iou, ~void[right], left, rank[left]))
    left, right, enough = left[order], right[order], iou[order] >= THRESHOLDS[:, None]
    edges = np.searchsorted(rank[left], np.arange(MOST_PER_PICTURE + 1))
    for start, end in zip(edges[:-1], edges[1:], strict=True):  # the best detections of all pictures first
        if start == end:
            continue
        box, detection = right[start:end], left[start:end]
        free = np.where(enough[:, start:end] & ~taken[:, box], np.arange(end - start), -1)
        firsts = np.flatnonzero(np.diff(detection, prepend=-1))
        best = np.maximum.reduceat(free, firsts, axis=1)  # [T, detections of this rank]
        level, which = np.nonzero(best >= 0)
        chosen = box[best[level, which]]
        taken[level, chosen] = True
        hit[level, detection[firsts[which]]] = True
        hit_void[level, detection[firsts[which]]] = void[chosen]

    counted = np.where(hit, ~hit_void, ~_outside(seen, area))
    order = np.lexsort((-seen[:, SCORE], seen[:, CLASS]))
    codes, pictures = seen[order, CLASS].astype(np.int64), _picture(own)[order]
    asked = ~void
    return Found(codes, pictures, hit[:, order], counted[:, order], _code(key)[asked], _picture(key)[asked])


def average_precisions(found: Found) -> np.ndarray:
    """float64 [classes there to be found, T]."""
    rows = []
    for name in found.names():
        mine = found.classes == name
        total = int((found.truth_classes == name).sum())
        levels = zip(found.hit[:, mine], found.counted[:, mine], strict=True)
        rows.append([_average(hit[counted], total) for hit, counted in levels])
    return np.array(rows).reshape(-1, len(THRESHOLDS))


def mean_average_precision(found: Found) -> float:
    """mAP@[.5:.95]; 0 where there is nothing to be found."""
    each = average_precisions(found)
    return float(each.mean()) if each.size else 0.0


def pseudo_values(truth: Boxes, predicted: Boxes) -> np.ndarray:
    """float64 [n]: what each picture adds to the mean average precision, which is their mean.

    The jackknife's pseudo-values n theta - (n - 1) theta_(without i) (Tukey 1958; Efron and Stein 1981 for
    their variance), moved so that their mean is theta itself. A class that only one picture has leaves the
    mean with it, as in the COCO evaluation.
    """
    found, n = match(truth, predicted), len(truth)
    theta = mean_average_precision(found)
    if n < 2 or not len(found.truth_classes):
        return np.full(n, theta)
    total, count = np.zeros(n), np.zeros(n)
    for name in found.names():
        without = _without_each(found, int(name), n)
        total += np.nan_to_num(without)
        count += np.isfinite(without)
    left_out = np.where(count > 0, total / np.maximum(count, 1), theta)
    return theta - (n - 1) * (left_out - left_out.mean())


def _without_each(found: Found, name: int, n: int) -> np.ndarray:
    """A class's average precision, mean over thresholds, without each of n pictures; nan where the class is
    then gone."""
    mine = found.classes == name
    owner, hit = found.pictures[mine], found.hit[:, mine]
    asked = np.bincount(found.truth_pictures[found.truth_classes == name], minlength=n)
    concerned = np.union1d(owner, np.flatnonzero(asked))
    place = np.searchsorted(concerned, owner)
    whole = float(np.mean([_average(row, int(asked.sum())) for row in hit]))
    without = np.full(n, whole)
    if len(concerned) * int(asked.sum()) <= MOST_CELLS:
        needed = _needed_without(asked[concerned])
        each = [_left_out(row, place, needed) for row in hit]
        without[concerned] = np.mean(each, axis=0)
    else:
        each = [_influence(row, place, asked[concerned]) for row in hit]
        without[concerned] -= np.mean(each, axis=0)
    return np.where(asked < asked.sum(), without, np.nan)


def _average(hit: np.ndarray, total: int) -> float:
    """Average precision from the detections' hits in order of falling score; total: boxes there are."""
    places = np.flatnonzero(hit)
    best = _envelope(np.arange(1, len(places) + 1) / (places + 1))
    needed = _needed(total) - 1
    return float(best[needed[needed < len(places)]].sum() / len(RECALLS))


def _left_out(hit: np.ndarray, place: np.ndarray, needed: np.ndarray) -> np.ndarray:
    """Average precision [P] without each of P pictures; place: each detection's picture; needed [P, 101]:
    finds that reach each of RECALLS then. Precision falls between finds, so it is looked at there only."""
    pictures, places = len(needed), np.flatnonzero(hit)
    k = len(places)
    if not k:
        return np.zeros(pictures)
    before = np.searchsorted(places, np.arange(len(hit)))  # the first find at or behind each detection
    cells = place * (k + 1) + before
    size = pictures * (k + 1)
    own = np.bincount(cells, minlength=size).reshape(pictures, k + 1)[:, :k].cumsum(axis=1)
    own_hits = np.bincount(cells[places], minlength=size).reshape(pictures, k + 1)[:, :k].cumsum(axis=1)
    hits = np.arange(1, k + 1) - own_hits  # [P, k]: finds so far, of the other pictures
    best = _envelope(hits / np.maximum(places + 1 - own, 1))
    # The j-th find of the others, by one search in all rows: each row counts up from where the last ended.
    offset = np.arange(pictures)[:, None] * (k + 1)
    at = np.searchsorted((hits + offset).ravel(), (needed + offset).ravel()).reshape(needed.shape)
    reached = needed <= hits[:, -1:]
    return np.where(reached, best.ravel()[np.where(reached, at, 0)], 0.0).mean(axis=1)


def _influence(hit: np.ndarray, place: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """How the average precision changes with the weight of each of P pictures, [P]: the derivative of the
    area sum_k q_k / G under the envelope q_k = max_(j >= k) hits_j / detections_j over G boxes, which the
    101 points approximate. Its sum over the pictures is 0."""
    places, total = np.flatnonzero(hit), asked.sum()
    k = len(places)
    if not k:
        return np.zeros(len(asked))
    precision = np.arange(1, k + 1) / (places + 1)
    best = _envelope(precision)
    # Where the envelope at each find comes from: the last find behind it that reaches it.
    source = np.searchsorted(-best, -best, side="right") - 1
    weight = np.bincount(source, minlength=k) / (places + 1)
    gain, cost = (np.append(np.cumsum(part[::-1])[::-1], 0.0) for part in (weight, weight * precision))
    before = np.searchsorted(places, np.arange(len(hit)))
    change = -cost[before]
    change[places] += gain[:k] + best
    area = best.sum() / total
    return (np.bincount(place, weights=change, minlength=len(asked)) - asked * area) / total


def _envelope(precision: np.ndarray) -> np.ndarray:
    """The best precision here or behind, along the last axis."""
    return np.maximum.accumulate(precision[..., ::-1], axis=-1)[..., ::-1]


def _needed(total: int) -> np.ndarray:
    """Finds that reach each of RECALLS, int64 [101], at least one."""
    return np.searchsorted(np.arange(1, total + 1) / total, RECALLS) + 1


def _needed_without(asked: np.ndarray) -> np.ndarray:
    """The same without each of P pictures, int64 [P, 101]; asked [P]: boxes of each."""
    needed = np.ones((len(asked), len(RECALLS)), np.int64)
    for boxes in np.unique(asked[asked < asked.sum()]):
        needed[asked == boxes] = _needed(int(asked.sum() - boxes))
    return needed


def _candidates(
    seen: np.ndarray, own: np.ndarray, there: np.ndarray, key: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(detection, box, overlap) of all pairs of one picture and class that reach the lowest threshold."""
    first, end = np.searchsorted(key, own), np.searchsorted(key, own, side="right")
    parts = []
    for rows in np.array_split(
        np.arange(len(own)), max(1, len(own) // 50_000)
    ):  # memory: not all pairs at once
        count = end[rows] - first[rows]
        left = np.repeat(rows, count)
        right = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count) + first[left]
        iou = overlap(seen[left], there[right])
        near = iou >= THRESHOLDS[0]
        parts.append((left[near], right[near], iou[near]))
    lefts, rights, ious = zip(*parts, strict=True)
    return np.concatenate(lefts), np.concatenate(rights), np.concatenate(ious)


#: Classes in a key of picture and class; more there are in no data set of boxes.
_CLASSES = 1 << 20


def _keys(boxes: Boxes) -> np.ndarray:
    return boxes.pictures() * _CLASSES + boxes.flat[:, CLASS].astype(np.int64)


def _picture(key: np.ndarray) -> np.ndarray:
    return key // _CLASSES


def _code(key: np.ndarray) -> np.ndarray:
    return key % _CLASSES


def _area(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _outside(boxes: np.ndarray, area: tuple[float, float]) -> np.ndarray:
    size = _area(boxes)
    return (size < area[0]) | (size > area[1])
