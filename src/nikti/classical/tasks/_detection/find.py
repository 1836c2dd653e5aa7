"""Applying a detector to pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.classical.tasks._detection.pyramid import Pyramids
from nikti.core.answers import Boxes


def find_all(detector: Any, pyramids: Pyramids) -> Boxes:
    """The boxes that a detector finds in each picture, in pixels of the square pictures."""
    found = [detector.find(pyramids, picture) for picture in range(len(pyramids))]
    return Boxes.of(found, np.full((len(pyramids), 2), pyramids.side), columns=6)
