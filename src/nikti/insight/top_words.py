"""The words with the most weight for each class, of the hand-made side's model that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nikti import modalities
from nikti.core.answers import is_plain
from nikti.core.contender import ContenderSpec
from nikti.core.data import Data
from nikti.sides import side
from nikti.storage import models

#: What contenders are made from, by name.
Specs = Mapping[str, ContenderSpec]

#: Classes whose words are shown.
CLASSES = 20


def top_words(folder: Path, data: Data, name: str | None, specs: Specs) -> dict[str, Any] | None:
    """{"contender", "classes": [{"class", "words"}, ...] of the largest classes, "left_out": number of
    others}; None where there is no model of that name, or none that has word weights. folder: the run's."""
    model = None if name is None else models.kept(folder, name)
    if name is None or model is None or not modalities.of(data.modality).WORDS or not is_plain(data.targets):
        return None
    spec = specs[name]
    found = side("classical").loudest_words(side(spec.side).load_model(model, spec.options))
    if found is None:
        return None
    sizes = np.bincount(data.targets, minlength=len(data.classes))
    largest = np.sort(np.argsort(-sizes, kind="stable")[:CLASSES]).tolist()
    rows = [{"class": data.classes[code], "words": found[code]} for code in largest]
    return {"contender": name, "classes": rows, "left_out": len(data.classes) - len(rows)}
