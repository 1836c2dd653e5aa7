"""Hand-made series features and random kernels against numpy, scipy, loops, and known truths."""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy import signal, stats

from nikti.core import catalogue
from nikti.core.errors import DataError
from nikti.core.inputs import Ragged

NAMES = catalogue.names("classical/features/series")


def build(name):
    return catalogue.load("classical/features/series", name).build()


def noise(n=5, channels=1, length=100, seed=0):
    return np.random.default_rng(seed).normal(size=(n, channels, length)).astype(np.float32)


def named(module, stack):
    """Columns by name: {name: values [n]}."""
    return dict(zip(module.names(stack.shape[1:]), module.measure(stack).T, strict=True))


def only(module, series):
    """Columns of one series of one channel, without "channel 1: "."""
    columns = named(module, np.asarray(series, dtype=np.float32)[None, None])
    return {name.removeprefix("channel 1: "): float(value[0]) for name, value in columns.items()}


# --- every feature of the catalogue


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channels, length", [(1, 8), (1, 9), (2, 24), (14, 33), (3, 500)])
def test_every_feature_gives_named_finite_columns(name, channels, length):
    stack = noise(6, channels, length)
    stack[1] = 0
    stack[2] = 7.3
    stack[3, 0, 2:5] = np.nan
    stack[4] = np.nan
    stack[5, :, ::2] = 1e30
    feature = build(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = feature.fit_transform(stack)
    columns = feature.get_feature_names_out()
    assert table.dtype == np.float32 and table.shape == (6, len(columns))
    assert np.isfinite(table).all()
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("name", NAMES)
def test_unequal_lengths_have_the_same_columns(name):
    samples = [noise(1, 2, length, seed=length)[0] for length in (8, 50, 8, 121, 3, 1)]
    feature = build(name).fit(samples)
    table = feature.transform(Ragged.of(samples))
    for row, sample in enumerate(samples):
        np.testing.assert_allclose(table[row], feature.transform([sample])[0], rtol=1e-5, atol=1e-6)
    assert table.shape[1] == len(feature.get_feature_names_out())


def test_names_are_unique_across_features():
    every = [n for name in NAMES for n in catalogue.load("classical/features/series", name).names((3, 90))]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("name", NAMES)
def test_files_tell_what_they_are(name):
    module = catalogue.load("classical/features/series", name)
    assert module.STATELESS and module.TITLE.en
    assert 0 < module.cost((1, 24)) < module.cost((1, 150)) < module.cost((6, 150)) < 5e-3


def test_other_numbers_of_channels_are_refused():
    from nikti.classical.features.series._random_kernels import RandomKernels

    for feature in (build("summary"), RandomKernels(84)):
        with pytest.raises(DataError, match="channels|shape"):
            feature.fit(noise(3, 2)).transform(noise(3, 1))


def test_gaps_are_filled_on_a_straight_line():
    from nikti.classical.features.series._channels import filled

    nan = np.nan
    series = np.array([[[nan, 1, nan, 3, nan, nan], [nan] * 6]], dtype=np.float32)
    np.testing.assert_allclose(filled(series)[0], [[1, 1, 2, 3, 3, 3], [0] * 6])


def test_stubs_are_drawn_out():
    from nikti.classical.features.series._channels import stretched

    np.testing.assert_allclose(stretched(np.array([[[0.0, 7.0]]]))[0, 0], np.arange(8))
    assert stretched(np.zeros((1, 1, 9))).shape == (1, 1, 9)


def test_longest_run():
    from nikti.classical.features.series._channels import longest_run

    flags = np.array([[1, 1, 0, 1, 1, 1, 0], [0] * 7, [1] * 7], dtype=bool)
    assert longest_run(flags).tolist() == [3, 0, 7]


# --- summary


def test_summary_agrees_with_scipy():
    from nikti.classical.features.series import summary

    x = noise(1, 1, 77)[0, 0].astype(np.float64)
    row = only(summary, x)
    assert row["skewness"] == pytest.approx(stats.skew(x), abs=1e-4)
    assert row["kurtosis"] == pytest.approx(stats.kurtosis(x), abs=1e-4)
    assert row["25% quantile"] == pytest.approx(np.quantile(x, 0.25), abs=1e-5)
    assert row["peaks (per sample)"] == pytest.approx(len(signal.find_peaks(x)[0]) / 77)
    slope = stats.linregress(np.arange(77), x).slope * 76
    assert row["slope (change over the whole length)"] == pytest.approx(slope, rel=1e-4)
    assert row["length (samples)"] == 77


def test_summary_counts():
    from nikti.classical.features.series import summary

    row = only(summary, [0, 0, 5, 5, 5, 0, 5, 0, np.nan, 0])
    assert row["share missing"] == pytest.approx(0.1)
    assert row["longest run above the mean (share)"] == pytest.approx(0.3)
    assert row["crossings of the mean (per sample)"] == pytest.approx(0.4)
    assert row["largest rise between samples"] == 5
    assert row["place of maximum (0 start, 1 end)"] == pytest.approx(2 / 9)


def test_correlations_between_channels():
    from nikti.classical.features.series import summary

    stack = noise(3, 3, 60)
    columns = named(summary, stack)
    for k in range(3):
        expected = np.corrcoef(stack[k])
        assert columns["correlation of channels 1 and 3"][k] == pytest.approx(expected[0, 2], abs=1e-5)
    many = named(summary, noise(2, 20, 60))
    assert "correlation of channel 20 with the mean of all" in many


# --- spectral


def test_a_tone_is_found_at_its_frequency():
    from nikti.classical.features.series import spectral

    t = np.arange(160)
    row = only(spectral, 3 * np.sin(2 * np.pi * t / 32) + 0.6 * np.sin(2 * np.pi * t / 5) + 10)
    assert row["spectral peak frequency (cycles per sample)"] == pytest.approx(1 / 32)
    assert row["second peak frequency (cycles per sample)"] == pytest.approx(1 / 5)
    assert row["amplitude of 5 cycles in the whole length"] == pytest.approx(3, rel=1e-4)
    assert row["share of power at the spectral peak"] == pytest.approx(9 / 9.36, rel=1e-4)
    assert row["power from 0.188 to 0.25 cycles per sample"] == pytest.approx(0.36 / 9.36, rel=1e-3)
    assert row["spectral entropy (0 one tone, 1 noise)"] < 0.1


def test_power_agrees_with_scipy_and_parseval():
    from nikti.classical.features.series import spectral

    for length in (64, 75):
        x = noise(1, 1, length)[0, 0]
        row = only(spectral, x)
        frequency, power = signal.periodogram(x, detrend="constant", scaling="spectrum")
        assert row["total power (log10)"] == pytest.approx(np.log10(np.var(x)), abs=1e-5)
        share = power / power.sum()
        assert row["spectral centroid (cycles per sample)"] == pytest.approx(share @ frequency, rel=1e-4)
        low = (frequency > 1 / 8) & (frequency <= 3 / 16 + 1e-9)
        expected = share[low].sum()
        assert row["power from 0.125 to 0.188 cycles per sample"] == pytest.approx(expected, rel=1e-3)
        flatness = stats.gmean(power[1:]) / power[1:].mean()
        assert row["spectral flatness (0 one tone, 1 noise)"] == pytest.approx(flatness, rel=1e-3)
        bands = sum(v for k, v in row.items() if k.startswith("power from"))
        assert bands == pytest.approx(1, abs=1e-5)


# --- intervals


@pytest.mark.parametrize("length", [8, 24, 75, 150])
@pytest.mark.parametrize("parts, shifted", [(1, False), (2, False), (8, False), (8, True), (16, False)])
def test_parts_are_in_bounds_and_cover_the_series(length, parts, shifted):
    from nikti.classical.features.series import intervals

    bounds = intervals.bounds(length, parts, shifted)
    assert len(bounds) == parts - shifted
    assert all(0 <= start < stop <= length for start, stop in bounds)
    if not shifted:
        assert bounds[0][0] == 0 and bounds[-1][1] == length
        assert {k for start, stop in bounds for k in range(start, stop)} == set(range(length))


def test_intervals_agree_with_numpy():
    from nikti.classical.features.series import intervals

    x = noise(1, 1, 80)[0, 0].astype(np.float64)
    row = only(intervals, x)
    part = x[20:40]
    assert row["value in part 2 of 4: mean"] == pytest.approx(part.mean(), abs=1e-5)
    assert row["value in part 2 of 4: 25% quantile"] == pytest.approx(np.quantile(part, 0.25), abs=1e-5)
    slope = np.polyfit(np.arange(20), part, 1)[0]
    assert row["value in part 2 of 4: slope"] == pytest.approx(slope, abs=1e-5)
    shifted = x[15:25]
    assert row["value in between parts 2 and 3 of 8: median"] == pytest.approx(np.median(shifted), abs=1e-5)
    assert row["change in the whole: maximum"] == pytest.approx(np.diff(x).max(), abs=1e-5)


# --- dynamics


def test_autocorrelation_agrees_with_a_loop():
    from nikti.classical.features.series import dynamics

    z = stats.zscore(noise(3, 1, 50)[:, 0].astype(np.float64), axis=1)
    ours = dynamics.autocorrelation(z)
    for lag in (0, 1, 5, 49):
        expected = (z[:, : 50 - lag] * z[:, lag:]).sum(axis=1) / 50
        np.testing.assert_allclose(ours[:, lag], expected, atol=1e-10)


def test_memory_of_a_sine():
    from nikti.classical.features.series import dynamics

    row = only(dynamics, np.sin(2 * np.pi * np.arange(400) / 40))
    assert row["period (samples, 0 if none)"] == pytest.approx(40, abs=1)
    assert row["autocorrelation first below 0 (samples)"] == pytest.approx(10, abs=1)
    assert row["autocorrelation first minimum (samples)"] == pytest.approx(20, abs=1)
    assert row["time reversal asymmetry"] == pytest.approx(0, abs=1e-4)
    assert row["mobility (Hjorth)"] == pytest.approx(2 * np.pi / 40, rel=0.02)
    assert row["complexity (Hjorth)"] == pytest.approx(1, abs=0.02)


def test_a_saw_runs_one_way():
    from nikti.classical.features.series import dynamics

    rising = only(dynamics, np.tile(np.arange(20), 10))
    falling = only(dynamics, np.tile(np.arange(20)[::-1], 10))
    assert rising["time reversal asymmetry"] < 0 < falling["time reversal asymmetry"]
    assert rising["longest rise (share of length)"] == pytest.approx(19 / 200)


def test_noise_and_walk_are_told_apart():
    from nikti.classical.features.series import dynamics

    steps = noise(40, 1, 1000)
    of_noise, of_walk = named(dynamics, steps), named(dynamics, steps.cumsum(axis=-1))
    exponent = "channel 1: fluctuation exponent (0.5 noise, 1.5 walk)"
    assert of_noise[exponent].mean() == pytest.approx(0.5, abs=0.1)
    assert of_walk[exponent].mean() == pytest.approx(1.5, abs=0.1)
    entropy = "channel 1: permutation entropy (0 regular, 1 random)"
    assert of_noise[entropy].mean() == pytest.approx(1, abs=0.01)
    turning = "channel 1: share of turning points"
    assert of_noise[turning].mean() == pytest.approx(2 / 3, abs=0.02)  # known for independent values
    information = "channel 1: mutual information with the next sample (bits)"
    assert of_noise[information].mean() < 0.03 < 1 < of_walk[information].mean()


def test_permutation_entropy_agrees_with_a_loop():
    from nikti.classical.features.series import dynamics

    z = noise(4, 1, 60)[:, 0]
    for row, value in zip(z, dynamics.permutation_entropy(z), strict=True):
        orders = [tuple(np.argsort(row[k : k + 3])) for k in range(58)]
        shares = np.unique(orders, axis=0, return_counts=True)[1] / 58
        assert value == pytest.approx(stats.entropy(shares, base=6))


# --- random kernels


def by_hand(series, kernel, dilation):
    """Convolution of one channel with one kernel, zeros beyond the ends, by scipy."""
    from nikti.classical.features.series._random_kernels import PLACES

    weights = np.full(9, -1.0)
    weights[list(PLACES[kernel])] = 2
    spread = np.zeros(8 * dilation + 1)
    spread[::dilation] = weights
    return signal.correlate(np.pad(series, 4 * dilation), spread, mode="valid")


def test_answers_and_shares_agree_with_scipy():
    from nikti.classical.features.series._random_kernels import RandomKernels

    stack = noise(3, 1, 60)
    kernels = RandomKernels(840, seed=1).fit(stack)
    table = kernels.transform(stack)
    assert table.shape == (3, 840) == (3, len(kernels.get_feature_names_out()))
    column = 0
    for k, dilation in enumerate(kernels.dilations_):
        for kernel in range(84):
            for bias in kernels.biases_[k][kernel]:
                if kernel % 17 == 0:
                    answer = by_hand(stack[1, 0].astype(np.float64), kernel, dilation)
                    if (kernel + k) % 2:
                        answer = answer[4 * dilation : 60 - 4 * dilation]
                    assert table[1, column] == pytest.approx((answer > bias).mean(), abs=1.01 / len(answer))
                column += 1


def test_kernels_are_those_of_the_paper():
    from nikti.classical.features.series._random_kernels import PLACES, RandomKernels, _dilations

    assert len(PLACES) == 84 and len({tuple(p) for p in PLACES.tolist()}) == 84
    dilations, counts = _dilations(150, 119)
    assert counts.sum() == 119 and dilations[0] == 1 and dilations[-1] * 8 <= 149
    shifted = RandomKernels(84).fit(noise(4))._answers(noise(1) + 100, 0)[:, 0, 8:-8]
    np.testing.assert_allclose(  # the weights sum to 0: the level of a series does not matter
        shifted, RandomKernels(84).fit(noise(4))._answers(noise(1), 0)[:, 0, 8:-8], atol=1e-3
    )


def test_same_seed_same_columns_and_batches_do_not_matter():
    from nikti.classical.features.series._random_kernels import RandomKernels

    stack = noise(300, 3, 40)
    kernels = RandomKernels(500, seed=5).fit(stack)
    np.testing.assert_array_equal(
        kernels.transform(stack), RandomKernels(500, seed=5).fit(stack).transform(stack)
    )
    np.testing.assert_allclose(kernels.transform(stack)[-1], kernels.transform(stack[-1:])[0], atol=0.03)
    assert (RandomKernels(500, seed=6).fit(stack).transform(stack) != kernels.transform(stack)).any()


@pytest.mark.parametrize("lengths", [(8, 8, 8), (5, 30, 200), (9, 9, 1000)])
def test_unequal_and_short_lengths(lengths):
    from nikti.classical.features.series._random_kernels import RandomKernels

    samples = [noise(1, 2, length, seed=length)[0] for length in lengths]
    samples[0][0, 1] = np.nan
    table = RandomKernels(336).fit(samples).transform(samples)
    assert np.isfinite(table).all() and (table >= 0).all() and (table <= 1).all()


def test_kernels_saved_with_skops_and_loaded_again():
    import skops.io as sio

    from nikti.classical.features.series._random_kernels import RandomKernels

    kernels = RandomKernels(168).fit(noise(5, 2))
    blob = sio.dumps(kernels)
    trusted = sio.get_untrusted_types(data=blob)
    assert all(kind.startswith("nikti.") for kind in trusted)
    again = sio.loads(blob, trusted=trusted)
    np.testing.assert_array_equal(again.transform(noise(5, 2)), kernels.transform(noise(5, 2)))


# --- real series


def real(name, part):
    """Series and labels of a .ts file of the UCR and UEA archives."""
    if "NIKTI_DATA" not in os.environ:
        pytest.skip("NIKTI_DATA is not set")
    path = Path(os.environ["NIKTI_DATA"]) / "ts_classification" / name / f"{name}_{part}.ts"
    lines = path.read_text().splitlines()
    start = next(k for k, line in enumerate(lines) if line.lower().startswith("@data"))
    rows = [line.strip().split(":") for line in lines[start + 1 :] if line.strip()]
    series = [np.array([np.fromstring(c, sep=",") for c in row[:-1]], dtype=np.float32) for row in rows]
    return series, np.array([row[-1] for row in rows])


@pytest.mark.parametrize(
    "name, kernels_least, hand_made_least",
    [
        ("GunPoint", 0.98, 0.95),
        ("ItalyPowerDemand", 0.95, 0.94),
        ("ArrowHead", 0.80, 0.75),
        ("BasicMotions", 0.97, 0.97),
    ],
)
def test_accuracy_on_real_series(name, kernels_least, hand_made_least):
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.linear_model import RidgeClassifierCV

    from nikti.classical.features.series._random_kernels import RandomKernels

    (train, answers), (test, truth) = real(name, "TRAIN"), real(name, "TEST")
    kernels = RandomKernels(2016).fit(train)
    ridge = RidgeClassifierCV(np.logspace(-3, 3, 10)).fit(kernels.transform(train), answers)
    assert (ridge.predict(kernels.transform(test)) == truth).mean() >= kernels_least
    features = [build(feature) for feature in NAMES]
    trees = ExtraTreesClassifier(200, max_features=0.1, random_state=0)
    trees.fit(np.hstack([feature.transform(train) for feature in features]), answers)
    predicted = trees.predict(np.hstack([feature.transform(test) for feature in features]))
    assert (predicted == truth).mean() >= hand_made_least
