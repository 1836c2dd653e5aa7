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
    document = {"model": model.folder, "contender": model.contender, "n": len(rows)}
    if args.out is None:
        return {**document, "predictions": rows}
    suffix = Path(args.out).suffix.lower().removeprefix(".")
    _write(args.out, _text(rows, args.format or suffix))
    return {**document, "out": args.out}


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """The rows as they are, for a pipe or a file."""
    if "out" in document:
        console.print(f"{document['n']:,} predictions by {document['contender']} are in {document['out']}")
    else:
        console.file.write(_text(document["predictions"], args.format or "csv"))


def _text(rows: Sequence[dict[str, Any]], form: str) -> str:
    return to_json(rows) + "\n" if form == "json" else table(rows)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """CSV with a header: input, prediction, and one probability column per class."""
    rows = plain(list(rows))
    classes = list(rows[0].get("probabilities") or {}) if rows else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["input", "prediction", *(f"probability_{name}" for name in classes)])
    for row in rows:
        shares = [f"{row['probabilities'][name]:.6g}" for name in classes]  # none for a regression
        writer.writerow([row["input"], row["prediction"], *shares])
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
