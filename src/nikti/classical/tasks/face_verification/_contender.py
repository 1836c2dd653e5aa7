"""What all verifiers of faces share: settings compared on people held out, the threshold that was best on
their pairs, then the map learned from all."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.classical.tasks._contender import NamedRecipe
from nikti.classical.tasks._faces import model, views
from nikti.classical.tasks._faces.projections import Projection
from nikti.core.contender import (
    PRESETS,
    Budget,
    FitReport,
    InnerSplit,
    Progress,
    inner_sizes,
    mean_error,
)
from nikti.core.data import Data
from nikti.core.pairs import best_threshold, distances, pairs
from nikti.core.task import Task
from nikti.core.words import Words
from nikti.modalities import image

#: The setting that is found on the inner splits and not tried.
THRESHOLD = "threshold"
#: Seconds of learning a map, per picture, number measured and direction; measured.
SECONDS_PER_NUMBER = 5e-10


@dataclass(frozen=True)
class Recipe:
    """settings: what may be compared, the first a strong default; "view" goes to `views`, all others to
    `learn`. numbers: how many the view measures, about; presets: those that it takes part in by itself."""

    title: Words
    learn: Callable[..., Projection]
    settings: tuple[dict[str, Any], ...]
    numbers: int
    method: Words
    represents: bool = False
    presets: tuple[str, ...] = PRESETS


@dataclass(frozen=True)
class FaceContender(NamedRecipe):
    """Settings compared on people held out, with the threshold that was best on their pairs."""

    recipe: Recipe

    def accepts(self, task: Task, data: Data) -> Words | None:
        """Any faces will do."""
        return None

    def cost(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected core-seconds of `fit` on `size` pictures."""
        settings = self._settings(budget)
        fits = [fit for fit, _ in inner_sizes(size, budget.inner_folds)] if budget.tries > 0 else []
        used = {setting["view"] for setting in settings}
        seconds = 0.02 + size * sum(views.cost(view, data.inputs[0].shape[0]) for view in used)
        for setting in settings:
            numbers = self.recipe.numbers * (3 if setting["view"] == "colour" else 1)
            each = numbers * (2 * setting.get("components", 0) + 20) * SECONDS_PER_NUMBER
            seconds += 0.01 + each * (sum(fits) + size / len(settings))
        return seconds

    def answer_cost(self, task: Task, data: Data, budget: Budget) -> float:
        """Nothing beside learning."""
        return 0.0

    def memory(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected peak megabytes of `fit`: what is measured of all pictures, with a few copies at work."""
        return 40 + 4 * 4 * 3 * self.recipe.numbers * size / 2**20

    def fit(
        self,
        task: Task,
        train: Data,
        *,
        inner: Sequence[InnerSplit],
        seed: int,
        budget: Budget,
        progress: Progress,
    ) -> model.VerificationModel:
        """Compare settings on people held out of the training people, keep the threshold that was best on
        their pairs, then learn from all. Raises ValueError without inner splits and without a threshold
        found before."""
        form = image.form(train.inputs)
        persons = np.asarray(train.targets)
        measured: dict[str, np.ndarray] = {}
        report = FitReport()

        def measured_view(view: str) -> np.ndarray:
            if view not in measured:
                began = time.perf_counter()
                measured[view] = model.measured(train.inputs, form, view)
                report.feature_seconds += time.perf_counter() - began
            return measured[view]

        def learn(setting: dict[str, Any], rows: np.ndarray) -> Projection:
            options = {key: value for key, value in setting.items() if key not in ("view", THRESHOLD)}
            return self.recipe.learn(measured_view(setting["view"])[rows], persons[rows], seed, **options)

        began = time.perf_counter()
        if len(inner) and budget.tries > 0:
            found = self._search(learn, measured_view, task, persons, inner, budget, progress)
            report.params, report.inner_score, report.inner_error = found
        elif budget.params and THRESHOLD in budget.params:
            report.params = dict(budget.params)
        else:
            raise ValueError(f"{self.name} needs inner splits, or settings with a threshold found before")
        report.search_seconds = time.perf_counter() - began - report.feature_seconds
        progress(0.8, "learning from all pictures")
        began = time.perf_counter()
        projection = learn(report.params, np.arange(len(train)))
        report.fit_seconds = time.perf_counter() - began
        report.parameters = int(projection.matrix.size)
        progress(1.0, "done")
        return model.VerificationModel(
            self.name, form, report.params["view"], projection, report.params[THRESHOLD], report
        )

    def _settings(self, budget: Budget) -> Sequence[dict[str, Any]]:
        if budget.params is not None:
            return (budget.params,)
        return self.recipe.settings[: max(1, budget.tries)]

    def _search(
        self,
        learn: Callable[[dict[str, Any], np.ndarray], Projection],
        measured_view: Callable[[str], np.ndarray],
        task: Task,
        persons: np.ndarray,
        inner: Sequence[InnerSplit],
        budget: Budget,
        progress: Progress,
    ) -> tuple[dict[str, Any], float, float]:
        """(the best setting with its threshold, its mean score on the validation people, its error)."""
        tried = []
        settings = self._settings(budget)
        for which, setting in enumerate(settings):
            progress(0.8 * which / len(settings), "comparing settings")
            thresholds, losses = [], []
            for fit_rows, valid_rows in inner:
                between = pairs(persons[valid_rows])
                if len(between):
                    embedded = learn(setting, fit_rows)(measured_view(setting["view"])[valid_rows])
                    thresholds.append(best_threshold(distances(embedded, between), between)[0])
                    losses.append(task.losses(persons[valid_rows], embedded / thresholds[-1], 1.0))
            score = 1 - float(np.mean([part.mean() for part in losses]))
            error = mean_error([float(part.std() / len(part) ** 0.5) for part in losses])
            tried.append((score, error, {**setting, THRESHOLD: float(np.mean(thresholds))}))
        score, error, setting = max(tried, key=lambda one: one[0])  # the first of equals: the default
        return setting, score, error
