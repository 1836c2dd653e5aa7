"""The three lines of a data curve: machine learning, deep learning from scratch, and pre-trained."""

from __future__ import annotations

import math

import numpy as np

from nikti.core.run import Run
from nikti.verdict.judge import Verdict
from nikti.verdict.pooled import trials

LINES = ("classical", "deep", "pretrained")


def line_of(side: str, pretrained: bool) -> str:
    """Which line a contender belongs to; "deep" is deep learning from scratch."""
    return "pretrained" if side == "deep" and pretrained else side


def leading(run: Run, verdict: Verdict, line: str) -> str | None:
    """The contender that represents a line: the side's champion where it belongs to that line, else the
    one with the best mean inner score at the full size; a floor represents none. Test scores are not used."""
    members = [e.name for e in run.plan.contenders if line_of(e.side, e.pretrained) == line and not e.floor]
    for name in members:
        if name in verdict.champions.values():
            return name
    inner = {name: _mean_inner(run, name) for name in members}
    scored = [name for name in members if math.isfinite(inner[name])]
    return min(scored, key=lambda name: (-inner[name], name), default=None)


def _mean_inner(run: Run, name: str) -> float:
    scores = [r.inner_score for r in trials(run, name) if math.isfinite(r.inner_score)]
    return float(np.mean(scores)) if scores else -math.inf
