"""Does the whole product keep the promise, and not only the formula? Many whole `compare` runs.

    python benchmarks/verdict/whole_runs.py [--runs 200] [--planted 40] [--starved 200]

Equal: tables whose labels depend on nothing, so that every learner of either side is equal; at most 5% of
the runs may say that a side is ahead. Planted: linear data, where the classical learner is a logistic
regression that gives the other answer for a share of the samples, 10 points worse than it would be; at n =
1,000 that must be found in 90%. Starved: the same data without the handicap, and a network that is as good
with all of its epochs, but for which the time is too short: whoever calls it beaten is wrong. Writes
results/whole_runs.json; a count of 0 leaves what is there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import nikti

RESULTS = Path(__file__).resolve().parent.parent / "results" / "whole_runs.json"

#: Too short for the slow network by far.
LIMIT = 40.0

#: The share of flipped answers that leaves a classifier of 90% accuracy, less 2 points by which the small
#: network of the preset fast is behind it, 10 points behind: (0.1 + 0.02) / (2 * 0.9 - 1).
FLIPPED = 0.15

WORSE = f'''
import numpy as np
from sklearn.linear_model import LogisticRegression


class Worse(LogisticRegression):
    """Gives the other answer where a digest of the features says so."""

    def predict_proba(self, X):
        proba = super().predict_proba(X)
        digest = np.abs(np.asarray(X, float) @ np.arange(1, np.shape(X)[1] + 1)) * 1e4 % 1
        return np.where((digest < {FLIPPED})[:, None], proba[:, ::-1], proba)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
'''

#: A network that learns the same straight line, slowly; what it says it costs is what cuts its epochs.
SLOW = """
from torch import nn

TITLE = "a network that is far from done"
RECIPE = {"epochs": 200, "min_steps": 1, "lr": 3e-4, "label_smoothing": 0.0, "patience": 1.0}


def build(shape, outputs):
    return Line(shape.numeric, outputs)


class Line(nn.Module):
    def __init__(self, width, outputs):
        super().__init__()
        self.line = nn.Linear(width, outputs)

    def forward(self, numbers, codes):
        return self.line(numbers)


def seconds_per_sample(shape, outputs):
    return 1.2e-3
"""


def table(n: int, seed: int, planted: bool) -> pd.DataFrame:
    """Five columns of noise and an answer: a coin, or the sign of their noisy sum (90% learnable)."""
    rng = np.random.default_rng([n, seed, planted])
    frame = pd.DataFrame(rng.standard_normal((n, 5)), columns=list("abcde"))
    coin = rng.integers(0, 2, n).astype(bool)
    truth = (frame.sum(axis=1) + 0.75 * rng.standard_normal(n) > 0) if planted else coin
    return frame.assign(answer=np.where(truth, "yes", "no"))


def runs(kind: str, count: int, n: int, place: Path) -> dict:
    """The calls of `count` runs, their gaps and seconds."""
    worse, slow = place / "worse.py", place / "slow.py"
    worse.write_text(WORSE)
    slow.write_text(SLOW)
    contenders = {
        "equal": ["logistic_regression", "mlp"],
        "planted": [f"{worse}:Worse", "mlp"],
        "starved": ["logistic_regression", "slow"],
    }[kind]
    calls, strong, gaps, seconds = [], [], [], []
    for i in range(count):
        began = time.monotonic()
        run = nikti.compare(
            table(n, i, kind != "equal"),
            target="answer",
            preset="fast",
            contenders=contenders,
            seed=i,
            out=place / f"{kind}-{i}",
            **({"network": str(slow), "time_limit": LIMIT} if kind == "starved" else {}),
        )
        strong.append(run.verdict.strength == "strong")
        calls.append(run.verdict.call)
        gaps.append(run.verdict.gap)
        seconds.append(time.monotonic() - began)
        if i % 10 == 9:
            print(f"{kind} {i + 1}: {dict(pd.Series(calls).value_counts())}", flush=True)
    ahead = [call in ("classical", "deep") for call in calls]
    known = [gap for gap in gaps if gap is not None]
    return {
        "n": n,
        "runs": count,
        "calls": {call: calls.count(call) for call in sorted(set(calls))},
        "ahead": float(np.mean(ahead)),
        "strong": float(np.mean(strong)),
        "found": float(np.mean([call == "deep" for call in calls])),
        "no_comparison": len(gaps) - len(known),
        "mean_gap": float(np.mean(known)) if known else None,
        "seconds_each": float(np.median(seconds)),
    }


def main() -> None:
    """Run both kinds and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--planted", type=int, default=40)
    parser.add_argument("--starved", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NIKTI_CACHE"] = f"{folder}/cache"
        found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        found["machine"] = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
        for kind, count, n in (
            ("equal", args.runs, 200),
            ("planted", args.planted, 1000),
            ("starved", args.starved, 1000),
        ):
            if count:
                found[kind] = runs(kind, count, n, Path(folder))
                RESULTS.write_text(json.dumps(found, indent=1))
                print(f"{kind}: {found[kind]}")


if __name__ == "__main__":
    main()
