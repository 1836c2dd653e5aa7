"""The only door to a side: nothing outside `classical/` and `deep/` imports from them but through this."""

from __future__ import annotations

import importlib
from typing import Any

from nikti.core.contender import Contender
from nikti.core.task import Task

SIDES = ("classical", "deep")


def side(name: str) -> Any:
    """The module through which a side is used: "classical" or "deep"."""
    return importlib.import_module(f"nikti.{name}.side")


def contender(spec: dict[str, Any], task: Task) -> Contender:
    """The contender that {"name", "side", "options"} describes."""
    return side(spec["side"]).contender(spec["name"], task, spec["options"])
