"""Dates as year, month, day, weekday, hour and elapsed days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features.table._owners import laid
from nikti.core.columns import kinds
from nikti.core.steps import Cell, Numbers
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="dates: year, month, day, weekday, hour, days elapsed",
    bn="তারিখ: বছর, মাস, দিন, বার, ঘণ্টা, কত দিন পেরিয়েছে",
)
STATELESS = False

PIECES = ("year", "month", "day", "weekday", "hour", "days elapsed")


def build() -> Dates:
    """The transformer of this file."""
    return Dates()


class Dates(TransformerMixin, BaseEstimator):
    """Frame -> float32 [n, 6 per date column], NaN where missing. Days elapse since the earliest date
    of the training rows."""

    def fit(self, frame: pd.DataFrame, targets: object = None) -> Dates:
        """Learn the first date of each column."""
        dates = [name for name, kind in kinds(frame).items() if kind == "datetime"]
        self.first_ = {name: float(_days(frame[name]).min()) for name in dates}  # NaN: no date at all
        return self

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """Six columns per date, in the order of `PIECES`."""
        blocks = []
        for name, first in self.first_.items():
            when = frame[name].dt
            blocks += [
                when.year,
                when.month,
                when.day,
                when.day_of_week,
                when.hour,
                _days(frame[name]) - first,
            ]
        columns = [np.asarray(block, dtype=np.float64) for block in blocks]
        return np.array(columns).reshape(len(columns), len(frame)).T.astype(np.float32)

    def graph(self, to: str) -> Numbers:
        """What `transform` does, as plain data."""
        cells = []
        for name, first in self.first_.items():
            cells += [Cell(name, piece) for piece in PIECES[:-1]] + [Cell(name, "days", first)]
        return Numbers(tuple(cells), to)

    def lay(self, frame: pd.DataFrame, shares: np.ndarray) -> np.ndarray:
        """What the columns add up to for each column of the frame, float64."""
        return laid(frame, [name for name in self.first_ for _ in PIECES], shares)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """ "column: piece"."""
        return np.array([f"{name}: {piece}" for name in self.first_ for piece in PIECES], dtype=object)


def _days(column: pd.Series) -> pd.Series:
    """Days since 1970, NaN where missing."""
    import pandas as pd

    return (column - pd.Timestamp(0)) / pd.Timedelta(days=1)
