"""Go on with a comparison that was stopped.

nikti resume nikti_runs/photos-20261123-220501
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags
from nikti.cli.verbs.compare import failure, show

__all__ = ["arguments", "failure", "run", "show"]


def arguments(parser: ArgumentParser) -> None:
    """The words `resume` takes."""
    parser.add_argument("run", metavar="RUN", help="a folder written by nikti compare")
    flags.time_limit(parser)


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Finish the comparison; the document is its own."""
    return api.resume(args.run, time_limit=args.time_limit, on_event=on_event).document(args.lang)
