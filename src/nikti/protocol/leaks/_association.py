"""How much of the answer one column gives away, measured on rows that its table was not made from.

For classes Goodman and Kruskal's lambda (1954, Journal of the American Statistical Association 49): the share
of the errors of "always the most frequent class" that knowing the column takes away. For values R2, of the
values or of their ranks, whichever is larger: a copy through a logarithm is a copy. Both are cross-validated,
since a column of many values fits any answer by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

FOLDS = 5
SEED = 7
BINS = 64  # of a column of numbers; a bin holds LEAST_IN_BIN rows or more
LEAST_IN_BIN = 5
CLASS_BINS = 16  # edges taken from the values of each class, so that a rare one has bins of its own

#: Of the rows, those whose value other folds hold too: with fewer the column is no table of answers.
LEAST_SEEN = 0.3


@dataclass(frozen=True)
class Association:
    """score: lambda or R2, at most 1, 0 or less where the column says nothing; hits: answers told rightly,
    of `seen` rows, of which `base` (a share) are told rightly without the column. Of values hits are 0."""

    score: float
    hits: int = 0
    seen: int = 0
    base: float = 0.0

    def by_chance(self) -> float:
        """How probable so many hits are for a column that says nothing (upper binomial tail)."""
        from scipy.special import bdtrc

        return float(bdtrc(self.hits - 1, self.seen, self.base)) if self.seen and self.hits else 1.0


NONE = Association(0.0)


def folds_of(n: int, groups: np.ndarray | None) -> np.ndarray:
    """int64 [n] in 0 .. FOLDS - 1; samples of one group share a fold, so that copies tell nothing."""
    units = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    order = np.random.default_rng(SEED).permutation(int(units.max(initial=0)) + 1)
    return order[units] % FOLDS


def with_classes(codes: np.ndarray, answers: np.ndarray, fold: np.ndarray) -> Association:
    """Of classes. codes: int64 [n] from 0, the column's values or bins; answers: int64 [n] from 0."""
    kinds, classes = int(codes.max()) + 1, int(answers.max()) + 1
    cell = codes * classes + answers
    everything = np.bincount(cell, minlength=kinds * classes).reshape(kinds, classes)
    hits = plain = seen = 0
    for number in range(FOLDS):
        here = fold == number
        rest = everything - np.bincount(cell[here], minlength=kinds * classes).reshape(kinds, classes)
        there = rest.sum(axis=1)[codes[here]] > 0
        asked, right = codes[here][there], answers[here][there]
        hits += int((rest.argmax(axis=1)[asked] == right).sum())
        plain += int((rest.sum(axis=0).argmax() == right).sum())
        seen += len(right)
    if seen < LEAST_SEEN * len(codes) or plain == seen:
        return NONE
    return Association((hits - plain) / (seen - plain), hits, seen, plain / seen)


def with_values(codes: np.ndarray, answers: np.ndarray, fold: np.ndarray) -> Association:
    """Of values. codes as above; answers: float64 [n]."""
    kinds = int(codes.max()) + 1
    error, spread, seen = 0.0, 0.0, 0
    for number in range(FOLDS):
        here = fold == number
        rest = ~here
        counts = np.bincount(codes[rest], minlength=kinds)
        means = np.bincount(codes[rest], answers[rest], minlength=kinds) / np.maximum(counts, 1)
        there = counts[codes[here]] > 0
        asked, right = codes[here][there], answers[here][there]
        error += float(((right - means[asked]) ** 2).sum())
        spread += float(((right - answers[rest].mean()) ** 2).sum()) if rest.any() else 0.0
        seen += len(right)
    if seen < LEAST_SEEN * len(codes) or spread == 0:
        return NONE
    return Association(1 - error / spread, seen=seen)


def bins(values: np.ndarray, answers: np.ndarray, classes: bool) -> np.ndarray:
    """Codes int64 [n] of numbers float64 [n]: each different one where they are few, else bins between
    quantiles, for classes those of each class; missing ones (NaN) have a code of their own."""
    there = np.isfinite(values)
    different = np.unique(values[there])
    if len(different) > BINS:
        if classes:
            parts = [values[there & (answers == c)] for c in np.unique(answers[there])]
            different = np.unique(np.concatenate([_edges(part, CLASS_BINS) for part in parts]))
        else:
            different = np.unique(_edges(values[there], BINS))
    codes = np.searchsorted(different, values, side="right").astype(np.int64)
    codes[~there] = len(different) + 1
    return codes


def _edges(values: np.ndarray, most: int) -> np.ndarray:
    """The ends of at most so many bins, each of LEAST_IN_BIN values or more."""
    return np.quantile(values, np.linspace(0, 1, max(1, min(most, len(values) // LEAST_IN_BIN)) + 1))


def ranks(values: np.ndarray) -> np.ndarray:
    """Average ranks float64 [n] from 0 to 1; of missing ones (NaN) the middle."""
    there = np.isfinite(values)
    _, place, counts = np.unique(values[there], return_inverse=True, return_counts=True)
    found = np.full(len(values), 0.5)
    found[there] = (np.cumsum(counts) - (counts + 1) / 2)[place] / max(1, there.sum() - 1)
    return found


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's; 0 where either is constant."""
    one, other = one - one.mean(), other - other.mean()
    length = np.sqrt((one @ one) * (other @ other))
    return float(one @ other / length) if length > 0 else 0.0


def numbers_of(column: pd.Series) -> np.ndarray | None:
    """A column of numbers, dates or truth values as float64 [n], NaN where missing; None for words."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(column.dtype):
        return None
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        seconds = (column - np.datetime64(0, "s")).dt.total_seconds()
        return seconds.to_numpy(dtype=np.float64)
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def associated(codes: np.ndarray, answers: np.ndarray, fold: np.ndarray, classes: bool) -> Association:
    """How much the codes tell of the answers; of values or of their ranks, whichever is told better."""
    if classes:
        return with_classes(codes, answers, fold)
    found = [with_values(codes, y, fold) for y in (answers, ranks(answers))]
    return max(found, key=lambda one: one.score)
