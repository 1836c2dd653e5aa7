"""Telling whether two pictures show one person, without a network: a view of the face, a linear map learned
from other people, and a distance below which two pictures are of one person.

One file for each contender, with its RECIPE.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.core.contender import Contender, Model


def contender(name: str, recipe: Any) -> Contender:
    """A recipe of this folder with its name."""
    from nikti.classical.tasks.face_verification._contender import FaceContender

    return FaceContender(name, recipe)


def load_model(folder: Path) -> Model:
    """Read what the model's `save` wrote. Raises ModelError."""
    from nikti.classical.tasks._faces import model

    return model.load(folder)
