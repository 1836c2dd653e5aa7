"""VERDICT.md, from what the simulations of this folder have left in results/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
RESULTS = HERE / "results"


def write_page() -> None:
    """Write the page anew; simulations that were not run are left out."""
    parts = []
    sections = (
        *(("verdict", variants), ("provisional", provisional), ("starved", starved)),
        ("whole_runs", whole_runs),
    )
    for name, part in sections:
        place = RESULTS / f"{name}.json"
        if place.exists():
            parts.append(part(json.loads(place.read_text())))
    (HERE / "VERDICT.md").write_text("# Does the verdict keep its promise?\n\n" + "\n\n".join(parts) + "\n")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def variants(found: Mapping[str, Any]) -> str:
    """Every variant of the interval, at five folds."""
    rows = [
        [
            f"{name}: {about}",
            size,
            str(one["runs"]),
            f"{100 * one['equal']['seen']:.1f}%",
            f"{100 * one['equal']['coverage']:.1f}%",
            f"{100 * one['gap']['truth']:.1f}",
            f"{100 * one['gap']['seen']:.0f}%",
            f"{100 * one['gap']['coverage']:.1f}%",
            f"{100 * one['equal']['half_width']:.1f}",
        ]
        for name, about in found["about"].items()
        for size, one in found.get(name, {}).items()
    ]
    head = [
        "variant",
        "n",
        "runs",
        "false verdicts",
        "coverage, equal",
        "planted gap",
        "seen",
        "coverage, gap",
    ]
    return f"""## Five folds

Made by `python benchmarks/verdict/variants.py` ({found["machine"]}).
Two learners on data that are exchangeable between them, so that they are equal by construction; then with a
planted gap. 5% of false verdicts and 95% of coverage are promised; with 1,000 runs a rate near 5% has a
standard error of 0.7 points, one near 95% the same. Gaps and half widths in hundredths of the score; the
true planted gap is the mean over the runs.

{table([*head, "half width"], rows)}"""


def provisional(found: Mapping[str, Any]) -> str:
    """The first impression, from one or two folds."""
    rows = [
        [
            row["what"],
            str(row["n"]),
            str(row["runs"]),
            *(f"{100 * row[folds]['coverage']:.1f}%" for folds in ("1", "2")),
            *(f"{100 * row[folds]['half_width']:.1f}" for folds in ("1", "2")),
        ]
        for row in found["rows"]
    ]
    head = ["what", "n", "runs", "coverage, 1 fold", "2 folds", "half width, 1 fold", "2 folds"]
    return f"""## The first impression: one or two folds

Made by `python benchmarks/verdict/provisional.py`. The folds do not show what training sets do to the gap, so
the variance over samples stands for it, inflated. Whatever the interval says, the call is "undecided".
Equal learners and planted gaps together; stored: predictions of real learners whose true gap is known.

{table(head, rows)}"""


def starved(found: Mapping[str, Any]) -> str:
    """Sides that were cut short."""
    rows = [
        [
            row["what"],
            str(row["n"]),
            str(row["runs"]),
            f"{100 * row['cut_short']:.1f}",
            f"{100 * row['in_full']:.1f}",
            *(f"{100 * row[call]:.1f}%" for call in ("strong", "likely", "tie", "undecided", "deep")),
        ]
        for row in found["rows"]
    ]
    head = ["network", "n", "runs", "its lead, cut short", "its lead, in full"]
    head += ["beaten strong", "beaten likely", "tie", "undecided", "ahead"]
    return f"""## A network that was cut short

Made by `python benchmarks/verdict/starved.py`. Training curves a - b / epoch^c; the network had a quarter of
its epochs, the other side all that it needs. Leads over machine learning in points. No network that would be
ahead or equal with all of its epochs may be called beaten *strong* in more than 5%.

{table(head, rows)}"""


def whole_runs(found: Mapping[str, Any]) -> str:
    """Calls of whole runs of the product, by kind of data."""
    kinds = {
        "equal": "both sides equal: labels that depend on nothing",
        "planted": "the network 10 points ahead",
        "starved": "equal with all epochs, but the network has 10 of its 200",
    }
    rows = []
    for kind, about in kinds.items():
        if kind in found:
            one = found[kind]
            low, high = _shares(round(one["ahead"] * one["runs"]), one["runs"])
            calls = ", ".join(f"{name} {count}" for name, count in one["calls"].items())
            share = f"{100 * one['ahead']:.1f}% ({100 * low:.1f} to {100 * high:.1f}%)"
            rows.append([about, str(one["n"]), str(one["runs"]), calls, share])
    return f"""## Whole runs of `nikti compare`

Made by `python benchmarks/verdict/whole_runs.py` ({found["machine"]}): a logistic regression against a small
network, each run as a user would type it. At most 5% of the equal and of the starved ones may say that a side
is ahead, and at least 90% of the planted ones are to find it.

{table(["data", "n", "runs", "calls", "one side ahead (95% interval)"], rows)}"""


def _shares(count: int, of: int) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share."""
    from scipy.stats import beta

    low = 0.0 if count == 0 else float(beta.ppf(0.025, count, of - count + 1))
    return low, 1.0 if count == of else float(beta.ppf(0.975, count + 1, of - count))
