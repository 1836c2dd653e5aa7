"""Weigh both sides on your data under one fair protocol, and say which to use.

nikti compare digits
nikti compare photos/ --time-limit 20m --lang bn
nikti compare patients.csv --target outcome --group patient --contender random_forest mlp
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags


def arguments(parser: ArgumentParser) -> None:
    """The words `compare` takes."""
    flags.source(parser)
    flags.data(parser)
    flags.recipe(parser)
    group = parser.add_argument_group("the comparison")
    group.add_argument(
        "--contender",
        dest="contenders",
        action="extend",
        nargs="+",
        default=[],
        metavar="NAME",
        help="after DATA: only these take part (nikti contenders lists them), or FILE.py:NAME for your own",
    )
    flags.time_limit(group)
    group.add_argument(
        "--band", metavar="1pt", help="scores closer than this count as equal in practice (default: 1pt)"
    )
    group.add_argument(
        "--out", metavar="DIR", help="the run's folder (default: nikti_runs/<data>-<time>); never overwritten"
    )


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Compare; the document is the comparison's own, its sentences in the user's language."""
    comparison = api.compare(
        args.source,
        **flags.picked(args, recipe=True),
        contenders=tuple(args.contenders),
        time_limit=args.time_limit,
        **({} if args.band is None else {"band": args.band}),
        lang=args.lang,
        out=args.out,
        on_event=on_event,
    )
    return comparison.document(args.lang)


def failure(document: dict[str, Any]) -> str | None:
    """Why there is no comparison, None where there is one."""
    verdict = document["verdict"]
    return None if verdict["gap"] is not None else " ".join(verdict["reasons"]) or verdict["sentence"]


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """The verdict first, then the evidence, then what to type next."""
    from nikti.cli import tables

    console.print(tables.verdict(document))
