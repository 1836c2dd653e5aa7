"""How often the race would stop a side's best on real data curves, and what it saves.

    NIKTI_DATA=... python benchmarks/race.py

The curves are those that the paper of learning-curve cross-validation published (17 data sets, up to 17
learners, means of 10 splits; Mohr & van Rijn 2023). At each full size of 1,024 or more, learners above a
quarter of the dearest one's training time race against the best of the others; noise is drawn for the
rows that nikti would score them on, half of it shared between rungs. Writes results/race.json.
"""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from pathlib import Path

import numpy as np

from nikti.protocol.plan import DEAR_SHARE
from nikti.protocol.reach import Leader, hopeless, promising
from nikti.protocol.split import ASIDE_SHARE, MOST_ASIDE

RESULTS = Path(__file__).resolve().parent / "results" / "race.json"
REPEATS = 30


def curves() -> dict[str, dict[str, dict[int, tuple[float, float]]]]:
    """{data set: {learner: {training size: (error, milliseconds)}}}."""
    found: dict = defaultdict(lambda: defaultdict(dict))
    path = Path(os.environ["NIKTI_DATA"]) / "lccv_curves" / "learningcurves_mean.csv"
    with open(path, newline="") as handle:
        for row in csv.DictReader(handle):
            if row["error_mean"] and row["traintime_ms_mean"]:
                point = float(row["error_mean"]), float(row["traintime_ms_mean"])
                found[row["openmlid"]][row["learner"]][int(row["train_size"])] = point
    return found


def race(learners: dict[str, dict[int, tuple[float, float]]], full: int, rng) -> dict[str, float]:
    """One race: what it stopped, lost and saved, as shares of the dear fits."""
    seconds = {name: curve[full][1] for name, curve in learners.items()}
    mark = DEAR_SHARE * max(seconds.values())
    dear = [name for name in learners if seconds[name] >= mark and name != min(seconds, key=seconds.get)]
    cheap = [name for name in learners if name not in dear]
    inner = {name: rng.binomial(full // 5, learners[name][full][0]) / (full // 5) for name in cheap}
    first = min(inner, key=inner.get)
    error = np.sqrt(inner[first] * (1 - inner[first]) / (full // 5))
    leader = Leader(first, 1 - inner[first], error)
    rows = min(MOST_ASIDE, int(ASIDE_SHARE * full))
    gone, climbing, saved = [], 0.0, 0.0
    for name in dear:
        shared, rungs = rng.random(rows), []
        for size in (full // 16, full // 8, full // 4):
            own = np.where(rng.random(rows) < 0.5, shared, rng.random(rows))
            rungs.append((size, (own < learners[name][size][0]).astype(float)))
            climbing += learners[name][size][1]
            if hopeless(rungs, full, leader) is not None:
                gone.append(name)
                saved += seconds[name]
                break
            if promising(rungs, full, leader):
                break
    best = min(learners, key=lambda name: learners[name][full][0])
    left = min(learners[name][full][0] for name in learners if name not in gone)
    total = sum(seconds[name] for name in dear)
    return {
        "best_stopped": float(best in gone),
        "points_lost": 100 * (left - learners[best][full][0]),
        "stopped": len(gone) / len(dear),
        "climbing": climbing / total,
        "saved": saved / total,
    }


def main() -> None:
    """Race on every data set and size that has the rungs."""
    rng, races, grids = np.random.default_rng(0), [], 0
    for learners in curves().values():
        sizes = {size for curve in learners.values() for size in curve if size >= 1024}
        for full in sorted(size for size in sizes if size & (size - 1) == 0):
            needed = (full // 16, full // 8, full // 4, full)
            there = {n: c for n, c in learners.items() if all(s in c for s in needed)}
            if len(there) >= 6:
                grids += 1
                races += [race(there, full, rng) for _ in range(REPEATS)]
    told = {key: float(np.mean([one[key] for one in races])) for key in races[0]}
    told |= {"grids": grids, "races": len(races)}
    told["more_than_a_point_lost"] = float(np.mean([one["points_lost"] > 1 for one in races]))
    RESULTS.write_text(json.dumps(told, indent=1))
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
