"""A network as a contender: how it is chosen, trained, refitted, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from nikti.core.columns import wordy
from nikti.core.contender import Budget, InnerSplit, Progress, inner_sizes
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.core.words import Words
from nikti.deep import answers, encoders, schedule
from nikti.deep import device as devices
from nikti.deep.fit import REFIT_BELOW, THRESHOLD, Fit, judged, outputs_of
from nikti.deep.methods import PRETRAINED
from nikti.deep.pretrained import Weights
from nikti.deep.shapes import ImageShape, Shape

if TYPE_CHECKING:
    from torch import nn

    from nikti.deep.model import DeepModel

#: Seconds of a step that no sample pays for (the optimizer, Python), of validating one sample as a
#: share of training it, and of starting a fit. Measured on one thread of the reference machine.
STEP_SECONDS = 2.0e-3
VALID_SHARE = 0.35
START_SECONDS = 0.1
#: How much faster an accelerator is. A guess on the safe side: it only decides what the plan drops.
ACCELERATOR = 15.0


@dataclass(frozen=True)
class DeepContender:
    """network: the module that `nikti.deep.encoders` describes; file: where a user's own network
    lies; weights: where it starts from; frozen: they stay as they are, and only a head on what they make of a
    sample is learned."""

    name: str
    network_name: str
    network: Any = field(repr=False)
    modality: str
    family: str
    title: Words
    presets: tuple[str, ...] = ()
    weights: Weights | None = None
    frozen: bool = False
    file: Path | None = None
    side: str = "deep"
    forecasts: dict[tuple[int, float], tuple[Data, Shape]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def pretrained(self) -> bool:
        """Whether it has weights that were learned elsewhere."""
        return self.weights is not None

    @property
    def pretrained_on(self) -> Words | None:
        """The samples that its weights were learned from, in words; None without weights, or where nobody
        says."""
        return None if self.weights is None else self.weights.trained_on

    @property
    def tuned(self) -> Weights | None:
        """The weights that training changes."""
        return None if self.frozen else self.weights

    @property
    def method(self) -> Words:
        """The family of methods that it belongs to; from given weights and from scratch are two."""
        method = Words.of(self.network.METHOD)
        return PRETRAINED.format(method=method) if self.pretrained else method

    @property
    def represents(self) -> bool:
        """Whether its method must take part: where weights are at hand, somebody must start from them."""
        return self.pretrained or self.network.REPRESENTS

    def accepts(self, task: Task, data: Data) -> Words | None:
        """None, or the reason why this network cannot be used on these data."""
        encoders = self.encoder_file
        reason = None
        if hasattr(encoders, "misfit"):
            reason = encoders.misfit(data.inputs, self.encoding())
        reason = reason or self.network.accepts(self._forecast(data), outputs_of(task, data), len(data))
        return None if reason is None else Words.of(reason)  # a user's own network may give a plain string

    def epochs(self, task: Task, data: Data, size: int) -> int:
        """Passes over `size` rows of a training that nothing limits."""
        recipe, _ = self.recipe_and_params(self.network.CANDIDATES[0], self._forecast(data))
        return schedule.epochs(recipe, size)

    def cost(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected core-seconds of `fit` on `size` rows: every setting on its inner splits, and the
        refit."""
        shape, outputs = self._forecast(data, budget.scale), outputs_of(task, data)
        seconds = START_SECONDS
        for number, params in enumerate(self.candidates(budget)):
            recipe, params = self.recipe_and_params(params, shape)
            each = self.network.seconds_per_sample(shape, outputs, **params)
            fits = [] if budget.tries == 0 else inner_sizes(size, budget.inner_folds)
            if number == 0 and (len(fits) != 1 or size < REFIT_BELOW):
                fits = [*fits, (size, 0)]
            epochs = schedule.epochs(recipe, size, budget.epochs)
            learning = _learning_share(recipe, shape, epochs)
            seconds += epochs * sum(
                each * (learning * fit + _answer_share(task, shape) * judged(task, valid))
                + getattr(self.network, "STEP_SECONDS", STEP_SECONDS) * _steps(recipe, fit)
                for fit, valid in fits
            )
        return _on(budget.device, seconds)

    def answer_cost(self, task: Task, data: Data, budget: Budget) -> float:
        """Expected core-seconds to answer one sample."""
        shape = self._forecast(data, budget.scale)
        params = self.recipe_and_params(self.network.CANDIDATES[0], shape)[1]
        each = self.network.seconds_per_sample(shape, outputs_of(task, data), **params)
        return _on(budget.device, each * _answer_share(task, shape))

    def memory(self, task: Task, data: Data, size: int, budget: Budget) -> float | None:
        """Expected peak megabytes of `fit` with the first setting; see `nikti.deep.memory`. On an
        accelerator, its memory takes most of it. None for a user's own network: it would have to be run,
        and what it does then must not end the plan for all others."""
        if self.file is not None:
            return None
        import torch

        from nikti.deep import memory

        encoders = self.encoder_file
        beside = encoders.megabytes(self.encoding()) if hasattr(encoders, "megabytes") else 0.0
        shape = self._forecast(data, budget.scale)
        recipe, params = self.recipe_and_params(self.candidates(budget)[0], shape)
        with torch.random.fork_rng(devices=[]):
            network = self.network.build(shape, outputs_of(task, data), **params)
            parameters, kept = memory.graph(network, shape.example())
        return beside + memory.megabytes(
            parameters,
            kept,
            shape.BYTES * shape.values,
            size,
            batch=schedule.batch_size(recipe, size) * _seen_share(task, shape),
            predicted=memory.predicted(shape),
            backward=getattr(self.network, "BACKWARD", memory.backward(shape)),
            mean=bool(recipe.ema),
            cells=size * wordy(data.inputs),
        )

    def fit(
        self,
        task: Task,
        train: Data,
        *,
        inner: Sequence[InnerSplit],
        seed: int,
        budget: Budget,
        progress: Progress,
    ) -> DeepModel:
        """Compare settings on the inner splits, then train on all rows or stop where they said; see
        `nikti.core.contender`."""
        device = devices.choose(budget.device)
        with devices.threads(budget.threads):
            return Fit(self, task, train, inner, seed, budget, device, progress).run()

    @property
    def encoder_file(self) -> ModuleType:
        """The file in `encoders/` that reads its samples."""
        return encoders.of(self.modality)

    def encoding(self, scale: float = 1.0) -> dict[str, Any]:
        """The options of its encoder's `fit`; scale: see `Budget`."""
        options = getattr(self.network, "ENCODER", {})
        if self.tuned is not None:
            options = options | self.tuned.encoding | self.network.PRETRAINED.get("encoding", {})
        if scale == 1 or not hasattr(self.encoder_file, "scaled"):
            return options
        return self.encoder_file.scaled(options, scale, getattr(self.network, "SMALLEST", 0))

    def _forecast(self, data: Data, scale: float = 1.0) -> Shape:
        """The shape of encoded samples, foreseen once per data set: a plan asks hundreds of times, and long
        texts take a tenth of a second. The data are held, so that their id stands for no others."""
        key = id(data), scale
        if key not in self.forecasts:
            self.forecasts[key] = data, self.encoder_file.forecast(data, self.encoding(scale))
        return self.forecasts[key][1]

    def build(self, shape: Shape, outputs: int, params: dict[str, Any]) -> nn.Module:
        """A new network, with the given weights where it starts from some."""
        network = self.network.build(shape, outputs, **params)
        if self.tuned is not None:
            self.tuned.load_into(network)
        return network

    def candidates(self, budget: Budget) -> Sequence[dict[str, Any]]:
        """The settings that a fit compares; one where it was chosen before."""
        if budget.params is not None:
            return (budget.params,)
        return self.network.CANDIDATES[: max(1, budget.tries)]

    def recipe_and_params(
        self, candidate: dict[str, Any], shape: Shape
    ) -> tuple[schedule.Recipe, dict[str, Any]]:
        """What of a candidate is for the training loop, and what for `build`."""
        fitting = self.network.recipe(shape) if hasattr(self.network, "recipe") else {}
        training = {k: v for k, v in candidate.items() if k in schedule.RECIPE_FIELDS}
        params = {k: v for k, v in candidate.items() if k not in schedule.RECIPE_FIELDS | {THRESHOLD}}
        if self.tuned is None:
            return schedule.recipe(self.network.RECIPE, fitting, training), params
        recipe = schedule.recipe(self.network.RECIPE, fitting, training, self.tuned.recipe)
        return recipe, params | self.tuned.params


def _answer_share(task: Task, shape: Shape) -> float:
    """What answering costs beside learning from a sample."""
    return getattr(answers.of(task.answer), "ANSWER_SHARE", VALID_SHARE) * shape.beyond_training


def _steps(recipe: schedule.Recipe, fit: int) -> int:
    """Of an epoch."""
    return schedule.steps_per_epoch(recipe, max(1, fit))


def _seen_share(task: Task, shape: Shape) -> float:
    """What a step of training sees of a sample."""
    answer = answers.of(task.answer)
    return answer.seen(shape) if hasattr(answer, "seen") else 1.0


def _learning_share(recipe: schedule.Recipe, shape: Shape, epochs: int) -> float:
    """What a training costs beside one that always sees whole samples."""
    return schedule.area(recipe, cast(ImageShape, shape).size, epochs) if recipe.first_side < 1 else 1.0


def _on(device: str, seconds: float) -> float:
    """What one thread takes, on a device."""
    return float(seconds / (1.0 if device == "cpu" else ACCELERATOR))
