"""Do the intervals of the verdict hold what they promise? Simulation of every variant, with real learners.

    python benchmarks/verdict/variants.py [NAME ...] [--runs 1000]

Each run draws data, trains two learners in each of five folds and asks for the interval of their gap.
Every sample is two blocks of features of one law; one learner sees the first block, the other the second,
so the two are equal by symmetry ("equal"); more noise on the second block plants a gap ("gap"), whose true
size is the mean over all runs. Counted: false verdicts among equals (5% promised), how often the interval
holds the truth (95% promised), how often the planted gap is seen. Writes results/verdict.json and
VERDICT.md. `provisional.py` asks the same of the first one or two folds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from page import RESULTS, write_page
from scipy.stats import norm

from nikti.core import catalogue
from nikti.core.answers import Boxes
from nikti.core.uneven import average_precision_values
from nikti.protocol.splits import make_split
from nikti.verdict.statistics import Gap, class_influence, gap, inflation_of, macro_f1_of_folds

#: Differences per sample, the fold that tested each, groups or None, and the metric.
Differences = tuple[np.ndarray, np.ndarray, np.ndarray | None, str]

WIDTH = 6  # features of a block
#: Where the classes lie: one law for all runs, so that there is one truth.
MEANS = np.random.default_rng(7).standard_normal((4, WIDTH))

#: What each label of a set asks of the features.
PULLS = np.random.default_rng(8).standard_normal((WIDTH, 6))

NOISE = 1.5  # deviation of the noise on the second block, where a gap is planted


def least_squares(train: np.ndarray, answers: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Scores of a linear model, [m, outputs]. With class indicators for answers it is a linear
    discriminant; the classes weigh the same, however rare they are."""
    both = [np.column_stack([np.ones(len(x)), x]) for x in (train, test)]
    weights = np.ones(len(train)) if answers.shape[1] == 1 else (answers / answers.sum(axis=0)).sum(axis=1)
    weighted = both[0] * (weights / weights.mean())[:, None]
    gram = weighted.T @ both[0] + 1e-3 * np.eye(both[0].shape[1])
    return both[1] @ np.linalg.solve(gram, weighted.T @ answers)


def blocks(signal: np.ndarray, rng: np.random.Generator, planted: bool) -> tuple[np.ndarray, np.ndarray]:
    """Two noisy views [n, WIDTH] of the signal [n, WIDTH]; the second is noisier where a gap is planted."""
    first = signal + rng.standard_normal(signal.shape)
    second = signal + (NOISE if planted else 1.0) * rng.standard_normal(signal.shape)
    return first, second


def predictions(views: tuple, targets: np.ndarray, split, classes: int) -> list[np.ndarray]:
    """Answers of both learners, each sample predicted once (nan where no fold tests it)."""
    found = []
    coded = np.eye(classes)[targets] if classes else targets[:, None]
    for view in views:
        said = np.full(len(targets), np.nan)
        for k, train in split.order.items():
            test = split.test_rows(k)
            scores = least_squares(view[train], coded[train], view[test])
            said[test] = scores.argmax(axis=1) if classes else scores[:, 0]
        found.append(said)
    return found


def sureness(views: tuple, targets: np.ndarray, split) -> list[np.ndarray]:
    """How sure both learners are that each sample is of class 1, of two classes."""
    found = []
    for view in views:
        sure = np.full(len(targets), np.nan)
        for k, train in split.order.items():
            test = split.test_rows(k)
            scores = least_squares(view[train], np.eye(2)[targets[train]], view[test])
            sure[test] = scores[:, 1] - scores[:, 0]
        found.append(sure)
    return found


def folds(targets, task="tabular_classification", groups=None, by_user=False, times=None, seed=0):
    """The product's own split."""
    rows = np.arange(len(targets))
    labels = catalogue.load("tasks", task).TASK.strata(targets)
    return make_split(
        labels, rows=rows, groups=groups, grouped_by_user=by_user, times=times, folds=5, seed=seed
    )


def classes_of(rng, n, shares, spread=0.7):
    """(targets, signal): class means at random, one sample of each class at least eight times."""
    targets = np.concatenate([np.repeat(np.arange(len(shares)), 8), rng.choice(len(shares), n, p=shares)])[:n]
    return targets, spread * MEANS[targets]


def pooled(rng, planted, n, seed):
    targets, signal = classes_of(rng, n, [0.5, 0.5])
    split = folds(targets, seed=seed)
    a, b = predictions(blocks(signal, rng, planted), targets, split, 2)
    return (a == targets) * 1.0 - (b == targets), split.fold, None, "accuracy"


def imbalance(rng, planted, n, seed):
    targets, signal = classes_of(rng, n, [0.85, 0.1, 0.05])
    split = folds(targets, seed=seed)
    a, b = predictions(blocks(signal, rng, planted), targets, split, 3)
    d = class_influence((a == targets) * 1.0 - (b == targets), targets)
    return d, split.fold, None, "balanced_accuracy"


def grouped(rng, planted, n, seed):
    """Groups of ten share most of their noise, as pictures of one patient do."""
    groups = np.arange(n) // 10
    targets = rng.integers(0, 2, groups.max() + 1)[groups]
    signal = 0.7 * MEANS[targets]
    views = []
    for scale in (1.0, NOISE if planted else 1.0):
        shared = rng.standard_normal((groups.max() + 1, WIDTH))[groups]
        views.append(signal + scale * (0.8 * shared + 0.6 * rng.standard_normal((n, WIDTH))))
    split = folds(targets, groups=groups, by_user=True, seed=seed)
    a, b = predictions(tuple(views), targets, split, 2)
    return (a == targets) * 1.0 - (b == targets), split.fold, groups, "accuracy"


def in_time(rng, planted, n, seed):
    """Noise that drifts: an autoregression with a correlation length of a quarter of a block."""
    targets, signal = classes_of(rng, n, [0.5, 0.5])
    order = rng.permutation(n)
    targets, signal = targets[order], signal[order]
    rho = np.exp(-4 * 24 / n)  # a block is n / 24 samples
    views = []
    for scale in (1.0, NOISE if planted else 1.0):
        shocks = rng.standard_normal((n, WIDTH)) * np.sqrt(1 - rho**2)
        drift = np.empty((n, WIDTH))
        drift[0] = rng.standard_normal(WIDTH)
        for i in range(1, n):
            drift[i] = rho * drift[i - 1] + shocks[i]
        views.append(signal + scale * (0.7 * drift + 0.7 * rng.standard_normal((n, WIDTH))))
    split = folds(targets, times=np.arange(n, dtype=float))
    there = split.fold >= 0
    a, b = predictions(tuple(views), targets, split, 2)
    d = ((a == targets) * 1.0 - (b == targets))[there]
    return d, split.fold[there], split.groups[there], "accuracy"


def duplicates(rng, planted, n, seed):
    """A fifth of the samples are copies of others, known as groups."""
    groups = np.concatenate([np.arange(n - n // 5), rng.integers(0, n - n // 5, n // 5)])
    targets, signal = classes_of(rng, n, [0.5, 0.5])
    views = [view[groups] for view in blocks(signal, rng, planted)]
    targets = targets[groups]
    split = folds(targets, groups=groups, seed=seed)
    a, b = predictions(tuple(views), targets, split, 2)
    return (a == targets) * 1.0 - (b == targets), split.fold, groups, "accuracy"


def regression(rng, planted, n, seed):
    """Squared errors in units of the answers' variance, heavy tails."""
    signal = rng.standard_normal((n, WIDTH))
    targets = signal.sum(axis=1) + rng.standard_t(4, n)
    split = folds(targets, "tabular_regression", seed=seed)
    a, b = predictions(blocks(signal, rng, planted), targets, split, 0)
    return ((b - targets) ** 2 - (a - targets) ** 2) / targets.var(), split.fold, None, "r2"


def pseudo_values(metric, fold):
    """What each sample stands for where a metric is no mean over samples: n theta - (n - 1) theta_(without i)
    in its fold, moved so that their mean is theta (the jackknife, Miller 1974). metric(rows) -> float."""
    found = np.empty(len(fold))
    for k in np.unique(fold):
        rows = np.flatnonzero(fold == k)
        without = np.array([metric(np.delete(rows, i)) for i in range(len(rows))])
        found[rows] = metric(rows) - (len(rows) - 1) * (without - without.mean())
    return found


def f1(rng, planted, n, seed, shares=(0.7, 0.2, 0.1)):
    """The gap in macro F1, by pseudo-values."""
    targets, signal = classes_of(rng, n, shares)
    split = folds(targets, seed=seed)
    said = predictions(blocks(signal, rng, planted), targets, split, len(shares))
    a, b = (macro_f1_of_folds(targets, x.astype(int), split.fold) for x in said)
    return a - b, split.fold, None, "macro_f1"


def precision(rng, planted, n, seed, share=0.05):
    """The gap in average precision of a rare class, by pseudo-values."""
    targets, signal = classes_of(rng, n, [1 - share, share], spread=1.0)
    split = folds(targets, seed=seed)
    values = []
    for sure in sureness(blocks(signal, rng, planted), targets, split):
        each = np.empty(len(targets))
        for k in split.order:
            test = split.test_rows(k)
            each[test] = average_precision_values(targets[test] == 1, sure[test])
        values.append(each)
    return values[0] - values[1], split.fold, None, "average_precision"


def label_sets(rng, planted, n, seed, shares=(0.5, 0.4, 0.3, 0.3, 0.2, 0.2)):
    """Mean average precision of sets of labels, by pseudo-values; a linear model for each label."""
    task = catalogue.load("tasks", "tabular_multilabel_classification").TASK
    signal = rng.standard_normal((n, WIDTH))
    pull = signal @ PULLS + rng.standard_normal((n, len(shares)))
    deviation = np.sqrt((PULLS**2).sum(axis=0) + 1)
    truth = pull > deviation * norm.ppf(1 - np.array(shares))
    split = folds(truth, task.name, seed=seed)
    losses = []
    for view in blocks(signal, rng, planted):
        found = np.full(n, np.nan)
        for k, train in split.order.items():
            test = split.test_rows(k)
            columns = (truth[train][:, [label]] * 1.0 for label in range(len(shares)))
            sure = np.hstack([least_squares(view[train], column, view[test]) for column in columns])
            found[test] = task.losses(truth[test], sure > 0.5, 1.0, sure)
        losses.append(found)
    return losses[1] - losses[0], split.fold, None, task.metrics[0].name


def corpus(rng, planted, n, seed):
    """A ratio of sums, like the word error rate: wrong words over words, lengths very unequal."""
    length = rng.geometric(0.1, n)
    targets, signal = classes_of(rng, n, [0.5, 0.5])
    split = folds(targets, seed=seed)
    rates = []
    for said in predictions(blocks(signal, rng, planted), targets, split, 2):
        wrong = rng.binomial(length, np.where(said == targets, 0.1, 0.6))
        rates.append(
            pseudo_values(lambda rows, wrong=wrong: wrong[rows].sum() / length[rows].sum(), split.fold)
        )
    return rates[1] - rates[0], split.fold, None, "word_error_rate"


def detection(rng, planted, n, seed):
    """mAP, each picture standing for its jackknife pseudo-value. Three boxes and four places with nothing in
    a picture on average, its noise half shared; the learner says what is at each place and how surely, and
    its view of the place is a little off."""
    task = catalogue.load("tasks", "object_detection").TASK
    boxes, empty = rng.poisson(3, n), rng.poisson(4, n)
    picture = np.concatenate([np.repeat(np.arange(n), boxes), np.repeat(np.arange(n), empty)])
    label = np.concatenate([rng.choice(3, boxes.sum(), p=[0.6, 0.3, 0.1]), np.full(empty.sum(), 3)])
    corner, size = rng.uniform(0, 200, (len(label), 2)), rng.uniform(20, 90, (len(label), 2))
    place = np.column_stack([corner, corner + size])
    there = label < 3
    side = [(300, 300)] * n
    truth = Boxes.of(_by(picture[there], n, place[there], label[there]), side)
    split = folds(truth, task.name, seed=seed)
    losses = []
    for scale in (1.0, NOISE if planted else 1.0):
        shared = rng.standard_normal((n, WIDTH))[picture]
        view = np.append(MEANS[:3], np.zeros((1, WIDTH)), axis=0)[label]
        view = view + scale * (shared + rng.standard_normal(shared.shape)) / np.sqrt(2)
        seen = place + scale * 0.06 * np.tile(size, 2) * rng.standard_normal(place.shape)
        found = np.full(n, np.nan)
        for k, train in split.order.items():
            test = split.test_rows(k)
            learned, asked = np.isin(picture, train), np.isin(picture, test)
            scores = least_squares(view[learned], np.eye(4)[label[learned]], view[asked])
            sure = 1 / (1 + np.exp(-5 * (scores[:, :3].max(axis=1) - scores[:, 3])))
            said = _by(picture[asked], n, seen[asked], scores[:, :3].argmax(axis=1), sure)
            found[test] = task.losses(truth[test], Boxes.of(said, side, 6)[test])
        losses.append(found)
    return losses[1] - losses[0], split.fold, None, "map"


def _by(picture, n, *columns):
    """One array of the columns per picture."""
    rows = np.column_stack(columns)
    return [rows[picture == i] for i in range(n)]


#: {name: (what is simulated, how an interval is made, sample sizes)}
VARIANTS: dict[str, tuple[str, Callable, tuple[int, ...]]] = {
    "pooled": ("accuracy, two even classes", pooled, (200, 1000)),
    "imbalance": ("every class counting the same; classes 85, 10, 5%", imbalance, (300, 1000)),
    "groups": ("groups of ten that share most of their noise", grouped, (300, 1000)),
    "time": ("forward blocks, drifting noise", in_time, (600, 1800)),
    "duplicates": ("a fifth of the samples are copies", duplicates, (300, 1000)),
    "regression": ("squared errors with heavy tails", regression, (200, 1000)),
    "macro_f1": ("macro F1, by pseudo-values; classes 70, 20, 10%", f1, (300, 1000)),
    "macro_f1_5": ("macro F1; classes 65, 30, 5%", partial(f1, shares=(0.65, 0.3, 0.05)), (400, 1000)),
    "macro_f1_2": ("macro F1; classes 68, 30, 2%", partial(f1, shares=(0.68, 0.3, 0.02)), (1000, 2000)),
    "macro_f1_of_four": (
        "macro F1; classes 60, 30, 7, 3%",
        partial(f1, shares=(0.6, 0.3, 0.07, 0.03)),
        (400, 1000),
    ),
    "precision_5": ("average precision of 5%", partial(precision, share=0.05), (400, 1000, 2000)),
    "precision_2": ("average precision of 2%", partial(precision, share=0.02), (1000, 2000)),
    "label_sets": ("mean average precision of sets; labels 50 to 20%", label_sets, (200, 1000)),
    "label_sets_rare": (
        "mean average precision of sets; labels 40 to 3%",
        partial(label_sets, shares=(0.4, 0.3, 0.2, 0.1, 0.05, 0.03)),
        (200, 1000),
    ),
    "corpus": ("ratio of sums (like a word error rate), by pseudo-values", corpus, (300, 1000)),
    "detection": ("mAP by jackknife pseudo-values; classes 60, 30, 10%", detection, (100, 300)),
}


def interval(found: Differences, folds: int = 5) -> Gap:
    """The verdict's interval from the first so many folds."""
    d, fold, groups, metric = found
    kept = fold < folds
    groups = None if groups is None else groups[kept]
    return gap(d[kept], fold[kept], groups=groups, inflation=inflation_of(metric))


def simulate(make: Callable, n: int, runs: int, folds: int = 5) -> dict[str, float]:
    """Error rate, coverage, power and half width of one variant at one size."""
    found = {}
    for planted in (False, True):
        drawn = (make(np.random.default_rng([n, planted, i]), planted, n, i) for i in range(runs))
        gaps = [interval(one, folds) for one in drawn]
        low, high = (np.array([getattr(g, end) for g in gaps]) for end in ("low", "high"))
        truth = float(np.mean([g.estimate for g in gaps])) if planted else 0.0
        seen = (low > 0) | (high < 0)
        found["gap" if planted else "equal"] = {
            "truth": truth,
            "seen": float(seen.mean()),
            "coverage": float(((low <= truth) & (truth <= high)).mean()),
            "half_width": float(np.median(high - low) / 2),
        }
    return found


def main() -> None:
    """Simulate the named variants, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="variants; all if none")
    parser.add_argument("--runs", type=int, default=1000)
    args = parser.parse_args()
    if unknown := sorted(set(args.names) - set(VARIANTS)):
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(VARIANTS)}")
    place = RESULTS / "verdict.json"
    found = json.loads(place.read_text()) if place.exists() else {}
    system = f"{platform.system()} {platform.machine()}"
    machine = f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"
    for name in args.names or VARIANTS:
        _, make, sizes = VARIANTS[name]
        found[name] = {}
        for n in sizes:
            began = time.monotonic()
            found[name][str(n)] = {**simulate(make, n, args.runs), "runs": args.runs}
            one = found[name][str(n)]
            print(
                f"{name} n={n}: false {100 * one['equal']['seen']:.1f}%, "
                f"coverage {100 * one['gap']['coverage']:.1f}%, "
                f"gap {100 * one['gap']['truth']:.1f} seen {100 * one['gap']['seen']:.0f}% "
                f"({time.monotonic() - began:.0f} s)",
                flush=True,
            )
            found["machine"] = machine
            found["about"] = {key: about for key, (about, _, _) in VARIANTS.items()}
            place.write_text(json.dumps(found, indent=1))
            write_page()


if __name__ == "__main__":
    main()
