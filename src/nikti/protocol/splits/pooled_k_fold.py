"""Stratified k folds; copies, where there are any, stay together."""

from __future__ import annotations

from nikti.protocol.splits import _k_fold
from nikti.protocol.splits._split import Request, Split

sizes = _k_fold.sizes


def split(asked: Request) -> Split:
    """The folds."""
    return _k_fold.split(asked, "pooled_k_fold")
