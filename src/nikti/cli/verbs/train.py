"""Train one contender on all rows, without a comparison.

nikti train photos/ --contender small_cnn
nikti train houses.csv --target price --contender lightgbm --out price_model
"""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags


def arguments(parser: ArgumentParser) -> None:
    """The words `train` takes."""
    flags.source(parser)
    parser.add_argument(
        "--contender", required=True, metavar="NAME", help="what to train (nikti contenders lists them)"
    )
    flags.data(parser)
    flags.recipe(parser)
    parser.add_argument("--out", metavar="DIR", help="the model's folder; never overwritten")


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Train; the document names the model's folder."""
    settings = flags.picked(args, recipe=True)
    model = api.train(args.source, args.contender, **settings, out=args.out, on_event=on_event)
    return {
        "model": model.folder,
        "contender": model.contender,
        "task": model.task.name,
        "classes": list(model.classes),
    }


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """Where the model is, and what to type next."""
    from nikti.cli import tables

    folder = shlex.quote(str(document["model"]))
    console.print(f"{document['contender']} is trained on all rows of {tables.clean(args.source)}.")
    console.print(
        tables.facts([
            ("model", document["model"]),
            ("next", f"nikti predict {folder} NEW_DATA"),
            ("", f"nikti evaluate {folder} NEW_LABELLED_DATA"),
        ])
    )  # fmt: skip
