"""A network as a contender: how it is chosen, trained, refitted, and what that costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from nikti.answers import of as answer_of
from nikti.core.columns import wordy
from nikti.core.contender import Budget, FitReport, InnerSplit, Progress, inner_sizes, mean_error
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.core.words import Words
from nikti.deep import answers, encoders, schedule, shapes
from nikti.deep import device as devices
from nikti.deep.pretrained import Weights
from nikti.deep.shapes import ImageShape, Shape

if TYPE_CHECKING:
    from torch import nn

    from nikti.deep.model import DeepModel
    from nikti.deep.train import Judge, Trained

#: From this many rows on, the model of the hold-out is kept; below, all rows are worth a refit.
REFIT_BELOW = 5000
#: Seconds of a step that no sample pays for (the optimizer, Python), of validating one sample as a
#: share of training it, and of starting a fit. Measured on one thread of the reference machine.
STEP_SECONDS = 2.0e-3
VALID_SHARE = 0.35
START_SECONDS = 0.1
#: How much faster an accelerator is. A guess on the safe side: it only decides what the plan drops.
ACCELERATOR = 15.0
#: The setting under which `answers.<name>.calibrated` is kept, so that a fit that validates nothing knows it.
THRESHOLD = "threshold"


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
    def method(self) -> str:
        """The family of methods that it belongs to; from given weights and from scratch are two."""
        return f"pretrained {self.network.METHOD}" if self.pretrained else self.network.METHOD

    @property
    def represents(self) -> bool:
        """Whether its method must take part: where weights are at hand, somebody must start from them."""
        return self.pretrained or self.network.REPRESENTS

    def accepts(self, task: Task, data: Data) -> Words | None:
        """None, or the reason why this network cannot be used on these data."""
        encoders = self._encoders()
        reason = None
        if hasattr(encoders, "misfit"):
            reason = encoders.misfit(data.inputs, self._encoding())
        reason = reason or self.network.accepts(self._forecast(data), _outputs(task, data), len(data))
        return None if reason is None else Words.of(reason)  # a user's own network may give a plain string

    def epochs(self, task: Task, data: Data, size: int) -> int:
        """Passes over `size` rows of a training that nothing limits."""
        recipe, _ = self._split(self.network.CANDIDATES[0], self._forecast(data))
        return schedule.epochs(recipe, size)

    def cost(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected core-seconds of `fit` on `size` rows: every setting on its inner splits, and the
        refit."""
        shape, outputs = self._forecast(data, budget.scale), _outputs(task, data)
        seconds = START_SECONDS
        for number, params in enumerate(self._candidates(budget)):
            recipe, params = self._split(params, shape)
            each = self.network.seconds_per_sample(shape, outputs, **params)
            fits = [] if budget.tries == 0 else inner_sizes(size, budget.inner_folds)
            if number == 0 and (len(fits) != 1 or size < REFIT_BELOW):
                fits = [*fits, (size, 0)]
            epochs = schedule.epochs(recipe, size, budget.epochs)
            learning = _learning_share(recipe, shape, epochs)
            seconds += epochs * sum(
                each * (learning * fit + _answer_share(task, shape) * _judged(task, valid))
                + getattr(self.network, "STEP_SECONDS", STEP_SECONDS) * _steps(recipe, fit)
                for fit, valid in fits
            )
        return _on(budget.device, seconds)

    def answer_cost(self, task: Task, data: Data, budget: Budget) -> float:
        """Expected core-seconds to answer one sample."""
        shape = self._forecast(data, budget.scale)
        params = self._split(self.network.CANDIDATES[0], shape)[1]
        each = self.network.seconds_per_sample(shape, _outputs(task, data), **params)
        return _on(budget.device, each * _answer_share(task, shape))

    def memory(self, task: Task, data: Data, size: int, budget: Budget) -> float | None:
        """Expected peak megabytes of `fit` with the first setting; see `nikti.deep.memory`. On an
        accelerator, its memory takes most of it. None for a user's own network: it would have to be run,
        and what it does then must not end the plan for all others."""
        if self.file is not None:
            return None
        import torch

        from nikti.deep import memory

        encoders = self._encoders()
        beside = encoders.megabytes(self._encoding()) if hasattr(encoders, "megabytes") else 0.0
        shape = self._forecast(data, budget.scale)
        recipe, params = self._split(self._candidates(budget)[0], shape)
        with torch.random.fork_rng(devices=[]):
            network = self.network.build(shape, _outputs(task, data), **params)
            parameters, kept = memory.graph(network, shapes.example(shape))
        return beside + memory.megabytes(
            parameters,
            kept,
            memory.sample_bytes(shape),
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
            return _Fit(self, task, train, inner, seed, budget, device, progress).run()

    def _encoders(self) -> ModuleType:
        return encoders.of(self.modality)

    def _encoding(self, scale: float = 1.0) -> dict[str, Any]:
        options = getattr(self.network, "ENCODER", {})
        if self.tuned is not None:
            options = options | self.tuned.encoding | self.network.PRETRAINED.get("encoding", {})
        if scale == 1 or not hasattr(self._encoders(), "scaled"):
            return options
        return self._encoders().scaled(options, scale, getattr(self.network, "SMALLEST", 0))

    def _forecast(self, data: Data, scale: float = 1.0) -> Shape:
        """The shape of encoded samples, foreseen once per data set: a plan asks hundreds of times, and long
        texts take a tenth of a second. The data are held, so that their id stands for no others."""
        key = id(data), scale
        if key not in self.forecasts:
            self.forecasts[key] = data, self._encoders().forecast(data, self._encoding(scale))
        return self.forecasts[key][1]

    def _build(self, shape: Shape, outputs: int, params: dict[str, Any]) -> nn.Module:
        network = self.network.build(shape, outputs, **params)
        if self.tuned is not None:
            self.tuned.load_into(network)
        return network

    def _candidates(self, budget: Budget) -> Sequence[dict[str, Any]]:
        if budget.params is not None:
            return (budget.params,)
        return self.network.CANDIDATES[: max(1, budget.tries)]

    def _split(self, candidate: dict[str, Any], shape: Shape) -> tuple[schedule.Recipe, dict[str, Any]]:
        """What of a candidate is for the training loop, and what for `build`."""
        fitting = self.network.recipe(shape) if hasattr(self.network, "recipe") else {}
        training = {k: v for k, v in candidate.items() if k in schedule.RECIPE_FIELDS}
        params = {k: v for k, v in candidate.items() if k not in schedule.RECIPE_FIELDS | {THRESHOLD}}
        if self.tuned is None:
            return schedule.recipe(self.network.RECIPE, fitting, training), params
        recipe = schedule.recipe(self.network.RECIPE, fitting, training, self.tuned.recipe)
        return recipe, params | self.tuned.params


#: (encoder, trained, what turns a network's numbers into answers) of one training.
Training = tuple[Any, "Trained", tuple[float, float]]


class _Fit:
    """One fit: the candidates on the inner splits, then the refit of the best."""

    def __init__(
        self,
        contender: DeepContender,
        task: Task,
        train: Data,
        inner: Sequence[InnerSplit],
        seed: int,
        budget: Budget,
        device: str,
        progress: Progress,
    ):
        self.contender, self.task, self.train, self.inner = contender, task, train, inner
        self.seed, self.budget, self.device, self.progress = seed, budget, device, progress
        self.candidates = contender._candidates(budget)
        self.refits = len(inner) != 1 or len(train) < REFIT_BELOW
        self.stages = len(inner) * len(self.candidates) + self.refits
        self.stage = 0

    def run(self) -> DeepModel:
        started = time.monotonic()
        tried = [self._try(candidate) for candidate in self.candidates]
        candidate, score, trainings = max(tried, key=lambda one: one[1]) if self.inner else tried[0]
        searched = time.monotonic()
        if self.refits:
            everything = np.arange(len(self.train))
            encoder, trained, scaling = self._train(candidate, everything, None, stop=self._stop(trainings))
            scaling = self._scaling(candidate, trainings) or scaling
        else:
            encoder, trained, scaling = trainings[0]
        report = FitReport(
            inner_score=score,
            inner_error=mean_error([trained.error for _, trained, _ in trainings]),
            params=dict(candidate) | ({THRESHOLD: scaling[1]} if self._calibrates else {}),
            stop=self._stop(trainings),
            epochs=trained.epochs,
            recipe_epochs=self._epochs(candidate, encoder.shape, cap=None),
            training_curve=trainings[0][1].curve if trainings else trained.curve,
            feature_seconds=getattr(encoder, "feature_seconds", 0.0),
            search_seconds=searched - started if self.refits else 0.0,
            fit_seconds=time.monotonic() - (searched if self.refits else started),
            parameters=sum(weight.numel() for weight in trained.network.parameters()),
            notes=list(getattr(encoder, "notes", ())),
        )
        return self._model(candidate, encoder, trained, scaling, report)

    def _epochs(self, candidate: dict[str, Any], shape: Shape, cap: int | None) -> int:
        """Passes of the schedule: of all rows, so that those of the inner splits are trained alike."""
        return schedule.epochs(self.contender._split(candidate, shape)[0], len(self.train), cap)

    @property
    def _calibrates(self) -> bool:
        """Whether answers are made with what only validation rows can tell."""
        return hasattr(answers.of(self.task.answer), "calibrated")

    def _scaling(self, candidate: dict[str, Any], trainings: list[Training]) -> tuple[float, float] | None:
        """What the inner splits found, or what was found before; None where training rows tell it."""
        if not self._calibrates:
            return None
        found = [scaling for _, _, scaling in trainings]
        if not found:
            return 0.0, candidate.get(THRESHOLD, 1.0)
        centre, spread = np.mean(found, axis=0).tolist()
        return centre, spread

    def _stop(self, trainings: list[Training]) -> float | None:
        """The share of the schedule that was best on the inner splits, or was found best before."""
        if not trainings:
            return self.budget.stop
        return float(np.mean([trained.epoch / trained.epochs for _, trained, _ in trainings]))

    def _try(self, candidate: dict[str, Any]) -> tuple[dict[str, Any], float, list[Training]]:
        """(candidate, mean score, [(encoder, trained, scaling) of each inner split])."""
        trainings = [self._train(candidate, fit, valid) for fit, valid in self.inner]
        score = float(np.mean([trained.score for _, trained, _ in trainings])) if trainings else float("nan")
        return candidate, score, trainings

    def _train(
        self,
        candidate: dict[str, Any],
        fit: np.ndarray,
        valid: np.ndarray | None,
        stop: float | None = None,
    ) -> Training:
        """(encoder, trained, scaling) from the rows `fit`, stopped early on the rows `valid`."""
        from nikti.deep.predict import outputs
        from nikti.deep.samples import encoded
        from nikti.deep.train import train

        answer = answers.of(self.task.answer)
        rows = self.train.subset(fit)
        encoder = self.contender._encoders().fit(
            rows.inputs,
            seed=self.seed,
            options=self.contender._encoding(self.budget.scale),
            targets=rows.targets,
        )
        recipe, params = self.contender._split(candidate, encoder.shape)
        targets, scaling = answer.learnable(rows.targets, rows.inputs, encoder)
        epochs = self._epochs(candidate, encoder.shape, self.budget.epochs)
        held = None if valid is None else self.train.subset(_spread(valid, _judged(self.task, len(valid))))
        held_samples = None if held is None else encoded(encoder, held.inputs)

        def build() -> nn.Module:
            network = self.contender._build(encoder.shape, _outputs(self.task, self.train), params)
            return answer.dressed(network, targets) if hasattr(answer, "dressed") else network

        trained = train(
            build,
            encoder,
            encoded(encoder, rows.inputs, targets),
            recipe=recipe,
            epochs=epochs,
            answer=self.task.answer,
            seed=self.seed,
            device=self.device,
            valid=held_samples,
            judge=None if held is None else self._judge(held, scaling, encoder),
            stop_after=None if stop is None else max(1, round(stop * epochs)),
            progress=self._progress(self.stage),
            layers=self.contender.tuned.layers if self.contender.tuned else None,
            file=self.budget.scratch
            and self.budget.scratch / f"{self.contender.name}-{self.stage}.safetensors",
        )
        self.stage += 1
        if hasattr(answer, "bare"):
            trained.network = answer.bare(trained.network)
        if held is not None and self._calibrates:
            kept = outputs(
                trained.network, encoder, held_samples, device=self.device, answer=self.task.answer
            )
            scaling = answer.calibrated(kept, held.targets, held.inputs, encoder)
        return encoder, trained, scaling

    def _judge(self, held: Data, scaling: tuple[float, float], encoder: Any) -> Judge:
        """Score, its standard error and loss of what a network says of validation rows."""
        task, scale = self.task, self.task.scale(self.train.targets) or 1.0
        answer, truth = answers.of(task.answer), held.targets

        def judge(found: np.ndarray) -> tuple[float, float, float]:
            now = scaling
            if self._calibrates:
                now = answer.calibrated(found, truth, held.inputs, encoder)
            proba = answer.proba(found) if answer.PROBABILITIES else None
            losses = task.losses(truth, answer.finish(found, now, held.inputs, encoder), scale, proba)
            error = float(np.std(losses) / np.sqrt(len(losses)))
            missed = float(losses.mean())
            shown = answer.valid_loss(found, truth, now) if hasattr(answer, "valid_loss") else missed
            return 1.0 - missed, error, shown

        return judge

    def _progress(self, stage: int) -> Progress:
        def progress(fraction: float, text: str) -> None:
            self.progress((stage + fraction) / self.stages, text)

        return progress

    def _model(
        self,
        candidate: dict[str, Any],
        encoder: Any,
        trained: Trained,
        scaling: tuple[float, float],
        report: FitReport,
    ) -> DeepModel:
        from nikti.deep.model import DeepModel

        contender = self.contender
        return DeepModel(
            contender=contender.name,
            network_name=contender.network_name,
            family=contender.family,
            modality=contender.modality,
            answer=self.task.answer,
            params=contender._split(candidate, encoder.shape)[1],
            classes=answer_of(self.task.answer).kept_classes(self.train.classes),
            scaling=scaling,
            encoder=encoder,
            network=trained.network,
            file=contender.file,
            device=self.device,
            threads=self.budget.threads,
            report=report,
        )


def _judged(task: Task, valid: int) -> int:
    """How many of so many validation rows a training is judged by."""
    return min(valid, getattr(answers.of(task.answer), "MOST_JUDGED", valid))


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    """So many of the rows, evenly spread."""
    return rows[np.linspace(0, len(rows) - 1, count).astype(int)]


def _outputs(task: Task, data: Data) -> int:
    return answers.of(task.answer).outputs(len(data.classes))


def _answer_share(task: Task, shape: Shape) -> float:
    """What answering costs beside learning from a sample."""
    return getattr(answers.of(task.answer), "ANSWER_SHARE", VALID_SHARE) * shapes.beyond_training(shape)


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
