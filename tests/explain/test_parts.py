"""Regions, what stands in their place, scores of every kind of answer, pointing, agreement."""

import numpy as np
import pytest

from nikti.answers import label
from nikti.core.answers import Boxes, Phrases
from nikti.core.inputs import Frame, Questions, Ragged, Stack, Texts, joined
from nikti.explain import agreement, pointing, regions, scores
from nikti.explain.occlusion import occlusion
from nikti.explain.remove import Remover
from nikti.modalities import _regions as cuts

BANGLA = "আমার সোনার বাংলা\nক্ষ্মা"


def masks(*gone, of):
    found = np.zeros((len(gone), of), bool)
    for row, numbers in enumerate(gone):
        found[row, list(numbers)] = True
    return found


def testcuts_cover_a_sample_and_sums_undo_spreading():
    assert regions.count(cuts.grid(64, 48, 16)) == 16 and cuts.grid(64, 48, 16).shape == (64, 48)
    assert regions.count(cuts.grid(3, 2, 16)) == 6  # no more cells than pixels
    assert regions.count(cuts.stretches(40, 16)) == 16 and regions.count(cuts.stretches(5, 16)) == 5
    labels = cuts.words("one two  three", 16)
    values = np.array([3.0, 2.0, 1.0])
    np.testing.assert_allclose(regions.sums(regions.spread(values, labels), labels), values)
    assert regions.count(cuts.words("", 16)) == 0 and regions.count(cuts.words("w " * 100, 16)) == 16


def test_bangla_words_are_removed_whole():
    labels = cuts.words(BANGLA, 16)
    left = Remover("text", None).without(Texts([BANGLA]), 0, labels, masks([1], [3], of=4))
    assert [text.split() for text in left] == [["আমার", "বাংলা", "ক্ষ্মা"], ["আমার", "সোনার", "বাংলা"]]


def test_a_question_and_its_passage_lose_words():
    asked = Questions(["who came"], ["Rahim came home"], [0])
    labels = Remover("question", None).regions(asked, 0)
    assert regions.count(labels) == 5
    (left,) = Remover("question", None).without(asked, 0, labels, masks([0, 2], of=5))
    assert left.question.split() == ["came"] and left.passage.split() == ["came", "home"]


def test_cells_come_from_other_pictures_the_same_ones_each_time():
    pictures = Stack(np.zeros((2, 8, 8, 3), np.uint8))
    others = Stack(np.arange(1, 11, dtype=np.uint8)[:, None, None, None] * np.ones((1, 8, 8, 3), np.uint8))
    labels = cuts.grid(8, 8, 16)
    remover = Remover("image", others, draws=3, seed=5)
    found = remover.without(pictures, 0, labels, masks([0], [0, 5], of=16)).array().reshape(2, 3, 8, 8, 3)
    assert (found[:, :, :2, :2] > 0).all() and (found[:, :, 6:] == 0).all()
    np.testing.assert_array_equal(found[0, :, :2, :2], found[1, :, :2, :2])
    again = Remover("image", others, draws=3, seed=5).without(pictures, 0, labels, masks([0], of=16)).array()
    np.testing.assert_array_equal(again, found[0])
    alone = Remover("image", None).without(
        Stack(np.full((1, 8, 8, 3), 7, np.uint8)), 0, labels, masks([0], of=16)
    )
    assert (alone.array() == 7).all()  # the mean colour


def test_columns_keep_their_kinds():
    import pandas as pd

    frame = pd.DataFrame({
        "n": [1.0, 2.0, np.nan],
        "c": pd.Series(["a", "b", "a"]).astype("category"),
        "b": pd.Series([True, False, None]).astype("boolean"),
    })  # fmt: skip
    for background in (Frame(frame), None):
        found = Remover("table", background, draws=2).without(
            Frame(frame), 0, np.arange(3), masks([0], [1, 2], of=3)
        )
        assert (found.frame.dtypes == frame.dtypes).all()
        assert (found.frame["c"][: found.frame.shape[0] // 2] == "a").all()
    assert found.frame["n"].isna().tolist() == [True, False]
    assert found.frame["c"].isna().tolist() == [False, True]


def test_a_category_that_only_the_others_have_fills_a_gap():
    """New rows know few of the categories that the training data had."""
    import pandas as pd

    own = pd.DataFrame({"city": pd.Categorical(["Dhaka"]), "age": [30.0]})
    others = pd.DataFrame({"city": pd.Categorical(["Feni", "Feni"]), "age": [1.0, 2.0]})
    found = (
        Remover("table", Frame(others), draws=2).without(Frame(own), 0, np.arange(2), masks([0], of=2)).frame
    )
    assert found["city"].tolist() == ["Feni", "Feni"] and found["city"].dtype == "category"
    assert found["age"].tolist() == [30.0, 30.0]


def test_a_stretch_of_a_series_becomes_a_line():
    series = Ragged.of([np.array([[0, 1, 9, 9, 4, 5]], np.float32)])
    (left,) = Remover("series", None).without(series, 0, np.array([0, 0, 1, 1, 2, 2]), masks([1], of=3))
    np.testing.assert_allclose(left, [[0, 1, 2, 3, 4, 5]])
    both = joined([series, Ragged.of([np.zeros((1, 3), np.float32)])])
    assert len(both) == 2 and both[1].shape == (1, 3)
    of_one_length = Stack(np.zeros((1, 1, 6), np.float32))
    assert [len(joined(pair)) for pair in ([of_one_length, series], [series, of_one_length])] == [2, 2]


class Says:
    def __init__(self, answers):
        self.answers = answers

    def predict(self, inputs):
        return self.answers


def test_every_kind_of_answer_has_a_score():
    box = np.array([0, 0, 4, 4, 1, 0.9], np.float32)
    found = Boxes.of([[box], [[0, 0, 4, 2, 1, 0.8], [0, 0, 4, 4, 0, 1.0]], []], [(8, 8)] * 3, 6)
    assert scores.of(Says(found), "boxes")([0] * 3, [box] * 3) == pytest.approx([0.9, 0.4, 0.0])
    region = np.eye(2, dtype=bool)
    told = scores.of(Says([np.array([[1, 0], [0, 1]]), np.array([[1, 1], [1, 0]])]), "mask")
    assert told([0, 0], [(region, 1)] * 2).tolist() == [1.0, 0.5]
    told = scores.of(Says(np.array([[0.0, 1.0], [0.0, 3.0]])), "embedding")
    assert told([0, 0], [np.array([0.0, 1.0])] * 2).tolist() == [0.0, -2.0]
    told = scores.of(Says(Phrases.of([["in Dhaka"], [], ["Dhaka"]])), "span")([0] * 3, ["in Dhaka"] * 3)
    assert told[0] == 1 and told[1] == 0 and 0 < told[2] < 1
    unsure = Phrases.of([["in Dhaka"]], scores=[[0.25]])
    assert scores.of(Says(unsure), "span")([0], ["in Dhaka"]) == pytest.approx([0.25])
    told = scores.of(Says(np.array([2.5])), "value")
    assert told([0], [None]).tolist() == [2.5]

    class Sure(Says):
        def stands_by(self, inputs, answers):
            return [len(answer) for answer in answers]

    assert scores.of(Sure(None), "phrases")([0, 0], ["a", "bcd"]).tolist() == [1.0, 3.0]


def test_occlusion_of_one_word():
    text = Texts(["what a fine film"])
    score = lambda inputs, answers: np.array([float("fine" in t) for t in inputs])  # noqa: E731
    assert occlusion(score, text, 0, None, Remover("text", None)).tolist() == [0, 0, 1, 0]


def test_the_temperature_makes_probabilities_right():
    rng = np.random.default_rng(0)
    true = rng.dirichlet([1, 1, 1], 4000)
    codes = np.array([rng.choice(3, p=p) for p in true])
    assert label.temperature(true, codes) == pytest.approx(1, rel=0.1)
    assert label.temperature(label.calibrated(true, 0.5), codes) == pytest.approx(2, rel=0.1)


def test_pointing_counts_what_lies_in_the_place():
    place = np.zeros((6, 6), bool)
    place[1:3, 1:3] = True
    hit, near, far = (np.zeros((6, 6)) for _ in range(3))
    hit[1, 2] = near[3, 3] = far[5, 5] = 1
    assert pointing.pointing([hit, near, far], [place] * 3) == pytest.approx(1 / 3)
    assert pointing.pointing([hit, near, far], [place] * 3, tolerance=2) == pytest.approx(2 / 3)
    assert pointing.pointing([np.zeros((6, 6))], [place]) == pytest.approx(4 / 36)


def test_overlap_of_random_explanations_is_a_seventh():
    rng = np.random.default_rng(0)
    found = [agreement.overlap(rng.random(16), rng.random(16)) for _ in range(2000)]
    assert np.mean(found) == pytest.approx(1 / 7, abs=0.015)
    assert agreement.overlap(np.arange(16.0), np.arange(16.0)) == 1
    assert np.isnan(agreement.overlap(-np.ones(4), -np.ones(4)))


def test_a_region_that_decides_a_class_in_the_same_place_is_told():
    rng = np.random.default_rng(0)
    falls = [rng.random(16) * 0.1 for _ in range(40)]
    codes = np.arange(40) % 2
    for row in range(0, 40, 2):
        falls[row][3 if row < 32 else rng.integers(16)] = 0.9
    flips = [fall > 0.5 for fall in falls]
    (found,) = agreement.shortcuts(falls, np.ones(40, bool), codes, flips)
    assert found["code"] == 0 and found["region"] == 3 and found["share"] >= 0.8 and found["n"] == 20
    assert agreement.shortcuts(falls, np.zeros(40, bool), codes, flips) == []
