"""List who can take part, with what each accepts and why not.

nikti contenders
nikti contenders --task text_classification
nikti contenders table.csv --target price
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags


def arguments(parser: ArgumentParser) -> None:
    """The words `contenders` takes."""
    flags.source(parser, nargs="?")
    flags.most(parser)
    parser.add_argument("--task", help="of this task only")
    parser.add_argument("--target", metavar="COLUMN", help="the column to be predicted")
    flags.own_files(parser)
    flags.pretrained(parser)


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The contenders of a task, of the data's task, or of every task."""
    own = {"features": args.features, "network": args.network, "pretrained": args.pretrained}
    return {"contenders": api.contenders(args.task, args.source, target=args.target, **own)}


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """A table per task and side."""
    from nikti.cli import tables

    for task in dict.fromkeys(entry["task"] for entry in document["contenders"]):
        for side, called in tables.SIDES.items():
            of_side = [e for e in document["contenders"] if (e["task"], e["side"]) == (task, side)]
            if of_side:
                console.print(f"{task.replace('_', ' ')}: {called}", style=f"bold {tables.SIDE_STYLE[side]}")
                rows = ((e["name"], ", ".join(e["presets"]) or "by name", _about(e)) for e in of_side)
                console.print(tables.listing(("name", "in presets", "what it is"), rows), "")


def _about(entry: dict[str, Any]) -> str:
    refusal = f" -- not here: {entry['reason']}" if entry.get("reason") else ""
    return entry["title"] + (" (pre-trained)" if entry["pretrained"] else "") + refusal
