"""Scaling columns, for models that use distances or sums of columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.classical.features import _beside_ngrams
from nikti.classical.shape import Shape
from nikti.core import catalogue
from nikti.core.steps import Pick, Standardise

#: Standard deviations beyond which a value is cut: one wild cell must not rule a distance.
FARTHEST = 8.0


def beside_ngrams(shape: Shape) -> float:
    """The weight of plain numbers in a linear model: less where n-grams stand beside them, since numbers of
    deviation 1 would drown n-grams of length 1."""
    return _beside_ngrams.weight(shape.modality) if shape.sparse else 1.0


class Scale(TransformerMixin, BaseEstimator):
    """Missing values become the median; columns get mean 0 and deviation 1, then `weight`.

    Only the first `dense` columns are touched: n-grams after them are of length 1 already. Columns of
    zeros and ones stay within [0, 1] where `keep_flags`, so that rare levels do not rule a distance;
    constant columns become 0.
    """

    def __init__(self, dense: int, weight: float = 1.0, keep_flags: bool = False):
        self.dense = dense
        self.weight = weight
        self.keep_flags = keep_flags

    def fit(self, table: Any, targets: object = None) -> Scale:
        """Learn median, mean and deviation of each column, float32 [dense] each."""
        columns = _front(table, self.dense)
        if not np.isfinite(columns.sum()):
            there = np.isfinite(columns)
            columns = np.where(there, columns, np.nan)
            columns[:, ~there.any(axis=0)] = 0  # nothing is known of such a column
            self.median_ = np.nanmedian(columns, axis=0).astype(np.float32)
            columns = np.where(np.isnan(columns), self.median_, columns)
        else:
            self.median_ = np.zeros(self.dense, dtype=np.float32)
            self.median_[:] = np.median(columns, axis=0) if len(columns) else 0
        wide = columns.astype(np.float64)
        self.mean_, deviation = wide.mean(axis=0), wide.std(axis=0)
        flags = ((columns == 0) | (columns == 1)).all(axis=0) & self.keep_flags
        deviation[flags] = 1.0
        steady = deviation <= 1e-6 * np.maximum(1e-6, np.abs(self.mean_))
        self.factor_ = np.where(steady, 0.0, self.weight / np.where(steady, 1.0, deviation))
        return self

    def transform(self, table: Any) -> Any:
        """The table with its front columns scaled; dense stays dense, csr stays csr."""
        columns = _front(table, self.dense)
        columns = np.where(np.isfinite(columns), columns, self.median_)
        columns = ((columns - self.mean_) * self.factor_).astype(np.float32)
        np.clip(columns, -FARTHEST * self.weight, FARTHEST * self.weight, out=columns)
        if not sp.issparse(table):
            return columns
        return sp.hstack([sp.csr_matrix(columns), table[:, self.dense :]], format="csr", dtype=np.float32)

    def graph(self, of: str, to: str) -> Standardise:
        """What `transform` does, as plain data."""
        return Standardise(of, to, self.mean_, self.factor_, self.median_, FARTHEST * self.weight)


def _front(table: Any, dense: int) -> np.ndarray:
    """The plain numbers in front, float32 [n, dense]."""
    return table[:, :dense].toarray() if sp.issparse(table) else np.asarray(table)


class Select(TransformerMixin, BaseEstimator):
    """All of the first `dense` columns and the `most` n-grams that tell the answers apart best (the
    highest chi-squared of classes, correlation with numbers), as one dense table."""

    def __init__(self, dense: int, most: int, answer: str):
        self.dense = dense
        self.most = most
        self.answer = answer

    def fit(self, table: Any, targets: np.ndarray) -> Select:
        """Choose n-grams by the training answers."""
        ngrams = table[:, self.dense :]
        if ngrams.shape[1] > self.most:
            score = np.nan_to_num(catalogue.load("classical/answers", self.answer).relevance(ngrams, targets))
            chosen = np.sort(np.argsort(-score, kind="stable")[: self.most])
        else:
            chosen = np.arange(ngrams.shape[1])
        self.kept_ = np.concatenate([np.arange(self.dense), self.dense + chosen]).astype(np.int64)
        return self

    def transform(self, table: Any) -> np.ndarray:
        """float32 [n, dense + at most `most`]."""
        kept = table[:, self.kept_]
        return kept.toarray() if sp.issparse(kept) else kept

    def graph(self, of: str, to: str) -> Pick:
        """What `transform` does, as plain data."""
        return Pick(of, to, self.kept_)


class NgramsOnly(TransformerMixin, BaseEstimator):
    """Leaves the first `dense` columns out, for models of counts."""

    def __init__(self, dense: int):
        self.dense = dense

    def fit(self, table: Any, targets: object = None) -> NgramsOnly:
        """Note which columns are left."""
        self.kept_ = np.arange(self.dense, table.shape[1])
        return self

    def transform(self, table: Any) -> Any:
        """csr [n, n-grams]."""
        return table[:, self.dense :]

    def graph(self, of: str, to: str) -> Pick:
        """What `transform` does, as plain data."""
        return Pick(of, to, self.kept_)


#: Plain columns beyond which distances are measured among principal components.
WIDE = 200


def reducer(shape: Shape, most: int, seed: int) -> Any:
    """A step that makes wide tables narrow: principal components of plain columns, truncated singular
    values where there are n-grams, nothing where the table is narrow already."""
    from sklearn.decomposition import PCA, TruncatedSVD

    most = min(most, shape.n - 1, shape.d - 1)
    if most < 2 or (shape.sparse == 0 and shape.dense <= WIDE):
        return "passthrough"
    if shape.sparse:
        return TruncatedSVD(most, n_iter=3, random_state=seed)
    return PCA(most, svd_solver="randomized", iterated_power=2, random_state=seed)
