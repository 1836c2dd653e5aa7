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
    own = parser.add_argument_group("files of your own, of a run that another user made, or changed since")
    flags.own_files(own)
    own.add_argument("--contender", dest="contenders", action="extend", nargs="+", default=[],
                     metavar="FILE.py:NAME", help="after RUN: your own contenders")  # fmt: skip
    flags.language(parser)


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Finish the comparison; the document is its own."""
    own = {name: getattr(args, name) for name in ("contenders", "features", "network")}
    return api.resume(args.run, time_limit=args.time_limit, **own, on_event=on_event).document(args.lang)
