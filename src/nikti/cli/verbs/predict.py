"""Answer new, unlabelled data with a fitted model.

nikti predict RUN new_photos/ > answers.csv
nikti predict RUN one.jpg two.jpg
nikti predict RUN table.csv --contender random_forest --out answers.json
"""

from __future__ import annotations

import csv
import io
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nikti.cli import flags
from nikti.cli.document import plain, to_json


def arguments(parser: ArgumentParser) -> None:
    """The words `predict` takes."""
    flags.model(parser)
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="a folder, files, or a table")
    parser.add_argument("--format", choices=("csv", "json"), help="default: what --out ends in, else csv")
    parser.add_argument("--out", metavar="FILE", help="write here instead of stdout")


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Predict; with --out the rows go there and the document says where."""
    model = api.load_model(args.model, contender=args.contender, features=args.features, network=args.network)
    rows = model.predict(args.inputs[0] if len(args.inputs) == 1 else list(args.inputs))
    failed = sum("error" in row for row in rows)
    document = {"model": model.folder, "contender": model.contender, "n": len(rows), "failed": failed}
    if args.out is None:
        return {**document, "predictions": rows}
    suffix = Path(args.out).suffix.lower().removeprefix(".")
    _write(args.out, _text(rows, args.format or suffix))
    return {**document, "out": args.out}


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """The rows as they are, for a pipe or a file."""
    if "out" in document:
        good = document["n"] - document["failed"]
        console.print(f"{good:,} predictions by {document['contender']} are in {document['out']}")
        if document["failed"]:
            console.print(f"{document['failed']:,} inputs could not be read; the file says why")
    else:
        console.file.write(_text(document["predictions"], args.format or "csv"))


def _text(rows: Sequence[dict[str, Any]], form: str) -> str:
    return to_json(rows) + "\n" if form == "json" else table(rows)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """CSV with a header: input, prediction, one probability column per class, and an error column where
    an input could not be read."""
    rows = plain(list(rows))
    classes = next((list(row["probabilities"]) for row in rows if row.get("probabilities")), [])
    failed = any("error" in row for row in rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads = ["input", "prediction", *(f"probability_{name}" for name in classes), *(["error"] * failed)]
    writer.writerow(heads)
    for row in rows:
        known = row.get("probabilities") or {}  # none for a regression or a picture that was not read
        shares = [f"{known[name]:.6g}" if known else "" for name in classes]
        writer.writerow([row["input"], row["prediction"], *shares, *([row.get("error", "")] * failed)])
    return out.getvalue()


def _write(path: str, text: str) -> None:
    """Write beside and rename, so that the file is whole or not there."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
