"""Write the report of a comparison: one HTML page with everything inside.

nikti report RUN --open
nikti report RUN --lang bn --out report-bn.html
nikti report RUN --umap
"""

from __future__ import annotations

import webbrowser
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any


def arguments(parser: ArgumentParser) -> None:
    """The words `report` takes."""
    parser.add_argument("run", metavar="RUN", help="a folder written by nikti compare")
    parser.add_argument("--out", metavar="FILE", help="where to write it (default: in the run's folder)")
    parser.add_argument("--umap", action="store_true", help="draw the layers' spaces with UMAP too (slow)")
    parser.add_argument("--open", action="store_true", help="show it in the browser")


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Write the page; the document says where it is and whether a browser took it."""
    found = api.open_run(args.run)
    if args.umap:
        found.layers(umap=True)
    path = Path(found.report(path=args.out, lang=args.lang))
    opened = webbrowser.open(path.resolve().as_uri()) if args.open else False
    return {"run": args.run, "report": path, "lang": args.lang, "opened": opened}


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """Where the page is."""
    if args.open and not document["opened"]:
        console.print("no browser was found; open this file yourself:")
    console.print(str(document["report"]), soft_wrap=True)
