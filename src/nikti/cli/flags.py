"""Groups of flags that several verbs share; their names are the api's keyword arguments."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _ArgumentGroup
from typing import Any

from nikti.core import timespan

#: What takes flags.
Container = ArgumentParser | _ArgumentGroup

_DATA = ("task", "target", "group", "time", "drop")
_RECIPE = ("preset", "features", "network", "seed", "pretrained", "allow_download", "device")


def source(parser: ArgumentParser, **kind: Any) -> None:
    """DATA, the data to read."""
    parser.add_argument(
        "source",
        metavar="DATA",
        help="a folder of class folders, of pictures with boxes (COCO, VOC, YOLO) or with masks; a .zip of "
        "one; CSV, TSV, JSONL, Parquet, Excel, .npz, idx, .ts; or the name of an embedded data set (nikti "
        "datasets)",
        **kind,
    )


def data(parser: ArgumentParser) -> None:
    """What the columns mean, where nikti should not guess."""
    group = parser.add_argument_group("the data")
    group.add_argument("--task", help="what is asked, e.g. image_classification; guessed if not given")
    group.add_argument("--target", metavar="COLUMN", help="the column to be predicted")
    group.add_argument(
        "--group", metavar="COLUMN", help="rows with one value stay together (patient, speaker ...)"
    )
    group.add_argument("--time", metavar="COLUMN", help="train on the past, test on the future")
    group.add_argument(
        "--drop",
        action="extend",
        nargs="+",
        default=[],
        metavar="COLUMN",
        help="after DATA: leave these columns out, such as one that is only known once the answer is",
    )


def recipe(parser: ArgumentParser) -> None:
    """How to learn."""
    from nikti.core.contender import PRESETS  # here, because it brings numpy and --help needs none

    group = parser.add_argument_group("the learning")
    group.add_argument(
        "--preset", choices=PRESETS, default="medium", help="how much effort (default: medium)"
    )
    own_files(group)
    pretrained(group)
    group.add_argument(
        "--allow-download", action="store_true", help="fetch weights that are not on this disk"
    )
    group.add_argument("--device", help="of networks: cpu, cuda or mps (default: the best there is)")
    group.add_argument("--seed", type=int, default=0, help="the same seed gives the same result (default: 0)")


def own_files(parser: Container) -> None:
    """The user's own Python files."""
    parser.add_argument("--features", metavar="FILE", help="a Python file with your own hand-made features")
    parser.add_argument("--network", metavar="FILE", help="a Python file with your own network")


def pretrained(parser: Container) -> None:
    """Weights that networks start from."""
    parser.add_argument(
        "--pretrained",
        default="auto",
        metavar="auto|never|PATH",
        help="networks that start from weights on this disk (default: auto, those that are found)",
    )


def time_limit(parser: Container) -> None:
    """How long it may take."""
    parser.add_argument(
        "--time-limit", type=timespan.parse, metavar="10m", help="at most so long: 90s, 10m, 2h, 1h30m"
    )


def model(parser: ArgumentParser) -> None:
    """A fitted model: a run's, or one trained alone."""
    parser.add_argument("model", metavar="RUN_OR_MODEL", help="a folder written by compare or train")
    parser.add_argument(
        "--contender",
        metavar="NAME",
        help="a run's other model (default: the one it advises); together: the average of both champions",
    )
    own_files(parser)


def language(parser: Container) -> None:
    """English or Bangla."""
    parser.add_argument("--lang", choices=("en", "bn"), default="en", help="English or Bangla (default: en)")


def picked(args: Namespace, *, recipe: bool = False) -> dict[str, Any]:
    """The values of the data flags, and of the recipe flags if asked, by the api's names."""
    return {name: getattr(args, name) for name in _DATA + (_RECIPE if recipe else ())}
