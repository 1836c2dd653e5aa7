"""The data sets that come along: the same every time, as their files say, and with the truth they claim."""

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.sounds import RATE
from nikti.datasets import blobs, digits, messages, nothing, scenes, shapes, soundscapes, tones, traces, waves
from nikti.tasks._choose import choose

NAMES = catalogue.names("datasets")


@pytest.mark.parametrize("name", NAMES)
def test_as_its_file_says(name):
    entry = catalogue.load("datasets", name)
    data = entry.load(seed=3)
    assert entry.TITLE and data.name == name and data.modality == entry.MODALITY
    task = choose(data, entry.TASK)
    assert task.name == choose(data).name or task.answer == "embedding"  # which must be asked for
    prepared = task.prepare(data)
    assert len(prepared) == len(data) and not prepared.notes
    assert entry.load(seed=3).fingerprinted().fingerprint == data.fingerprinted().fingerprint


@pytest.mark.parametrize("entry", [shapes, messages, tones, waves, nothing])
def test_seeds_differ_and_classes_are_even(entry):
    first, second = entry.load(seed=0), entry.load(seed=1)
    assert first.fingerprinted().fingerprint != second.fingerprinted().fingerprint
    _, counts = np.unique(entry.load(seed=0, n=1200).targets, return_counts=True)
    assert counts.min() > 0.85 * counts.max()


def test_what_is_heard_in_a_soundscape_is_where_its_sounds_lie():
    """The share of the power below 250 Hz tells a hum, that from 1,900 to 4,200 Hz a whistle."""
    data = soundscapes.load(seed=2, n=400)
    shares = []
    for wave in data.inputs:
        power = np.abs(np.fft.rfft(wave)) ** 2
        hertz = np.fft.rfftfreq(len(wave), 1 / RATE)
        shares.append([power[hertz < 250].sum(), power[(hertz > 1900) & (hertz < 4200)].sum()] / power.sum())
    shares = np.array(shares)
    assert (0.3 < data.targets.mean(0)).all() and (data.targets.mean(0) < 0.5).all()
    for column, label in ((0, "hum"), (1, "whistle")):
        there = data.targets[:, soundscapes.LABELS.index(label)]
        assert np.median(shares[there, column]) > 2 * np.median(shares[~there, column])


def test_what_is_in_a_trace_is_in_its_values():
    """The slope of a straight line tells a trend or a step, the largest of the fast waves a ripple."""
    data = traces.load(seed=2, n=400)
    series = np.stack(list(data.inputs))[:, 0]
    time = np.arange(series.shape[1]) - (series.shape[1] - 1) / 2
    slope = np.abs((series - series.mean(1, keepdims=True)) @ time)
    fast = np.abs(np.fft.rfft(series, axis=1))[:, 6:13].max(axis=1)
    assert (0.3 < data.targets.mean(0)).all() and (data.targets.mean(0) < 0.5).all()
    for label, measured in (("trend", slope), ("step", slope), ("ripple", fast)):
        there = data.targets[:, traces.LABELS.index(label)]
        assert np.median(measured[there]) > 1.2 * np.median(measured[~there])


def test_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    data = digits.load()
    images, bunch = data.inputs.array(), load_digits()
    assert images.shape == (1797, 8, 8, 1) and images.dtype == np.uint8 and images.max() == 255
    np.testing.assert_allclose(images[..., 0] / 255 * 16, bunch.images, atol=0.05)
    assert data.targets.tolist() == [str(t) for t in bunch.target]


def test_tables_have_their_own_names():
    data = catalogue.load("datasets", "breast_cancer").load()
    assert "mean radius" in data.inputs.frame.columns and set(data.targets) == {"malignant", "benign"}
    malignant = data.targets == "malignant"
    assert malignant.sum() == 212
    radius = data.inputs.frame["mean radius"].to_numpy()
    assert radius[malignant].mean() > radius[~malignant].mean()


def test_nothing_can_be_learned_from_nothing():
    from sklearn.ensemble import RandomForestClassifier

    data = nothing.load(n=3000)
    columns = data.inputs.frame.copy()
    for name in ("colour", "town"):
        columns[name] = columns[name].cat.codes
    forest = RandomForestClassifier(60, random_state=0, n_jobs=1).fit(columns[:1500], data.targets[:1500])
    accuracy = forest.score(columns[1500:], data.targets[1500:])
    assert abs(accuracy - nothing.BAYES_ACCURACY) < 0.04  # three standard errors


def test_messages_reach_their_best_accuracy_and_no_more():
    data = messages.load(n=4000)
    words = messages.ENGLISH, messages.BANGLA_WORDS
    parts = {
        kind: [p for phrase in (*words[0][kind], *words[1][kind]) for p in [max(_fixed(phrase), key=len)]]
        for kind in messages.CLASSES
    }
    guesses = [
        next((kind for kind in parts if any(part in text for part in parts[kind])), None)
        for text in data.inputs
    ]
    known = np.array([guess is not None for guess in guesses])  # a typo may hide the phrase
    assert known.mean() > 0.8
    right = np.array(guesses, dtype=object)[known] == data.targets[known]
    assert abs(right.mean() - messages.BAYES_ACCURACY) < 0.012  # three standard errors


def _fixed(phrase):
    return [part.strip() for part in phrase.replace("{count}", "{thing}").split("{thing}")]


def test_shapes_are_told_by_outline_and_not_by_colour():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    data = shapes.load(n=600)
    images = data.inputs.array().astype(float)
    assert images.shape == (600, 32, 32, 3)
    colour = np.concatenate([images.mean(axis=(1, 2)), images.std(axis=(1, 2))], axis=1) / 255
    assert cross_val_score(LogisticRegression(), colour, data.targets, cv=5).mean() < 0.5


def test_blobs_are_told_by_their_neighbourhood_and_not_by_their_grey():
    from scipy.ndimage import uniform_filter

    data = blobs.load(n=40)
    grey = data.inputs.array()[..., 0].astype(float)
    grey -= grey.mean(axis=(1, 2), keepdims=True)
    masks = np.stack([data.targets[i] for i in range(len(data))])
    around = np.sqrt(uniform_filter(grey**2, (0, 5, 5)))
    steps = np.abs(np.diff(grey, axis=2, append=grey[..., -1:]))
    means, loud, rough = (
        [what[masks == c].mean() for c in range(3)]
        for what in (grey, around, uniform_filter(steps, (0, 5, 5)))
    )
    assert max(np.abs(means)) < 6  # a sixth of a texture's own deviation
    assert min(loud[1:]) > 2 * loud[0] and rough[1] > 1.5 * rough[2]
    assert min(np.bincount(masks.ravel()) / masks.size) > 0.08


def test_waves_are_equally_loud():
    data = waves.load(n=2000)
    loud = data.inputs.array()[:, 0].std(axis=1)
    means = [loud[data.targets == kind].mean() for kind in waves.CLASSES]
    assert data.inputs[0].shape == (2, 128) and max(means) - min(means) < 0.03


def test_scenes_have_their_shapes_where_the_boxes_say():
    """The middle of a box is as much darker or brighter than the ground as shapes are (60 grey levels, less
    the ground's slope of 30), and boxes hardly touch."""
    data = scenes.load(seed=4, n=150)
    few, others = (scenes.load(seed=seed, n=2).fingerprinted() for seed in (4, 5))
    assert few.fingerprint != others.fingerprint
    counts = np.bincount(data.targets.counts(), minlength=5)
    assert len(counts) == 5 and counts.min() > 10
    kinds = np.bincount(data.targets.flat[:, 4].astype(int))
    assert len(kinds) == 3 and kinds.min() > 0.75 * kinds.max()
    for picture, boxes in zip(
        data.inputs.array().mean(3), (data.targets[i] for i in range(150)), strict=True
    ):
        free, covers = np.ones((96, 96), bool), np.zeros((96, 96), int)
        for x1, y1, x2, y2, _ in boxes.astype(int):
            assert 0 <= x1 and x1 + 8 < x2 <= 96 and 0 <= y1 and y1 + 8 < y2 <= 96
            free[max(0, y1 - 1) : y2 + 1, max(0, x1 - 1) : x2 + 1] = False
            covers[y1:y2, x1:x2] += 1
        assert (covers > 1).mean() < 0.02
        for x1, y1, x2, y2, _ in boxes.astype(int):
            x, y = (x1 + x2) // 2, (y1 + y2) // 2
            assert abs(np.median(picture[y - 2 : y + 3, x - 2 : x + 3]) - picture[free].mean()) > 20


def test_a_box_is_the_smallest_around_what_is_covered():
    inside = np.zeros((96, 96))
    inside[10:15, 20:50] = 1
    inside[30, 25] = 0.5
    inside[60, 60] = 0.4
    assert scenes.around(inside) == [20, 10, 50, 31]
