"""Tell what more labelled data would bring each side.

nikti curve RUN
nikti curve RUN --more 2000
nikti curve RUN --more 500 2000 --json
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any


def arguments(parser: ArgumentParser) -> None:
    """The words `curve` takes."""
    parser.add_argument("run", metavar="RUN", help="a folder written by nikti compare")
    parser.add_argument(
        "--more", type=int, nargs="+", default=[], metavar="N", help="so many further labelled samples"
    )


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The measured points and the forecasts."""
    run = api.open_run(args.run)
    return {"run": args.run, "data_curve": run.data_curve(), **run.more_data(*args.more)}


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """A table of forecasts, then trends, the crossing and the chances."""
    from nikti.cli import tables

    for line in document["lines"]:
        title = f"{line['contender']} ({tables.LINES[line['line']]})"
        console.print(title, style="bold")
        console.print(tables.listing(("training samples", "score", "80% interval", ""), _rows(line)))
        if line["trend"]:
            console.print(_trend(line["trend"], document["worth"]), "")
    crossing = document["crossover"]
    if crossing and crossing["call"] == "crossing":
        ahead = {"first": "hand-made features", "second": "deep learning"}[crossing["towards"]]
        console.print(
            f"the champions cross at about {crossing['size']:,.0f} training samples (95% interval "
            f"{crossing['low']:,.0f} to {crossing['high']:,.0f}); from there on {ahead} is ahead"
        )
    elif crossing:
        console.print(_NO_CROSSING[crossing["call"]])
    for item in document["ahead"]:
        console.print(f"with {item['size']:,} training samples deep learning is ahead with probability "
                      f"{item['probability']:.0%}")  # fmt: skip


_NO_CROSSING = {
    "first": "hand-made features were ahead at every size measured; no crossing was seen",
    "second": "deep learning was ahead at every size measured; no crossing was seen",
    "undetermined": "whether the champions cross within the sizes measured cannot be told",
}


def _rows(line: dict[str, Any]) -> list[tuple[str, ...]]:
    from nikti.cli import tables

    rows: list[tuple[str, ...]] = [(f"{line['size']:,}", tables.figure(line["score"]), "", "measured")]
    if line["reason"]:
        return [*rows, ("more", tables.MISSING, "", line["reason"])]
    for item in line["forecast"]:
        requested = f"{item['more']:,} more labels" if item["more"] else f"{item['ratio']:.3g} times as many"
        if item["score"] is None:
            rows.append((f"{item['size']:,}", tables.MISSING, "", f"{requested}: {item['reason']}"))
        else:
            interval = f"{item['low']:.3f} to {min(item['high'], 1.0):.3f}"
            rows.append((f"{item['size']:,}", tables.figure(item["score"]), interval, requested))
    return rows


def _trend(trend: dict[str, Any], worth: float) -> str:
    sentences = {
        "saturated": f"saturated: doubling the data would very probably bring less than {worth:.3f}",
        "rising": f"rising: doubling the data would bring {trend['low']:.3f} to {trend['high']:.3f}",
        "undetermined": "cannot tell whether more data would help: doubling would bring "
        f"{trend['low']:.3f} to {trend['high']:.3f}",
    }[trend["call"]]
    return sentences + ("; it scored lower at the largest size than before" if trend["worsening"] else "")
