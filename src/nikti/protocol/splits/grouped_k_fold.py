"""K folds of whole groups (patients, recordings) that the user named: groups are the units of a verdict."""

from __future__ import annotations

from nikti.protocol.splits import _k_fold
from nikti.protocol.splits._k_fold import FOLDS, TOO_FEW, most, sizes
from nikti.protocol.splits._split import Request, Split

__all__ = ["FOLDS", "TOO_FEW", "most", "sizes", "split"]


def split(asked: Request) -> Split:
    """The folds."""
    return _k_fold.split(asked, "grouped_k_fold")
