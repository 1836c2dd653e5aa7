"""Is an average of both champions called ahead when it is not, and which average is best?

    python benchmarks/verdict/together.py [--runs 1000]

First simulation: pairs of classifiers whose average is truly no better than the better of both, and pairs
whose average is. Then averages of real learners, each sample answered by models that had not seen it and with
weights chosen on the other folds: what each kind of average gains over the better of both. The embedded data
sets, and those under NIKTI_DATA where that is set. Writes results/together.json and TOGETHER.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn import datasets
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nikti.core.plan import Entry, Plan
from nikti.core.run import Result, Run, Trial
from nikti.core.words import Words
from nikti.verdict.pool import average, best_pool
from nikti.verdict.together import together

HERE = Path(__file__).resolve().parent.parent
RESULTS = HERE / "results" / "together.json"

STRENGTH = 0.85  # one look at the class is right in 80%, two looks in 89%

Pair = tuple[np.ndarray, np.ndarray, np.ndarray]


def two(p: np.ndarray) -> np.ndarray:
    """Probabilities of both classes from that of the second."""
    return np.column_stack([1 - p, p])


def coins(rng: np.random.Generator, n: int, accuracy: tuple[float, float], sure: float | None) -> Pair:
    """Errors of their own, sureness that says nothing of them: where they disagree, none can tell who is
    right beyond who is right more often."""
    truth, sides = rng.integers(0, 2, n), []
    for share in accuracy:
        p = rng.uniform(0.55, 0.95, n) if sure is None else np.full(n, sure)
        sides.append(two(np.where((rng.random(n) < share) == (truth == 1), p, 1 - p)))
    return truth, *sides


def looks(rng: np.random.Generator, n: int, own: float, sharp: float) -> Pair:
    """Both see the class through noise, the share `own` of it each for itself; the second is `sharp` times
    too sure. own 0: they differ in sureness alone."""
    truth, shared = rng.integers(0, 2, n), rng.standard_normal(n)
    sides = []
    for factor in (1.0, sharp):
        noise = np.sqrt(own) * rng.standard_normal(n) + np.sqrt(1 - own) * shared
        seen = STRENGTH * (2 * truth - 1) + noise
        sides.append(two(1 / (1 + np.exp(-2 * STRENGTH * factor * seen))))
    return truth, *sides


#: {what is simulated: (how, whether the average is truly better)}
SIMULATED: dict[str, tuple[Callable[[np.random.Generator, int], Pair], bool]] = {
    "equal, sureness at random": (lambda rng, n: coins(rng, n, (0.8, 0.8), None), False),
    "equal, always as sure": (lambda rng, n: coins(rng, n, (0.8, 0.8), 0.8), False),
    "85% and 75%, sureness at random": (lambda rng, n: coins(rng, n, (0.85, 0.75), None), False),
    "80% and a coin": (lambda rng, n: coins(rng, n, (0.8, 0.5), None), False),
    "the same errors, one too sure": (lambda rng, n: looks(rng, n, 0.0, 4.0), False),
    "half of the noise its own": (lambda rng, n: looks(rng, n, 0.5, 1.0), True),
    "all of the noise its own": (lambda rng, n: looks(rng, n, 1.0, 1.0), True),
    "all of the noise its own, one too sure": (lambda rng, n: looks(rng, n, 1.0, 4.0), True),
}


def made(pair: Pair, fold: np.ndarray) -> Run:
    """A run whose champions gave these probabilities."""
    truth, results = pair[0], []
    for name, proba in zip(("classical", "deep"), pair[1:], strict=True):
        for k in range(5):
            rows = np.flatnonzero(fold == k)
            codes = proba[rows].argmax(axis=1)
            wrong = (codes != truth[rows]).astype(float)
            results.append(
                Result(Trial(name, k, 1), "ok", rows=rows, losses=wrong, predicted=codes, proba=proba[rows])
            )
    sides = ("classical", "deep")
    entries = tuple(
        Entry(name=side, recipe=side, side=side, title=Words.of(side), method=Words.of("")) for side in sides
    )
    plan = Plan(metric="accuracy", everything=1, folds=5, sizes=(1,), curve_folds=5, contenders=entries)
    data = {"n": len(truth), "kind": "classification"}
    return Run(Path(), {}, data, plan, {}, {}, results, truth, fold)


def simulate(make: Callable[[np.random.Generator, int], Pair], n: int, runs: int) -> dict[str, float]:
    """How often the average is called ahead, and what it gained over the better of both on average."""
    found = []
    for i in range(runs):
        rng = np.random.default_rng([n, i])
        found.append(together(made(make(rng, n), rng.permutation(n) % 5)))
    ahead, gain = [one.ahead for one in found], [one.gap for one in found]
    return {"runs": runs, "ahead": float(np.mean(ahead)), "gain": float(np.mean(gain))}


def linear(classical: np.ndarray, deep: np.ndarray, truth: np.ndarray) -> Callable:
    """The weight with the least log loss, probabilities as they are."""
    true = [p[np.arange(len(truth)), truth] for p in (classical, deep)]
    weights = np.linspace(0, 1, 101)
    w = min(weights, key=lambda w: -np.log(np.maximum((1 - w) * true[0] + w * true[1], 1e-6)).mean())
    return lambda c, d: (1 - w) * c + w * d


def logarithmic(classical: np.ndarray, deep: np.ndarray, truth: np.ndarray) -> Callable:
    """Products of powers, the exponents with the least log loss."""

    def logs(p: np.ndarray) -> np.ndarray:
        return np.log(np.clip(p, 1e-6, 1))

    def loss(e: np.ndarray) -> float:
        mixed = log_softmax(e[0] * logs(classical) + e[1] * logs(deep), axis=1)
        return -mixed[np.arange(len(truth)), truth].mean()

    e = minimize(loss, [0.5, 0.5], bounds=[(0, 8)] * 2).x
    return lambda c, d: softmax(e[0] * logs(c) + e[1] * logs(d), axis=1)


def calibrated(classical: np.ndarray, deep: np.ndarray, truth: np.ndarray) -> Callable:
    """The product's own."""
    pool = best_pool(classical, deep, truth)
    return lambda c, d: average(c, d, pool)


POOLS = {
    "calibrated, then averaged (taken)": calibrated,
    "averaged as they are": linear,
    "logarithmic": logarithmic,
    "half each, as they are": lambda classical, deep, truth: lambda c, d: (c + d) / 2,
}


def sets() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """(name, numbers [n, d], class codes [n])."""
    for name in ("digits", "breast_cancer", "wine"):
        yield name, *getattr(datasets, f"load_{name}")(return_X_y=True)
    place = Path(os.environ.get("NIKTI_DATA", "/nowhere"))
    for file, target in (
        ("titanic/titanic.csv", "Survived"),
        ("heart_disease/heart.csv", "diameter_narrowing"),
        ("wine_quality/wine.csv", "quality"),
    ):
        if (place / file).exists():
            table = pd.read_csv(place / file)
            table = table.sample(min(len(table), 1500), random_state=0)
            codes = pd.factorize(table.pop(target))[0]
            columns = [c for c in table if table[c].dtype.kind in "iuf" or table[c].nunique() < 20]
            frequent = np.bincount(codes)[codes] >= 10
            yield (
                file.split("/")[0],
                pd.get_dummies(table[columns]).to_numpy(float)[frequent],
                np.unique(codes[frequent], return_inverse=True)[1],
            )


CLASSICAL = {
    "forest": lambda: RandomForestClassifier(100, random_state=0),
    "logistic": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
    "boosting": lambda: HistGradientBoostingClassifier(max_iter=30),
    "bayes": lambda: GaussianNB(),
}
DEEP = {
    "mlp": lambda: MLPClassifier((64,), max_iter=60, random_state=0),
    "small mlp": lambda: MLPClassifier((16,), max_iter=40, random_state=0, early_stopping=True),
}


def compare() -> dict[str, dict[str, float]]:
    """Mean gain over the better of both in points, over pairs within four points of each other."""
    gains: dict[str, list[float]] = {name: [] for name in POOLS}
    for _, x, y in sets():
        fold, said = np.zeros(len(y), int), {}
        for k, (train, test) in enumerate(StratifiedKFold(5, shuffle=True, random_state=1).split(x, y)):
            fold[test] = k
            for name, make in (CLASSICAL | DEEP).items():
                scaled = [StandardScaler()] if name in DEEP else []
                model = make_pipeline(SimpleImputer(strategy="median"), *scaled, make())
                proba = model.fit(x[train], y[train]).predict_proba(x[test])
                said.setdefault(name, np.zeros((len(y), y.max() + 1)))[test] = proba
        right = {name: float((proba.argmax(axis=1) == y).mean()) for name, proba in said.items()}
        for pair in itertools.product(CLASSICAL, DEEP):
            if abs(right[pair[0]] - right[pair[1]]) >= 0.04:
                continue
            classical, deep = (said[name] for name in pair)
            for name, fit in POOLS.items():
                mixed = np.empty_like(classical)
                for k in range(5):
                    rest, mine = fold != k, fold == k
                    mixed[mine] = fit(classical[rest], deep[rest], y[rest])(classical[mine], deep[mine])
                gain = (mixed.argmax(axis=1) == y).mean() - max(right[name] for name in pair)
                gains[name].append(100 * float(gain))
    return {
        name: {"pairs": len(g), "mean": float(np.mean(g)), "se": float(np.std(g) / np.sqrt(len(g))),
               "worst": min(g)}
        for name, g in gains.items()
    }  # fmt: skip


def page(found: dict) -> str:
    """TOGETHER.md."""
    lines = [
        "# Both champions together\n",
        "Made by `python benchmarks/verdict/together.py`. Called ahead: the interval of the average's gain "
        "over each of\nboth lies above 0, and the gain over the better one is more than a point. 5% of false "
        "ones are promised.\n",
        "| two classifiers | average truly better | n | runs | called ahead | gain over the better |",
        "|---|---|---|---|---|---|",
    ]
    for name, sizes in found["simulated"].items():
        truly = "yes" if SIMULATED[name][1] else "no"
        lines += [
            f"| {name} | {truly} | {n} | {one['runs']} | {100 * one['ahead']:.1f}% | "
            f"{100 * one['gain']:+.1f} points |"
            for n, one in sizes.items()
        ]
    lines += [
        "\nReal learners within four points of each other, weights chosen on the other folds; points gained "
        "over the\nbetter of both, with the standard error over pairs.\n",
        "| average | pairs | gain | worst |",
        "|---|---|---|---|",
    ]
    for name, one in found["pools"].items():
        gain = f"{one['mean']:+.2f} ± {one['se']:.2f}"
        lines.append(f"| {name} | {one['pairs']} | {gain} | {one['worst']:+.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Simulate, compare, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")  # learners that stop before they have converged
    found: dict = {"simulated": {}}
    for name, (make, _) in SIMULATED.items():
        found["simulated"][name] = {str(n): simulate(make, n, args.runs) for n in (200, 1000)}
        print(name, found["simulated"][name], flush=True)
    found["pools"] = compare()
    print(found["pools"], flush=True)
    RESULTS.write_text(json.dumps(found, indent=1))
    (HERE / "TOGETHER.md").write_text(page(found))


if __name__ == "__main__":
    main()
