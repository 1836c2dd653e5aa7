"""Copies are found, look-alikes are left alone."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nikti.core import images
from nikti.core.data import Data, Options
from nikti.core.inputs import Frame, Ragged, Stack, Texts
from nikti.modalities._near_texts import jaccard, near_texts, shingles
from nikti.protocol.duplicates import components, duplicate_groups

DATA = os.environ.get("NIKTI_DATA")
real = pytest.mark.skipif(not DATA, reason="NIKTI_DATA is not set")


def texts(items, **more):
    return Data("t", "text", Texts(items), **more)


def as_sets(groups):
    return {frozenset(np.flatnonzero(groups == code).tolist()) for code in set(groups.tolist())}


def test_texts_exact_near_and_neither():
    base = "Free entry in 2 a weekly competition to win cup final tickets on 21st May 2005, text now to 87121"
    items = [
        base,
        "  " + base.upper() + "\n",
        base.replace("87121", "87122"),
        "An altogether different message about the weather in Dhaka this morning",
        "cafe\u0301",
        "caf\u00e9",
    ]
    groups, facts = duplicate_groups(texts(items, targets=np.array(["a", "a", "b", "a", "a", "a"])))
    assert groups.dtype == np.int64
    assert as_sets(groups) == {frozenset({0, 1, 2}), frozenset({3}), frozenset({4, 5})}
    assert facts == {"exact": 2, "near": 1, "groups": 2, "conflicting": 1, "conflicting_groups": 1}


def test_samples_are_counted_that_their_copies_outvote():
    items = ["the same text"] * 8 + ["twice", "twice", "alone", "three", "three", "three"]
    labels = np.array(list("aaaaaaab") + list("ab") + ["b"] + list("ccc"))
    _, facts = duplicate_groups(texts(items, targets=labels))
    assert (facts["conflicting"], facts["conflicting_groups"]) == (2, 2)
    assert duplicate_groups(texts(items))[1]["conflicting"] == 0


def test_jaccard_is_that_of_the_sets():
    one, other = "the quick brown fox jumps", "the quick brown dog jumps"
    sets = [{text[i : i + 5] for i in range(len(text) - 4)} for text in (one, other)]
    wanted = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
    assert jaccard(shingles(one), shingles(other)) == pytest.approx(wanted)


def test_all_near_texts_of_a_random_corpus_are_found():
    """Against the Jaccard index of every pair."""
    rng = np.random.default_rng(0)
    words = np.array(
        ["".join(chr(c) for c in rng.integers(0x0995, 0x09B0, rng.integers(2, 7))) for _ in range(300)]
    )
    items = [" ".join(rng.choice(words, rng.integers(15, 60))) for _ in range(60)]
    for item in list(items):
        changed = item.split()
        for _ in range(rng.integers(1, 4)):
            changed[rng.integers(len(changed))] = rng.choice(words)
        items.append(" ".join(changed))
    sets = [shingles(item) for item in items]
    wanted = {(a, b) for a in range(120) for b in range(a + 1, 120) if jaccard(sets[a], sets[b]) >= 0.9}
    assert len(wanted) > 10
    assert {tuple(pair) for pair in near_texts(items).tolist()} == wanted


def test_tables_need_more_than_chance():
    import pandas as pd

    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"a": rng.normal(size=50), "b": rng.normal(size=50), "c": rng.choice(["x", "y"], 50)}
    )
    frame.loc[7] = frame.loc[3]
    frame.loc[[9, 11], "a"] = np.nan
    frame.loc[11, ["b", "c"]] = frame.loc[9, ["b", "c"]]
    groups, facts = duplicate_groups(Data("t", "table", Frame(frame)))
    assert facts["exact"] == 2 and groups[3] == groups[7] and groups[9] == groups[11]
    yes_no = pd.DataFrame(rng.integers(0, 2, (50, 3)))
    assert duplicate_groups(Data("t", "table", Frame(yes_no)))[1]["exact"] == 0


def test_series():
    rng = np.random.default_rng(0)
    series = [rng.normal(size=(2, 10 + number)).astype(np.float32) for number in range(5)]
    series[1][0, 0] = np.nan
    series += [series[1].copy(), (series[2] * np.float32(1 + 1e-7)), series[3] * np.float32(1.01)]
    groups, facts = duplicate_groups(Data("s", "series", Ragged.of(series)))
    assert (
        facts["exact"] == 2 and groups[1] == groups[5] and groups[2] == groups[6] and groups[3] != groups[7]
    )


def test_the_users_groups_are_joined():
    items = ["one text here", "two texts there", "one text here", "three", "four", "five"]
    groups, facts = duplicate_groups(texts(items, groups=np.array([7, 7, 5, 5, -1, 9])))
    assert as_sets(groups) == {frozenset({0, 1, 2, 3}), frozenset({4}), frozenset({5})}
    assert facts["exact"] == 1 and facts["groups"] == 1


def test_components():
    assert as_sets(components(5, np.array([[0, 3], [3, 4]]))) == {
        frozenset({0, 3, 4}),
        frozenset({1}),
        frozenset({2}),
    }


def scenes(n, size=160):
    """Smooth random scenes, all different."""
    rng = np.random.default_rng(0)
    for _ in range(n):
        coarse = Image.fromarray(rng.integers(0, 256, (9, 12, 3), dtype=np.uint8))
        fine = np.asarray(coarse.resize((size, size * 3 // 4), Image.Resampling.BICUBIC), dtype=np.float64)
        yield np.clip(fine + rng.normal(0, 6, fine.shape), 0, 255).astype(np.uint8)


def jpeg(picture, quality):
    packed = io.BytesIO()
    Image.fromarray(picture).save(packed, "JPEG", quality=quality)
    return np.asarray(Image.open(packed))


COPIES = {
    "jpeg": lambda p: jpeg(p, 25),
    "half": lambda p: np.asarray(Image.fromarray(p).resize((p.shape[1] // 2, p.shape[0] // 2))),
    "brighter": lambda p: np.clip(p * 1.15, 0, 255).astype(np.uint8),
    "darker": lambda p: (p * 0.8).astype(np.uint8),
    "cropped": lambda p: p[5:-4, 4:-6],
}


def found_share(originals, copy):
    """Share of copies grouped with their original, and how many others are grouped."""
    both = [images.resize(p, 64, 3) for p in (*originals, *map(copy, originals))]
    groups, facts = duplicate_groups(Data("p", "image", Stack(np.stack(both))))
    n = len(originals)
    return np.mean(groups[:n] == groups[n:]), facts["exact"] + facts["near"] - int(
        (groups[:n] == groups[n:]).sum()
    )


@pytest.mark.parametrize("name", COPIES)
def test_copies_of_scenes(name):
    share, others = found_share(list(scenes(40)), COPIES[name])
    assert share >= 0.95 and others == 0


def faces_twice(monkeypatch, n=60):
    """(faces [n], the same ones with another expression [n]): all else is as it was, but for the noise."""
    from nikti.datasets import faces

    for name, value in {
        "SIDE": 96, "_DRAWN": 4 * 96, "OCCLUDED": 0, "NOISE": (2.0, 2.0), "TURN": 0.0, "ZOOM": (1.0, 1.0)
    }.items():  # fmt: skip
        monkeypatch.setattr(faces, name, value)
    rng, one, other = np.random.default_rng(3), [], []
    for seed in range(n):
        who = faces.person(rng)
        changed = {
            name: who[name] * rng.choice([0.75, 1.25])
            for name in ("mouth_wide", "lips", "mouth_down", "brow_up", "eye", "iris")
        }
        one.append(faces.draw(who, np.random.default_rng(seed)))
        other.append(faces.draw(who | changed, np.random.default_rng(seed)))
    rng = np.random.default_rng(4)
    return [
        [np.clip(face + rng.normal(0, 2, face.shape), 0, 255).astype(np.uint8) for face in some]
        for some in (one, other)
    ]


def test_another_expression_is_another_photo(monkeypatch):
    one, other = faces_twice(monkeypatch)
    both = np.stack([images.resize(face, 64, 3) for face in (*one, *other)])
    groups, _ = duplicate_groups(Data("p", "image", Stack(both)))
    assert np.mean(groups[:60] == groups[60:]) < 0.1  # gradients alone join many of them
    for name in ("jpeg", "brighter", "darker", "cropped"):
        share, others = found_share(one, COPIES[name])
        assert share >= 0.8 and others == 0, name


def test_blank_and_recoloured_pictures():
    blank = np.zeros((3, 64, 64, 3), dtype=np.uint8)
    blank[1], blank[2] = 100, 101
    assert duplicate_groups(Data("p", "image", Stack(blank)))[1]["near"] == 0
    picture = next(scenes(1))
    red = images.resize(np.clip(picture * [1, 0.5, 0.5], 0, 255).astype(np.uint8), 64, 3)
    blue = images.resize(np.clip(picture * [0.5, 0.5, 1], 0, 255).astype(np.uint8), 64, 3)
    assert duplicate_groups(Data("p", "image", Stack(np.stack([red, blue]))))[1]["near"] == 0


def test_digits_are_no_copies_of_each_other():
    from sklearn.datasets import load_digits

    digits = (load_digits().images * 255 / 16).astype(np.uint8)[..., None]
    _, facts = duplicate_groups(Data("digits", "image", Stack(digits)))
    assert facts == {"exact": 0, "near": 0, "groups": 0, "conflicting": 0, "conflicting_groups": 0}
    again = np.concatenate([digits, digits[:100]])
    assert duplicate_groups(Data("digits", "image", Stack(again)))[1]["exact"] == 100


@real
def test_photos_and_their_copies():
    files = sorted((Path(DATA) / "dogs_vs_cats" / "test").rglob("*.jpg"))[::4]
    originals = [images.with_channels(images.decode(file), 3) for file in files]
    for name, copy in COPIES.items():
        share, others = found_share(originals, copy)
        assert share >= 0.9 and others == 0, name


@real
def test_fashion_is_hardly_touched_and_known_copies_are_found():
    import pandas as pd

    from nikti.readers._open import open_data

    fashion = open_data(Path(DATA) / "fashion_mnist", Options()).subset(np.arange(8000))
    _, facts = duplicate_groups(fashion)
    assert facts["near"] <= 8
    resumes = open_data(Path(DATA) / "resumes_kaggle962", Options())
    given = pd.read_csv(Path(DATA) / "resumes_kaggle962" / "all.csv")["dup_id"].to_numpy()
    groups, _ = duplicate_groups(resumes)
    assert as_sets(groups) == as_sets(given)
