"""One fit of a network: the settings compared on the inner splits, then the training on all rows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.answers import of as answer_of
from nikti.core.contender import Budget, FitReport, InnerSplit, Progress, mean_error
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.deep import answers, schedule
from nikti.deep.shapes import Shape

if TYPE_CHECKING:
    from torch import nn

    from nikti.deep.contender import DeepContender
    from nikti.deep.model import DeepModel
    from nikti.deep.train import Judge, Trained

#: From this many rows on, the model of the hold-out is kept; below, all rows are worth a refit.
REFIT_BELOW = 5000
#: The setting under which `answers.<name>.calibrated` is kept, so that a fit that validates nothing knows it.
THRESHOLD = "threshold"


#: (encoder, trained, what turns a network's numbers into answers) of one training.
Training = tuple[Any, "Trained", tuple[float, float]]


class Fit:
    """The candidates on the inner splits, then the refit of the best; `run` once."""

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
        self.candidates = contender.candidates(budget)
        self.refits = len(inner) != 1 or len(train) < REFIT_BELOW
        self.stages = len(inner) * len(self.candidates) + self.refits
        self.stage = 0

    def run(self) -> DeepModel:
        """Compare the candidates, then refit the best; returns the model."""
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
        return schedule.epochs(self.contender.recipe_and_params(candidate, shape)[0], len(self.train), cap)

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
        encoder = self.contender.encoder_file.fit(
            rows.inputs,
            seed=self.seed,
            options=self.contender.encoding(self.budget.scale),
            targets=rows.targets,
        )
        recipe, params = self.contender.recipe_and_params(candidate, encoder.shape)
        targets, scaling = answer.learnable(rows.targets, rows.inputs, encoder)
        epochs = self._epochs(candidate, encoder.shape, self.budget.epochs)
        held = None if valid is None else self.train.subset(_spread(valid, judged(self.task, len(valid))))
        held_samples = None if held is None else encoded(encoder, held.inputs)

        def build() -> nn.Module:
            network = self.contender.build(encoder.shape, outputs_of(self.task, self.train), params)
            return answer.for_training(network, targets) if hasattr(answer, "for_training") else network

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
        if hasattr(answer, "for_prediction"):
            trained.network = answer.for_prediction(trained.network)
        if held is not None and held_samples is not None and self._calibrates:
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
            params=contender.recipe_and_params(candidate, encoder.shape)[1],
            classes=answer_of(self.task.answer).kept_classes(self.train.classes),
            scaling=scaling,
            encoder=encoder,
            network=trained.network,
            file=contender.file,
            device=self.device,
            threads=self.budget.threads,
            report=report,
        )


def judged(task: Task, valid: int) -> int:
    """Number of validation rows that a training is scored on after each epoch, of `valid` rows."""
    return min(valid, getattr(answers.of(task.answer), "MOST_JUDGED", valid))


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    """So many of the rows, evenly spread."""
    return rows[np.linspace(0, len(rows) - 1, count).astype(int)]


def outputs_of(task: Task, data: Data) -> int:
    """What a network's `build` receives as `outputs`."""
    return answers.of(task.answer).outputs(len(data.classes))
