"""What columns of features add up to, column of the table by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def laid(frame: pd.DataFrame, owners: Sequence[str], shares: np.ndarray) -> np.ndarray:
    """float64 [columns of the frame]: the shares [d] of the features, each on the column that it was made of;
    owners: their names [d]."""
    place = {str(name): number for number, name in enumerate(frame.columns)}
    return np.bincount([place[owner] for owner in owners], shares, minlength=len(place)).astype(float)
