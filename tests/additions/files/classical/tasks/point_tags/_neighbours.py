"""The tags that most of the nearest training points have: the recipe, and the fitted model with its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nikti.classical import facts
from nikti.classical.tasks._model import TaskModel, of_code
from nikti.core.contender import PRESETS, FitReport
from nikti.core.data import Data
from nikti.core.graph import Graph
from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Value
from nikti.core.task import Task
from nikti.core.words import Words

FORMAT, FACTS, _ARRAYS = 1, "point_tags.json", "points.npz"


@dataclass
class TagsModel(TaskModel):
    """points float32 [n, 2] with tags bool [n, C]; k: neighbours that vote, all of them for the floor."""

    contender: str
    points: np.ndarray
    tags: np.ndarray
    k: int
    report: FitReport = field(default_factory=FitReport)

    def predict(self, inputs: Inputs) -> np.ndarray:
        """bool [n, C]: the tags that most neighbours have."""
        asked = np.array(list(inputs), np.float32).reshape(-1, 2)
        apart = np.linalg.norm(asked[:, None] - self.points[None], axis=2)  # [n, training points]
        nearest = np.argsort(apart, axis=1, kind="stable")[:, : self.k]
        return self.tags[nearest].mean(axis=1) > 0.5  # [n, k, C] -> [n, C]

    def graph(self) -> Graph:
        """The vote is Python code; see `nikti.core.graph`."""
        raw = (Value(SAMPLE, "float32", (None, 2)),)
        return of_code(raw, self, "neighbours vote in Python code")

    def importance(self) -> None:
        """None: neighbours weigh nothing."""
        return None

    def save(self, folder: Path) -> None:
        """Write everything needed to predict again into a folder, which is made."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / _ARRAYS, points=self.points, tags=self.tags)
        facts.write(folder, FACTS, FORMAT, self.contender, self.report, k=self.k)


@dataclass
class Samples:
    """Points with their tags."""

    points: np.ndarray
    targets: np.ndarray

    def __len__(self) -> int:
        return len(self.points)

    def take(self, rows: np.ndarray) -> Samples:
        """Some of them."""
        return Samples(self.points[rows], self.targets[rows])

    def model(self, name: str, fitted: TagsModel, report: FitReport) -> TagsModel:
        """The finished model."""
        return TagsModel(name, fitted.points, fitted.tags, fitted.k, report)


@dataclass(frozen=True)
class Neighbours:
    """See `nikti.classical.tasks._contender.Recipe`."""

    title: Words
    method: Words
    candidates: tuple[dict[str, Any], ...]
    represents: bool
    presets: tuple[str, ...] = PRESETS
    judged: int = 1000

    def accepts(self, task: Task, data: Data) -> Words | None:
        """Any points will do."""
        return None

    def prepare(self, data: Data) -> Samples:
        """The points in memory."""
        return Samples(np.array(list(data.inputs), np.float32), data.targets)

    def learn(self, samples: Samples, seed: int, threads: int, k: int) -> TagsModel:
        """Keep the points. k: 0 for all."""
        return TagsModel("", samples.points, samples.targets, k or len(samples))

    def answer(self, fitted: TagsModel, samples: Samples) -> np.ndarray:
        """Tags of prepared points."""
        return fitted.predict(samples.points)

    def seconds(self, data: Data, size: int) -> float:
        """Nothing is learned."""
        return 1e-3

    def answer_seconds(self, data: Data) -> float:
        """A look at every point."""
        return 1e-7 * len(data)

    def megabytes(self, data: Data, size: int) -> float:
        """The distances."""
        return 50 + 8e-6 * size**2


def load(folder: Path) -> TagsModel:
    """Read what `TagsModel.save` wrote. Raises ModelError."""
    what = "model of tags"
    told = facts.read(folder, FACTS, FORMAT, what)
    with facts.reading(folder, what), np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
        return TagsModel(
            told["contender"], arrays["points"], arrays["tags"], int(told["k"]), facts.report_of(told)
        )
