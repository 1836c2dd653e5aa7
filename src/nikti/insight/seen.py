"""The samples that a report shows with what each side used of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nikti import modalities
from nikti.core.answers import Phrases, is_plain
from nikti.core.data import Data
from nikti.insight.gallery import LONGEST_TEXT, named, shown


def sample(data: Data, row: int, seen: Mapping[str, tuple[str, Any, np.ndarray]]) -> dict[str, Any]:
    """A sample with what each side said and looked at. seen: {side: (method, answer in words, weights)}; see
    the modality's `visible` for what becomes of the weights."""
    modality = modalities.of(data.modality)
    found = {**shown(data, row), "truth": truth_of(data, row), "sides": {}}
    for side, (method, answer, weights) in seen.items():
        looked = {"method": method, "predicted": answer}
        found["sides"][side] = looked | modality.visible(found, weights)
    return found


def truth_of(data: Data, row: int) -> str | float | None:
    """The true answer as people read it; None where it is drawn and not said."""
    if is_plain(data.targets):
        return named(data, data.targets[row])
    return " / ".join(data.targets[row])[:LONGEST_TEXT] if isinstance(data.targets, Phrases) else None
