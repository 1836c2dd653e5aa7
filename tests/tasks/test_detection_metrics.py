"""Average precision against the COCO evaluation's own program, pseudo-values against leaving pictures out,
and what `prepare` says and refuses."""

import numpy as np
import pytest

from nikti.core.answers import Boxes
from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.inputs import Stack
from nikti.tasks import _boxes
from nikti.tasks.object_detection import TASK

SIDE = 300


def made(seed, n=8, classes=3, most=5, detections=25, tied=False):
    """Boxes of all sizes, detections that are near them, of the wrong class, twice there or nowhere."""
    rng = np.random.default_rng(seed)
    truth, predicted = [], []
    for _ in range(n):
        corner, size = rng.uniform(0, 230, (2, rng.integers(0, most + 1), 2))
        there = np.column_stack([corner, corner + 5 + size, rng.integers(0, classes, len(size))])
        seen = []
        for _ in range(rng.integers(0, detections + 1)):
            if len(there) and rng.random() < 0.6:
                box = there[rng.integers(len(there))].copy()
                box[:4] += rng.normal(0, 0.08, 4) * np.tile(box[2:4] - box[:2], 2)
                box[2:4] = np.maximum(box[2:4], box[:2] + 1)
            else:
                box = np.concatenate([(at := rng.uniform(0, 200, 2)), at + rng.uniform(5, 150, 2), [0]])
            if rng.random() < 0.3:
                box[4] = rng.integers(classes)
            seen.append([*box, rng.choice([0.2, 0.5, 0.9]) if tied else rng.random()])
        truth.append(there)
        predicted.append(seen)
    sizes = [(SIDE, SIDE)] * n
    return Boxes.of(truth, sizes), Boxes.of(predicted, sizes, 6)


def coco(truth, predicted):
    """{metric: value}, nothing where pycocotools says -1."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def api(boxes):
        flat = boxes.flat.astype(float)
        found = COCO()
        found.dataset = {
            "images": [{"id": i} for i in range(len(boxes))],
            "categories": [{"id": c} for c in range(10)],
            "annotations": [
                {
                    **{"id": i + 1, "image_id": int(picture), "category_id": int(box[4]), "iscrowd": 0},
                    "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]],
                    "area": (box[2] - box[0]) * (box[3] - box[1]),
                    "score": box[-1],
                }
                for i, (picture, box) in enumerate(zip(boxes.pictures(), flat, strict=True))
            ],
        }
        found.createIndex()
        return found

    evaluation = COCOeval(api(truth), api(predicted), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    names = ("map", "map_50", "map_75", "map_small", "map_medium", "map_large")
    return {name: value for name, value in zip(names, evaluation.stats, strict=False) if value > -1}


def one(*boxes, n=1):
    """Boxes in the first of n pictures."""
    columns = len(boxes[0]) if boxes else 6
    return Boxes.of([list(boxes), *[[]] * (n - 1)], [(SIDE, SIDE)] * n, columns)


BOX, TWIN = [10, 10, 50, 50, 0], [12, 10, 52, 50, 0]
CASES = {
    **{f"random {seed}": made(seed, n=1 + seed % 9, classes=1 + seed % 4) for seed in range(12)},
    **{f"ties {seed}": made(seed, tied=True) for seed in range(6)},
    **{f"more than a hundred {seed}": made(seed, 3, 1, detections=400) for seed in range(3)},
    "nothing found": (one(BOX, n=3), one(n=3)),
    "classes absent from truth": (one(BOX), one([*BOX, 0.5], [*BOX[:4], 2, 0.9])),
    "class never found": (one(BOX, [*BOX[:4], 3]), one([*BOX, 0.5])),
    "found twice": (one(BOX, TWIN), one([*BOX, 0.5], [*BOX, 0.4], [*TWIN, 0.4])),
    "exactly half, equal overlaps": (
        one([0, 0, 10, 10, 0], [0, 0, 10, 10, 0]),
        one([0, 0, 10, 5, 0, 0.7], [0, 0, 10, 20, 0, 0.7]),
    ),
    "at the edge of small": (one([0, 0, 32, 32, 0], [0, 0, 96, 96, 0]), one([0, 0, 32, 32, 0, 0.5])),
}


@pytest.mark.parametrize("case", CASES)
def test_scores_are_cocos(case):
    truth, predicted = CASES[case]
    found, expected = TASK.score(truth, predicted), coco(truth, predicted)
    if not len(truth.flat):
        expected = {"map": 0.0, "map_50": 0.0, "map_75": 0.0}
    assert set(found) == set(expected) <= {metric.name for metric in TASK.metrics}
    assert found == pytest.approx(expected, abs=1e-6)
    losses = TASK.losses(truth, predicted)
    assert losses.shape == (len(truth),) and losses.mean() == pytest.approx(1 - found["map"], abs=1e-12)


def test_by_hand():
    truth = one(BOX, [100, 100, 140, 140, 0])
    wrong, right = [200, 200, 240, 240, 0, 0.9], [100, 100, 140, 140, 0, 0.8]
    # A false one first, then one of two: precision 1/2 up to recall 1/2, which are 51 of the 101 points.
    assert TASK.score(truth, one(wrong, right))["map"] == pytest.approx(0.5 * 51 / 101)
    assert TASK.score(truth, truth_as_found(truth))["map"] == 1.0


def truth_as_found(truth, sizes=None):
    flat = np.column_stack([truth.flat, np.ones(len(truth.flat), np.float32)])
    found = Boxes(flat, truth.offsets, truth.sizes)
    return found if sizes is None else found.scaled(sizes)


def test_predictions_on_pictures_of_other_sizes():
    truth, _ = made(1)
    other = truth_as_found(truth, np.full((len(truth), 2), (64, 128)))
    assert TASK.score(truth, other)["map_50"] == 1.0


@pytest.mark.parametrize("seed", range(6))
def test_pseudo_values_are_what_leaving_each_picture_out_gives(seed):
    truth, predicted = made(seed, n=9, tied=seed % 2 == 1)
    n = len(truth)
    whole = TASK.score(truth, predicted)["map"]
    rest = [np.delete(np.arange(n), i) for i in range(n)]
    expected = np.array([n * whole - (n - 1) * TASK.score(truth[r], predicted[r])["map"] for r in rest])
    expected += whole - expected.mean()
    np.testing.assert_allclose(1 - TASK.losses(truth, predicted), expected, atol=1e-9)


def test_first_order_is_close_where_there_are_many(monkeypatch):
    truth, predicted = made(3, n=150, detections=10)
    exact = _boxes.pseudo_values(truth, predicted)
    monkeypatch.setattr(_boxes, "MOST_CELLS", 0)
    near = _boxes.pseudo_values(truth, predicted)
    assert near.mean() == pytest.approx(exact.mean(), abs=1e-12)
    assert np.corrcoef(exact, near)[0, 1] > 0.95 and 0.85 < near.std() / exact.std() < 1.05


def test_nothing_there_and_one_picture():
    empty = one(n=2)
    assert TASK.score(empty, empty)["map"] == 0.0 and TASK.losses(empty, empty).tolist() == [1.0, 1.0]
    assert TASK.losses(one(BOX), one([*BOX, 0.5])).tolist() == [0.0]


def pictures(boxes):
    return Data("yard", "image", Stack(np.zeros((len(boxes), 8, 8, 3), np.uint8)), boxes, ("cat", "dog"))


def test_prepare_cuts_drops_and_says():
    boxes = one([-5, 10, 50, 400, 0], [400, 10, 500, 50, 1], [7, 7, 7, 20, 1], n=3)
    data = TASK.prepare(pictures(boxes))
    assert data.targets.flat.tolist() == [[0, 10, 50, SIDE, 0]] and len(data) == 3
    assert [(note.code, note.values["count"]) for note in data.notes] == [("dropped_boxes", 2)]
    assert TASK.prepare(data).notes == data.notes
    assert TASK.facts(data) == {"counts": {"cat": 1, "dog": 0}, "empty": 2}


def test_strata_hold_the_rare():
    boxes = Boxes.of([[[*BOX[:4], 0], [*BOX[:4], 1]], [BOX], [], [BOX]], [(SIDE, SIDE)] * 4)
    assert TASK.strata(boxes).tolist() == [1, 0, 2, 0]


def test_refusals():
    with pytest.raises(DataError, match="none of the 2 pictures of yard has a box"):
        TASK.prepare(pictures(Boxes.of([[], []], [(8, 8)] * 2)))
    with pytest.raises(DataError, match="has 1 pictures"):
        TASK.prepare(pictures(one(BOX)))
    labels = Data("yard", "image", Stack(np.zeros((2, 8, 8, 3), np.uint8)), np.array(["a", "b"]))
    with pytest.raises(DataError, match="needs boxes around things"):
        TASK.prepare(labels)
