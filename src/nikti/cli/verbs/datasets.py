"""List the data sets that come with nikti and work offline.

nikti datasets
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any


def arguments(parser: ArgumentParser) -> None:
    """`datasets` takes no words of its own."""


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The data sets by name."""
    return {"datasets": api.datasets()}


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """One line each."""
    from nikti.cli import tables

    known = document["datasets"]
    rows = ((entry["name"], entry["task"].replace("_", " "), entry["title"]) for entry in known)
    console.print(tables.listing(("name", "task", "what it is"), rows))
