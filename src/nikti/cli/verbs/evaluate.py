"""Score a fitted model on new labelled data.

nikti evaluate RUN new_labelled_photos/
nikti evaluate MODEL test.csv --target price
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags


def arguments(parser: ArgumentParser) -> None:
    """The words `evaluate` takes."""
    flags.model(parser)
    flags.source(parser)
    parser.add_argument("--target", metavar="COLUMN", help="the column with the right answers")
    parser.add_argument("--group", metavar="COLUMN", help="rows that belong together, for the interval")


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Evaluate; the document holds n, the primary metric with its interval, and every score."""
    model = api.load_model(args.model, contender=args.contender, features=args.features, network=args.network)
    measured = model.evaluate(args.source, target=args.target, group=args.group)
    return {"model": model.folder, "contender": model.contender, **measured}


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """The primary metric with its interval first, then the others."""
    from nikti.cli import tables

    metric = document["metric"]
    primary = tables.with_interval(document["score"], document["interval"])
    others = [(name, tables.figure(value)) for name, value in document["scores"].items() if name != metric]
    console.print(f"{document['contender']} on {document['n']:,} labelled samples (95% interval)")
    console.print(tables.facts([(metric, primary), *others, *_met(document, metric), *_unread(document)]))


def _unread(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Cells that were not written as in training."""
    counts = document.get("unread")
    if not counts:
        return []
    listed = ", ".join(f"{count:,} in {column}" for column, count in counts.items())
    return [("taken as missing", f"cells not written as in training: {listed}")]


def _met(document: dict[str, Any], metric: str) -> list[tuple[str, str]]:
    """How many of the samples the model had learned from, and the score of the others."""
    from nikti.cli import tables

    met, unmet = document["met"], document.get("unmet")
    if met is None:
        return [("seen in training", "cannot be told: the model is of an older version")]
    if met == 0:
        return [("seen in training", "none")]
    rows = [("seen in training", f"{met:,} of {document['n']:,}: their score is too good")]
    if unmet is not None:
        score = tables.with_interval(unmet["score"], unmet["interval"])
        rows.append((f"{metric} of the other {unmet['n']:,}", score))
    return rows
