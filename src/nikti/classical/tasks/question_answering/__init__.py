"""Answering questions about passages without a network: every part of the passage is a candidate, measured by
hand and ranked; the sliding window; and the floor.

One file for each contender, with its RECIPE.
"""

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
    from nikti.classical.tasks._answering import model

    return model.load(folder)
