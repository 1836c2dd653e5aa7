"""Say what this machine and installation have: versions, devices, threads, fonts, room, extras.

nikti doctor
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any


def arguments(parser: ArgumentParser) -> None:
    """`doctor` takes no words of its own."""


def run(args: Namespace, api: Any, on_event: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The facts, by section."""
    return api.doctor()


def show(document: dict[str, Any], args: Namespace, console: Any) -> None:
    """One block per section."""
    from nikti.cli import tables

    for section, facts in document.items():
        console.print(section, style="bold")
        console.print(tables.facts((name, _said(value)) for name, value in facts.items()), "")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
