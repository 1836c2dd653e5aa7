"""A recipe that ranks the parts of a passage as answers to a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from nikti.classical.tasks._answering import learning, model
from nikti.classical.tasks._answering.samples import Samples
from nikti.core.answers import Phrases
from nikti.core.data import Data
from nikti.core.inputs import Questions
from nikti.core.task import Task
from nikti.core.words import Words

#: Core-seconds of measuring all candidates of one question, per letter of the passage (measured).
SECONDS_PER_LETTER = 6e-6
#: Times the measuring that answering takes.
ASKING = 1.4
#: Bytes of the measures of one question's candidates while they are learned from, with a copy at work.
BYTES = 2 * 4 * 140 * (learning.WRONG + 5)


@dataclass(frozen=True)
class Reading:
    """learner(samples, seed, threads, **setting) -> `model.Reader` or `model.Floor`; candidates: settings,
    the first a default; passes: over all candidates in one fit; fit_seconds: core-seconds of ranking, per
    question."""

    title: Words
    presets: tuple[str, ...]
    method: Words
    candidates: tuple[dict[str, Any], ...]
    learner: Callable[..., model.Reader | model.Floor]
    passes: float
    fit_seconds: float
    represents: bool = False
    judged: int = 150

    def accepts(self, task: Task, data: Data) -> str | None:
        """Any questions will do."""
        return None

    def prepare(self, data: Data) -> Samples:
        """Texts cut into words."""
        return Samples.of(data)

    def learn(self, samples: Samples, seed: int, threads: int, **setting: Any) -> model.Reader | model.Floor:
        """One fit."""
        return self.learner(samples, seed, threads, **setting)

    def answer(self, fitted: model.Reader | model.Floor, samples: Samples) -> Phrases:
        """One text for each prepared question."""
        answers = [fitted.answer(samples.questions[row], samples.passage(row)) for row in range(len(samples))]
        return model.phrases(answers)

    def seconds(self, data: Data, size: int) -> float:
        """Measuring, as often as is needed, and ranking."""
        return 0.02 + size * (self.passes * _measuring(data) + self.fit_seconds)

    def answer_seconds(self, data: Data) -> float:
        """All candidates measured once, and ranked or compared."""
        return 1e-4 + (ASKING * _measuring(data) if self.passes else 0.0)

    def megabytes(self, data: Data, size: int) -> float:
        """The candidates that are learned from, and the words."""
        return 60 + min(size, learning.MOST_QUESTIONS) * (BYTES if self.passes > 1 else 0) / 2**20


def _measuring(data: Data) -> float:
    """Core-seconds for one question."""
    inputs = data.inputs
    assert isinstance(inputs, Questions)
    letters = np.mean([len(passage) for passage in inputs.passages[:1000]])
    return 5e-4 + SECONDS_PER_LETTER * float(letters)


def ranked(rank: Callable[..., Any]) -> Callable[..., model.Reader]:
    """The learner that ranks in a way, whose settings go to it."""

    def learn(samples: Samples, seed: int, threads: int, **setting: Any) -> model.Reader:
        return learning.reader(samples, partial(rank, **setting), seed, threads)

    return learn
