"""Stratified k folds; copies, where there are any, stay together."""

from __future__ import annotations

from nikti.protocol.splits import _k_fold
from nikti.protocol.splits._k_fold import FOLDS, TOO_FEW, most, sizes
from nikti.protocol.splits._split import Request, Split

__all__ = ["FOLDS", "TOO_FEW", "most", "sizes", "split"]


def split(asked: Request) -> Split:
    """The folds."""
    return _k_fold.split(asked, "pooled_k_fold")
