"""Series to batches of one length, and the networks that read them."""

import json

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.errors import DataError
from nikti.core.inputs import Ragged, Stack
from nikti.deep.encoders import series
from nikti.deep.shapes import SeriesShape

FOLDER = "deep/networks/series_classification"
NETWORKS = catalogue.names(FOLDER)


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)


def stack(n=20, channels=2, length=50):
    rng = np.random.default_rng(0)
    return Stack((rng.normal(size=(n, channels, length)) * 5 + 3).astype(np.float32))


def ragged(lengths=(30, 50, 40), channels=2):
    rng = np.random.default_rng(0)
    return Ragged.of([rng.normal(size=(channels, length)).astype(np.float32) for length in lengths])


def fit(inputs, **options):
    return series.fit(inputs, seed=0, options=options)


def test_each_channel_is_standardised_by_the_fitting_series():
    inputs = stack()
    (found,) = fit(inputs).encode(inputs)
    array = inputs.array()
    expected = (array - array.mean((0, 2))[:, None]) / array.std((0, 2))[:, None]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_gap_is_bridged():
    values, there = series.bridge(np.array([[np.nan, 1, np.nan, np.nan, 4, np.nan], [np.nan] * 6]))
    assert values.tolist() == [[1, 1, 2, 3, 4, 4], [0] * 6]
    assert there.sum() == 2


def test_resampling_by_hand():
    line = np.arange(5.0)[None]
    np.testing.assert_allclose(series.resample(line, 9), np.linspace(0, 4, 9)[None])
    np.testing.assert_allclose(series.resample(np.array([[1.0, 3, 5, 7]]), 2), [[2, 6]])
    np.testing.assert_allclose(
        series.resample(np.array([[1.0, 3, 5]]), 2), [[(1 + 1.5) / 1.5, (5 + 1.5) / 1.5]]
    )


def test_unequal_lengths_keep_the_clock():
    inputs = ragged()
    fitted = fit(inputs)
    (found,) = fitted.encode(inputs)
    assert fitted.shape == SeriesShape(3, 50)
    assert found[:, -1].sum(1).tolist() == [30, 50, 40]
    assert (found[0, :, 30:] == 0).all()
    assert fitted.encode(ragged((80,)))[0].shape == (1, 3, 50)


def test_equal_lengths_are_stretched_and_need_no_mask():
    fitted = fit(stack())
    assert fitted.shape == SeriesShape(2, 50)
    assert fitted.encode(ragged((25, 100)))[0].shape == (2, 2, 50)


def test_long_series_get_coarser_by_one_factor():
    fitted = fit(ragged((100, 200)), max_length=50)
    assert fitted.encode(ragged((100, 200)))[0][:, -1].sum(1).tolist() == [25, 50]


def test_many_gaps_are_told():
    import torch

    array = stack().array().copy()
    array[::2, 0, 10:20] = np.nan
    fitted = fit(Stack(array))
    (found,) = fitted.encode(Stack(array))
    assert fitted.shape.channels == 3
    assert torch.isfinite(found).all()
    assert found[0, 2, 15] == 0.5 and found[1, 2, 15] == 1


def test_nothing_but_missing_values():
    import torch

    fitted = fit(Stack(np.full((3, 1, 10), np.nan, np.float32)))
    assert torch.isfinite(fitted.encode(stack(2, 1, 10))[0]).all()


def test_other_channels_are_refused():
    with pytest.raises(DataError, match="3 channels"):
        fit(stack()).encode(stack(channels=3))


@pytest.mark.parametrize("inputs", [stack(), ragged()])
def test_state_survives_json(inputs):
    import torch

    fitted = fit(inputs)
    facts, tensors = fitted.state()
    again = series.from_state(json.loads(json.dumps(facts)), tensors)
    assert again.shape == fitted.shape
    assert torch.equal(again.encode(inputs)[0], fitted.encode(inputs)[0])


def test_augmentation_changes_little_and_repeats():
    import torch

    fitted, time = fit(stack()), torch.linspace(0, 6.28, 50)
    batch = time.sin().expand(200, 2, 50)
    first = fitted.augment((batch,), torch.Generator().manual_seed(1))[0]
    again = fitted.augment((batch,), torch.Generator().manual_seed(1))[0]
    assert torch.equal(first, again) and not torch.equal(first, batch)
    assert (first - batch).square().mean() < 0.1


def test_augmentation_leaves_padding_empty():
    import torch

    fitted = fit(ragged())
    (found,) = fitted.augment(fitted.encode(ragged()), torch.Generator().manual_seed(1))
    assert (found[:, :2][(found[:, 2:] == 0).expand(-1, 2, -1)] == 0).all()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("shape", [SeriesShape(1, 1), SeriesShape(2, 24), SeriesShape(7, 150)])
def test_every_candidate_answers_every_shape(name, shape):
    import torch

    network = catalogue.load(FOLDER, name)
    for params in network.CANDIDATES:
        params = {k: v for k, v in params.items() if k not in ("lr", "weight_decay")}
        answer = network.build(shape, 3, **params)(torch.randn(4, shape.channels, shape.length))
        assert answer.shape == (4, 3) and torch.isfinite(answer).all()
        assert 0 < network.seconds_per_sample(shape, 3, **params) < 0.1


@pytest.mark.parametrize("name", NETWORKS)
def test_learns_fast_from_slow(name):
    import torch

    time, targets = torch.linspace(0, 6.28, 40), torch.arange(60) % 2
    phase = torch.rand(60, 1) * 6.28
    x = ((2 + 3 * targets[:, None]) * time + phase).sin()[:, None] + 0.1 * torch.randn(60, 1, 40)
    net = catalogue.load(FOLDER, name).build(SeriesShape(1, 40), 2)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(net(x), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (net(x).argmax(1) == targets).float().mean() > 0.9
