"""The only door to a side: nothing outside `classical/` and `deep/` imports from them but through this."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Protocol

from nikti.core.contender import Contender, Model
from nikti.core.data import Data
from nikti.core.task import Task

SIDES = ("classical", "deep")


class Side(Protocol):
    """What both sides answer; `nikti.classical.side` and `nikti.deep.side` say what the options are. Besides,
    the classical side gives `feature_table` and `loudest_words`; the deep side `prepare_seconds`, `layers`,
    `pretraining`, `device` and `weights`."""

    LOADED_BY_WORKERS: tuple[str, ...]

    def names(self, task: Task, options: dict[str, Any] | None = None) -> list[str]:
        """The contenders for a task."""

    def sizes(self, task: Task, options: dict[str, Any] | None = None) -> list[str]:
        """Those that take part only where they are named."""

    def missing(self, task: Task, options: dict[str, Any]) -> list[dict[str, str]]:
        """Those that lack something on this machine: [{"name", "side", "reason"}]."""

    def contender(self, name: str, task: Task, options: dict[str, Any]) -> Contender:
        """One of them."""

    def prepare(self, task: Task, data: Data, options: dict[str, Any]) -> dict[str, Any]:
        """Compute once, beside the stored data, what all trials share."""

    def load_model(self, folder: Path, options: dict[str, Any]) -> Model:
        """Read what a model's `save` wrote."""


def side(name: str) -> Any:
    """The module through which a side is used, "classical" or "deep": see `Side`."""
    return importlib.import_module(f"nikti.{name}.side")


def contender(spec: dict[str, Any], task: Task) -> Contender:
    """The contender that {"name", "side", "options"} describes."""
    return side(spec["side"]).contender(spec["name"], task, spec["options"])


def loaded_by_workers() -> tuple[str, ...]:
    """The modules that both sides want imported in a worker before its first job."""
    return tuple(dict.fromkeys(module for name in SIDES for module in side(name).LOADED_BY_WORKERS))
