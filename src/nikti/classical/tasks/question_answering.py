"""Answering questions about passages without a network: every part of the passage is a candidate, measured by
hand and ranked; the sliding window; and the floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nikti.classical.tasks._answering import learning, model, ranking
from nikti.classical.tasks._answering.known import Known
from nikti.classical.tasks._contender import TaskContender
from nikti.core.answers import Phrases
from nikti.core.contender import FLOOR, PRESETS
from nikti.core.data import Data
from nikti.core.errors import UnknownName
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
    """learner(known, seed, threads, **setting) -> `model.Reader` or `model.Floor`; candidates: settings, the
    first a default; passes: over all candidates in one fit; fit_seconds: core-seconds of ranking, per
    question."""

    title: Words
    presets: tuple[str, ...]
    method: str
    candidates: tuple[dict[str, Any], ...]
    learner: Callable[..., model.Reader | model.Floor]
    passes: float
    fit_seconds: float
    represents: bool = False
    judged: int = 150

    def accepts(self, task: Task, data: Data) -> Words | None:
        """Any questions will do."""
        return None

    def know(self, data: Data) -> Known:
        """Texts cut into words."""
        return Known.of(data)

    def learn(self, known: Known, seed: int, threads: int, **setting: Any) -> model.Reader | model.Floor:
        """One fit."""
        return self.learner(known, seed, threads, **setting)

    def answer(self, fitted: model.Reader | model.Floor, known: Known) -> Phrases:
        """One text for each known question."""
        said = [fitted.said(known.questions[row], known.passage(row)) for row in range(len(known))]
        return model.phrases(said)

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
    asked = data.inputs
    assert isinstance(asked, Questions)
    letters = np.mean([len(passage) for passage in asked.passages[:1000]])
    return 5e-4 + SECONDS_PER_LETTER * float(letters)


def _ranked(rank: Callable[..., Any]) -> Callable[..., model.Reader]:
    """The learner that ranks in a way, whose settings go to it."""

    def learn(known: Known, seed: int, threads: int, **setting: Any) -> model.Reader:
        return learning.reader(known, partial(rank, **setting), seed, threads)

    return learn


RECIPES = {
    "dummy": Reading(
        Words(
            en="as many first words of the passage as score best, or no answer, as the floor",
            bn="অনুচ্ছেদের প্রথম কয়েকটি শব্দ, যতগুলোতে স্কোর সবচেয়ে ভালো, বা উত্তর নেই বলা, সবচেয়ে নিচের মাপ হিসেবে",
        ),
        PRESETS,
        FLOOR,
        ({},),
        learning.floor,
        0.0,
        2e-3,
    ),
    "sliding_window": Reading(
        Words(
            en="sliding window: the part with most of the question around it (Richardson et al. 2013)",
            bn="চলন্ত জানালা: যে অংশের চারপাশে প্রশ্নের শব্দ সবচেয়ে বেশি (Richardson ও অন্যান্য ২০১৩)",
        ),
        PRESETS,
        "sliding windows",
        ({},),
        learning.sliding_window,
        0.5,
        0.0,
    ),
    "logistic_regression": Reading(
        Words(
            en="parts of the passage ranked by logistic regression on words in common, distances and shapes",
            bn="মিলে যাওয়া শব্দ, দূরত্ব আর গড়ন মেপে অনুচ্ছেদের প্রতিটি অংশ সাজানো, লজিস্টিক রিগ্রেশন দিয়ে",
        ),
        PRESETS,
        "linear",
        ({"penalty": 1e-3}, {"penalty": 1e-2}, {"penalty": 1e-4}),
        _ranked(ranking.logit),
        2.0,
        4e-3,
        represents=True,
    ),
    "gradient_boosting": Reading(
        Words(
            en="parts of the passage ranked by boosted trees (LambdaMART) on the same measures",
            bn="একই মাপ দিয়ে অনুচ্ছেদের প্রতিটি অংশ সাজানো, শুধরানো গাছের দল দিয়ে (LambdaMART)",
        ),
        ("medium", "best"),
        "boosted trees",
        ({"leaves": 15, "rounds": 100}, {"leaves": 7, "rounds": 200}, {"leaves": 31, "rounds": 100}),
        _ranked(ranking.trees),
        2.0,
        6e-3,
        represents=True,
    ),
}


def names() -> list[str]:
    """The contenders of this task."""
    return sorted(RECIPES)


def contender(name: str, options: dict[str, Any]) -> TaskContender:
    """The contender of that name. Raises UnknownName with the nearest known one."""
    if name not in RECIPES:
        raise UnknownName("classical contender for question_answering", name, names())
    return TaskContender(name, RECIPES[name])


def load_model(folder: Path, options: dict[str, Any]) -> model.AnsweringModel:
    """Read what `AnsweringModel.save` wrote. Raises ModelError."""
    return model.load(folder)
