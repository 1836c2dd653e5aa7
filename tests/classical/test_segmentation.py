"""Pixels by their surroundings: the filters against other libraries, and what is found with them."""

import json

import numpy as np
import pytest
from scipy import ndimage

from nikti.classical import side
from nikti.core.answers import IGNORE, Masks
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.errors import ModelError, UnknownName
from nikti.core.inputs import Ragged, Stack

from ._scenes import QUICK, SEGMENTATION, fit, halves, regions

RNG = np.random.default_rng(7)
LEARNERS = [
    "auto_context",
    "gradient_boosting",
    "gradient_boosting_rich",
    "logistic_regression",
    "random_forest",
]


def measured(grey, bank):
    """{name: plane} of a grey picture uint8 [H, W]."""
    from nikti.classical.tasks._segmentation.filters import BANKS

    found = BANKS[bank].features(grey[..., None])
    return dict(zip(BANKS[bank].names(1), np.moveaxis(found, 2, 0), strict=True))


@pytest.mark.parametrize("colours", [1, 3])
def test_every_feature_has_a_name(colours):
    from nikti.classical.tasks._segmentation.filters import ALL, BANKS, FEW

    picture = RNG.integers(0, 255, (20, 31, colours), dtype=np.uint8)
    assert set(BANKS) == {FEW, ALL}
    for bank in BANKS.values():
        found, names = bank.features(picture), bank.names(colours)
        assert found.shape == (20, 31, bank.count(colours)) and found.dtype == np.float32
        assert len(names) == bank.count(colours) == len(set(names))


def test_the_few_filters_are_scipys():
    from nikti.classical.tasks._segmentation.filters import FEW

    grey = RNG.integers(0, 255, (80, 80), dtype=np.uint8)
    found, values = measured(grey, FEW), grey / 255
    inside = (slice(25, -25), slice(25, -25))

    def smooth(plane):
        return ndimage.gaussian_filter(plane, 3.0, truncate=3.0, mode="mirror")

    mean = smooth(values)
    down, right = (part * 3.0 for part in np.gradient(mean))
    np.testing.assert_allclose(found["brightness, scale 3"], mean, atol=1e-4)
    np.testing.assert_allclose(found["gradient, scale 3"][inside], np.hypot(right, down)[inside], atol=1e-4)
    bent = np.gradient(down * 3.0)[0] + np.gradient(right * 3.0)[1]
    np.testing.assert_allclose(found["Laplacian, scale 3"][inside], bent[inside], atol=1e-4)
    spread = np.sqrt(smooth(values**2) - mean**2)
    np.testing.assert_allclose(found["deviation, scale 3"], spread, atol=1e-3)


def test_filters_are_scipys():
    from nikti.classical.tasks._segmentation.filters import ALL

    picture = ndimage.gaussian_filter(RNG.normal(size=(80, 80)), 2.0)
    picture = np.clip(128 + 400 * picture, 0, 255).astype(np.uint8)
    found = measured(picture, ALL)
    grey, inside = picture / 255, (slice(25, -25), slice(25, -25))
    for scale in (1.5, 3.0):
        smooth = ndimage.gaussian_filter(grey, scale, truncate=3.0, mode="mirror")
        np.testing.assert_allclose(found[f"brightness, scale {scale:g}"], smooth, atol=5e-3)
        down, right = (part * scale for part in np.gradient(smooth))
        np.testing.assert_allclose(
            found[f"gradient, scale {scale:g}"][inside], np.hypot(right, down)[inside], atol=5e-3
        )
        (dd, dr), (_, rr) = (np.gradient(part) for part in (down * scale, right * scale))
        hessian = np.stack([np.stack([rr, dr], -1), np.stack([dr, dd], -1)], -1)
        small, large = np.moveaxis(np.linalg.eigvalsh(hessian), -1, 0)
        np.testing.assert_allclose(
            found[f"larger curvature, scale {scale:g}"][inside], large[inside], atol=1e-2
        )
        np.testing.assert_allclose(
            found[f"smaller curvature, scale {scale:g}"][inside], small[inside], atol=1e-2
        )
        np.testing.assert_allclose(found[f"Laplacian, scale {scale:g}"][inside], (rr + dd)[inside], atol=1e-2)


def test_stripes_have_one_direction_and_noise_has_none():
    from nikti.classical.tasks._segmentation.filters import ALL

    stripes = np.tile((np.arange(64) // 4 % 2 * 200).astype(np.uint8), (64, 1))
    noise = RNG.integers(0, 200, (64, 64), dtype=np.uint8)
    ratio = []
    for picture in (stripes, noise):
        of = measured(picture, ALL)
        large, small = (of[f"{what} tensor eigenvalue, scale 1.5"][32, 32] for what in ("larger", "smaller"))
        ratio.append(small / large)
    assert ratio[0] < 0.05 and ratio[1] > 0.3


def test_context_is_smoothed_probability():
    from nikti.classical.tasks._segmentation.pixels import context

    proba = RNG.dirichlet([1, 1, 1], (40, 40)).astype(np.float32)
    found = context(proba)
    np.testing.assert_array_equal(found[..., 0], proba[..., 0])
    expected = ndimage.gaussian_filter(proba[..., 0], 2.0, mode="mirror", truncate=2.5)
    np.testing.assert_allclose(found[..., 1], expected, atol=2e-3)


def test_a_rare_class_is_sampled_more_and_what_is_ignored_never():
    from nikti.classical.tasks._segmentation.filters import FEW
    from nikti.classical.tasks._segmentation.pixels import sample
    from nikti.classical.tasks._segmentation.samples import Filtered, Samples

    masks = np.zeros((4, 100, 100), np.uint8)
    masks[:, :10, :10] = 1  # a hundredth
    masks[:, 50:] = IGNORE
    samples = Samples(
        Filtered(Stack(np.zeros((4, 100, 100, 1), np.uint8)), FEW), masks, np.arange(4), 2, {"size": 100}
    )
    where = sample(samples, np.random.default_rng(0), most=2000)
    codes = np.concatenate([masks[row].ravel()[at] for row, at in enumerate(where)])
    assert set(codes) == {0, 1} and len(codes) == pytest.approx(2000, rel=0.15)
    shares = np.array([4900, 100]) ** 0.5
    assert (codes == 1).mean() == pytest.approx(shares[1] / shares.sum(), rel=0.3)


@pytest.fixture(scope="module", params=LEARNERS)
def found(request):
    data = regions()
    train, test = data.subset(np.arange(7)), data.subset(np.arange(7, 10))
    contender = side.contender(request.param, SEGMENTATION, {})
    return fit(contender, SEGMENTATION, train, halves(7)), train, test


def test_known_regions_are_found(found):
    model, _, test = found
    masks = model.predict(test.inputs)
    for code, least in enumerate((0.9, 0.6, 0.8)):
        pairs = [(mask == code, truth == code) for mask, truth in zip(masks, test.targets, strict=True)]
        overlaps = [(one & other).sum() / max(1, (one | other).sum()) for one, other in pairs]
        assert np.mean(overlaps) > least, (model.contender, code, overlaps)
    assert model.report.inner_score > 0.9
    names, shares = zip(*model.importance(), strict=True)
    assert list(shares) == sorted(shares, reverse=True) and sum(shares) == pytest.approx(1, abs=1e-6)
    assert len(set(names)) == len(names)


def test_a_mask_has_the_size_of_its_picture(found):
    model, _, test = found
    own = model.predict(test.inputs)
    double = [np.kron(picture[..., 0], np.ones((2, 3), np.uint8))[..., None] for picture in test.inputs]
    double.append(np.full((3, 70, 3), 90, np.uint8))  # smaller than any filter, and in colour
    masks = model.predict(Ragged.of(double))
    assert [mask.shape for mask in masks] == [(72, 108)] * 3 + [(3, 70)]
    assert all(mask.dtype == np.uint8 for mask in masks)
    for small, large in zip(own, masks[:3], strict=True):
        assert (np.kron(small, np.ones((2, 3), np.uint8)) == large).mean() > 0.95


def test_saved_and_loaded_it_finds_the_same(found, tmp_path):
    model, _, test = found
    model.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", {})
    np.testing.assert_array_equal(again.predict(test.inputs), model.predict(test.inputs))
    assert again.importance() == model.importance() and again.report.params == model.report.params
    facts = tmp_path / "model" / "semantic_segmentation.json"
    facts.write_text(json.dumps({**json.loads(facts.read_text()), "format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        side.load_model(tmp_path / "model", {})


@pytest.mark.parametrize(
    ("name", "params"), [("random_forest", {"leaf": 20}), ("auto_context", {"leaves": 5, "rounds": 8})]
)
def test_same_seed_same_answers(name, params):
    data, contender = regions(4), side.contender(name, SEGMENTATION, {})
    known = Budget(tries=0, params=params)
    one, two = (fit(contender, SEGMENTATION, data, seed=3, budget=known) for _ in range(2))
    np.testing.assert_array_equal(one.predict(data.inputs), two.predict(data.inputs))
    assert one.report.params == params and np.isnan(one.report.inner_score)


class Remembers:
    """Stands for a pipeline; knows each picture by its brightness, the first feature."""

    made = []

    def __init__(self):
        self.made.append(self)

    def fit(self, table, answers):
        self.met, self.classes, self.asked = set(table[:, 0]), len(set(answers)), set()
        return self

    def predict_proba(self, table):
        self.asked |= set(table[:, 0])
        return np.full((len(table), self.classes), 1 / self.classes)


def test_the_first_look_is_at_pictures_it_has_not_learned_from():
    from nikti.classical.tasks._segmentation.filters import FEW
    from nikti.classical.tasks._segmentation.pixels import learn
    from nikti.classical.tasks._segmentation.samples import Samples

    pictures = np.repeat(np.arange(0, 250, 25, dtype=np.uint8), 400).reshape(10, 20, 20, 1)
    masks = np.tile(np.arange(2, dtype=np.uint8), (10, 20, 10))
    Remembers.made.clear()
    data = Data("plain", "image", Stack(pictures), masks, ("a", "b"))
    learn(Remembers, Samples.of(data, FEW), 0, stages=2, most=80_000)
    everything, *halved, last = Remembers.made
    assert len(everything.met) == len(last.met) == 10 and not everything.asked and not last.asked
    assert [len(one.met) for one in halved] == [len(one.asked) for one in halved] == [5, 5]
    assert not halved[0].met & halved[0].asked and not halved[1].met & halved[1].asked


@pytest.mark.parametrize("name", ["dummy", *LEARNERS])
def test_odd_masks(name, tmp_path):
    data = regions(4, side=24)
    one = np.where(np.arange(24)[:, None] < 12, IGNORE, 1).astype(np.uint8) * np.ones((1, 24), np.uint8)
    rare = np.zeros((4, 24, 24), np.uint8)
    rare[2, 3, 3] = 2  # one pixel in all
    for targets in (np.stack([one] * 4), rare):
        odd = Data("odd", "image", data.inputs, targets, data.classes)
        model = fit(side.contender(name, SEGMENTATION, {}), SEGMENTATION, odd, halves(4))
        masks = np.array(model.predict(odd.inputs))
        assert masks.shape == (4, 24, 24) and set(np.unique(masks)) <= set(np.unique(targets)) - {IGNORE}
    model.save(tmp_path)
    np.testing.assert_array_equal(side.load_model(tmp_path, {}).predict(odd.inputs), masks)


def test_masks_of_their_own_size_are_brought_to_the_pictures():
    from nikti.classical.tasks._segmentation.filters import FEW
    from nikti.classical.tasks._segmentation.samples import Samples

    data = regions(3)
    large = Masks(list(data.targets), lambda mask: np.kron(mask, np.ones((2, 2), np.uint8)))
    samples = Samples.of(Data("large", "image", data.inputs, large, data.classes), FEW)
    np.testing.assert_array_equal(samples.targets, data.targets)


def test_the_floor_and_what_is_offered():
    data = regions(4)
    model = fit(side.contender("dummy", SEGMENTATION, {}), SEGMENTATION, data, halves(4))
    assert (np.array(model.predict(data.inputs)) == 0).all() and model.importance() is None
    assert model.report.inner_score == pytest.approx((data.targets[1::2] == 0).mean())
    assert side.names(SEGMENTATION, {}) == sorted(["dummy", *LEARNERS])
    with pytest.raises(UnknownName, match="random_forest"):
        side.contender("random_florest", SEGMENTATION, {})
    for name in side.names(SEGMENTATION, {}):
        costs = [
            side.contender(name, SEGMENTATION, {}).cost(SEGMENTATION, data, n, QUICK)
            for n in (50, 500, 1000, 4000)
        ]
        assert 0 < costs[0] <= costs[1] and 0 < costs[2] <= costs[3]
