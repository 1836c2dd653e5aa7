"""A classifier of pixels, whatever estimator it is: features, costs, and the estimators to choose among."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.classical.tasks._segmentation import pixels
from nikti.classical.tasks._segmentation.filters import ALL, BANKS
from nikti.classical.tasks._segmentation.pixel_classifier import CONTEXT, PixelClassifier
from nikti.classical.tasks._segmentation.samples import ROOM, Samples
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.core.words import Words

#: Validation pictures that settings are compared on: each has thousands of pixels.
JUDGED = 50
#: Core-seconds of answering a picture of any size.
PICTURE_SECONDS = 4e-3


def forest(seed: int, threads: int, leaf: int) -> Any:
    """A random forest."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline

    # A tree sees a third of the pixels: neighbours say the same, and deep trees on all of them cost more.
    return make_pipeline(
        RandomForestClassifier(
            60, min_samples_leaf=leaf, max_samples=1 / 3, n_jobs=threads, random_state=seed
        )
    )


def boosting(seed: int, threads: int, leaves: int, rounds: int, rate: float = 0.1) -> Any:
    """Boosted trees."""
    from lightgbm import LGBMClassifier
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        LGBMClassifier(
            n_estimators=rounds,
            num_leaves=leaves,
            learning_rate=rate,
            colsample_bytree=0.5,
            subsample=0.5,
            subsample_freq=1,
            max_bin=127,
            min_child_samples=30,
            n_jobs=threads,
            random_state=seed,
            deterministic=True,
            force_col_wise=True,
            verbose=-1,
        )
    )


def linear(seed: int, threads: int, penalty: float) -> Any:
    """Logistic regression on scaled columns."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=1 / penalty, max_iter=100, tol=1e-3))


@dataclass(frozen=True)
class Pixels:
    """A classifier of pixels. build(seed, threads, **setting); bank: its filters; most: pixels that it learns
    from; stages: estimators of a `PixelClassifier`, 1 or 2; fit_seconds, picture_seconds: core-seconds of one
    fit on so many pixels, and of one picture of 256 x 256 pixels, with two classes (measured)."""

    title: Words
    presets: tuple[str, ...]
    method: Words
    candidates: tuple[dict[str, Any], ...]
    build: Callable[..., Any]
    fit_seconds: float
    picture_seconds: float
    bank: str = ALL
    most: int = 80_000
    stages: int = 1
    represents: bool = False
    judged: int = JUDGED

    def accepts(self, task: Task, data: Data) -> str | None:
        """Any masks will do."""
        return None

    def prepare(self, data: Data) -> Samples:
        """Features, made as they are asked for."""
        return Samples.of(data, self.bank)

    def learn(self, samples: Samples, seed: int, threads: int, **setting: Any) -> PixelClassifier:
        """One fit."""
        return pixels.learn(
            lambda: self.build(seed, threads, **setting), samples, seed, self.stages, self.most
        )

    def answer(self, fitted: PixelClassifier, samples: Samples) -> np.ndarray:
        """uint8 [n, S, S]: class codes of prepared pictures."""
        return np.stack([fitted.codes(fitted.proba(samples.features(row))) for row in range(len(samples))])

    def seconds(self, data: Data, size: int) -> float:
        """The features of the pictures, the fit on a bounded sample of pixels, and what a second stage needs:
        the first one on every picture."""
        sampled = min(size, pixels.MOST_PICTURES)
        filled = min(1.0, _area(data) * sampled * 256**2 / self.most)
        again = _area(data) * sampled * self.picture_seconds / 2 if self.stages == 2 else 0.0
        filtered = BANKS[self.bank].seconds * _area(data) * sampled
        return filtered + self._classes(data) * (self.fit_seconds * filled + again)

    def answer_seconds(self, data: Data) -> float:
        """Features, and the estimators' answers for every pixel."""
        seconds = BANKS[self.bank].seconds + self._classes(data) * self.picture_seconds
        return PICTURE_SECONDS + _area(data) * seconds

    def _classes(self, data: Data) -> float:
        """How much more these classes cost than two: boosting grows a tree for each of several."""
        return 1.0 if self.build is forest or len(data.classes) <= 2 else (1 + len(data.classes)) / 2

    def megabytes(self, data: Data, size: int) -> float:
        """Features that are kept, those of a picture at work, and the table of sampled pixels with the
        estimator's copies."""
        side, _, colours = data.inputs[0].shape
        single = BANKS[self.bank].count(colours)
        wide = single + (self.stages - 1) * len(CONTEXT) * max(1, len(data.classes) - 1)
        kept = min(ROOM, 2 * single * side**2 * size)
        table = 4 * 4 * wide * min(self.most, side**2 * size)
        return 150 + (kept + 4 * 4 * wide * side**2 + table) / 2**20


def _area(data: Data) -> float:
    """Of a picture, in pictures of 256 x 256 pixels."""
    return (data.inputs[0].shape[0] / 256) ** 2
