"""Generated pictures with known things in them, and tasks that score by plain means."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from nikti.core.answers import Boxes
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.task import Metric

QUICK = Budget(tries=1)


def things(n=24, side=64, seed=0):
    """Red discs (class 0) and blue squares (class 1) on a noisy ground, in known boxes."""
    rng = np.random.default_rng(seed)
    pictures, boxes = rng.integers(90, 130, (n, side, side, 3)).astype(np.uint8), []
    ys, xs = np.mgrid[:side, :side]
    for picture in pictures:
        mine = []
        for cell in rng.permutation(4)[: rng.integers(1, 4)]:  # one to a quarter: they never overlap
            size, label = int(rng.integers(14, 22)), int(rng.integers(2))
            half = side // 2
            x = cell % 2 * half + int(rng.integers(0, half - size))
            y = cell // 2 * half + int(rng.integers(0, half - size))
            if label == 0:
                there = (xs - x - size / 2 + 0.5) ** 2 + (ys - y - size / 2 + 0.5) ** 2 <= (size / 2) ** 2
                picture[there] = (200, 40, 40)
            else:
                picture[y : y + size, x : x + size] = (40, 40, 200)
            mine.append([x, y, x + size, y + size, label])
        boxes.append(mine)
    return Data("things", "image", Stack(pictures), Boxes.of(boxes, [(side, side)] * n), ("disc", "square"))


def regions(n=10, side=36, seed=0):
    """Ground (0), a smooth disc of the same mean brightness as it (1), a bright bar (2)."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 30, (n, side, side))
    pictures, masks = np.full((n, side, side), 110.0), np.zeros((n, side, side), np.uint8)
    ys, xs = np.mgrid[:side, :side]
    for k in range(n):
        cx, cy = rng.integers(side // 3, side - side // 3, 2)
        disc = (xs - cx) ** 2 + (ys - cy) ** 2 <= (side / 4) ** 2
        noise[k][disc] *= 0.1
        masks[k][disc] = 1
        column = int(rng.integers(2, side - 6))
        pictures[k][:, column : column + 4] = 220
        masks[k][:, column : column + 4] = 2
    stack = np.clip(pictures + noise, 0, 255).astype(np.uint8)[..., None]
    return Data("regions", "image", Stack(stack), masks, ("ground", "smooth", "bar"))


def f1(truth, found, least=0.5):
    """F1 of found boxes with a score of at least `least`: each true box takes one of its class with IoU
    over a half."""
    import torch
    from torchvision.ops import box_iou

    right = wrong = missed = 0
    for k in range(len(truth)):
        left = [box for box in found[k] if box[5] >= least]
        for box in truth[k]:
            same = [
                other
                for other in left
                if other[4] == box[4]
                and float(box_iou(torch.tensor(box[None, :4]), torch.tensor(other[None, :4]))) > 0.5
            ]
            right, missed = right + bool(same), missed + (not same)
            left = [other for other in left if not same or other is not same[0]]
        wrong += len(left)
    return 2 * right / max(1, 2 * right + wrong + missed)


def task(name, score):
    """Enough of a task for a contender."""
    return SimpleNamespace(
        name=name,
        answer="boxes",
        metrics=(Metric("score"),),
        score=lambda truth, found, proba, scale: {"score": score(truth, found)},
        losses=lambda truth, found, scale: np.array(
            [1 - score(truth[[k]], found[[k]]) for k in range(len(truth))]
        ),
        scale=lambda truth: 1.0,
    )


DETECTION = task("object_detection", f1)
SEGMENTATION = task("semantic_segmentation", lambda truth, found: float(np.mean(truth == found)))


def halves(n):
    """One inner split."""
    return [(np.arange(0, n, 2), np.arange(1, n, 2))]


def fit(contender, task, data, inner=(), seed=0, budget=QUICK):
    """One fit, its progress checked."""
    seen = []
    model = contender.fit(
        task, data, inner=inner, seed=seed, budget=budget, progress=lambda done, words: seen.append(done)
    )
    assert seen == sorted(seen) and all(0 <= done <= 1 for done in seen)
    return model
