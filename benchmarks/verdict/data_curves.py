"""Are forecasts of data curves honest? On real curves, measured much farther than they are shown.

    NIKTI_DATA=... python benchmarks/verdict/data_curves.py

From each curve (a learner on a data set, 5 repeats) the sizes up to some point are shown, at most a
quarter of the whole, and the error at 2, 4 and 8 times that point is asked for. Counted: the error of the
forecast beside "it stays as it is", how often the 80% interval holds the truth (data sets weighing the
same), how often a curve called saturated or rising was, and how often the learner that is said to be ahead
with some probability is. Writes results/data_curves.json and CURVES.md.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from nikti.verdict.curves import WORTH, forecast, probability_ahead, trend

HERE = Path(__file__).resolve().parent.parent

REPEATS, SMALLEST, MOST_SIZES, SEEN = 5, 16, 6, 0.26
RATIOS = (2, 4, 8)
PROBABILITIES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


def curves(table: pd.DataFrame) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """(data set, sizes [K], errors [K, runs]) of each learner with enough sizes and runs."""
    for (data, _), runs in table.groupby(["openmlid", "learner"]):
        errors = runs.pivot_table(index="train_size", columns="seed", values="error_rate")
        errors = errors.loc[errors.notna().sum(axis=1) >= REPEATS].dropna(axis=1)
        if errors.shape[1] >= REPEATS and len(errors) >= 7:
            yield data, errors.index.to_numpy(float), errors.to_numpy()


def questions(table: pd.DataFrame) -> list[dict]:
    """What is shown and what is asked, with the truth."""
    rng, found = np.random.default_rng(0), []
    for data, sizes, errors in curves(table):
        for i, last in enumerate(sizes):
            seen = [j for j in range(i + 1) if sizes[j] >= SMALLEST][-MOST_SIZES:]
            if last < 8 * SMALLEST or len(seen) < 4 or last > SEEN * sizes[-1]:
                continue
            shown = errors[seen][:, rng.permutation(errors.shape[1])[:REPEATS]]
            for t, ratio in [(t, r) for t in range(i + 1, len(sizes)) for r in RATIOS]:
                if abs(np.log2(sizes[t] / last / ratio)) < 0.3:
                    key = (data, last, sizes[t], ratio)
                    truth = errors[t].mean()
                    found.append({"key": key, "sizes": sizes[seen], "errors": shown, "truth": truth})
    return found


def forecasts(asked: list[dict]) -> list[dict]:
    """Error and coverage by ratio."""
    rows = []
    for one in asked:
        point, low, high = (x[0] for x in forecast(one["sizes"], one["errors"], np.array([one["key"][2]])))
        last, truth = one["errors"][-1].mean(), one["truth"]
        off = abs(point - truth), abs(last - truth)
        rows.append((one["key"][0], one["key"][3], *off, low <= truth <= high, (high - low) / 2))
    table = pd.DataFrame(rows, columns=["data", "ratio", "error", "stays", "inside", "half"])
    return [
        {
            "ratio": int(ratio),
            "n": len(part),
            "error": part.error.mean(),
            "stays": part.stays.mean(),
            "coverage": part.groupby("data").inside.mean().mean(),
            "half_width": part.half.median(),
        }
        for ratio, part in table.groupby("ratio")
    ]


def trends(asked: list[dict]) -> dict[str, dict]:
    """How often each call was right about a doubling."""
    calls: dict[str, list[bool]] = {"saturated": [], "rising": [], "undetermined": []}
    for one in asked:
        if one["key"][3] == 2:
            gain = one["errors"][-1].mean() - one["truth"]
            call = trend(one["sizes"], one["errors"]).call
            calls[call].append((gain < WORTH) == (call == "saturated"))
    return {
        call: {"n": len(right), "right": None if call == "undetermined" else float(np.mean(right))}
        for call, right in calls.items()
    }


def ahead(asked: list[dict]) -> list[dict]:
    """Said and true shares of the learner that is given more than one half, all ratios together."""
    by_key: dict[tuple, list[dict]] = {}
    for one in asked:
        by_key.setdefault(one["key"], []).append(one)
    rows = []
    for key, of_key in by_key.items():
        for a, b in combinations(of_key, 2):
            said = probability_ahead(a["sizes"], a["errors"], b["sizes"], b["errors"], key[2])
            won = a["truth"] < b["truth"]
            rows.append((said, won) if said >= 0.5 else (1 - said, not won))
    table = pd.DataFrame(rows, columns=["said", "won"])
    bins = pd.cut(table.said, PROBABILITIES, include_lowest=True)
    return [
        {
            "from": float(b.left),
            "to": float(b.right),
            "n": len(p),
            "said": p.said.mean(),
            "true": p.won.mean(),
        }
        for b, p in table.groupby(bins, observed=True)
    ]


def page(found: dict) -> str:
    """CURVES.md."""
    lines = [
        '| asked at | n | forecast is off by | "it stays" is off by | 80% interval holds | half width |',
        "|---|---|---|---|---|---|",
    ]
    for row in found["forecasts"]:
        cells = [100 * row[key] for key in ("error", "stays", "coverage", "half_width")]
        lines.append(
            "| {}x | {} | {:.2f} | {:.2f} | {:.1f}% | {:.2f} |".format(row["ratio"], row["n"], *cells)
        )
    lines += ["", "| called | n | right |", "|---|---|---|"]
    for call, row in found["trends"].items():
        lines.append(
            f"| {call} | {row['n']} | {'' if row['right'] is None else format(row['right'], '.1%')} |"
        )
    lines += ["", "| said to be ahead with | n | said, mean | was ahead |", "|---|---|---|---|"]
    for row in found["ahead"]:
        span = f"{max(row['from'], 0.5):.0%} to {row['to']:.0%}"
        lines.append(f"| {span} | {row['n']} | {row['said']:.1%} | {row['true']:.1%} |")
    table = "\n".join(lines)
    return f"""# Are forecasts of data curves honest?

Made by `python benchmarks/verdict/data_curves.py` on stored curves of 17 learners on 17 public data sets,
at most a quarter of each shown, 5 repeats. Errors and half widths in points. The bounds of the fitted
families were chosen on these same curves.

{table}
"""


def main() -> None:
    """Ask every question and write the answers."""
    path = Path(os.environ["NIKTI_DATA"]) / "lccv_curves" / "learningcurves_raw.csv"
    asked = questions(pd.read_csv(path))
    found = {"forecasts": forecasts(asked), "trends": trends(asked), "ahead": ahead(asked)}
    (HERE / "results" / "data_curves.json").write_text(json.dumps(found, indent=1))
    (HERE / "CURVES.md").write_text(page(found))
    print(page(found))


if __name__ == "__main__":
    main()
