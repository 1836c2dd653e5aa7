"""What is asked of hand-made features and shown of units; whole runs are in `test_whole_run.py`."""

import base64

import numpy as np
import scipy.sparse as sp

from nikti.core.data import Data
from nikti.core.inputs import Stack, Texts
from nikti.deep.blocks import Layer
from nikti.explain.units import Named
from nikti.insight import hand_made
from nikti.insight import unit_samples as units
from nikti.modalities import image


def decoded(uri):
    import cv2

    body = np.frombuffer(base64.b64decode(uri.partition(",")[2]), np.uint8)
    return cv2.imdecode(body, cv2.IMREAD_UNCHANGED)


def test_features_asked_for_are_the_leading_ones_and_some_of_every_kind():
    names = (
        [f"edges, row {i}" for i in range(50)] + ["colour: red", "age"] + [f"word: w{i}" for i in range(90)]
    )
    varying = np.ones(len(names), bool)
    varying[51] = False
    shares = {"word: w7": 0.5, "edges, row 49": 0.2, "gone": 0.9}
    found = hand_made.choose(names, 52, shares, varying)
    told = [names[i] for i in found]
    assert told[:2] == ["word: w7", "edges, row 49"] and "colour: red" in told and "age" not in told
    assert sum(name.startswith("edges") for name in told) == hand_made.OF_A_KIND
    assert sum(name.startswith("word") for name in told) == 1  # of n-grams only leading ones


def test_columns_that_hardly_vary_are_not_asked_for():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(200, 5))
    table[:, 1], table[:, 2] = 3.0, np.arange(200) == 7
    table[100:, 3] = 0.0
    dense = hand_made._varying(table, 100)
    assert dense.tolist() == [True, False, False, False, True]
    table[:, 4] = rng.random(200) < 0.1
    sparse = hand_made._varying(sp.csr_matrix(table), 100)
    assert sparse.tolist() == [True, False, False, False, True]


def test_wild_values_are_brought_in_and_missing_ones_filled():
    table = np.random.default_rng(0).normal(size=(300, 1))
    table[3], table[250] = np.nan, 1e12
    found = hand_made._whole(table, 200)
    assert np.isfinite(found).all() and found.max() < 20 and abs(found[3, 0]) < 0.3


def one_unit(places, grid, rows=(0,)):
    layer = Layer(
        "block", np.zeros((len(places), 1)), np.zeros((len(places), 1)), np.array(places)[:, None], grid
    )
    return layer, Named(0, np.array(rows))


def test_the_part_of_a_picture_that_excites_a_unit_is_cut_out():
    picture = np.zeros((40, 40, 1), np.uint8)
    picture[30:40, 0:10] = 255
    data = Data("made", "image", Stack(np.stack([picture] * 3)))
    layer, unit = one_unit([12, 12, 12], (4, 4))  # the last row's first place
    found = units.shown(data, None, np.arange(3), layer, 0, unit, [10, 40])
    assert decoded(found["picture"]).shape[:2] == (image.EXCERPT, image.EXCERPT)
    assert decoded(found["picture"]).min() == 255
    whole = units.shown(data, None, np.arange(3), layer, 0, unit, None)
    assert decoded(whole["picture"]).mean() < 32


def test_the_word_that_excites_a_unit_is_whole_with_its_neighbours():
    class Spans:
        def spans(self, text):
            return [(0, 0), (4, 6)]

    text = "এক আবশ্যক শব্দ আছে"
    data = Data("made", "text", Texts([text]))
    layer, unit = one_unit([1], (5,))
    assert units.shown(data, Spans(), np.array([0]), layer, 0, unit, [1, 5]) == {
        "texts": [["এক", "আবশ্যক", "শব্দ আছে"]]
    }
    layer, unit = one_unit([0], (5,))  # the start token: no word of its own
    assert units.shown(data, Spans(), np.array([0]), layer, 0, unit, [1, 5]) == {"texts": [[text, "", ""]]}


def test_filters_become_pictures_whose_grey_is_nothing():
    weights = np.zeros((9, 3, 3, 1))
    weights[0, 0, 0], weights[0, 2, 2] = 2, -2
    sheet = decoded(units.filters(weights)["picture"])
    tile = sheet[: units.FILTER_SIDE, : units.FILTER_SIDE]
    assert tile[0, 0] > 245 and tile[-1, -1] < 10 and abs(int(tile[15, 15]) - 128) < 4
    assert sheet.shape[0] == 2 * units.FILTER_SIDE + image.GAP
    assert units.filters(None) is None and units.filters(np.zeros((2, 3, 3, 24))) is None
    assert len(units.filters(np.ones((2, 1, 5)))["series"]) == 2
