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
    parser.add_argument("--masks", metavar="FOLDER", help="segmentation: write the masks there, as PNG")


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Predict; with --out the rows go there and the document says where."""
    model = api.load_model(args.model, contender=args.contender, features=args.features, network=args.network)
    rows = model.predict(args.inputs[0] if len(args.inputs) == 1 else list(args.inputs))
    masks = [row.pop("mask", None) for row in rows]
    if args.masks is not None:
        _write_masks(Path(args.masks), rows, masks)
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
    """CSV with a header: input, prediction, a probability (or share of the picture) per class, and an error
    column where an input could not be read. Boxes get a line each: input, class, score, x1, y1, x2, y2. Faces
    tell the nearest other input and its distance, answers to questions where they start and how sure they
    are."""
    rows = plain(list(rows))
    boxed = any("boxes" in row for row in rows)
    lines = [line for row in rows for line in (_box_lines(row) if boxed else [_line(row)])]
    heads = list(dict.fromkeys(head for line in lines for head in line if head != "error"))
    heads += ["error"] * any("error" in line for line in lines)
    out = io.StringIO()
    writer = csv.DictWriter(out, heads, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def _line(row: dict[str, Any]) -> dict[str, Any]:
    line = {"input": row["input"], "prediction": row["prediction"]}
    for kind, known in (("probability", row.get("probabilities")), ("share", row.get("shares"))):
        line |= {f"{kind}_{name}": f"{value:.6g}" for name, value in (known or {}).items()}
    line |= {key: row[key] for key in ("nearest", "distance", "start", "score") if key in row}
    return line | _error(row)


def _box_lines(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A line per box; one without a box for an input that has none."""
    lines = []
    for box in row["boxes"]:
        corners = dict(zip(("x1", "y1", "x2", "y2"), box["box"], strict=True))
        lines.append(
            {"input": row["input"], "class": box["class"], "score": f"{box['score']:.4g}", **corners}
        )
    return lines or [{"input": row["input"], "class": "", **_error(row)}]


def _error(row: dict[str, Any]) -> dict[str, Any]:
    return {"error": row["error"]} if "error" in row else {}


def _write_masks(folder: Path, rows: Sequence[dict[str, Any]], masks: Sequence[Any]) -> None:
    """Each mask as a grey PNG of class codes, named after its picture."""
    import cv2

    from nikti.core.errors import UsageError

    if all(mask is None for mask in masks):
        raise UsageError("this model answers without masks; leave --masks out.")
    folder.mkdir(parents=True, exist_ok=True)
    for row, mask in zip(rows, masks, strict=True):
        if mask is not None:
            row["mask"] = str(folder / f"{Path(row['input']).stem}.png")
            cv2.imwrite(row["mask"], mask)


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
