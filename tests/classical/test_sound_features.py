"""Hand-made features of sounds against formulas written out by loops, and against tones that are known."""

import math

import numpy as np
import pytest

from nikti.classical.features.sound import _frames
from nikti.core import catalogue, mel
from nikti.core.sounds import RATE
from nikti.datasets import tones

NAMES = catalogue.names("classical/features/sound")


def wave(seconds=0.5, seed=0):
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * 500 * time) + 0.05 * rng.normal(size=len(time))).astype(np.float32)


def tone(hertz, seconds=0.5, loud=0.3):
    return (loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def slow_mfcc(sound):
    """Frame by frame, line by line, coefficient by coefficient."""
    size, hop, bands = 512, 256, 40
    window = [0.5 - 0.5 * math.cos(2 * math.pi * k / size) for k in range(size)]
    energy = sum(w * w for w in window)
    top = 2595 * math.log10(1 + RATE / 2 / 700)
    place = [700 * (10 ** (top * k / (bands + 1) / 2595) - 1) for k in range(bands + 2)]
    frames = []
    for start in range(0, len(sound) - size + hop, hop):
        part = list(sound[start : start + size]) + [0.0] * max(0, size - len(sound[start:]))
        spectrum = np.fft.fft(np.array(part) * np.array(window))[: size // 2 + 1]
        logs = []
        for band in range(bands):
            low, middle, high = place[band : band + 3]
            weights = [
                max(
                    0.0,
                    min(
                        (line * RATE / size - low) / (middle - low),
                        (high - line * RATE / size) / (high - middle),
                    ),
                )
                for line in range(size // 2 + 1)
            ]
            power = sum(w * abs(s) ** 2 / energy for w, s in zip(weights, spectrum, strict=True))
            logs.append(math.log(power / sum(weights) + 1e-10))
        coefficients = []
        for k in range(20):
            scale = math.sqrt((1 if k == 0 else 2) / bands)
            coefficients.append(
                scale * sum(v * math.cos(math.pi * k * (n + 0.5) / bands) for n, v in enumerate(logs))
            )
        frames.append(coefficients)
    return np.array(frames)


def test_mfcc_by_hand():
    from nikti.classical.features.sound import mfcc

    sound = wave(0.1)
    found = mfcc.coefficients(_frames.power(sound))
    np.testing.assert_allclose(found, slow_mfcc(sound.astype(float)), atol=2e-3)


def test_deltas_are_slopes():
    from nikti.classical.features.sound import mfcc

    """Of a straight line everywhere the same, but at the ends, which are held."""
    line = np.arange(10.0)[:, None] * [2.0, -1.0]
    found = mfcc.deltas(line)
    np.testing.assert_allclose(found[2:-2], np.tile([2.0, -1.0], (6, 1)))
    by_hand = (1 * (line[1] - line[0]) + 2 * (line[2] - line[0])) / (2 * (1 + 4))
    np.testing.assert_allclose(found[0], by_hand)


def test_statistics_are_scipys():
    from scipy import stats

    values = np.random.default_rng(1).gamma(2, size=(50, 3))
    found = _frames.statistics(values).reshape(3, -1)
    expected = [
        *(values.mean(0), values.std(0), stats.skew(values), *np.percentile(values, [10, 50, 90], axis=0)),
        np.diff(values, axis=0).std(0),
    ]
    np.testing.assert_allclose(found, np.array(expected).T)
    assert (_frames.statistics(np.full((4, 1), 2.0)) == [2, 0, 0, 2, 2, 2, 0]).all()
    assert not _frames.statistics(np.zeros((0, 2))).any()


@pytest.mark.parametrize("hertz", [80, 110, 220.5, 440, 987, 1500])
def test_the_pitch_of_a_tone_is_its_own(hertz):
    from nikti.classical.features.sound import pitch

    found, strength = pitch.tones(_frames.cut(tone(hertz), pitch.FRAME, pitch.HOP)[2:-2])
    np.testing.assert_allclose(found, hertz, rtol=0.01)
    assert strength.min() > 0.9


def test_the_pitch_of_a_rich_tone_is_that_of_its_lowest_part():
    from nikti.classical.features.sound import pitch

    rich = sum(tone(200 * k, loud=0.2 / k) for k in range(1, 6))
    found = pitch.tones(_frames.cut(rich, pitch.FRAME, pitch.HOP)[2:-2])[0]
    np.testing.assert_allclose(found, 200, rtol=0.01)


def test_noise_has_no_pitch():
    from nikti.classical.features.sound import pitch

    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    row = dict(zip(pitch.NAMES, pitch.measure(noise[None])[0], strict=True))
    assert row["pitch: share of frames with a tone"] < 0.1


def test_rising_and_falling_tones_have_slopes():
    from nikti.classical.features.sound import pitch

    rng = np.random.default_rng(3)
    slope = pitch.NAMES.index("pitch: slope (octaves a second)")
    for kind, sign in (("rising", 1), ("falling", -1)):
        slopes = [sign * pitch.measure(tones.draw(kind, rng)[None])[0, slope] for _ in range(20)]
        assert np.median(slopes) > 0.3


@pytest.mark.parametrize("name", ["mel_bands", "mfcc", "spectral_shape"])
def test_silence_before_and_after_changes_nothing(name):
    """Whole frames of digital silence are left out, so what is said of the sound stays."""
    file = catalogue.load("classical/features/sound", name)
    sound = wave(0.5)[: 512 + 256 * 20]
    alone = file.measure(sound[None])[0]
    among = file.measure(
        np.concatenate([np.zeros(256 * 30, np.float32), sound, np.zeros(RATE, np.float32)])[None]
    )[0]
    mean = [k for k, title in enumerate(file.names((1,))) if title.endswith(("median",))]
    scale = np.abs(alone[mean]).max()
    np.testing.assert_allclose(among[mean] / scale, alone[mean] / scale, atol=0.03)


def test_frames_that_are_heard():
    sound = np.concatenate([np.zeros(5120, np.float32), tone(300)[:5120], np.zeros(5120, np.float32)])
    heard = _frames.heard(_frames.power(sound))
    assert not heard[:18].any() and heard[21:38].all() and not heard[42:].any()
    assert not _frames.heard(_frames.power(np.zeros(4000, np.float32))).any()


def test_spectral_shape_of_a_tone_and_of_noise():
    from nikti.classical.features.sound import spectral_shape

    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    found = {
        name: dict(
            zip(spectral_shape.NAMES, np.median(spectral_shape.shapes(_frames.power(sound)), 0), strict=True)
        )
        for name, sound in (("tone", tone(1000, 1.0)), ("noise", noise))
    }
    assert found["tone"]["spectral centroid (Hz)"] == pytest.approx(1000, abs=15)
    assert found["tone"]["spectral roll-off (Hz)"] == pytest.approx(1000, abs=40)
    assert found["noise"]["spectral centroid (Hz)"] == pytest.approx(4000, abs=200)
    flat = "spectral flatness (0 one tone, 1 noise)"
    assert found["tone"][flat] < 0.01 and found["noise"][flat] > 0.4


def test_a_beat_is_found():
    from nikti.classical.features.sound import rhythm

    """Clicks every quarter of a second."""
    sound = np.zeros(2 * RATE, np.float32)
    rng = np.random.default_rng(0)
    for start in range(0, 2 * RATE, RATE // 4):
        sound[start : start + 400] = rng.normal(0, 0.3, 400)
    growth = rhythm.onset_strength(_frames.power(sound))
    seconds, strength = rhythm.beat(growth)
    assert seconds == pytest.approx(0.25, abs=0.02) and strength > 0.5
    assert rhythm.onsets(growth) in (7, 8)


def test_a_band_is_loud_where_the_tone_is():
    from nikti.classical.features.sound import mel_bands

    peaks = mel.edges(mel_bands.BANDS, 0, RATE / 2)[1:-1]
    for hertz in (300, 1000, 4000):
        found = mel_bands.measure(tone(hertz)[None])[0].reshape(mel_bands.BANDS, -1)[:, 0]
        assert abs(int(found.argmax()) - int(np.abs(peaks - hertz).argmin())) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_names_its_columns_and_stays_finite(name):
    file = catalogue.load("classical/features/sound", name)
    samples = [
        wave(),
        wave(0.31),
        np.zeros(8000, np.float32),
        np.ones(1, np.float32),
        np.full(900, 0.5, np.float32),
    ]
    transformer = file.build().fit(samples)
    table = transformer.transform(samples)
    columns = list(transformer.get_feature_names_out())
    assert table.shape == (5, len(columns)) and len(set(columns)) == len(columns)
    assert np.isfinite(table).all()
    np.testing.assert_array_equal(table[1], transformer.transform([samples[1]])[0])
    lengths = {len(file.names((n,))) for n in (1, 8000, 80_000)}
    assert lengths == {len(columns)}


def test_where_features_look_adds_up():
    from nikti.classical.features.sound import mel_bands

    maps, which = mel_bands.locations((RATE,))
    assert len(which) == len(mel_bands.names((RATE,))) and which.max() + 1 == len(maps)
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), 1)


def test_kernels_repeat_themselves_on_sounds_of_any_length():
    from nikti.classical.features.sound import _kernels

    samples = list(tones.load(n=12).inputs)
    first, second = (_kernels.SoundKernels(840, seed=2).fit(samples).transform(samples) for _ in range(2))
    assert first.shape[0] == 12 and np.array_equal(first, second)
    assert ((first >= 0) & (first <= 1)).all()


def test_the_features_tell_the_tones_apart():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from nikti.classical import features_of

    data = tones.load(seed=1, n=160)
    raw, labels = data.inputs.raw(), data.targets.astype(str)
    found = features_of.parts("sound", "linear")
    table = np.hstack([part.fit(raw).transform(raw) for part in found.both.values()])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)).fit(
        table[:120], labels[:120]
    )
    assert model.score(table[120:], labels[120:]) > 0.75  # of four classes
