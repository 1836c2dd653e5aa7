"""What gives the answer away is seen, and strong true features are not accused."""

import math
import os
import time

import numpy as np
import pytest
from PIL import Image

from nikti.core import catalogue
from nikti.core.data import Data, Options
from nikti.core.inputs import Frame, Stack, Texts
from nikti.protocol.leaks import _association as association
from nikti.protocol.leaks import leaks

DATA = os.environ.get("NIKTI_DATA")
real = pytest.mark.skipif(not DATA, reason="NIKTI_DATA is not set")
N = 400


def task(name):
    return catalogue.load("tasks", name).TASK


def table(columns, answers, **more):
    """A prepared table; words become categories, as a reader makes them."""
    import pandas as pd

    frame = pd.DataFrame(columns)
    words = [c for c in frame if frame[c].map(lambda cell: isinstance(cell, str)).any()]
    frame = frame.astype({c: "category" for c in words})
    values = np.asarray(answers)
    kind = task("tabular_regression" if values.dtype.kind == "f" else "tabular_classification")
    return kind.prepare(Data("t", "table", Frame(frame), values, **more)), kind


def found(columns, answers, **more):
    """{(code, column, how)} of the notes."""
    notes = leaks(*table(columns, answers, **more))
    for note in notes:  # every one has a sentence in Bangla
        assert note.text and note.text_bn
    return {(note.code, note.values.get("column"), note.values["how"]) for note in notes}


rng = np.random.default_rng(0)
CLASSES = np.array(["no", "yes"])[rng.permutation(N) % 2]
RARE = np.where(rng.permutation(N) < 12, "fraud", "fine")  # 3%
THREE = np.array(list("abc"))[rng.permutation(N) % 3]
YES, NOISE = CLASSES == "yes", rng.normal(size=N)
PRICE = np.exp(rng.normal(size=N))
TOWNS = np.array([f"town {i}" for i in range(40)])
BY_TOWN = rng.permutation(40) % 2
LIVES = rng.permutation(np.arange(N) % 40)

#: (answers, a column, how it tells them or None)
COLUMNS = {
    "in other words, many to one": (
        CLASSES,
        np.where(YES, "gone", np.where(NOISE > 0, "stays", "new")),
        "values",
    ),
    "with 1% of errors": (CLASSES, np.where(np.arange(N) % 100 == 7, ~YES, YES).astype(float), "values"),
    "with 3% of errors, alone": (
        CLASSES,
        np.where(np.arange(N) % 33 == 7, ~YES, YES).astype(float),
        "values",
    ),
    "above a threshold": (CLASSES, YES * 5 + rng.uniform(0, 4, N), "values"),
    "between two thresholds": (
        CLASSES,
        np.where(YES, rng.uniform(-1, 1, N), rng.choice([-3, 3], N) + 0.5 * NOISE),
        "values",
    ),
    "a threshold of a rare class": (RARE, (RARE == "fraud") * 9 + rng.uniform(0, 8, N), "values"),
    "three classes in bands": (
        THREE,
        np.searchsorted(list("abc"), THREE) * 2 + rng.uniform(0, 1.9, N),
        "values",
    ),
    "filled for one class": (CLASSES, np.where(YES, NOISE, np.nan), "filled"),
    "filled for half of one class": (
        CLASSES,
        np.where(YES & (NOISE > 0), rng.normal(size=N), np.nan),
        "one_sided",
    ),
    "many groups, one answer each": (np.array(["no", "yes"])[BY_TOWN[LIVES]], TOWNS[LIVES], "groups"),
    "the same value": (PRICE, PRICE, "values"),
    "with tax and rounding": (PRICE, np.round(PRICE * 1.19, 1), "values"),
    "its logarithm": (PRICE, np.log(PRICE), "values"),
    "its square about the middle": (PRICE, np.where(NOISE > 0, 1, -1) * np.sqrt(PRICE), "values"),
    # and what is no leak
    "nine of ten right": (CLASSES, np.where(rng.random(N) < 0.1, ~YES, YES).astype(float), None),
    "noise": (CLASSES, NOISE, None),
    "a category of its own in every row": (CLASSES, np.array([f"name {i}" for i in range(N)]), None),
    "a category of two rows each": (CLASSES, np.array([f"name {i // 2}" for i in range(N)]), None),
    "missing by chance": (CLASSES, np.where(rng.random(N) < 0.4, np.nan, NOISE), None),
    "missing rather than not": (
        CLASSES,
        np.where(rng.random(N) < np.where(YES, 0.7, 0.1), np.nan, NOISE),
        None,
    ),
    "a strong true feature": (PRICE, PRICE * np.exp(0.2 * NOISE), None),
    "always filled": (CLASSES, np.ones(N) * (np.arange(N) % 3), None),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns(name):
    answers, column, how = COLUMNS[name]
    here = found({"x": column, "other": NOISE[::-1]}, answers)
    assert here == (set() if how is None else {("suspicious_column", "x", how)})


def test_few_rows_and_many_columns_are_no_evidence():
    noise = np.random.default_rng(1)
    columns = {f"x{i}": noise.normal(size=12) for i in range(300)}
    assert found(columns, np.array(list("aabbabababba"))) == set()


def test_strong_features_in_company_are_not_accused():
    """Two measurements of one thing, each with a lambda of 0.94: as in flowers."""
    columns = {name: YES + 0.27 * rng.normal(size=N) for name in ("long", "wide")}
    assert found(columns, CLASSES) == set()
    assert found({"long": columns["long"], "z": NOISE}, CLASSES) == {("suspicious_column", "long", "values")}
    assert found({"only": YES * 1.0}, CLASSES) == set()


def test_copies_of_rows_are_no_evidence():
    """Five copies of each row: every number then tells its row's answer, unless copies are groups."""
    values, answers = np.repeat(rng.normal(size=80), 5), np.repeat(CLASSES[:80], 5)
    order = rng.permutation(400)
    groups = np.repeat(np.arange(80), 5)[order]
    assert found({"x": values[order], "z": NOISE}, answers[order], groups=groups) == set()


def test_the_users_test_split_is_not_looked_at():
    answers, split = CLASSES.copy(), (np.arange(N) % 4 == 0).astype(np.uint8) * 2
    column = np.where(split == 2, NOISE, YES * 5.0)
    assert found({"x": column, "z": NOISE[::-1]}, answers, split=split) == {
        ("suspicious_column", "x", "values")
    }
    column = np.where(split == 2, YES * 5.0, NOISE)
    assert found({"x": column, "z": NOISE[::-1]}, answers, split=split) == set()


def test_lambda_and_r2_against_a_loop_over_the_folds():
    codes, answers, fold = rng.integers(0, 9, 300), rng.integers(0, 3, 300), rng.integers(0, 5, 300)
    answers = np.where(rng.random(300) < 0.6, codes % 3, answers)
    right = plain = 0
    for row in range(300):
        rest = fold != fold[row]
        same = rest & (codes == codes[row])
        right += np.bincount(answers[same], minlength=3).argmax() == answers[row]
        plain += np.bincount(answers[rest]).argmax() == answers[row]
    measured = association.with_classes(codes, answers, fold)
    assert measured.score == pytest.approx((right - plain) / (300 - plain)) and measured.hits == right
    values = answers + rng.normal(size=300)
    error = spread = 0.0
    for row in range(300):
        rest = fold != fold[row]
        error += (values[row] - values[rest & (codes == codes[row])].mean()) ** 2
        spread += (values[row] - values[rest].mean()) ** 2
    assert association.with_values(codes, values, fold).score == pytest.approx(1 - error / spread)


def test_chance_is_the_binomial_tail():
    exact = sum(math.comb(20, k) * 0.6**k * 0.4 ** (20 - k) for k in range(17, 21))
    assert association.Association(0.9, 17, 20, 0.6).by_chance() == pytest.approx(exact)


DAYS = np.datetime64("2024-01-01", "ns") + np.arange(N) * np.timedelta64(1, "D")
WALK = np.cumsum(rng.normal(size=N))  # a random walk: neighbours are alike
SIGNALS = {f"s{i}": np.cumsum(rng.normal(size=N)) for i in range(3)}
SHUFFLED = rng.permutation(N)

ORDERS = {
    "a trend over days": (
        {"day": DAYS, "x": NOISE},
        np.arange(N) * 2.0,
        {("suspicious_order", "day", "column")},
    ),
    "a walk over days, rows mixed": (
        {"day": DAYS[SHUFFLED]},
        WALK[SHUFFLED],
        {("suspicious_order", "day", "column")},
    ),
    "a walk over a running number": ({"t": np.arange(N) * 1.5}, WALK, {("suspicious_order", "t", "column")}),
    "states of a recording": (
        SIGNALS,
        np.array(list("ab"))[np.arange(N) // 50 % 2],
        {("suspicious_order", "", "rows")},
    ),
    "sorted by class, rows on their own": (
        {"x": NOISE},
        np.sort(CLASSES),
        {("suspicious_order", "", "sorted")},
    ),
    "days that do not matter": ({"day": DAYS, "x": NOISE}, CLASSES, set()),
    "a recording, answers that do not follow it": (SIGNALS, CLASSES, set()),
    "rows on their own": ({"x": NOISE, "z": rng.normal(size=N)}, THREE, set()),
}


@pytest.mark.parametrize("name", ORDERS)
def test_order(name):
    columns, answers, wanted = ORDERS[name]
    assert found(columns, answers) == wanted


def test_order_is_left_alone_where_the_user_said_when():
    times = np.arange(N, dtype=np.float64)
    assert found({"x": NOISE}, np.sort(CLASSES), times=times) == set()


def texts(items, labels):
    kind = task("text_classification")
    return leaks(kind.prepare(Data("t", "text", Texts(items), np.array(labels, dtype=object))), kind)


def test_words_that_tell():
    words = np.array("the game was seen by many people in a town near here".split())
    plain = [" ".join(rng.choice(words, 9)) for _ in range(120)]
    labels = [("sports", "world news", "tech")[i % 3] for i in range(120)]
    assert texts(plain, labels) == []
    [note] = texts(
        [f"Category: {one.title()}. {text}" for text, one in zip(plain, labels, strict=True)], labels
    )
    assert (note.level, note.code, note.values["count"]) == ("warning", "label_in_text", 3)
    marked = [
        f"{text} (via desk)" if one == "tech" else text for text, one in zip(plain, labels, strict=True)
    ]
    [note] = texts(marked, labels)
    assert (note.level, note.code) == ("info", "telling_word")
    assert note.values["words"]["tech"] in ("via", "desk")
    bangla = [f"খবর: {'খেলা' if i % 2 else 'বিশ্ব'} {text}" for i, text in enumerate(plain)]
    [note] = texts(bangla, ["খেলা" if i % 2 else "বিশ্ব" for i in range(120)])
    assert note.code == "label_in_text" and set(note.values["classes"]) == {"খেলা", "বিশ্ব"}


def pictures(folder, sizes, kinds=("jpg", "jpg"), quality=(90, 90)):
    """Notes on 80 pictures of noise of two classes, each with its sizes, format and JPEG quality."""
    noise, files = np.random.default_rng(5), []
    for i in range(80):
        size = sizes(i % 2, noise)
        picture = Image.fromarray(noise.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
        files.append(folder / f"{i}.{kinds[i % 2]}")
        picture.save(files[-1], quality=quality[i % 2])
    inputs = Stack(np.zeros((80, 8, 8, 3), np.uint8))
    kind = task("image_classification")
    data = kind.prepare(Data("p", "image", inputs, np.array(["cat", "dog"] * 40)))
    return [(note.code, note.values["how"]) for note in leaks(data, kind, files)]


def same(code, noise):
    return 40 + int(noise.integers(9)), 30 + int(noise.integers(9))


def test_picture_files(tmp_path):
    for name in "abcde":
        (tmp_path / name).mkdir()
    assert pictures(tmp_path / "a", same) == []
    assert pictures(tmp_path / "b", same, kinds=("jpg", "png")) == [("suspicious_file", "format")]
    assert pictures(tmp_path / "c", same, quality=(90, 60)) == [("suspicious_file", "packing")]
    assert (
        pictures(tmp_path / "d", lambda code, noise: (40, 30) if code else (48, 48))[0][0]
        == "suspicious_file"
    )

    def tall(code, noise):
        side = 30 + int(noise.integers(90))
        return (side, side * 2) if code else (side * 2, side)

    assert pictures(tmp_path / "e", tall) == [("suspicious_file", "shape")]


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
def test_true_features_of_known_sets_are_not_accused(name):
    from sklearn import datasets

    whole = getattr(datasets, f"load_{name}")(as_frame=True)
    mixed = np.random.default_rng(0).permutation(len(whole.target))
    frame = whole.data.iloc[mixed].reset_index(drop=True)
    assert found(frame, whole.target_names[whole.target.to_numpy()[mixed]]) == set()


@real
@pytest.mark.parametrize(
    ("name", "target"),
    [("adult_census", "income"), ("titanic", "Survived"), ("wine_quality", "quality"),
     ("heart_disease", "diameter_narrowing"), ("bangla_drama_sentiment", None), ("sms_spam", None),
     ("movie_reviews_long", None), ("dogs_vs_cats", None), ("clothing_small", None)],
)  # fmt: skip
def test_real_data_are_not_accused(name, target):
    from pathlib import Path

    from nikti.readers._open import open_data
    from nikti.tasks._choose import choose

    data = open_data(Path(DATA) / name, Options(target=target))
    kind = choose(data, None)
    data = kind.prepare(data)
    assert [note.text for note in leaks(data, kind, getattr(data.inputs, "paths", None))] == []


def test_it_takes_no_time():
    noise = np.random.default_rng(0)
    columns = {f"n{i}": noise.normal(size=30_000) for i in range(10)}
    columns |= {f"c{i}": np.array([f"v{k}" for k in noise.integers(0, 9 * 10**i, 30_000)]) for i in range(5)}
    data, kind = table(columns, np.array(["no", "yes"])[noise.integers(0, 2, 30_000)])
    start = time.process_time()
    assert leaks(data, kind) == []
    assert time.process_time() - start < 4  # half a second on the machine it was written on


def sounds(
    folder,
    rate=lambda code: 16_000,
    seconds=lambda code: 0.1,
    loud=lambda code: 0.2,
    ending=lambda code: "wav",
):
    """Notes on 80 sounds of noise of two classes, each with its rate, length, loudness and format."""
    soundfile = pytest.importorskip("soundfile")
    from nikti.core.inputs import Ragged
    from nikti.core.sounds import decode

    noise, files = np.random.default_rng(5), []
    for i in range(80):
        code = i % 2
        length = round(rate(code) * seconds(code) * noise.uniform(0.8, 1.2))
        wave = loud(code) * noise.uniform(0.5, 1.0) * noise.normal(0, 0.3, length)
        files.append(folder / f"{i}.{ending(code)}")
        soundfile.write(files[-1], wave, rate(code))
    kind = task("sound_classification")
    labels = np.array(["cat", "dog"] * 40)
    data = kind.prepare(Data("p", "sound", Ragged.of([decode(file) for file in files]), labels))
    return [(note.code, note.values["how"]) for note in leaks(data, kind, files)]


def test_sound_files(tmp_path):
    for name in "abcdef":
        (tmp_path / name).mkdir()
    assert sounds(tmp_path / "a") == []
    assert sounds(tmp_path / "b", rate=lambda code: 44_100 if code else 22_050)[0][0] == "suspicious_file"
    assert sounds(tmp_path / "c", ending=lambda code: "flac" if code else "wav") == [
        ("suspicious_file", "format")
    ]
    assert sounds(tmp_path / "d", seconds=lambda code: 0.3 if code else 0.1) == [
        ("suspicious_file", "seconds")
    ]
    assert sounds(tmp_path / "e", loud=lambda code: 0.5 if code else 0.05) == [
        ("suspicious_file", "loudness")
    ]
    assert sounds(tmp_path / "f", seconds=lambda code: 0.11 if code else 0.1) == []
