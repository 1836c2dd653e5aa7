"""What the whole grid costs beside one full-size fit of every contender.

    NIKTI_DATA=... python benchmarks/grid_cost.py [NAME ...] [--limit 10m]

Runs `compare` at medium on each data set and adds up what all trials spent on features, settings and
learning; divides by what the contenders' first full-size fits spent. Writes results/grid_cost.json.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

import nikti
from nikti.core.run import Result
from nikti.runs.store import Store
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


def measure(name: str, limit: str) -> dict:
    """The ratio and what it is made of."""
    place, target = SETS[name]
    source = name if place is None else str(Path(os.environ["NIKTI_DATA"]) / place)
    with tempfile.TemporaryDirectory() as folder:
        run = nikti.compare(source, target=target, time_limit=limit, out=f"{folder}/run")
        store = Store.open(run.folder)
        try:
            whole = store.run()
        finally:
            store.close()
    good = [r for r in whole.results if r.outcome == "ok"]
    full = [r for r in good if r.trial.fold == 0 and r.trial.size == whole.plan["full"]]
    return {
        "limit": limit,
        "wall": whole.seconds,
        "trials": len(good),
        "contenders": len(full),
        "all": spent(good),
        "one_fit_each": spent(full),
        "ratio": spent(good) / spent(full),
        "given_up": [item["text"] for item in whole.plan["given_up"]],
    }


def main() -> None:
    """Measure the named data sets, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--limit", default="10m")
    args = parser.parse_args()
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in args.names or SETS:
        found[name] = measure(name, args.limit)
        RESULTS.write_text(json.dumps(found, indent=1))
        one = found[name]
        print(f"{name}: {one['ratio']:.1f} x one full-size fit of {one['contenders']} contenders", flush=True)


if __name__ == "__main__":
    main()
