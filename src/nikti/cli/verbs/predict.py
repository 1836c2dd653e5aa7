"""Answer new, unlabelled data with a fitted model.

nikti predict RUN new_photos/ > answers.csv
nikti predict RUN one.jpg two.jpg
nikti predict RUN table.csv --contender random_forest --out answers.json
nikti predict RUN scans/ --masks masks/
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nikti.cli import flags
from nikti.cli.document import jsonable, to_json
from nikti.core import csv_text, outputs
from nikti.core.words import Words

_NO_MASKS = Words(
    en="this model answers without masks; leave --masks out.",
    bn="এই মডেল মাস্ক দিয়ে উত্তর দেয় না; --masks বাদ দিন।",
)


def arguments(parser: ArgumentParser) -> None:
    """The words `predict` takes."""
    flags.model(parser)
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="a folder, files, or a table")
    parser.add_argument("--format", choices=("csv", "json"), help="default: what --out ends in, else csv")
    parser.add_argument("--out", metavar="FILE", help="a new file to write to instead of stdout")
    parser.add_argument(
        "--masks", metavar="FOLDER", help="segmentation: a new folder for the masks, as PNG of class codes"
    )


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Predict; with --out the rows go there and the document says where. Nothing is overwritten, which is
    found out before anything is predicted."""
    if args.out is not None:
        outputs.refuse_taken(args.out)
    if args.masks is not None:
        outputs.refuse_filled(args.masks, "--masks")
    model = api.load_model(args.model, contender=args.contender, features=args.features, network=args.network)
    rows = model.predict(args.inputs[0] if len(args.inputs) == 1 else list(args.inputs))
    masks = [row.pop("mask", None) for row in rows]
    if args.masks is not None:
        _write_masks(Path(args.masks), rows, masks)
    failed = sum("error" in row for row in rows)
    document = {"model": model.folder, "contender": model.contender, "task": model.task.name}
    document |= {"n": len(rows), "failed": failed}
    if unread := [row["unread"] for row in rows if "unread" in row]:
        document["unread"] = {"cells": sum(map(len, unread)), "first": unread[0]}
    if args.out is None:
        return {**document, "predictions": rows}
    suffix = Path(args.out).suffix.lower().removeprefix(".")
    outputs.write(args.out, _text(rows, model.task.name, args.format or suffix))
    return {**document, "out": args.out}


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """The rows as they are, for a pipe or a file."""
    if "unread" in document:
        _warn(document["unread"])
    if "out" in document:
        good = document["n"] - document["failed"]
        console.print(f"{good:,} predictions by {document['contender']} are in {document['out']}")
        if document["failed"]:
            console.print(f"{document['failed']:,} inputs could not be read; the file says why")
    else:
        console.file.write(_text(document["predictions"], document["task"], args.format or "csv"))


def _warn(unread: dict[str, Any]) -> None:
    """On stderr, since the rows go to a pipe."""
    first = ", ".join(f"{column} {cell!r}" for column, cell in unread["first"].items())
    say = "cell is" if unread["cells"] == 1 else "cells are"
    print(
        f"warning: {unread['cells']:,} {say} not written as in training and taken as missing, first {first}",
        file=sys.stderr,
    )


def _text(rows: Sequence[dict[str, Any]], task: str, form: str) -> str:
    from nikti.api import lines

    return to_json(rows) + "\n" if form == "json" else csv_text.table(jsonable(lines(rows, task)))


def _write_masks(folder: Path, rows: Sequence[dict[str, Any]], masks: Sequence[Any]) -> None:
    """Each mask as a grey PNG of class codes, named after its picture; those of one name get a number."""
    import cv2

    from nikti.core.errors import UsageError

    if all(mask is None for mask in masks):
        raise UsageError(_NO_MASKS)
    folder.mkdir(parents=True, exist_ok=True)
    for row, mask in zip(rows, masks, strict=True):
        if mask is not None:
            done, coded = cv2.imencode(".png", mask)
            if not done:
                raise OSError(f"the mask of {row['input']} cannot be written as PNG")
            wanted = folder / f"{Path(row['input']).stem}.png"
            row["mask"] = str(outputs.write_numbered(wanted, coded.tobytes()))
