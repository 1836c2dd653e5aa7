"""How the text columns of a table are written: see the style features of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features.table._owners import laid
from nikti.classical.features.text import style
from nikti.core.columns import kinds
from nikti.core.steps import Measure
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="style of text columns: length, punctuation, capitals, digits, vocabulary",
    bn="লেখার কলামের ধরন: দৈর্ঘ্য, যতিচিহ্ন, বড় হাতের অক্ষর, অঙ্ক, শব্দভান্ডার",
)
STATELESS = False


def build() -> TextStyle:
    """The transformer of this file."""
    return TextStyle()


class TextStyle(TransformerMixin, BaseEstimator):
    """Frame -> float32 [n, 23 per text column]."""

    def fit(self, frame: pd.DataFrame, targets: object = None) -> TextStyle:
        """Note which columns are text."""
        self.columns_ = [name for name, kind in kinds(frame).items() if kind == "text"]
        return self

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """The style of each text column, side by side."""
        blocks = [style.build().transform(cells(frame[name])) for name in self.columns_]
        return np.hstack(blocks) if blocks else np.zeros((len(frame), 0), dtype=np.float32)

    def graph(self, to: str) -> tuple[Measure, ...]:
        """What `transform` does: the file that measures, for each text column."""
        place = "classical/features/text/style"
        return tuple(Measure(name, f"{to} of {name}", place, tuple(style.NAMES)) for name in self.columns_)

    def lay(self, frame: pd.DataFrame, shares: np.ndarray) -> np.ndarray:
        """What the columns add up to for each column of the frame, float64."""
        return laid(frame, [name for name in self.columns_ for _ in style.NAMES], shares)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """ "column: style"."""
        return np.array([f"{name}: {piece}" for name in self.columns_ for piece in style.NAMES], dtype=object)


def cells(column: pd.Series) -> list[str]:
    """The texts of a column; "" where missing."""
    return column.fillna("").astype(str).tolist()
