"""What the contenders of tasks with a model of their own share: comparing settings, then the final fit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from nikti.core.contender import Budget, FitReport, InnerSplit, Progress, inner_sizes, mean_error
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.core.words import Words


class Samples(Protocol):
    """Samples with what was measured of them, and their targets."""

    def __len__(self) -> int: ...

    def take(self, rows: np.ndarray) -> Samples:
        """The given pictures; what was measured is shared."""

    @property
    def targets(self) -> Any:
        """The answers, as the task scores them."""

    def model(self, name: str, fitted: Any, report: FitReport) -> Any:
        """The finished model."""


class Described(Protocol):
    """What every recipe says of itself. represents: whether its method must take part."""

    @property
    def title(self) -> Words: ...
    @property
    def presets(self) -> tuple[str, ...]: ...
    @property
    def method(self) -> Words: ...
    @property
    def represents(self) -> bool: ...


class Recipe(Described, Protocol):
    """How one contender of a task learns. judged: validation samples that one setting is compared on in one
    inner split, at most."""

    @property
    def candidates(self) -> Sequence[dict[str, Any]]: ...
    @property
    def judged(self) -> int: ...

    def accepts(self, task: Task, data: Data) -> Words | None:
        """None, or the reason why these data are not for it."""

    def prepare(self, data: Data) -> Any:
        """The samples with what all settings and splits share: the recipe's own `Samples`."""

    def learn(self, samples: Any, seed: int, threads: int, **setting: Any) -> Any:
        """One fit."""

    def answer(self, fitted: Any, samples: Any) -> Any:
        """Predictions for prepared samples, as the task scores them."""

    def seconds(self, data: Data, size: int) -> float:
        """Core-seconds of one `learn` on so many pictures."""

    def answer_seconds(self, data: Data) -> float:
        """Core-seconds of `answer` for one picture."""

    def megabytes(self, data: Data, size: int) -> float:
        """Peak memory of a fit on so many pictures beyond an empty process, rather too much."""


@dataclass(frozen=True)
class NamedRecipe:
    """A recipe with a name: what a contender says of itself, see `nikti.core.contender.Contender`."""

    name: str
    recipe: Described
    side: str = "classical"
    pretrained: bool = False

    @property
    def title(self) -> Words:
        """What it is, in words."""
        return self.recipe.title

    @property
    def method(self) -> Words:
        """The family of methods that it belongs to."""
        return self.recipe.method

    @property
    def represents(self) -> bool:
        """Whether its method must take part."""
        return self.recipe.represents

    @property
    def presets(self) -> tuple[str, ...]:
        """Those that it takes part in by itself."""
        return self.recipe.presets


@dataclass(frozen=True)
class TaskContender(NamedRecipe):
    """Settings compared on the inner splits, then a fit on all samples."""

    recipe: Recipe
    validates: bool = False

    def accepts(self, task: Task, data: Data) -> Words | None:
        """None, or the reason why this recipe cannot be used on these data."""
        return self.recipe.accepts(task, data)

    def cost(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected core-seconds of `fit` on `size` pictures."""
        fits = inner_sizes(size, budget.inner_folds)
        tries = min(max(1, budget.tries), len(self.recipe.candidates)) if budget.tries > 0 else 0
        judge = self.recipe.answer_seconds(data)
        inner = sum(
            self.recipe.seconds(data, fit) + min(self.recipe.judged, valid) * judge for fit, valid in fits
        )
        return 0.02 + tries * inner + self.recipe.seconds(data, size)

    def answer_cost(self, task: Task, data: Data, budget: Budget) -> float:
        """Expected core-seconds to answer one sample."""
        return self.recipe.answer_seconds(data)

    def memory(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected peak megabytes of `fit`."""
        return self.recipe.megabytes(data, size)

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
        """Compare settings on the inner splits, then learn from all pictures."""
        samples = self.recipe.prepare(train)
        report = FitReport(params=dict(budget.params or self.recipe.candidates[0]))
        began = time.perf_counter()
        if len(inner) and budget.tries > 0:
            settings = self.recipe.candidates[: budget.tries]
            scores = np.zeros((len(inner), len(settings)))
            answered: list[list[tuple[Any, Any]]] = []  # [splits][settings] of (truth, answers)
            for split, (fit_rows, valid_rows) in enumerate(inner):
                judged = np.random.default_rng([seed, split]).permutation(valid_rows)[: self.recipe.judged]
                fitted_on, validation = samples.take(fit_rows), samples.take(np.sort(judged))
                answered.append([])
                for which, setting in enumerate(settings):
                    progress(0.7 * (split + which / len(settings)) / len(inner), "comparing settings")
                    fitted = self.recipe.learn(fitted_on, seed, budget.threads, **setting)
                    answered[-1].append((validation.targets, self.recipe.answer(fitted, validation)))
                    scores[split, which] = _score(task, *answered[-1][-1])
            best = int(np.argmax(scores.mean(axis=0)))  # the first of equals: the default
            report.params, report.inner_score = dict(settings[best]), float(scores.mean(axis=0)[best])
            report.inner_error = mean_error([_error(task, *of_split[best]) for of_split in answered])
        report.search_seconds = time.perf_counter() - began
        progress(0.7, "learning from all pictures")
        began = time.perf_counter()
        fitted = self.recipe.learn(samples, seed, budget.threads, **report.params)
        report.fit_seconds = time.perf_counter() - began
        progress(1.0, "done")
        return samples.model(self.name, fitted, report)


def _error(task: Task, truth: Any, answers: Any) -> float:
    """The standard error of the primary metric, from the losses of single samples."""
    losses = task.losses(truth, answers, task.scale(truth))
    return float(np.std(losses) / np.sqrt(len(losses)))


def _score(task: Task, truth: Any, answers: Any) -> float:
    """The primary metric. It is asked for by name, as losses of single pictures cost more (mAP)."""
    return float(task.score(truth, answers, None, 1.0)[task.metrics[0].name])
