"""What the whole grid costs beside one full-size fit of every contender.

    NIKTI_DATA=... python benchmarks/grid_cost.py [NAME ...] [--limit 10m]

Runs `compare` at medium on each data set and adds up what all trials spent on features, settings and
learning; divides by what one full-size fit of every contender costs: what the first fold's spent, and,
for a contender that the race stopped before its own, what the plan expects of it times how much more or
less than expected its rungs took. The same from the CPU seconds of the trials' whole processes is told
beside, without the fits that were never made. Writes results/grid_cost.json.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

import nikti
from nikti.core.run import Result, Run
from nikti.storage.store import Store
from nikti.verdict.leaderboard import PARTS

RESULTS = Path(__file__).resolve().parent / "results" / "grid_cost.json"

#: {name: (path under NIKTI_DATA or an embedded set, target column)}
SETS = {
    "digits": (None, None),
    "adult_census": ("adult_census", "income"),
    "fashion_mnist": ("fashion_mnist", None),
}


def spent(results: list[Result]) -> float:
    """Seconds of fitting, one thread each."""
    return sum(r.seconds.get(part, 0.0) for r in results for part in PARTS)


def never_made(whole: Run) -> float:
    """What the full-size fits would have cost that the race saved."""
    total = 0.0
    names = [r.trial.contender for r in whole.results if r.outcome == "stopped"]
    for entry in (entry for entry in whole.plan["contenders"] if entry["name"] in names):
        expected = dict(zip(whole.plan["rungs"], entry["rung_seconds"], strict=True))
        climbed = [r for r in whole.results if r.aside is not None and r.trial.contender == entry["name"]]
        ratio = spent(climbed) / sum(expected[r.trial.size] for r in climbed)
        total += entry["seconds"] * ratio
    return total


def measure(name: str, limit: str, keep: str | None) -> dict:
    """The ratio and what it is made of. keep: the folder that gets the run."""
    place, target = SETS[name]
    source = name if place is None else str(Path(os.environ["NIKTI_DATA"]) / place)
    with tempfile.TemporaryDirectory() as folder:
        run = nikti.compare(source, target=target, time_limit=limit, out=f"{keep or folder}/{name}")
        store = Store.open(run.folder)
        try:
            whole = store.run()
        finally:
            store.close()
    good = [r for r in whole.results if r.outcome == "ok"]
    full = [r for r in good if r.trial.fold == 0 and r.trial.size == whole.plan["full"]]
    one_each = spent(full) + never_made(whole)
    return {
        "limit": limit,
        "load": whole.machine["load"],
        "wall": whole.seconds,
        "trials": len(good),
        "contenders": len(full),
        "stopped": {r.trial.contender: r.reason for r in whole.results if r.outcome == "stopped"},
        "rungs": spent([r for r in good if r.aside is not None]),
        "all": spent(good),
        "one_fit_each": one_each,
        "of_it_never_made": never_made(whole),
        "ratio": spent(good) / one_each,
        "cpu_ratio": sum(r.seconds["cpu"] for r in good) / sum(r.seconds["cpu"] for r in full),
        "not_ok": sum(r.outcome not in ("ok", "stopped") for r in whole.results),
        "plan": {key: whole.plan[key] for key in ("folds", "sizes", "curve_folds", "survivors", "rungs")},
        "given_up": [item["text"] for item in whole.plan["given_up"]],
    }


def main() -> None:
    """Measure the named data sets, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--limit", default="10m")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the runs there")
    args = parser.parse_args()
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in args.names or SETS:
        found[name] = measure(name, args.limit, args.keep)
        RESULTS.write_text(json.dumps(found, indent=1))
        one = found[name]
        print(f"{name}: {one['ratio']:.1f} x one full-size fit of {one['contenders']} contenders", flush=True)


if __name__ == "__main__":
    main()
