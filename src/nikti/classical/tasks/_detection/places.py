"""The floor of detection: boxes where the training pictures most often have them, whatever the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nikti.classical.tasks._detection import overlap
from nikti.classical.tasks._detection.pyramid import Pyramids
from nikti.core.answers import iou

#: Training boxes of a class that are compared, and places kept of it.
COMPARED, PLACES = 2000, 20


@dataclass
class Places:
    """boxes float64 [n, 6]: corners in shares of the picture, class, how often something is there."""

    boxes: np.ndarray

    @property
    def labels(self) -> set[int]:
        """Class codes that it can predict."""
        return set(self.boxes[:, 4].astype(int))

    def find(self, pyramids: Pyramids, picture: int) -> np.ndarray:
        """The same places in every picture, float64 [n, 6] in pixels."""
        return self.boxes * np.array([pyramids.side] * 4 + [1, 1])

    def importance(self) -> None:
        """None: it uses no features."""
        return None


def learn(boxes: np.ndarray, pictures: int, side: int, seed: int) -> Places:
    """boxes [n, 5] of so many pictures of `side` pixels. A place counts with the boxes of its class that
    overlap it by half, per picture; the best are kept, with no two overlapping by more than 0.3."""
    rng = np.random.default_rng(seed)
    found = [np.zeros((0, 6))]
    for label in np.unique(boxes[:, 4]):
        own = boxes[boxes[:, 4] == label, :4].astype(np.float64)
        share = min(1.0, COMPARED / len(own))
        own = own[rng.permutation(len(own))[:COMPARED]]
        often = (iou(own, own) >= 0.5).sum(axis=1) / (share * pictures)
        kept = overlap.suppress(own, often, 0.3, PLACES)
        score = np.minimum(often[kept], 1.0)
        found.append(np.column_stack([own[kept] / side, np.full(len(kept), label), score]))
    return Places(np.concatenate(found))
