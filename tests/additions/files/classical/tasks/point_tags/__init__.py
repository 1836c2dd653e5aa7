"""Tags of points without a network. One file for each contender, with its RECIPE."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.core.contender import Contender, Model


def contender(name: str, recipe: Any) -> Contender:
    """A recipe of this folder with its name."""
    from nikti.classical.tasks._contender import TaskContender

    return TaskContender(name, recipe)


def load_model(folder: Path) -> Model:
    """Read what the model's `save` wrote. Raises ModelError."""
    from nikti.classical.tasks.point_tags import _neighbours

    return _neighbours.load(folder)
