"""Sliding windows: their arithmetic against plain loops and other libraries, and what they find."""

import json

import numpy as np
import pytest

from nikti.classical import side
from nikti.core.answers import Boxes, iou
from nikti.core.data import Data
from nikti.core.errors import ModelError, UnknownName, UsageError
from nikti.core.inputs import Ragged, Stack

from ._scenes import DETECTION, QUICK, f1, fit, halves, things

RNG = np.random.default_rng(5)


def some_boxes(n, rng=RNG):
    corners = rng.uniform(0, 80, (n, 2))
    return np.hstack([corners, corners + rng.uniform(3, 40, (n, 2))])


def test_overlaps_are_torchvisions():
    import torch
    from torchvision.ops import box_iou

    one, other = some_boxes(30), some_boxes(20)
    expected = box_iou(torch.tensor(one), torch.tensor(other)).numpy()
    np.testing.assert_allclose(iou(one, other), expected, atol=1e-12)
    assert iou(one, other[:0]).shape == (30, 0)
    assert iou(np.zeros((1, 4)), np.zeros((1, 4))) == 0


@pytest.mark.parametrize("most", [0.2, 0.5, 0.8])
def test_suppression_is_torchvisions(most):
    import torch
    from torchvision.ops import nms

    from nikti.classical.tasks._detection import overlap

    boxes, scores = some_boxes(200), RNG.permutation(200) / 200
    expected = nms(torch.tensor(boxes), torch.tensor(scores), most).numpy()
    np.testing.assert_array_equal(overlap.suppress(boxes, scores, most, 1000), expected)
    np.testing.assert_array_equal(overlap.suppress(boxes, scores, most, 5), expected[:5])


def test_moves_lead_from_a_window_to_its_box():
    from nikti.classical.tasks._detection import overlap

    windows_, boxes = some_boxes(40), some_boxes(40)
    boxes[:, 2:] = boxes[:, :2] + (windows_[:, 2:] - windows_[:, :2]) * RNG.uniform(0.6, 1.9, (40, 2))
    np.testing.assert_allclose(overlap.moved(windows_, overlap.moves(windows_, boxes)), boxes, atol=1e-9)


def test_votes_are_weighted_means_of_the_boxes_around():
    from nikti.classical.tasks._detection import overlap

    boxes = np.array([[0, 0, 10, 10], [1, 1, 11, 11], [50, 50, 60, 60]], dtype=float)
    found = overlap.voted(boxes[:1], boxes, np.array([3.0, 1.0, 9.0]), 0.5)
    np.testing.assert_allclose(found, [[0.25, 0.25, 10.25, 10.25]])


def test_window_scores_are_those_of_each_window_alone():
    from nikti.classical.tasks._detection import windows

    cells = RNG.normal(size=(13, 11, 6)).astype(np.float32)
    weights = RNG.normal(size=(4, 3, 6)).astype(np.float32)
    found = windows.scores(cells, weights, 0.25)
    assert found.shape == (10, 9)
    for row in range(10):
        for column in range(9):
            alone = float(np.sum(cells[row : row + 4, column : column + 3] * weights)) + 0.25
            assert found[row, column] == pytest.approx(alone, abs=1e-4)
    places = np.array([[0, 0], [9, 8], [3, 5]])
    seen = windows.cut(cells, places, (4, 3))
    np.testing.assert_allclose(seen @ weights.ravel() + 0.25, found[places[:, 0], places[:, 1]], atol=1e-4)


def test_peaks_are_no_lower_than_their_neighbours():
    from nikti.classical.tasks._detection import windows

    score = RNG.normal(size=(20, 17)).astype(np.float32)
    framed = np.pad(score, 1, constant_values=-np.inf)
    expected = [
        (r, c)
        for r in range(20)
        for c in range(17)
        if score[r, c] >= 0.5 and score[r, c] == framed[r : r + 3, c : c + 3].max()
    ]
    assert [tuple(place) for place in windows.peaks(score, 0.5)] == expected


def test_edges_fall_into_the_direction_of_their_gradient():
    from nikti.classical.tasks._detection.channels import DIRECTIONS, channels, count, names

    ramp = np.tile(np.arange(0, 128, 2, dtype=np.uint8), (64, 1))
    for picture, direction in ((ramp, 0), (ramp.T, DIRECTIONS // 2)):
        cells = channels(np.ascontiguousarray(picture)[..., None])[2:-2, 2:-2]
        assert cells.shape[2] == count(1) == len(names(1))
        near = {direction, (direction + 1) % DIRECTIONS}  # 90 degrees lies between two of nine
        assert set(cells[..., :DIRECTIONS].mean(axis=(0, 1)).argsort()[-1:]) <= near
        np.testing.assert_allclose(cells[..., DIRECTIONS], 2 / 255, rtol=1e-4)  # two grey levels per pixel
    assert channels(np.full((32, 32, 3), 77, np.uint8))[..., : DIRECTIONS + 1].max() == 0


def test_a_window_claims_the_box_it_was_asked_for():
    from nikti.classical.tasks._detection.templates import Template, boxes_at, places_near

    template = Template(0, 5, 7, (0,))
    boxes = np.array([[20.0, 24.0, 48.0, 44.0]])  # 7 x 5 cells of 4 pixels, on the grid
    box, places = places_near(template, 0, boxes, 64)
    claimed = boxes_at(template, 0, places, 64)
    assert iou(claimed, boxes).max() == pytest.approx(1.0)
    assert set(box) == {0} and len(places) == 9


@pytest.mark.parametrize("level", [-3, 0, 2])
def test_levels_have_the_cells_they_say(level):
    from nikti.classical.tasks._detection.pyramid import PAD, Pyramids, cells_of

    pyramids = Pyramids(Stack(RNG.integers(0, 255, (2, 50, 50, 3), dtype=np.uint8)))
    cells = pyramids.level(1, level)
    assert cells.shape == (cells_of(50, level) + 2 * PAD,) * 2 + (pyramids.depth,)
    again = Pyramids(pyramids.pictures, room=0).level(1, level)
    np.testing.assert_array_equal(pyramids.level(1, level), again)  # kept or made anew
    np.testing.assert_array_equal(pyramids.take(np.array([1])).level(0, level), again)


def test_mining_never_brings_back_a_true_box():
    from nikti.classical.tasks._detection import overlap, svm
    from nikti.classical.tasks._detection.pyramid import Pyramids
    from nikti.classical.tasks._detection.templates import templates_of

    data = things(6)
    truth = [data.targets[k] for k in range(6)]
    pyramids = Pyramids(data.inputs)
    for template in templates_of(data.targets.flat, 64):
        rng = np.random.default_rng(0)
        shape = (*template.shape, pyramids.depth)
        weights = rng.normal(size=shape).astype(np.float32)
        moves = np.zeros((weights.size + 1, 4), np.float32)
        scorer = svm.Scorer(template, weights, 0.0, moves, np.ones(pyramids.depth, np.float32))
        found = 0
        for picture in range(6):
            # Each window is looked up among all windows of the picture to learn where it lies.
            own = truth[picture][truth[picture][:, 4] == template.label]
            for seen in svm.mine(scorer, pyramids, picture, truth[picture], least=-np.inf):
                where = _places_of(seen, template, pyramids, picture)
                assert len(where) and iou(overlap.clipped(where, 64, 64), own).max(initial=0) < svm.OTHER
                found += 1
        assert found > 6


def _places_of(seen, template, pyramids, picture):
    from nikti.classical.tasks._detection import windows
    from nikti.classical.tasks._detection.templates import boxes_at

    out = []
    for level in template.levels:
        cells = pyramids.level(picture, level)
        rows, columns = np.subtract(cells.shape[:2], template.shape) + 1
        places = np.argwhere(np.ones((rows, columns)))
        same = (windows.cut(cells, places, template.shape) == seen).all(axis=1)
        out.append(boxes_at(template, level, places[same], 64))
    return np.concatenate(out)


def test_platt_is_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    from nikti.classical.tasks._detection.first import platt

    scores = RNG.normal(size=4000)
    right = RNG.random(4000) < 1 / (1 + np.exp(-(2.0 * scores - 1.0)))
    known = LogisticRegression(C=1e6).fit(scores[:, None], right)
    np.testing.assert_allclose(platt(scores, right), [known.coef_[0, 0], known.intercept_[0]], atol=0.02)
    assert np.isfinite(platt(np.zeros(0), np.zeros(0, bool))).all()


@pytest.fixture(scope="module")
def found():
    data = things(32)
    train, test = data.subset(np.arange(24)), data.subset(np.arange(24, 32))
    contender = side.contender("hog_svm", DETECTION, {})
    return fit(contender, DETECTION, train, halves(24)), train, test


def test_known_things_are_found(found):
    from nikti.classical.tasks._detection.channels import count

    model, _, test = found
    answers = model.predict(test.inputs)
    assert isinstance(answers, Boxes) and answers.flat.shape[1] == 6 and len(answers) == 8
    assert f1(test.targets, answers) > 0.9
    assert model.report.inner_score > 0.8 and model.report.params == {"penalty": 0.01}
    scores = answers.flat[:, 5]
    assert scores.min() >= 0 and scores.max() <= 1
    shares = model.importance()
    assert sum(share for _, share in shares) == pytest.approx(1) and len(shares) == count(3)


def test_answers_are_in_pixels_of_the_pictures_given(found):
    model, _, test = found
    import cv2

    wide = Ragged.of([cv2.resize(picture, (192, 128)) for picture in test.inputs])
    answers = model.predict(wide)
    np.testing.assert_array_equal(answers.sizes, [[128, 192]] * 8)
    assert f1(test.targets.scaled(answers.sizes), answers) > 0.8
    small = model.predict(Ragged.of([np.full((5, 9, 1), 200, np.uint8)]))  # less than a window, and grey
    assert (small.flat[:, [0, 1]] >= 0).all() and (small.flat[:, 2] <= 9).all()


def test_saved_and_loaded_it_finds_the_same(found, tmp_path):
    model, _, test = found
    model.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", {})
    np.testing.assert_array_equal(again.predict(test.inputs).flat, model.predict(test.inputs).flat)
    assert again.importance() == model.importance() and again.report.params == model.report.params
    facts = tmp_path / "model" / "object_detection.json"
    facts.write_text(json.dumps({**json.loads(facts.read_text()), "format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        side.load_model(tmp_path / "model", {})
    facts.write_text("{")
    with pytest.raises(ModelError, match="damaged"):
        side.load_model(tmp_path / "model", {})


def test_same_seed_same_answers(found):
    model, train, test = found
    contender = side.contender("hog_svm", DETECTION, {})
    one, two = (fit(contender, DETECTION, train, seed=4).predict(test.inputs).flat for _ in range(2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", ["hog_svm", "dummy"])
@pytest.mark.parametrize(
    "boxes",
    [
        [[]] * 6,
        [[[3, 4, 12, 15, 1]]] + [[]] * 5,  # one box, and the class before it has none
        [[[-50, -50, 200, 200, 0]]] * 6,  # larger than the picture
        [[[0, 0, 20, 20, 0]]] * 6,  # the whole picture: nothing else is there
        [[[5, 5, 6, 6, 0], [5, 5, 5.2, 15, 1]]] * 6,  # a pixel; a hair
    ],
    ids=["none", "one", "larger than the picture", "all of it", "tiny"],
)
def test_odd_boxes(name, boxes, tmp_path):
    pictures = RNG.integers(0, 255, (6, 20, 20, 1), dtype=np.uint8)
    data = Data("odd", "image", Stack(pictures), Boxes.of(boxes, [(20, 20)] * 6), ("a", "b"))
    model = fit(side.contender(name, DETECTION, {}), DETECTION, data, halves(6))
    answers = model.predict(data.inputs)
    assert len(answers) == 6 and np.isfinite(answers.flat).all()
    if name == "dummy" and any(boxes):
        assert set(answers.flat[:, 4]) == {box[4] for boxes_ in boxes for box in boxes_}
    silent = {"a", "b"} - {note.split()[0] for note in model.report.notes}
    assert {data.classes[int(label)] for label in answers.flat[:, 4]} <= silent
    model.save(tmp_path)
    np.testing.assert_array_equal(side.load_model(tmp_path, {}).predict(data.inputs).flat, answers.flat)


def test_the_floor_names_the_usual_places():
    boxes = [[[10, 10, 20, 20, 0]]] * 5 + [[[30, 30, 40, 40, 0]]]
    pictures = np.zeros((6, 48, 48, 1), np.uint8)
    data = Data("usual", "image", Stack(pictures), Boxes.of(boxes, [(48, 48)] * 6), ("a",))
    model = fit(side.contender("dummy", DETECTION, {}), DETECTION, data)
    expected = [[10, 10, 20, 20, 0, 5 / 6], [30, 30, 40, 40, 0, 1 / 6]]
    np.testing.assert_allclose(model.predict(data.inputs)[0], expected, atol=1e-5)
    assert model.importance() is None


def test_what_is_offered():
    assert side.names(DETECTION, {}) == ["dummy", "hog_svm"]
    with pytest.raises(UnknownName, match="hog_svm"):
        side.contender("hog_swm", DETECTION, {})
    with pytest.raises(UsageError, match="features of your own"):
        side.contender("hog_svm", DETECTION, {"features_file": "mine.py"})
    assert side.prepare(DETECTION, things(2), {}).columns == 0


def test_more_pictures_cost_more():
    data = things(4)
    for name in side.names(DETECTION, {}):
        contender = side.contender(name, DETECTION, {})
        costs = [contender.cost(DETECTION, data, n, QUICK) for n in (50, 500, 1000, 4000)]
        assert 0 < costs[0] <= costs[1] and 0 < costs[2] <= costs[3]
