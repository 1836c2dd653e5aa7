"""Show what each side's model looked at in an input.

nikti explain RUN photo.jpg other.jpg
nikti explain RUN texts.txt --contender random_forest --method occlusion
nikti explain RUN photo.jpg --class dog --out explained/
nikti explain RUN                        how faithful the explanations of a run are
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from nikti.cli import flags
from nikti.core import outputs

#: Columns of a row that are shown in the terminal.
MOST_COLUMNS = 6


def arguments(parser: ArgumentParser) -> None:
    """The words `explain` takes."""
    flags.model(parser)
    parser.add_argument(
        "inputs", nargs="*", metavar="INPUT", help="a folder, files, or a table; none: the run itself"
    )
    parser.add_argument(
        "--method", metavar="NAME", help="default: the model's own; every model knows occlusion"
    )
    parser.add_argument(
        "--class", dest="target_class", metavar="NAME", help="explain this class instead of the one predicted"
    )
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        help="where the page and pictures go (default: ./explained, or the next free explained-2 ...)",
    )
    flags.language(parser)


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Explain; the page and the pictures go to --out, the numbers into the document."""
    if not args.inputs:
        return {"run": args.model, "explained": api.open_run(args.model).explained()}
    source = args.inputs[0] if len(args.inputs) == 1 else list(args.inputs)
    return api.explain(
        args.model,
        source,
        contender=args.contender,
        method=args.method,
        target_class=args.target_class,
        features=args.features,
        network=args.network,
        out=args.out or outputs.free_name("explained"),
        lang=args.lang,
    )


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """What was answered and where the pictures are; or the faithfulness of the run's explanations."""
    if "explained" in document:
        _faithfulness(document["explained"], console)
        return
    for row in document["explanations"]:
        answer = row.get("class", row.get("value", row.get("text", "")))
        doubt = "" if row.get("faithful") is not False else ", unfaithful in this run"
        console.print(f"{row['input']}: {row['contender']}: {answer} ({row['method']}{doubt})", markup=False)
        ranked = sorted(row.get("columns", {}).items(), key=lambda pair: -abs(pair[1]))
        for name, weight in ranked[:MOST_COLUMNS]:
            console.print(f"    {weight:+.3g}  {name}", markup=False)
        for step in row.get("path", ()):
            sign = ">" if step["above"] else "<="
            console.print(f"    {step['feature']} {sign} {step['threshold']:.4g}", markup=False)
    console.print(f"page    {document['files'][0]}", markup=False, soft_wrap=True)


def _faithfulness(found: dict[str, Any], console: Any) -> None:
    if not found.get("sides"):
        console.print(found.get("failed") or "this run holds no explanations")
        return
    console.print(f"faithfulness F on {found['n']} samples (1: the best order known, 0: a random one)")
    for side, one in found["sides"].items():
        for method, measured in one["measured"].items():
            f = (
                "-"
                if measured["f"] is None
                else f"{measured['f']:.2f} ({measured['low']:.2f} to {measured['high']:.2f})"
            )
            word = (
                ""
                if measured["faithful"]
                else f"  unfaithful: not better than {', '.join(measured['lost_to'])}"
            )
            console.print(f"  {side:9} {one['contender']:22} {method:22} {f}{word}", markup=False)
    for one in found["shortcuts"]:
        console.print(
            f"  possible shortcut of {one['side']}: {one['class']} hangs on row {one['row_of']}, column "
            f"{one['column_of']} of {one['along']} x {one['along']} in {one['share']:.0%} of {one['n']}",
            markup=False,
        )
