"""Say what is understood of the data and which problems it has, without training anything.

nikti inspect photos/
nikti inspect table.csv --target price
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags


def arguments(parser: ArgumentParser) -> None:
    """The words `inspect` takes."""
    flags.source(parser)
    flags.data(parser)


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Read the data; the document holds its facts."""
    return api.inspect(args.source, **flags.picked(args))


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """The same summary that compare begins with."""
    from nikti.cli import tables

    console.print(tables.data_summary(document))
