"""Choosing a model's setting inside the training rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from nikti.classical.features_of import Features, Gathered
from nikti.classical.fitted import Fitted
from nikti.classical.label_by_label import LabelByLabel
from nikti.classical.learning import learn
from nikti.classical.shape import Shape, answered
from nikti.core.contender import InnerSplit, mean_error
from nikti.core.task import Task


@dataclass(frozen=True)
class Recipe:
    """What stays the same in every fit of a trial."""

    file: ModuleType
    task: Task
    classes: int
    seed: int
    threads: int

    def shape(self, features: Features, table: Any) -> Shape:
        """The shape of a table that is there."""
        n, d = table.shape
        active = max(0.0, table.nnz / n - features.dense) if d > features.dense else 0.0
        sparse, modality = d - features.dense, self.task.modality
        asked = answered(self.task.answer, self.classes)
        return Shape(asked.answer, n, features.dense, sparse, active, asked.classes, modality, asked.fits)

    def learn(
        self, features: Features, table: Any, targets: np.ndarray, params: dict[str, Any]
    ) -> Fitted | LabelByLabel:
        """One fit; of sets of labels one for each label."""
        shape = self.shape(features, table)

        def one(targets: np.ndarray) -> Fitted:
            return learn(self.file, shape, table, targets, params, self.seed, self.threads)

        if targets.ndim == 1:
            return one(targets)
        return LabelByLabel(tuple(one(column) for column in targets.T.astype(np.int64)))


def search(
    recipe: Recipe,
    features: Features,
    known: Gathered,
    targets: np.ndarray,
    inner: Sequence[InnerSplit],
    tries: int,
    done: Callable[[float], None],
) -> tuple[dict[str, Any], float, float, float]:
    """(best setting, its mean inner score, the standard error of that, temperature of its decisions).

    Features are learned once per split, from its fitting rows, and shared by all settings. Without
    inner splits the first setting is taken and the score and its error are NaN.
    """
    if not len(inner):
        return (
            _settings(recipe, features, features.fit(known, targets), len(targets), 1)[0],
            float("nan"),
            float("nan"),
            1.0,
        )
    settings: list[dict[str, Any]] = []
    scores: list[list[float]] = []  # [splits][settings]
    errors: list[list[float]] = []
    temperatures: list[list[float]] = []
    scale = recipe.task.scale(targets)
    for split, (fit_rows, valid_rows) in enumerate(inner):
        table = features.fit(known.take(fit_rows), targets[fit_rows])
        valid = features.apply(known.take(valid_rows))
        settings = settings or _settings(recipe, features, table, len(targets), tries)
        scores.append([])
        errors.append([])
        temperatures.append([])
        for params in settings:
            fitted = recipe.learn(features, table, targets[fit_rows], params)
            proba = fitted.predict_proba(valid)
            answers = fitted.predict(valid) if proba is None else recipe.task.decided(proba)
            losses = recipe.task.losses(targets[valid_rows], answers, scale, proba)
            scores[-1].append(1.0 - float(np.mean(losses)))  # the primary metric
            errors[-1].append(float(np.std(losses) / np.sqrt(len(losses))))
            temperatures[-1].append(np.log(fitted.temperature_on(valid, targets[valid_rows])))
            done((split + len(scores[-1]) / len(settings)) / len(inner))
    means = np.mean(scores, axis=0)
    best = int(np.argmax(means))  # the first of equals: the default
    error = mean_error([split[best] for split in errors])
    return settings[best], float(means[best]), error, float(np.exp(np.mean(temperatures, axis=0)[best]))


def _settings(recipe: Recipe, features: Features, table: Any, n: int, tries: int) -> list[dict[str, Any]]:
    """The first `tries` candidates for n rows of such a table."""
    shape = replace(recipe.shape(features, table), n=n)
    return list(recipe.file.candidates(shape))[: max(1, tries)]
