"""Learn from pictures or texts without labels; --pretrained takes what comes out.

nikti pretrain photos/ --out backbone/
nikti compare labelled/ --pretrained backbone/
nikti pretrain photos/ --out backbone/ --network resnet10t --epochs 100
nikti pretrain texts/ --out language/
"""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags


def arguments(parser: ArgumentParser) -> None:
    """The words `pretrain` takes."""
    parser.add_argument(
        "source",
        metavar="SAMPLES",
        help="a folder of pictures or texts, a .txt file with one text a line, a table, a .zip, .npz or idx "
        "file, or a data set",
    )
    flags.most(parser)
    parser.add_argument("--out", required=True, metavar="DIR", help="the weights' folder; never overwritten")
    parser.add_argument(
        "--network",
        metavar="NAME",
        help="a family or a size of one, e.g. resnet10t (default: small_cnn, or transformer for texts)",
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the samples")
    parser.add_argument("--device", help="cpu, cuda or mps (default: the best there is)")
    parser.add_argument(
        "--seed", type=int, default=0, help="the same seed gives the same result (default: 0)"
    )


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Pre-train; the document names the folder and the loss of each epoch."""
    words = {name: getattr(args, name) for name in ("out", "network", "epochs", "device", "seed")}
    return api.pretrain(args.source, **words, on_event=on_event)


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """Where the weights are, and what to type next."""
    from nikti.cli import tables

    console.print(f"{document['network']} learned from {_count(document)} in {document['epochs']} passes.")
    console.print(
        tables.facts([
            ("weights", document["folder"]),
            ("next", f"nikti compare LABELLED --pretrained {shlex.quote(document['folder'])}"),
        ])
    )  # fmt: skip


def _count(document: dict[str, Any]) -> str:
    kind = "pictures" if "pictures" in document else "texts"
    return f"{document[kind]:,} {kind}"
