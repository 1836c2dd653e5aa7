"""Scores of masks against scikit-learn's, boundaries against distances; what `prepare` says and refuses."""

import numpy as np
import pytest
from scipy import ndimage

from nikti.core.answers import IGNORE, Masks
from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.inputs import Stack
from nikti.tasks import _regions
from nikti.tasks.semantic_segmentation import TASK


def made(seed, classes=3, ignored=0.1, n=4):
    """Smooth masks of unequal sizes and predictions that are partly wrong."""
    rng = np.random.default_rng(seed)
    truth, predicted = [], []
    for _ in range(n):
        shape = tuple(rng.integers(20, 60, 2))
        field = np.stack([ndimage.gaussian_filter(rng.normal(size=shape), 4) for _ in range(classes)])
        off = np.stack([ndimage.gaussian_filter(rng.normal(size=shape), 4) for _ in range(classes)])
        mask = field.argmax(axis=0).astype(np.uint8)
        mask[rng.random(shape) < ignored] = IGNORE
        truth.append(mask)
        predicted.append((field + 0.6 * off).argmax(axis=0).astype(np.uint8))
    return truth, predicted


def flat(truth, predicted):
    there = truth != IGNORE
    return truth[there], predicted[there]


@pytest.mark.parametrize(("seed", "classes"), [(0, 2), (1, 3), (2, 5)])
def test_shares_of_pixels_are_scikit_learns(seed, classes):
    import sklearn.metrics as sk

    truth, predicted = made(seed, classes)
    scores = TASK.score(truth, predicted)
    pairs = [flat(t, p) for t, p in zip(truth, predicted, strict=True)]
    ious = [sk.jaccard_score(*pair, average="macro") for pair in pairs]
    assert scores["mean_iou"] == pytest.approx(np.mean(ious))
    assert scores["dice"] == pytest.approx(np.mean([sk.f1_score(*p, average="macro") for p in pairs]))
    whole = tuple(np.concatenate(part) for part in zip(*pairs, strict=True))
    assert scores["overall_iou"] == pytest.approx(sk.jaccard_score(*whole, average="macro"))
    assert scores["pixel_accuracy"] == pytest.approx(sk.accuracy_score(*whole))
    if classes == 2:
        assert scores["dice_foreground"] == pytest.approx(np.mean([sk.f1_score(*p) for p in pairs]))
    np.testing.assert_allclose(1 - TASK.losses(truth, predicted), ious)
    assert set(scores) == {metric.name for metric in TASK.metrics}


def test_by_hand():
    truth = np.array([[[0, 0, 1, 1], [0, 0, 1, IGNORE]]], np.uint8)
    predicted = np.array([[[0, 1, 1, 1], [0, 0, 1, 0]]], np.uint8)
    scores = TASK.score(truth, predicted)
    assert scores["mean_iou"] == pytest.approx((3 / 4 + 3 / 4) / 2)
    assert scores["dice_foreground"] == pytest.approx(6 / 7) and scores["pixel_accuracy"] == pytest.approx(
        6 / 7
    )


@pytest.mark.parametrize("seed", range(3))
def test_boundary_f_is_that_of_distances(seed):
    """Boundaries by erosion and distances by the distance transform instead of by shifts."""
    truth, predicted = (masks[0] for masks in made(seed, 3, ignored=0.0, n=1))
    truth, predicted = (
        np.kron(truth, np.ones((5, 5), np.uint8)),
        np.kron(predicted, np.ones((5, 5), np.uint8)),
    )
    reach = 0.0075 * np.hypot(*truth.shape)
    expected = []
    for c in range(3):
        edges = [m & ~ndimage.binary_erosion(m, border_value=1) for m in (truth == c, predicted == c)]
        far = [ndimage.distance_transform_edt(~edge) for edge in edges]
        precision, recall = (far[0][edges[1]] <= reach).mean(), (far[1][edges[0]] <= reach).mean()
        expected.append(2 * precision * recall / (precision + recall))
    np.testing.assert_allclose(_regions.boundary_f(truth, predicted, 3), expected)


def test_boundary_of_ignored_pixels_and_of_one_class():
    truth = np.zeros((8, 8), np.uint8)
    truth[:, 3:5], truth[:, 5:] = IGNORE, 1  # the two classes never touch
    assert np.isnan(_regions.boundary_f(truth, np.where(truth == 1, 1, 0), 2)).all()
    assert "boundary_f" not in TASK.score(truth[None], np.where(truth == 1, 1, 0)[None])
    half = np.zeros((8, 8), np.uint8)
    half[:, 4:] = 1
    assert _regions.boundary_f(half, np.zeros_like(half), 2).tolist() == [0.0, 0.0]


def test_a_class_that_is_only_predicted_counts_and_one_nowhere_does_not():
    truth, predicted = np.zeros((1, 4, 4), np.uint8), np.zeros((1, 4, 4), np.uint8)
    assert TASK.losses(truth, predicted).tolist() == [0.0]
    predicted[0, 0, 0] = 2
    assert TASK.losses(truth, predicted)[0] == pytest.approx(1 - (15 / 16 + 0) / 2)
    nothing = np.full((1, 4, 4), IGNORE, np.uint8)
    assert TASK.losses(nothing, predicted).tolist() == [0.0]


def test_unequal_sizes_and_codes_that_are_no_class_are_refused():
    with pytest.raises(ValueError, match="must be of one size"):
        TASK.losses([np.zeros((4, 4), np.uint8)], [np.zeros((4, 5), np.uint8)])
    with pytest.raises(ValueError, match="the code 255"):
        TASK.losses([np.zeros((4, 4), np.uint8)], [np.full((4, 4), IGNORE, np.uint8)])


def pictures(masks, classes=("background", "cell")):
    masks = [np.array(mask, np.uint8) for mask in masks]
    return Data(
        "slides", "image", Stack(np.zeros((len(masks), 2, 2, 1), np.uint8)), Masks(masks, np.asarray), classes
    )


def test_prepare_drops_and_says():
    data = TASK.prepare(pictures([[[0, 1], [0, 255]], [[255, 255], [255, 255]], [[0, 0], [0, 0]]]))
    assert len(data) == 2 and [note.code for note in data.notes] == ["dropped_no_answer"]
    assert TASK.prepare(data).notes == data.notes
    assert TASK.facts(data) == {"shares": {"background": 6 / 7, "cell": 1 / 7}, "ignored": 1 / 8}
    assert TASK.strata(data.targets).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("masks", "said"),
    [
        ([[[0, 1]], [[0, 2]]], "has the code 2, but there are 2 classes"),
        ([[[0, 0]], [[0, 255]]], "are of one class"),
        ([[[0, 1]], [[255, 255]]], "has 1 labelled pictures"),
    ],
)
def test_refusals(masks, said):
    with pytest.raises(DataError, match=said):
        TASK.prepare(pictures(masks))
    labels = Data("slides", "image", Stack(np.zeros((2, 8, 8, 3), np.uint8)), np.array(["a", "b"]))
    with pytest.raises(DataError, match="needs a class for each pixel"):
        TASK.prepare(labels)
