"""Linear support vector machines on windows, taught by their own mistakes.

N. Dalal, B. Triggs 2005 (windows, hard examples); P. Felzenszwalb et al. 2010, section 4.4: rounds of
searching the training pictures for windows that score high and hold nothing, and of learning from them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from nikti.classical.tasks._detection import overlap, windows
from nikti.classical.tasks._detection.pyramid import PAD, Pyramids, cells_of
from nikti.classical.tasks._detection.templates import Template, boxes_at, places_near
from nikti.core.answers import area, iou

#: A window is an example of a thing from this overlap (IoU) on, and of anything else below that.
SAME, OTHER = 0.6, 0.35
#: A box that no window fits so well is still learned from its best one, from this overlap on.
LEAST = 0.4
#: Windows to learn from: of one box; of one template; found in one picture in one round.
PER_BOX, MOST_POSITIVES, PER_PICTURE = 4, 3000, 12
#: Places looked at in a picture, the best first.
MOST_PEAKS = 300
#: Mining: rounds, and the pictures searched in each.
ROUNDS, MINED_PICTURES = 2, 120
#: A mistake is worth learning from if it scores above this (the far side of the margin).
HARD = -1.0
#: The SVM is stopped early, for mining changes its examples anyway; the penalty on moves (as R-CNN's, less
#: as the features are smaller).
SVM_TOLERANCE, RIDGE = 1e-2, 30.0


@dataclass
class Scorer:
    """A template that has learned: weights float32 [th, tw, K], and moves float32 [th * tw * K + 1, 4]
    that bring its windows nearer to their boxes. leaning float32 [K]: how much its decisions move with
    each channel, the weights' size times the deviation of what they meet."""

    template: Template
    weights: np.ndarray
    bias: float
    moves: np.ndarray
    leaning: np.ndarray


def search(
    scorer: Scorer, pyramids: Pyramids, picture: int, least: float, moved: bool = True
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, np.ndarray]]]:
    """The best windows of a picture: (boxes float32 [n, 4], scores [n], [(level, places)])."""
    side = pyramids.side
    found, boxes, values = [], [], []
    for level in scorer.template.levels:
        cells = pyramids.level(picture, level)
        if min(np.subtract(cells.shape[:2], scorer.template.shape)) < 0:
            continue
        score = windows.scores(cells, scorer.weights, scorer.bias)
        places = windows.peaks(score, least)
        at = score[places[:, 0], places[:, 1]]
        if len(at) > MOST_PEAKS:
            best = np.argsort(-at, kind="stable")[:MOST_PEAKS]
            places, at = places[best], at[best]
        where = boxes_at(scorer.template, level, places, side)
        if moved and len(places):
            patches = windows.cut(cells, places, scorer.template.shape)
            where = overlap.moved(where, patches @ scorer.moves[:-1] + scorer.moves[-1]).astype(np.float32)
        found.append((level, places))
        boxes.append(overlap.clipped(where, side, side))
        values.append(at)
    if not boxes:
        return np.zeros((0, 4), np.float32), np.zeros(0, np.float32), []
    return np.concatenate(boxes), np.concatenate(values), found


def positives(
    template: Template, pyramids: Pyramids, truth: list[np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(windows [n, d], their moves [n, 4]) of the boxes of the template's class.

    truth: boxes [k, 5] of each picture.
    """
    side = pyramids.side
    owner = np.repeat(np.arange(len(truth)), [int((t[:, 4] == template.label).sum()) for t in truth])
    boxes = np.concatenate([t[t[:, 4] == template.label, :4] for t in truth])
    chosen = []  # box, level, row, column, overlap
    for level in template.levels:
        box, places = places_near(template, level, boxes, side)
        claimed = overlap.clipped(boxes_at(template, level, places, side), side, side)
        same = _paired_iou(claimed, boxes[box])
        chosen.append(np.column_stack([box, np.full(len(box), level), places, same]))
    table = np.concatenate(chosen)
    table = table[np.lexsort((-table[:, 4], table[:, 0]))]
    rank = np.arange(len(table)) - np.searchsorted(table[:, 0], table[:, 0])
    good = (rank < PER_BOX) & (table[:, 4] >= SAME) | (rank == 0) & (table[:, 4] >= LEAST)
    table = table[good] if good.any() else table[:0]
    if len(table) > MOST_POSITIVES:
        table = table[np.sort(rng.choice(len(table), MOST_POSITIVES, replace=False))]
    patches, moves = [], []
    for picture, level in sorted({(int(owner[int(b)]), int(k)) for b, k in table[:, :2]}):
        rows = (owner[table[:, 0].astype(int)] == picture) & (table[:, 1] == level)
        places = table[rows, 2:4].astype(int)
        patches.append(windows.cut(pyramids.level(picture, level), places, template.shape))
        window = boxes_at(template, level, places, side)
        moves.append(overlap.moves(window, _unclipped(boxes[table[rows, 0].astype(int)], window, side)))
    depth = template.shape[0] * template.shape[1] * pyramids.depth
    if not patches:
        return np.zeros((0, depth), np.float32), np.zeros((0, 4))
    return np.concatenate(patches), np.concatenate(moves)


def _unclipped(boxes: np.ndarray, window: np.ndarray, side: int) -> np.ndarray:
    """The boxes, but where the border cuts one, its edge is where the window has it: the window may
    stick out as the thing does."""
    out = boxes.astype(np.float64).copy()
    for edge, border in ((0, 0), (1, 0), (2, side), (3, side)):
        cut = np.abs(boxes[:, edge] - border) <= 1
        beyond = window[:, edge] < border if border == 0 else window[:, edge] > border
        out[cut & beyond, edge] = window[cut & beyond, edge]
    return out


def _paired_iou(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    shared = np.prod(
        np.maximum(np.minimum(one[:, 2:], other[:, 2:]) - np.maximum(one[:, :2], other[:, :2]), 0), axis=1
    )
    union = area(one) + area(other) - shared
    return shared / np.maximum(union, 1e-9)


def mine(
    scorer: Scorer, pyramids: Pyramids, picture: int, truth: np.ndarray, least: float = HARD
) -> np.ndarray:
    """Windows [n, d] of a picture that score at least `least` and overlap no true box [k, 5] of the class
    by OTHER or more; no two overlap by more than half."""
    boxes, values, found = search(scorer, pyramids, picture, least, moved=False)
    own = truth[truth[:, 4] == scorer.template.label]
    free = np.flatnonzero((iou(boxes, own) < OTHER).all(axis=1))
    kept = free[overlap.suppress(boxes[free], values[free], 0.5, PER_PICTURE)]
    level_of = np.repeat(np.arange(len(found)), [len(places) for _, places in found])
    places = np.concatenate([places for _, places in found]) if found else np.zeros((0, 2), int)
    out = []
    for which in np.unique(level_of[kept]):
        cells = pyramids.level(picture, found[which][0])
        out.append(windows.cut(cells, places[kept[level_of[kept] == which]], scorer.template.shape))
    depth = scorer.weights.size
    return np.concatenate(out) if out else np.zeros((0, depth), np.float32)


def _anywhere(
    template: Template, pyramids: Pyramids, picture: int, truth: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A few windows of any place that overlap no box of the class."""
    side = pyramids.side
    level = int(rng.choice(template.levels))
    room = cells_of(side, level) + 2 * PAD - np.array(template.shape) + 1
    if (room < 1).any():
        return np.zeros((0, template.shape[0] * template.shape[1] * pyramids.depth), np.float32)
    places = np.column_stack([rng.integers(0, room[axis], PER_PICTURE) for axis in (0, 1)])
    claimed = overlap.clipped(boxes_at(template, level, places, side), side, side)
    free = (iou(claimed, truth[truth[:, 4] == template.label]) < OTHER).all(axis=1)
    return windows.cut(pyramids.level(picture, level), places[free], template.shape)


def learn(
    template: Template,
    pyramids: Pyramids,
    truth: list[np.ndarray],
    *,
    penalty: float,
    seed: int,
) -> Scorer | None:
    """Teach a template; None where no window fits any of its boxes, or nothing else is there."""
    rng = np.random.default_rng(seed)
    good, moves = positives(template, pyramids, truth, rng)
    if not len(good):
        return None
    order = rng.permutation(len(truth))
    bad = np.concatenate(
        [_anywhere(template, pyramids, int(p), truth[p], rng) for p in order[: 2 * MINED_PICTURES]]
    )
    if not len(bad):
        return None
    scorer = _fit(template, good, moves, bad, penalty)
    for turn in range(ROUNDS):
        searched = np.roll(order, -turn * MINED_PICTURES)[:MINED_PICTURES]
        bad = bad[_margin(scorer, bad) > HARD - 0.5]  # what it long knows teaches nothing more
        bad = np.concatenate([bad, *(mine(scorer, pyramids, int(p), truth[p]) for p in searched)])
        scorer = _fit(template, good, moves, bad, penalty)
    return scorer


def _margin(scorer: Scorer, patches: np.ndarray) -> np.ndarray:
    return patches @ scorer.weights.ravel() + scorer.bias


def _fit(
    template: Template, good: np.ndarray, targets: np.ndarray, bad: np.ndarray, penalty: float
) -> Scorer:
    from sklearn.linear_model import Ridge
    from sklearn.svm import LinearSVC

    table = np.concatenate([good, bad])
    is_good = np.arange(len(table)) < len(good)
    machine = LinearSVC(C=penalty, dual=False, tol=SVM_TOLERANCE, max_iter=60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the round's next fit begins where mistakes are left
        machine.fit(table, is_good)
    ridge = Ridge(alpha=RIDGE).fit(good, targets)
    moves = np.vstack([ridge.coef_.T, ridge.intercept_]).astype(np.float32)
    weights = machine.coef_[0].astype(np.float32).reshape(*template.shape, -1)
    swing = np.abs(weights) * table.std(axis=0).reshape(weights.shape)
    return Scorer(template, weights, float(machine.intercept_[0]), moves, swing.sum(axis=(0, 1)))
