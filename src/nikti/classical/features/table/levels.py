"""Categories as whole numbers, for trees: levels in falling frequency, so that a split divides common
levels from rare ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features.table._owners import laid
from nikti.classical.features.table.one_hot import MISSING, UNKNOWN, codes_of
from nikti.core.columns import kinds
from nikti.core.steps import Cell
from nikti.core.steps import Levels as LevelsStep
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(en="categories as numbers", bn="সংখ্যায় লেখা শ্রেণি")
STATELESS = False
VIEWS = ("trees",)


def build() -> Levels:
    """The transformer of this file."""
    return Levels()


class Levels(TransformerMixin, BaseEstimator):
    """Frame -> float32 [n, columns]; NaN where missing, the number of levels where never seen."""

    def fit(self, frame: pd.DataFrame, targets: object = None) -> Levels:
        """Learn the levels of each category, most frequent first."""
        categories = [name for name, kind in kinds(frame).items() if kind == "categorical"]
        self.levels_ = {}
        for name in categories:
            times = frame[name].value_counts()
            self.levels_[name] = [str(level) for level in times[times > 0].index]
        return self

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """One column per category."""
        blocks = np.empty((len(frame), len(self.levels_)), dtype=np.float32)
        for column, (name, levels) in enumerate(self.levels_.items()):
            codes = codes_of(frame[name], levels)
            blocks[:, column] = np.where(
                codes == UNKNOWN, len(levels), np.where(codes == MISSING, np.nan, codes)
            )
        return blocks

    def graph(self, to: str) -> LevelsStep:
        """What `transform` does, as plain data."""
        cells = tuple(Cell(name, "category") for name in self.levels_)
        return LevelsStep(cells, to, tuple(map(tuple, self.levels_.values())))

    def lay(self, frame: pd.DataFrame, shares: np.ndarray) -> np.ndarray:
        """What the columns add up to for each column of the frame, float64."""
        return laid(frame, list(self.levels_), shares)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """The columns' own names."""
        return np.array(list(self.levels_), dtype=object)
