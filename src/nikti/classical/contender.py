"""A classical contender: hand-made features and one estimator on them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from nikti import answers, modalities
from nikti.classical.shape import learned_as
from nikti.core import catalogue
from nikti.core.columns import wordy
from nikti.core.contender import Budget, FitReport, InnerSplit, Progress, inner_sizes
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.core.words import Words

#: Core-seconds for each number of a table of features: building, scaling, predicting (measured).
FEATURE_SECONDS = 1e-7


@dataclass(frozen=True)
class ClassicalContender:
    """The recipe in `models/<name>.py`, or the user's own; options: {"features_file": path or None,
    "own": {name: the Python file that defines it}}."""

    name: str
    title: Words
    presets: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)
    side: str = "classical"
    pretrained: bool = False

    @property
    def file(self) -> ModuleType:
        """The model's module."""
        return recipe_of(self.name, self.options)

    @property
    def method(self) -> Words:
        """The family of methods that it belongs to."""
        return Words.of(self.file.METHOD)

    @property
    def represents(self) -> bool:
        """Whether its method must take part."""
        return self.file.REPRESENTS

    def accepts(self, task: Task, data: Data) -> Words | None:
        """None, or the reason why this recipe cannot be used on these data."""
        from nikti.classical.forecast import shape_of

        rows = len(data) if data.split is None else int(np.count_nonzero(data.split != 2))
        wrong = misfit(self.file, task)
        return wrong or self.file.accepts(shape_of(task, data, rows, self.file, self.options))

    def cost(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected core-seconds of `fit` on `size` rows of `data`: settings compared on the inner
        splits, the final fit, and the features that must be learned each time."""
        from nikti.classical.forecast import shape_of

        def once(rows: int) -> tuple[float, float]:
            shape = shape_of(task, data, max(1, rows), self.file, self.options)
            return FEATURE_SECONDS * rows * shape.filled, shape.fits * self.file.cost(shape)

        inner = inner_sizes(size, budget.inner_folds)
        whole = shape_of(task, data, size, self.file, self.options)
        tries = max(1, min(budget.tries, len(self.file.candidates(whole))))
        inner_features, inner_fit = once(inner[0][0])
        features, fit = once(size)
        return 0.02 + len(inner) * (inner_features + tries * inner_fit) + features + fit

    def answer_cost(self, task: Task, data: Data, budget: Budget) -> float:
        """0: negligible beside a fit."""
        return 0.0

    def memory(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected peak megabytes of `fit`; see `nikti.classical.memory`."""
        from nikti.classical.forecast import shape_of
        from nikti.classical.memory import megabytes

        shape = shape_of(task, data, size, self.file, self.options)
        view = "own" if hasattr(self.file, "features") else self.file.VIEW
        trees = getattr(self.file, "TREES", 0)
        return megabytes(shape, view, trees=trees, cells=size * wordy(data.inputs))

    def fit(
        self,
        task: Task,
        train: Data,
        *,
        inner: Sequence[InnerSplit],
        seed: int,
        budget: Budget,
        progress: Progress,
    ) -> Any:
        """Compare settings on the inner splits, then learn from all rows; returns a ClassicalModel."""
        from nikti.classical import features_of
        from nikti.classical.importance import importance
        from nikti.classical.model import ClassicalModel
        from nikti.classical.search import Recipe, search

        report = FitReport()
        parts = features_of.parts_for(self.file, task.modality, seed, self.options.get("features_file"))
        known = features_of.gather(train.inputs, train.rows, train.home, parts)
        report.feature_seconds = known.seconds
        features = features_of.Features(parts, task.modality, modalities.of(task.modality).form(train.inputs))
        recipe = Recipe(self.file, task, len(train.classes), seed, budget.threads)
        targets = np.asarray(train.targets)

        began = time.perf_counter()
        progress(0.1, "comparing settings")
        report.params, report.inner_score, report.inner_error, temperature = search(
            recipe, features, known, targets, inner, budget.tries, lambda done: progress(0.1 + 0.6 * done, "")
        )
        report.search_seconds = time.perf_counter() - began

        progress(0.7, "learning from all rows")
        began = time.perf_counter()
        table = features.fit(known, targets)
        report.feature_seconds += time.perf_counter() - began
        began = time.perf_counter()
        fitted = recipe.learn(features, table, targets, report.params)
        fitted.temperature = temperature
        report.fit_seconds = time.perf_counter() - began
        # A model's own columns (random kernels) have names that tell nobody anything.
        named = not hasattr(self.file, "features")
        own = parts.fixed.get(features_of.USER)
        mine = () if own is None else own.get_feature_names_out()
        shares = (
            importance([one.estimator for one in fitted.parts], table, features.names, mine)
            if named
            else None
        )
        progress(1.0, "done")
        return ClassicalModel(self.name, features, fitted, shares, report)


def recipe_of(name: str, options: dict[str, Any]) -> Any:
    """The catalogue's file of that name, or what stands for the user's own estimator."""
    own = options.get("own") or {}
    if name in own:
        from nikti.classical.own_model import model

        return model(own[name], name)
    return catalogue.load("classical/models", name)


OTHER_TASK = Words(
    en="{name} is for {kinds}, not for {kind}", bn="{name} শুধু {kinds}-এর জন্য, {kind}-এর জন্য নয়"
)
OTHER_SAMPLES = Words(
    en="{name} is made for {units} samples, not for {unit} samples",
    bn="{name} শুধু {units} ধরনের নমুনার জন্য, {unit} ধরনের জন্য নয়",
)


def misfit(file: ModuleType, task: Task) -> Words | None:
    """The reason why a model cannot learn a task, or None."""
    name = file.__name__.rpartition(".")[2]
    if learned_as(task.answer) not in file.ANSWERS:
        kinds = [answers.of(answer).KIND for answer in (*file.ANSWERS, task.answer)]
        return OTHER_TASK.format(name=name, kinds=" and ".join(kinds[:-1]), kind=kinds[-1])
    made_for = getattr(file, "MODALITIES", (task.modality,))
    if task.modality not in made_for:
        samples, mine = (modalities.of(each).SAMPLE for each in made_for), modalities.of(task.modality).SAMPLE
        return OTHER_SAMPLES.format(name=name, units=" and ".join(samples), unit=mine)
    return None
