"""What happened, as plain data: trials, their results, and the run that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.data import Answers
from nikti.core.plan import Plan, Prepared


@dataclass(frozen=True)
class Trial:
    """One cell of the grid. fold -1 is the final fit on all training rows."""

    contender: str
    fold: int
    size: int

    @property
    def key(self) -> str:
        """A name that is unique in a run."""
        return f"{self.contender}|{self.fold}|{self.size}"

    @property
    def file_name(self) -> str:
        """The key as a file name."""
        return self.key.replace("|", "-").replace("/", "_").replace(":", "_")


OUTCOMES = ("ok", "failed", "killed", "timeout", "skipped", "stopped")


@dataclass
class Result:
    """The row a trial leaves.

    outcome         one of OUTCOMES; `reason` says why when it is not "ok", and `reason_bn` in Bangla where
                    there are words for it. "skipped": there was no time for it; "stopped": in runs of earlier
                    versions, smaller sizes had shown that it could not reach its side's leader
    scores          {metric: value} on the trial's test rows
    rows            int64 [m]: the test rows' positions in the stored data set; none where there is no test
    losses          float64 [m]: per-sample losses, mean = 1 - primary metric
    predicted       int64 or float64 [m]; bool [m, C]; `Boxes` with scores; masks uint8 [m, S, S]; `Phrases`
    proba           float32 [m, C] or None
    inner_score     see FitReport; so are inner_error, params, stop, epochs, recipe_epochs, parameters and
                    training_curve
    seconds         {"features", "search", "fit", "predict", "wall", "cpu"}; the last two: of the whole
                    trial, from reading the data to the scores
    predict_ms      {"1": ms per sample at batch 1, "256": ms per sample at a large batch} or {}
    timing          how predict_ms was measured, see `nikti.protocol.cost.latency`; {} where it was not
    joules          energy above rest of the trial, None where no counter could be read
    peak_mb         peak resident memory of the trial's process less that of an empty one
    bytes           size of the saved model, None if it was not saved
    """

    trial: Trial
    outcome: str
    reason: str = ""
    reason_bn: str = ""
    scores: dict[str, float] = field(default_factory=dict)
    rows: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    losses: np.ndarray = field(default_factory=lambda: np.zeros(0))
    predicted: Answers = None
    proba: np.ndarray | None = None
    inner_score: float = float("nan")
    inner_error: float = float("nan")
    seconds: dict[str, float] = field(default_factory=dict)
    predict_ms: dict[str, float] = field(default_factory=dict)
    timing: dict[str, Any] = field(default_factory=dict)
    joules: float | None = None
    peak_mb: float | None = None
    bytes: int | None = None
    parameters: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    stop: float | None = None
    epochs: int | None = None
    recipe_epochs: int | None = None
    training_curve: list[dict[str, float]] = field(default_factory=list)
    importance: list[tuple[str, float]] | None = None
    notes: list[str] = field(default_factory=list)


@dataclass
class Run:
    """Everything a verdict and a report are made from.

    settings   what the user asked for
    data       {"name", "task", "modality", "n", "classes", "counts", "notes", ...}: plain facts
    plan       who meets whom, how thoroughly and at what price
    machine    {"system", "cpu", "cores", "memory_gb", "device", "threads", "energy": {"counters": names,
               "idle_watts"} where energy was measured}
    versions   {"python", "nikti", "torch", ...}
    results    one per finished trial
    targets    [n] encoded answers of all rows, None where `nikti.core.answers.is_kept` says no;
               folds int64 [n] (-1: not in the grid)
    """

    folder: Path
    settings: dict[str, Any]
    data: dict[str, Any]
    plan: Plan
    machine: dict[str, Any]
    versions: dict[str, str]
    results: list[Result]
    targets: np.ndarray | None
    folds: np.ndarray
    groups: np.ndarray | None = None
    seconds: float = 0.0
    finished: bool = False

    def truth(self, rows: np.ndarray) -> np.ndarray:
        """Encoded answers of some rows. Raises ValueError where they are not kept."""
        if self.targets is None:
            raise ValueError("the answers of this run are not kept with it")
        return self.targets[rows]

    def prepared(self, side: str) -> Prepared | None:
        """What a side computed once for all trials; None where it has not yet."""
        return self.plan.prepared.get(side)
