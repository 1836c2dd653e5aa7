"""What a fit was foreseen to cost beside what it cost, for every contender of a preset.

    NIKTI_DATA=folder python benchmarks/prices.py [NAME ...] [--preset medium] [--contender NAME ...]

For any task: a name is one of `real_data.py`, or "made_intents" (150 classes of 100 short made texts).
Each contender learns from a few rows and from as many as a fold of the grid gives it, with its first setting
and one hold-out, as in a run; both are CPU seconds of one thread on the reference machine
(`nikti.protocol.cost.speed`). A fit foreseen to take longer than --longest is not made. Writes
results/prices.json, entries replaced.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from real_data import SETS

from nikti.core.contender import Budget, Contender
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.protocol.cost import speed
from nikti.protocol.inner import inner_splits
from nikti.protocol.splits._deal import nested_order
from nikti.run import reading
from nikti.run.prepare import store_data
from nikti.run.request import Request
from nikti.sides import side

RESULTS = Path(__file__).resolve().parent / "results" / "prices.json"
MADE = "made_intents"
FEW = 300
#: As in a run whose plan has time for one setting.
BUDGET = Budget(tries=1, inner_folds=1)


def main() -> None:
    """Measure the named data sets, or those of texts and tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="of real_data.py, or made_intents")
    parser.add_argument("--preset", default="medium")
    parser.add_argument("--contender", nargs="+", default=[])
    parser.add_argument("--rows", type=int, nargs="+", help=f"to learn from; else {FEW} and a whole fold")
    parser.add_argument("--longest", type=float, default=200.0, help="core-seconds")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    pace = speed()
    found = json.loads(given.out.read_text()) if given.out.exists() else {}
    print(f"{'contender':<24}{'data':<24}{'rows':>7}{'foreseen':>10}{'measured':>10}{'ratio':>7}")
    for name in given.names or [MADE]:
        data, task, request = opened(name, given.preset, given.contender)
        order = training_rows(task, data)
        for contender in reading.candidates(request, task, data)[0]:
            for rows in given.rows or (FEW, len(order)):
                row = measured(contender, task, data, order[:rows], pace, given.longest)
                found[f"{contender.name}, {name}, {row['rows']}"] = row
                shown = (f"{row[key]:>10.2f}" for key in ("foreseen", "measured"))
                print(
                    f"{contender.name:<24}{name:<24}{row['rows']:>7}{''.join(shown)}{row['ratio']:>7.2f}",
                    flush=True,
                )
                given.out.write_text(json.dumps(found, indent=1))


def opened(name: str, preset: str, contenders: list[str]) -> tuple[Data, Task, Request]:
    """The data as trials see them, stored and with fixed features measured."""
    place, flags, _ = SETS[name] if name != MADE else (None, [], None)
    words = {flag.removeprefix("--"): value for flag, value in zip(flags[::2], flags[1::2], strict=True)}
    source = None if place is None else str(Path(os.environ["NIKTI_DATA"]) / place)
    request = Request(source, preset=preset, contenders=tuple(contenders), **words)
    data, task = reading.read(request, made_intents() if place is None else None)
    data = store_data(data, task, preset)
    for side_name in reading.SIDES:
        side(side_name).prepare(task, data, request.options)
    return data, task, request


def made_intents(classes: int = 150, each: int = 100) -> tuple[list[str], np.ndarray]:
    """Short texts, half of whose words are the class's own and half of them everybody's."""
    rng = np.random.default_rng(0)
    letters = np.array(list("abcdefghijklmnoprstuvw"))
    words = np.array(["".join(rng.choice(letters, rng.integers(3, 9))) for _ in range(3000)])
    own = rng.integers(0, len(words), (classes, 12))
    texts, labels = [], []
    for code in range(classes):
        for _ in range(each):
            n = rng.integers(6, 16)
            common = words[np.minimum(rng.zipf(1.3, n), len(words)) - 1]
            drawn = np.where(rng.random(n) < 0.4, words[rng.choice(own[code], n)], common)
            texts.append(" ".join(drawn))
            labels.append(f"intent {code}")
    return texts, np.array(labels)


def training_rows(task: Task, data: Data) -> np.ndarray:
    """Four fifths of the grid's rows, each beginning of them a smaller set of like proportions."""
    rows = reading.grid_rows(data)
    order = nested_order(task.strata(data.targets)[rows], np.random.default_rng(0))
    return rows[order[: len(rows) * 4 // 5]]


def measured(
    contender: Contender, task: Task, data: Data, rows: np.ndarray, pace: float, longest: float
) -> dict[str, float | int]:
    """Core-seconds of the reference machine, foreseen and measured (NaN: too long to be made)."""
    foreseen = contender.cost(task, data, len(rows), BUDGET)
    spent = math.nan
    if foreseen <= longest:
        fit(contender, task, data.subset(rows[: min(60, len(rows))]))  # libraries are loaded
        train = data.subset(rows)
        began = time.process_time()
        fit(contender, task, train)
        spent = (time.process_time() - began) * pace
    return {
        "rows": len(rows),
        "foreseen": round(foreseen, 3),
        "measured": round(spent, 3),
        "ratio": round(spent / foreseen, 2),
    }


def fit(contender: Contender, task: Task, train: Data) -> None:
    """As a trial does it."""
    inner = inner_splits(task.strata(train.targets), groups=None, times=None, seed=0, folds=1)
    contender.fit(task, train, inner=inner, seed=0, budget=BUDGET, progress=lambda *told: None)


if __name__ == "__main__":
    main()
