"""Is a network that was cut short ever called beaten for sure? Simulation of training curves.

    python benchmarks/verdict/starved.py [--runs 400]

A network's accuracy after e epochs is a - b / e^c, or chance until it takes off; the other side needs no
epochs. The network had a quarter of the epochs that its recipe takes. What it would have with all of them is
planted: equal to the other side, or ahead of it; and, for comparison, a network that had converged and is
truly behind. Every run has five folds with their own luck, samples that are hard for both, and validation
scores as a network has them: of one inner split, in every fold where rows are few and in the first one where
they are many. The whole of `judge` is asked. Writes results/starved.json and VERDICT.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from page import RESULTS, write_page
from scipy.special import ndtr

from nikti.core.contender import Budget, inner_sizes
from nikti.core.plan import Entry, Plan, Priced
from nikti.core.run import Result, Run, Trial
from nikti.core.words import Words
from nikti.verdict.champions import FREEZE_FROM
from nikti.verdict.judge import judge

FOLDS, EPOCHS, TIMES = 5, 10, 4

#: The other side's accuracy; deviation of a fold's luck; shares of a sample's difficulty that both sides, and
#: all epochs of a network, have in common.
RIGHT, LUCK, SHARED, KEPT = 0.80, 0.006, 0.5, 0.8


def power(e: np.ndarray, final: float, lost: float, c: float) -> np.ndarray:
    """`final` after all epochs, and `lost` less after a quarter of them."""
    last = (TIMES * EPOCHS) ** -c
    return final - lost * (e**-c - last) / (EPOCHS**-c - last)


def late(e: np.ndarray, final: float, lost: float) -> np.ndarray:
    """At chance until after the cut, then `final`."""
    return np.where(e <= EPOCHS, final - lost, final)


@dataclass(frozen=True)
class Case:
    """A network: how it learns; its lead over the other side when cut short, and with all its epochs. beside:
    accuracy of a simpler network of its side that needs no more epochs and has all folds, while this one has
    the first alone; None: there is none."""

    what: str
    curve: Callable[[np.ndarray], np.ndarray]
    beside: float | None = None

    @property
    def leads(self) -> tuple[float, float]:
        """(cut short, in full)."""
        ends = self.curve(np.array([EPOCHS, TIMES * EPOCHS], dtype=float))
        return float(ends[0] - RIGHT), float(ends[1] - RIGHT)


CASES = [
    *(
        Case(f"{how} in full, {name}", partial(power, final=RIGHT + lead, lost=lost, c=c))
        for how, lead in (("equal", 0.0), ("ahead", 0.03))
        for name, lost, c in (
            ("slow", 0.06, 0.2),
            ("usual", 0.06, 0.5),
            ("fast", 0.06, 1.0),
            ("far behind", 0.15, 0.5),
        )
    ),
    Case("ahead in full, takes off late", partial(late, final=RIGHT + 0.03, lost=0.33)),
    Case("truly behind, converged", partial(power, final=RIGHT - 0.06, lost=0.0, c=1.0)),
    Case("truly behind, nearly converged", partial(power, final=RIGHT - 0.06, lost=0.005, c=2.0)),
    *(
        Case(f"{what}, beside a simpler one", curve, beside=RIGHT - 0.04)
        for what, curve in (
            ("equal in full, usual", partial(power, final=RIGHT, lost=0.06, c=0.5)),
            ("ahead in full, far behind", partial(power, final=RIGHT + 0.03, lost=0.15, c=0.5)),
            ("ahead in full, takes off late", partial(late, final=RIGHT + 0.03, lost=0.33)),
            ("truly behind, converged", partial(power, final=RIGHT - 0.06, lost=0.0, c=1.0)),
        )
    ),
]


def answers(rng, common: np.ndarray, accuracy: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Whether each sample [n] is right at each accuracy [E]: bool [E, n]; own: what epochs share, [n]."""
    fresh = rng.standard_normal((len(accuracy), len(common)))
    kept = np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own
    return ndtr(np.sqrt(KEPT) * kept + np.sqrt(1 - KEPT) * fresh) < accuracy[:, None]


def simulated(case: Case, n: int, seed: int) -> Run:
    """A run in which the network was cut short."""
    rng = np.random.default_rng([n, seed])
    epochs, results = np.arange(1, EPOCHS + 1, dtype=float), []
    fold = rng.permutation(n) % FOLDS
    size = n - n // FOLDS
    for k in range(FOLDS):
        rows = np.flatnonzero(fold == k)
        common, luck = rng.standard_normal(len(rows)), LUCK * rng.standard_normal(2)
        chance = ndtr(np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * rng.standard_normal(len(rows)))
        forest = Result(Trial("forest", k, size), "ok", rows=rows, inner_score=RIGHT)
        forest.losses = (chance >= RIGHT + luck[0]).astype(float)
        accuracy = case.curve(epochs) + luck[1]
        net = Result(Trial("net", k, size), "ok", rows=rows, inner_score=float(accuracy[-1]))
        net.losses = (~answers(rng, common, accuracy[-1:], rng.standard_normal(len(rows)))[0]).astype(float)
        if n < FREEZE_FROM or k == 0:
            splits = inner_sizes(size, 3)
            held = splits[0][1]
            judged = answers(rng, rng.standard_normal(held), accuracy, rng.standard_normal(held)).mean(axis=1)
            net.training_curve = [
                {"epoch": int(e), "valid_score": float(s)} for e, s in zip(epochs, judged, strict=True)
            ]
            net.inner_error = float(np.sqrt(judged[-1] * (1 - judged[-1]) / held / len(splits)))
        results += [forest] if case.beside is not None and k else [forest, net]
        if case.beside is not None:
            small = Result(Trial("small", k, size), "ok", rows=rows, inner_score=case.beside)
            own = rng.standard_normal(len(rows))
            small.losses = (~answers(rng, common, np.array([case.beside]), own)[0]).astype(float)
            results.append(small)
    entries = [
        Entry(
            name=name,
            recipe=name,
            side=side,
            title=Words.of(name),
            method=Words.of(name),
            represents=True,
            **more,
        )
        for name, side, more in (
            ("forest", "classical", {}),
            ("net", "deep", {"planned": Priced(Budget(epochs=EPOCHS)), "recipe_epochs": TIMES * EPOCHS}),
            ("small", "deep", {}),
        )
        if name != "small" or case.beside is not None
    ]
    plan = Plan(
        metric="accuracy",
        everything=n,
        folds=FOLDS,
        sizes=(size,),
        curve_folds=FOLDS,
        contenders=tuple(entries),
        limit=240.0,
        enough_seconds=960.0,
    )
    return Run(
        folder=Path("."),
        settings={},
        data={"n": n, "kind": "classification"},
        plan=plan,
        machine={},
        versions={},
        results=results,
        targets=np.arange(n) % 2,
        folds=fold,
    )


def rates(case: Case, n: int, runs: int) -> dict:
    """How often the network was called what."""
    found = [judge(simulated(case, n, seed)) for seed in range(runs)]
    calls = [f"classical {v.strength}" if v.call == "classical" else v.call for v in found]
    share = {key: float(np.mean([call == key for call in calls])) for key in set(calls)}
    cut_short, in_full = case.leads
    return {
        "what": case.what,
        "n": n,
        "runs": runs,
        "cut_short": cut_short,
        "in_full": in_full,
        "strong": share.get("classical strong", 0.0),
        "likely": share.get("classical likely", 0.0),
        **{call: share.get(call, 0.0) for call in ("tie", "undecided", "deep")},
    }


def main() -> None:
    """Simulate every case at three sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    args = parser.parse_args()
    rows = []
    for case in CASES:
        for n in (300, 900, 3000):
            rows.append(rates(case, n, args.runs))
            print(rows[-1], flush=True)
    (RESULTS / "starved.json").write_text(json.dumps({"rows": rows}, indent=1))
    write_page()


if __name__ == "__main__":
    main()
