"""Numbers and yes/no columns as they are, and which of them are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features.table._owners import laid
from nikti.core.columns import kinds
from nikti.core.steps import Cell
from nikti.core.steps import Numbers as Cells
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(en="numbers and yes/no columns, and which are missing", bn="সংখ্যা ও হ্যাঁ/না কলাম, আর কোনটি ফাঁকা")
STATELESS = False


def build() -> Numbers:
    """The transformer of this file."""
    return Numbers()


class Numbers(TransformerMixin, BaseEstimator):
    """Frame -> float32 [n, d], NaN where missing; one more column "... is missing" for each column
    that has missing cells in the training rows. Models that cannot take NaN fill in the median."""

    def fit(self, frame: pd.DataFrame, targets: object = None) -> Numbers:
        """Note which columns are numbers and which have gaps."""
        self.columns_ = [name for name, kind in kinds(frame).items() if kind in ("numeric", "boolean")]
        self.gaps_ = [name for name in self.columns_ if frame[name].isna().any()]
        return self

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """The columns, then the gaps as 0/1."""
        blocks = [frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in self.columns_]
        blocks += [frame[name].isna().to_numpy(dtype=np.float64) for name in self.gaps_]
        return np.array(blocks, dtype=np.float64).reshape(len(blocks), len(frame)).T.astype(np.float32)

    def graph(self, to: str) -> Cells:
        """What `transform` does, as plain data."""
        cells = [Cell(name, "value") for name in self.columns_]
        return Cells((*cells, *(Cell(name, "missing") for name in self.gaps_)), to)

    def lay(self, frame: pd.DataFrame, shares: np.ndarray) -> np.ndarray:
        """What the columns add up to for each column of the frame, float64."""
        return laid(frame, [*self.columns_, *self.gaps_], shares)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """The columns' own names."""
        return np.array([*self.columns_, *(f"{name} is missing" for name in self.gaps_)], dtype=object)
