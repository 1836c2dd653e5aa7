"""Is the first impression honest? The interval of one fold or two, on stored runs and on simulated ones.

    python benchmarks/verdict/provisional.py [STORED ...] [--runs 400]

STORED: .npz files of real learners' answers in five folds ("fold" [runs, n], "a" and "b": packed bits, right
or wrong; "n"), whose names begin with the pair. Pairs that are equal by construction have a true gap of 0;
that of LRvsNET is its mean over all runs. The rest are variants of `variants.py`,
equal and with a planted gap.
Writes results/provisional.json and VERDICT.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from page import RESULTS, write_page
from variants import VARIANTS, simulate

from nikti.verdict.statistics import gap

#: Variants with one size each: what differs between them is what an interval of few folds must stand.
ASKED = {
    "pooled": 1000,
    "groups": 1000,
    "duplicates": 1000,
    "regression": 1000,
    "macro_f1": 1000,
    "precision_5": 1000,
    "corpus": 1000,
}


def stored(paths: list[Path]) -> Iterator[dict]:
    """One row per file."""
    for path in sorted(paths):
        found, pair = np.load(path), path.stem.split("_")[0]
        n = int(found["n"])
        right = [np.unpackbits(found[side], axis=1)[:, :n].astype(float) for side in "ab"]
        truth = float(right[0].mean() - right[1].mean()) if pair == "LRvsNET" else 0.0
        row = {"what": f"stored: {pair}", "n": n, "runs": 5 * len(right[0])}
        for folds in (1, 2):
            gaps = [
                gap((a - b)[kept], fold[kept])
                for fold, a, b in zip(found["fold"], *right, strict=True)
                for first in range(5)
                if (kept := (fold - first) % 5 < folds).any()
            ]
            row[str(folds)] = {
                "coverage": float(np.mean([one.low <= truth <= one.high for one in gaps])),
                "half_width": float(np.median([one.high - one.low for one in gaps]) / 2),
            }
        yield row


def simulated(runs: int) -> Iterator[dict]:
    """One row per variant."""
    for name, n in ASKED.items():
        about, make, _ = VARIANTS[name]
        row = {"what": f"{name}: {about}", "n": n, "runs": 2 * runs}
        for folds in (1, 2):
            found = simulate(make, n, runs, folds)
            row[str(folds)] = {
                "coverage": float(np.mean([found[kind]["coverage"] for kind in ("equal", "gap")])),
                "half_width": found["equal"]["half_width"],
            }
        yield row


def main() -> None:
    """Ask all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stored", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=400)
    args = parser.parse_args()
    rows = []
    for row in (*stored(args.stored), *simulated(args.runs)):
        rows.append(row)
        print(row, flush=True)
    (RESULTS / "provisional.json").write_text(json.dumps({"rows": rows}, indent=1))
    write_page()


if __name__ == "__main__":
    main()
