"""Tell what a comparison would run and for how long, before anything is trained.

nikti plan photos/
nikti plan table.csv --target price --time-limit 30m
nikti plan digits --preset best --json
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags
from nikti.core import timespan


def arguments(parser: ArgumentParser) -> None:
    """The words `plan` takes."""
    from nikti.core.contender import PRESETS  # here, because it brings numpy and --help needs none

    flags.source(parser)
    flags.data(parser)
    group = parser.add_argument_group("the comparison")
    group.add_argument("--preset", choices=PRESETS, help="this preset only (default: all three)")
    group.add_argument("--contender", dest="contenders", nargs="+", default=[], metavar="NAME",
                       help="after DATA: only these")  # fmt: skip
    flags.own_files(group)
    flags.time_limit(group)


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Read and plan; the document holds a plan per preset."""
    chosen = {} if args.preset is None else {"presets": [args.preset]}
    return api.plan(
        args.source,
        **flags.picked(args),
        contenders=tuple(args.contenders),
        features=args.features,
        network=args.network,
        time_limit=args.time_limit,
        **chosen,
    )


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """What was understood, then each preset: its time, its grid, who takes part, what it gives up."""
    from nikti.cli import tables

    console.print(tables.data_summary(document["data"]))
    machine = document["machine"]
    stored, memory = tables.amount(document["data_mb"]), tables.amount(machine["memory_mb"])
    console.print(
        f"{machine['workers']} trial(s) at a time on {machine['device']}; the stored samples take {stored} "
        f"MB, the machine has {memory} MB\n"
    )
    for preset, plan in document["plans"].items():
        console.print(f"preset {preset}, within {timespan.words(plan['limit'])}", style="bold")
        console.print(tables.plan_summary(plan))
