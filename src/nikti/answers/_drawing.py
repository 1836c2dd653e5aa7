"""Drawing answers into pictures, for boxes and masks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nikti.core.images import png

#: Pictures are shown this large, so that lines a pixel wide can be seen.
SHOWN = 320

#: RGB, one per class in turn; told apart also by people who see red and green alike (Okabe & Ito 2008).
COLOURS = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (204, 121, 167))


def coloured(image: np.ndarray) -> np.ndarray:
    """A picture uint8 [H, W, 1 or 3] with three channels, to draw on."""
    return np.ascontiguousarray(np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image)


def drawn(row: int, pictures: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """{"truth": what the sample is called, "drawn": {side: data URI}}."""
    return {"truth": str(row), "drawn": {side: png(one) for side, one in pictures.items()}}
