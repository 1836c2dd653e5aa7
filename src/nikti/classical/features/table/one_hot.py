"""One 0/1 column per level of a category, for models that add up columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features.table._owners import laid
from nikti.core.columns import kinds
from nikti.core.steps import Cell
from nikti.core.steps import OneHot as OneHotStep
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(en="categories, one column per level", bn="শ্রেণি, প্রতিটির জন্য একটি করে কলাম")
STATELESS = False
VIEWS = ("linear",)

#: Levels seen fewer times share one column; so do all beyond the most frequent ones.
FEWEST, MOST_LEVELS = 3, 200


def build() -> OneHot:
    """The transformer of this file."""
    return OneHot()


class OneHot(TransformerMixin, BaseEstimator):
    """Frame -> float32 [n, levels]; rare levels and such as were never seen count as "other"."""

    def fit(self, frame: pd.DataFrame, targets: object = None) -> OneHot:
        """Learn the levels of each category, most frequent first."""
        self.levels_ = {}
        for name, kind in kinds(frame).items():
            if kind == "categorical":
                times = frame[name].value_counts()
                frequent = times[times >= FEWEST].index[:MOST_LEVELS]
                self.levels_[name] = [str(level) for level in frequent]
        return self

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """0/1 columns: the levels of each category, then "other" and "missing"."""
        blocks = [np.zeros((len(frame), 0), dtype=np.float32)]
        for name, levels in self.levels_.items():
            codes = codes_of(frame[name], levels)
            codes = np.where(
                codes == UNKNOWN, len(levels), np.where(codes == MISSING, len(levels) + 1, codes)
            )
            blocks.append(np.eye(len(levels) + 2, dtype=np.float32)[codes])
        return np.hstack(blocks)

    def graph(self, to: str) -> OneHotStep:
        """What `transform` does, as plain data."""
        cells = tuple(Cell(name, "category") for name in self.levels_)
        return OneHotStep(cells, to, tuple(map(tuple, self.levels_.values())))

    def lay(self, frame: pd.DataFrame, shares: np.ndarray) -> np.ndarray:
        """What the columns add up to for each column of the frame, float64."""
        return laid(
            frame, [name for name, levels in self.levels_.items() for _ in range(len(levels) + 2)], shares
        )

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """ "column = level"."""
        names = []
        for name, levels in self.levels_.items():
            names += [f"{name} = {level}" for level in levels] + [f"{name}: another", f"{name} is missing"]
        return np.array(names, dtype=object)


MISSING, UNKNOWN = -1, -2


def codes_of(column: pd.Series, levels: list[str]) -> np.ndarray:
    """Positions int64 [n] in the list of levels; MISSING and UNKNOWN where there is none."""
    place = {level: code for code, level in enumerate(levels)}
    if hasattr(column, "cat"):  # look each level up once, not each cell
        found = np.array([place.get(str(level), UNKNOWN) for level in column.cat.categories] + [MISSING])
        return found[column.cat.codes.to_numpy()]
    return np.array([MISSING if c != c or c is None else place.get(str(c), UNKNOWN) for c in column])
