"""The only door to a side: nothing outside `classical/` and `deep/` imports from them but through this."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from nikti.core.contender import Contender, ContenderSpec, Model
from nikti.core.data import Data
from nikti.core.errors import UnknownName
from nikti.core.explanation import ExplanationMethod
from nikti.core.plan import Prepared, Refused
from nikti.core.task import Task
from nikti.core.words import Words

SIDES = ("classical", "deep")

_SIDE = Words(en="side", bn="পক্ষ")


class Side(Protocol):
    """What both sides answer; `nikti.classical.side` and `nikti.deep.side` say what the options are. Besides,
    the classical side gives `all_names`, `feature_table` and `loudest_words`; the deep side
    `prepare_seconds`, `layers`, `pretraining`, `device` and `weights`."""

    LOADED_BY_WORKERS: tuple[str, ...]

    def names(self, task: Task, options: dict[str, Any] | None = None) -> list[str]:
        """The contenders for a task."""

    def sizes(self, task: Task, options: dict[str, Any] | None = None) -> list[str]:
        """Names of contenders that take part only where they are requested."""

    def missing(self, task: Task, options: dict[str, Any]) -> list[Refused]:
        """Contenders that cannot take part, as something is missing on this machine."""

    def contender(self, name: str, task: Task, options: dict[str, Any]) -> Contender:
        """One of them."""

    def prepare(self, task: Task, data: Data, options: dict[str, Any]) -> Prepared:
        """Compute once, beside the stored data, what all trials share."""

    def load_model(self, folder: Path, options: dict[str, Any]) -> Model:
        """Read what a model's `save` wrote."""

    def explanations(self) -> tuple[ExplanationMethod, ...]:
        """The ways in which models of the side explain themselves."""


def side(name: str) -> Any:
    """The module through which a side is used, "classical" or "deep": see `Side`. Raises UnknownName."""
    if name not in SIDES:
        raise UnknownName(_SIDE, name, SIDES)
    return importlib.import_module(f"nikti.{name}.side")


def taking_part(contenders: Sequence[str]) -> tuple[str, ...]:
    """The sides that contenders named by the user may be of, before the data are read; all where none is
    named. FILE.py:NAME is an estimator, and so classical; what that side does not know is a network."""
    if not contenders:
        return SIDES
    classical = side("classical").all_names()
    of = {"classical" if ":" in name or name in classical else "deep" for name in contenders}
    return tuple(name for name in SIDES if name in of)


def loaded_by_workers(sides: Sequence[str]) -> tuple[str, ...]:
    """The modules that these sides want imported in a worker before its first job."""
    return tuple(dict.fromkeys(module for name in sides for module in side(name).LOADED_BY_WORKERS))


def contender(spec: ContenderSpec, task: Task) -> Contender:
    """The contender that a spec describes."""
    return side(spec.side).contender(spec.name, task, spec.options)
