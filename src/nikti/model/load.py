"""A fitted model from its folder, or from that of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.model import together
from nikti.model.fitted import FittedModel, model_folder
from nikti.run.request import absolute, names, own_files


def load(folder: Path, contender: str | None, features: str | None, network: str | None) -> FittedModel:
    """See `nikti.api.load_model`."""
    named = [] if contender in (None, together.NAME) else [contender]
    own: dict[str, Any] = {
        "features": absolute(features),
        "network": absolute(network),
        "own": own_files(named),
    }
    if contender == together.NAME and (Path(folder) / "run.sqlite").is_file():
        return together.of_run(Path(folder), **own)
    place = model_folder(Path(folder), names(named)[0] if named else None)
    return together.load(place, **own) if together.is_saved(place) else FittedModel(place, **own)
