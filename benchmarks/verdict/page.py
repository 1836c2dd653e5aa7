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
    for name, part in (("verdict", variants), ("provisional", provisional), ("starved", starved)):
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
