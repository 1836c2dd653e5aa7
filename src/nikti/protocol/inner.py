"""Inner splits of a trial's training rows, for choosing settings. A pure function of a seed."""

from __future__ import annotations

import numpy as np

from nikti.core.contender import INNER_FOLDS, INNER_FOLDS_BELOW
from nikti.protocol.splits._deal import assign_folds


def inner_splits(
    labels: np.ndarray,
    *,
    groups: np.ndarray | None,
    times: np.ndarray | None,
    seed: int,
    folds: int = INNER_FOLDS,
    horizon: float = 0.0,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """(rows to fit on, rows to validate on) inside a trial's training rows, as positions in them.

    labels: int64 [n], what is kept in proportion; groups, times: [n] or None.
    `folds` of them below INNER_FOLDS_BELOW samples, else (and for folds = 1) one hold-out of a fifth; the
    latest fifth where the data are ordered in time. horizon: see `nikti.protocol.splits`; what is fitted on
    has ended by the first moment that is validated, and there is no split where nothing has.
    """
    n = len(labels)
    if times is not None:
        order = np.argsort(times, kind="stable")
        cut = max(1, n - max(1, n // 5))
        fit, valid = np.sort(order[:cut]), np.sort(order[cut:])
        if horizon > 0:
            fit = fit[times[fit] + horizon <= times[valid].min()]
        return [(fit, valid)] if len(fit) else []
    few = folds > 1 and n < INNER_FOLDS_BELOW
    folds = min(folds if few else 5, n)
    labels = np.unique(labels, return_inverse=True)[1]
    fold = assign_folds(labels, groups, folds, np.random.default_rng([seed, 3]))
    used = [k for k in np.unique(fold) if np.any(fold != k)]
    if not used:  # one single group: validate on what there is rather than not at all
        return [(np.arange(n), np.arange(n))]
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in (used if few else used[:1])]
