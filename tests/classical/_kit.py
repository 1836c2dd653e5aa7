"""Small data sets with a known truth, and one call that fits a contender on them."""

from __future__ import annotations

import numpy as np

from nikti.classical import side
from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Frame, Ragged, Stack, Texts


def task(name):
    return catalogue.load("tasks", name).TASK


def images(n=90, seed=0):
    """Three classes: a bright left, a bright right, stripes."""
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 3
    pictures = rng.integers(0, 60, (n, 12, 12, 1)).astype(np.uint8)
    for picture, code in zip(pictures, codes, strict=True):
        [picture[:, :6], picture[:, 6:], picture[::2]][code][:] += 150
    return Data("pictures", "image", Stack(pictures), codes, ("left", "right", "stripes"))


def texts(n=90, seed=0):
    """Three classes told by one word each, among shared words, in two scripts."""
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 3
    signal, common = ["ভালো", "terrible", "okay"], ["নাটক", "film", "the", "আজ", "seen", "again"]
    lines = [" ".join([*rng.choice(common, 5), signal[code], *rng.choice(common, 3)]) for code in codes]
    return Data("lines", "text", Texts(lines), codes, ("good", "bad", "so-so"))


def series(n=60, seed=0):
    """Two classes by frequency; unequal lengths."""
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 2
    waves = [
        (np.sin(np.arange(40 + k % 7) * (0.3 + 0.5 * code)) + 0.1 * rng.normal(size=40 + k % 7))[None]
        for k, code in enumerate(codes)
    ]
    return Data("waves", "series", Ragged.of([w.astype(np.float32) for w in waves]), codes, ("slow", "fast"))


def sounds(n=60, seed=0):
    """Two classes by the height of the tone; unequal lengths."""
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 2
    waves = [
        np.sin(np.arange(6000 + 100 * (k % 7)) * (0.1 + 0.2 * code)) / 3
        + 0.02 * rng.normal(size=6000 + 100 * (k % 7))
        for k, code in enumerate(codes)
    ]
    return Data("hums", "sound", Ragged.of([w.astype(np.float32) for w in waves]), codes, ("low", "high"))


def table(n=120, seed=0, regression=False):
    """Every kind of column, gaps, a constant, an all-missing one; the answer is size + colour."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    size, colour = rng.normal(size=n), rng.choice(["লাল", "blue", "green"], n)
    value = 2 * size + np.where(colour == "blue", 1.5, 0.0) + 0.1 * rng.normal(size=n)
    frame = pd.DataFrame({
        "size": np.where(rng.random(n) < 0.1, np.nan, size),
        "colour": pd.Series(colour).astype("category"),
        "ripe": pd.Series(rng.random(n) < 0.5).astype("boolean"),
        "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, n), unit="D"),
        "note": pd.Series(rng.choice(["small thing here", "large one there", ""], n), dtype="string"),
        "constant": np.ones(n),
        "nothing": np.full(n, np.nan),
    })  # fmt: skip
    if regression:
        return Data("table", "table", Frame(frame), value * 1000 + 5e5)
    return Data("table", "table", Frame(frame), (value > 0.4).astype(np.int64), ("low", "high"))


MAKERS = {
    "image_classification": images,
    "text_classification": texts,
    "series_classification": series,
    "sound_classification": sounds,
    "tabular_classification": table,
    "tabular_regression": lambda seed=0: table(seed=seed, regression=True),
}


def halves(n):
    """One inner split."""
    return [(np.arange(0, n * 2 // 3), np.arange(n * 2 // 3, n))]


def fit(name, task_name, data, *, tries=1, seed=0, options=None, inner=None):
    """A fitted model of the contender."""
    recipe = side.contender(name, task(task_name), options or {})
    inner = halves(len(data)) if inner is None else inner
    budget = Budget(tries=tries)
    return recipe.fit(
        task(task_name), data, inner=inner, seed=seed, budget=budget, progress=lambda done, text: None
    )
