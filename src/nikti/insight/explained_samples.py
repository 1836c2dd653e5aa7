"""The samples that a report shows with what each side used of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nikti import answers, modalities
from nikti.core.data import Data
from nikti.insight.gallery import shown


def sample(
    data: Data, row: int, explanations: Mapping[str, tuple[str, Any, np.ndarray]], answer: str
) -> dict[str, Any]:
    """A sample with each side's prediction and explanation.

    explanations: {side: (method, answer in words, weights)}; see the modality's `visible` for what becomes
    of the weights."""
    modality = modalities.of(data.modality)
    truth = answers.of(answer).truth(data.targets[row], data.classes)
    found = {**shown(data, row), "truth": truth, "sides": {}}
    for side, (method, answer, weights) in explanations.items():
        explanation = {"method": method, "predicted": answer}
        found["sides"][side] = explanation | modality.visible(found, weights)
    return found
