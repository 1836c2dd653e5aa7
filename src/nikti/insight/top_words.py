"""The words with the most weight for each class, of the hand-made side's model that is kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti import modalities
from nikti.core.answers import is_plain
from nikti.core.data import Data
from nikti.sides import side
from nikti.storage import models
from nikti.storage.store import Store

#: Classes whose words are shown.
CLASSES = 20


def top_words(store: Store, data: Data, name: str | None) -> dict[str, Any] | None:
    """{"contender", "classes": [{"class", "words"}, ...] of the largest classes, "left_out": number of
    others}; None where there is no model of that name, or none that has word weights."""
    folder = None if name is None else models.kept(store.folder, name)
    if folder is None or not modalities.of(data.modality).WORDS or not is_plain(data.targets):
        return None
    spec = store.get("contenders")[name]
    found = side("classical").loudest_words(side(spec["side"]).load_model(folder, spec["options"]))
    if found is None:
        return None
    sizes = np.bincount(data.targets, minlength=len(data.classes))
    largest = np.sort(np.argsort(-sizes, kind="stable")[:CLASSES]).tolist()
    rows = [{"class": data.classes[code], "words": found[code]} for code in largest]
    return {"contender": name, "classes": rows, "left_out": len(data.classes) - len(rows)}
