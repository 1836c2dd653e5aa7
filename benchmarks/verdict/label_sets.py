"""How often is a verdict on sets of labels false? Two learners that are equally good in truth.

Each repetition draws data anew: labels come from hidden causes, and both sides see the same mixtures of them,
each through noise of its own, and fit ridge regressions, one for each label. The sides are exchangeable, so
the true gap in mean average precision is 0, and each interval without 0 is a false verdict.

    python -m benchmarks.verdict.label_sets --repetitions 1000
"""

from __future__ import annotations

import argparse

import numpy as np

from nikti.protocol.splits import make_split
from nikti.tasks.image_multilabel_classification import TASK
from nikti.verdict.statistics import gap, inflation_of

CAUSES, COLUMNS, RIDGE, FOLDS = 6, 12, 3.0, 5
#: Share of the samples that have each label.
EVEN, RARE = (0.5, 0.4, 0.3, 0.3, 0.2, 0.2), (0.4, 0.3, 0.2, 0.1, 0.05, 0.03)


def data(n: int, shares: tuple[float, ...], rng: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray]]:
    """(labels bool [n, C], [view [n, COLUMNS] of each side])."""
    causes = rng.normal(size=(n, CAUSES))
    pull = causes @ rng.normal(size=(CAUSES, len(shares))) + rng.normal(size=(n, len(shares)))
    labels = pull > np.array([np.quantile(pull[:, c], 1 - share) for c, share in enumerate(shares)])
    mixed = causes @ rng.normal(size=(CAUSES, COLUMNS))
    return labels, [mixed + 2 * rng.normal(size=mixed.shape) for _ in range(2)]


def sure(view: np.ndarray, labels: np.ndarray, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Scores float [test, C] of ridge regressions, in place of probabilities: only their order counts."""
    mean, centre = view[train].mean(axis=0), labels[train].mean(axis=0)
    x, y = view[train] - mean, labels[train] - centre
    weights = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y)
    return (view[test] - mean) @ weights + centre


def verdict(n: int, shares: tuple[float, ...], seed: int) -> tuple[float, float, float]:
    """(gap, low, high) of one repetition."""
    rng = np.random.default_rng(seed)
    labels, views = data(n, shares, rng)
    split = make_split(
        labels,
        rows=np.arange(n),
        groups=None,
        grouped_by_user=False,
        times=None,
        folds=FOLDS,
        seed=seed,
    )
    losses = np.empty((2, n))
    for fold in range(FOLDS):
        test, train = split.test_rows(fold), split.order[fold]
        for side, view in enumerate(views):
            scores = sure(view, labels, train, test)
            losses[side, test] = TASK.losses(labels[test], scores > 0.5, 1.0, scores)
    metric = TASK.metrics[0].name
    found = gap(losses[0] - losses[1], split.fold, groups=None, inflation=inflation_of(metric))
    return found.estimate, found.low, found.high


def main() -> None:
    """Print the share of false verdicts and the half width of the intervals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 1000])
    asked = parser.parse_args()
    for n in asked.sizes:
        for name, shares in (("even", EVEN), ("rare", RARE)):
            found = np.array([verdict(n, shares, seed) for seed in range(asked.repetitions)])
            false = float(((found[:, 1] > 0) | (found[:, 2] < 0)).mean())
            half = 100 * float((found[:, 2] - found[:, 1]).mean()) / 2
            print(
                f"n={n} labels {name}: false verdicts {100 * false:.1f}%, half width {half:.1f} points",
                flush=True,
            )


if __name__ == "__main__":
    main()
