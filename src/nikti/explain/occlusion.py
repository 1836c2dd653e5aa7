"""Occlusion: the importance of each region of a sample, as the drop of a score without it. It needs
nothing but a score, so it means the same for every model and every kind of answer.

Zeiler & Fergus 2014 (https://arxiv.org/abs/1311.2901), section 4.2; what takes the region's place: `remove`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.core.explanation import ExplanationMethod
from nikti.core.inputs import Inputs, joined
from nikti.core.words import Words
from nikti.explain import regions
from nikti.explain.remove import Remover
from nikti.explain.scores import Score

#: Regions of a picture that is shown: 8 x 8 cells; words of a text; segments of a series.
SHOWN = 64

#: What every model can be explained by.
METHOD = ExplanationMethod(
    "occlusion",
    title=Words(en="occlusion", bn="ঢেকে দেখা"),
    how=Words(
        en="occlusion: how far the answer falls when a part is taken away.",
        bn="ঢেকে দেখা: একটি অংশ সরালে উত্তর কতটা পড়ে যায়।",
    ),
)


def occlusion(
    score: Score, inputs: Inputs, row: int, answer: Any, remover: Remover, labels: np.ndarray | None = None
) -> np.ndarray:
    """float64 [regions]: by how much the score falls when each region is removed; negative where it rises.

    labels: the sample's region map; fine enough to be shown if None.
    """
    labels = remover.regions(inputs, row, SHOWN) if labels is None else labels
    masks = np.eye(regions.count(labels), dtype=bool)
    covered = joined([inputs.take([row]), remover.without(inputs, row, labels, masks)])
    scored = score(covered, [answer] * len(covered))
    return scored[0] - scored[1:].reshape(len(masks), remover.draws).mean(axis=1)
