"""A recipe and the fitted model that it returns. Two types, so that refitting for every size and seed
needs no cloning."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from nikti.core.data import Answers, Data
from nikti.core.explanation import ExplanationMethod
from nikti.core.graph import Graph
from nikti.core.inputs import Inputs
from nikti.core.task import Task
from nikti.core.words import Words

#: (rows to fit on, rows to validate on), as positions in the training data of a trial.
InnerSplit = tuple[np.ndarray, np.ndarray]

#: progress(fraction done in 0..1, a few words)
Progress = Callable[[float, str], None]

PRESETS = ("fast", "medium", "best")

#: What networks compute on, the fastest first.
DEVICES = ("cuda", "mps", "cpu")

#: The method of contenders that learn nothing: the most frequent class, the nearest known translation.
FLOOR = Words(en="floor", bn="কিছু না শেখা")

#: The method of models and networks that a user brings without naming one.
YOUR_OWN = Words(en="your own", bn="আপনার নিজের")


@dataclass(frozen=True)
class ContenderSpec:
    """What a contender is made from, see `nikti.sides.contender`. side: "classical" or "deep"; options: the
    user's, see `nikti.run.request.Request.options`."""

    name: str
    side: str
    options: dict[str, Any]


#: Training parts with fewer rows than this choose settings by INNER_FOLDS inner folds, larger ones by one
#: hold-out of a fifth: a hold-out of a few dozen samples chooses at random.
INNER_FOLDS_BELOW, INNER_FOLDS = 1000, 3


@dataclass(frozen=True)
class Budget:
    """What a fit may use; the same for both sides.

    tries      hyper-parameter settings a contender may compare on the inner splits; 0: none, `params`
               and `stop` were chosen before and no inner split is needed
    inner_folds  folds of inner validation below INNER_FOLDS_BELOW rows; 1: a hold-out, as above it
    params     the setting chosen before
    stop       share of the training schedule after which to stop, found before (networks)
    epochs     upper bound for networks; None lets the recipe decide. Fixed by the plan and not by
               the clock, so that the same seed gives the same scores
    threads    CPU threads
    scale      side of the pictures that networks see, as a share of what their recipe asks for; other
               samples are not changed by it
    device     "cpu", "cuda", "mps"
    seconds    wall seconds after which the fit is killed from outside; for information
    scratch    folder for checkpoints of a fit that may be resumed, or None
    """

    tries: int = 1
    inner_folds: int = INNER_FOLDS
    params: dict[str, Any] | None = None
    stop: float | None = None
    epochs: int | None = None
    scale: float = 1.0
    threads: int = 1
    device: str = "cpu"
    seconds: float | None = None
    scratch: Path | None = None


@dataclass
class FitReport:
    """What a fit says of itself.

    inner_score      primary metric on the inner validation rows (mean over inner splits); champions
                     are chosen by it, never by test rows
    inner_error      its standard error, from the losses of the single validation rows
    params           the chosen setting
    stop             share of the training schedule that was best (networks), None without one
    epochs           passes of the training schedule under the budget (networks); the training that the curve
                     shows may have ended before, as it got no better
    recipe_epochs    passes that the recipe would have taken without the budget's bound
    training_curve   [{"epoch", "seconds", "train_loss", "valid_loss", "valid_score"}, ...]
    feature_seconds  seconds spent on making hand-made or frozen features of the training rows
    search_seconds   seconds spent on comparing settings
    fit_seconds      seconds of the final fit
    parameters       number of learned numbers, None where it means nothing
    features         names of hand-made features, in the model's order (classical; () for networks)
    notes            sentences worth telling
    """

    inner_score: float = float("nan")
    inner_error: float = float("nan")
    params: dict[str, Any] = field(default_factory=dict)
    stop: float | None = None
    epochs: int | None = None
    recipe_epochs: int | None = None
    training_curve: list[dict[str, float]] = field(default_factory=list)
    feature_seconds: float = 0.0
    search_seconds: float = 0.0
    fit_seconds: float = 0.0
    parameters: int | None = None
    notes: list[str] = field(default_factory=list)


def mean_error(errors: Sequence[float]) -> float:
    """Standard error of the mean of independent scores with these standard errors; NaN for none.

    >>> round(mean_error([0.03, 0.04]), 3)
    0.025
    """
    return math.sqrt(sum(error * error for error in errors)) / len(errors) if errors else math.nan


def inner_sizes(size: int, folds: int) -> list[tuple[int, int]]:
    """(rows to fit, rows to validate) of each inner split that the referee makes of `size` rows.

    >>> inner_sizes(300, 3), inner_sizes(300, 1), inner_sizes(5000, 3)
    ([(200, 100), (200, 100), (200, 100)], [(240, 60)], [(4000, 1000)])
    """
    if folds > 1 and size < INNER_FOLDS_BELOW:
        return [(size - size // folds, size // folds)] * folds
    return [(size - size // 5, size // 5)]


class Model(Protocol):
    """A fitted contender. It is given inputs only, so it cannot read the answers."""

    report: FitReport

    def predict(self, inputs: Inputs) -> Answers:
        """Class codes int64 [n], values float64 [n], boxes, masks, phrases, or embeddings float32 [n, d] in
        which two samples belong together where their distance is below 1."""

    def predict_proba(self, inputs: Inputs) -> np.ndarray | None:
        """Probabilities float64 [n, C] in the order of the classes; None where there are none
        (regression)."""

    def importance(self) -> list[tuple[str, float]] | None:
        """(feature name, share of importance) in falling order, or None if it has no names."""

    def graph(self) -> Graph:
        """The way from a stored sample to an answer as plain data, with what plain data cannot say."""

    def explainer(self) -> Explainer | None:
        """The model's own explanation method, or None: then it can only be explained by occlusion
        (`nikti.explain`)."""

    def save(self, folder: Path) -> None:
        """Write everything needed to predict again; no pickle, no training rows."""


class Explainer(Protocol):
    """How a model explains itself. `methods`: names of the methods it has, its best first; at least one."""

    methods: tuple[str, ...]

    def describe(self, method: str) -> ExplanationMethod:
        """One of the methods in words."""

    def explain(
        self, inputs: Inputs, codes: np.ndarray | None, method: str, background: Inputs | None = None
    ) -> list[np.ndarray]:
        """Signed weights over each raw sample: positive ones support the class `codes` [n] (None: raise
        the value). Picture [H, W], series [length], text [characters], row of a table [columns]. Methods
        without a sign give weights that are not negative. background: reference samples, for methods that
        compare with some; without it, the model's own baseline."""

    def randomised(self, seed: int) -> Model | None:
        """The same model with its learned parameters randomised, None where that cannot be done: the control
        of all explanations (parameter randomisation test: Adebayo et al. 2018,
        https://arxiv.org/abs/1810.03292)."""


class Contender(Protocol):
    """A recipe. `name` is unique within a run; `side` is "classical" or "deep".

    method      the family of methods that it belongs to, in the field's words (linear, boosted trees,
                convolutional, ...); FLOOR for what learns nothing and only says what no learning is worth
    validates   whether a fit needs validation rows for more than a choice (when to stop, how sure it is); it
                may be left away where it does
    represents  whether its side's case would be incomplete without somebody of its method: such methods
                are cut short in a plan before they are left out
    """

    @property
    def name(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def title(self) -> Words: ...
    @property
    def presets(self) -> tuple[str, ...]: ...
    @property
    def pretrained(self) -> bool: ...
    @property
    def method(self) -> Words: ...
    @property
    def represents(self) -> bool: ...

    def accepts(self, task: Task, data: Data) -> Words | None:
        """None, or the reason why this recipe cannot be used on these data."""

    def cost(self, task: Task, data: Data, size: int, budget: Budget) -> float:
        """Expected core-seconds of one fit on `size` rows on the reference machine. A pure
        function of its arguments, so that the same plan comes out every time."""

    def answer_cost(self, task: Task, data: Data, budget: Budget) -> float:
        """Expected core-seconds to answer one sample; 0 where that is nothing beside a fit."""

    def memory(self, task: Task, data: Data, size: int, budget: Budget) -> float | None:
        """Expected peak megabytes of one fit on `size` rows beyond an empty process, rather too many than
        too few; None where nobody can tell."""

    def fit(
        self,
        task: Task,
        train: Data,
        *,
        inner: Sequence[InnerSplit],
        seed: int,
        budget: Budget,
        progress: Progress,
    ) -> Model:
        """Learn from `train`; choose settings and stop early on `inner` only."""
