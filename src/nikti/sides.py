"""The only door to a side: nothing outside `classical/` and `deep/` imports from them but through this."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from nikti.core.contender import Contender
from nikti.core.task import Task

SIDES = ("classical", "deep")


def side(name: str) -> Any:
    """The module through which a side is used: "classical" or "deep"."""
    return importlib.import_module(f"nikti.{name}.side")


def taking_part(contenders: Sequence[str]) -> tuple[str, ...]:
    """The sides that contenders named by the user may be of, before the data are read; all where none is
    named. FILE.py:NAME is an estimator, and so classical; what that side does not know is a network."""
    if not contenders:
        return SIDES
    known = side("classical").known()
    of = {"classical" if ":" in name or name in known else "deep" for name in contenders}
    return tuple(name for name in SIDES if name in of)


def loaded_by_workers(sides: Sequence[str]) -> tuple[str, ...]:
    """The modules that these sides want imported in a worker before its first job."""
    return tuple(dict.fromkeys(module for name in sides for module in side(name).LOADED_BY_WORKERS))


def contender(spec: dict[str, Any], task: Task) -> Contender:
    """The contender that {"name", "side", "options"} describes."""
    return side(spec["side"]).contender(spec["name"], task, spec["options"])
