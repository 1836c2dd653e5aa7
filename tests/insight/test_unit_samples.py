"""What is shown of the units of a layer."""

import base64
from types import SimpleNamespace

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.inputs import Stack, Texts
from nikti.deep.blocks import Layer
from nikti.explain.units import Named
from nikti.insight import unit_samples as units
from nikti.modalities import image


def decoded(uri):
    import cv2

    body = np.frombuffer(base64.b64decode(uri.partition(",")[2]), np.uint8)
    return cv2.imdecode(body, cv2.IMREAD_UNCHANGED)


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


@pytest.mark.parametrize(
    ("shape", "reach", "placed", "grid", "expected"),
    [
        (SimpleNamespace(size=32), 8, True, (4, 4), [8, 32]),
        (SimpleNamespace(size=32), 40, True, (4, 4), None),  # it sees the whole picture
        (SimpleNamespace(length=100), 7, True, (50,), [7, 100]),
        (SimpleNamespace(size=32), None, True, (4, 4), None),
        (SimpleNamespace(size=32), 8, False, (4, 4), None),
        (SimpleNamespace(size=32), 8, True, (), None),
        (SimpleNamespace(vocabulary=900), None, True, (64,), [1, 64]),  # a text is seen word by word
    ],
)
def test_what_a_unit_sees(shape, reach, placed, grid, expected):
    layer = Layer(
        "block", np.zeros((2, 1)), np.zeros((2, 1)), np.zeros((2, 1), int) if placed else None, grid
    )
    assert units.sees(shape, layer, reach) == expected
