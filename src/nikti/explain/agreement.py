"""Whether two models used the same regions of a sample, and regions that one of them uses as a shortcut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

#: A sample's most important quarter of the regions is what a model "used".
USED = 0.25
#: One region is a shortcut where the model's correct answer changes, in this share of the samples of a
#: class, as soon as that one region is gone, and it is the same region of the frame each time.
SHORTCUT = 0.5
#: Fewer samples of a class say nothing about the class.
FEWEST = 5


def used(weights: np.ndarray) -> np.ndarray:
    """Which regions a model used: the heaviest quarter of them, as far as they speak for the answer. bool
    [regions].

    >>> used(np.array([0.0, 3.0, -1.0, 1.0])).tolist()
    [False, True, False, False]
    """
    most = max(1, round(USED * len(weights)))
    found = np.zeros(len(weights), dtype=bool)
    found[np.argsort(-weights, kind="stable")[:most]] = True
    return found & (weights > 0)


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Of what two models used, the share that both used (Jaccard): 1 the same, 0 nothing; nan if neither
    used anything. A random choice of a quarter gives 1/7 on average.

    >>> overlap(np.array([1.0, 0.5, 0, 0]), np.array([0.2, 0, 0, 0.1]))
    1.0
    """
    a, b = used(one), used(other)
    union = (a | b).sum()
    return float((a & b).sum() / union) if union else float("nan")


def shortcuts(
    score_drops: Sequence[np.ndarray], right: np.ndarray, codes: np.ndarray, flips: Sequence[np.ndarray]
) -> list[dict[str, Any]]:
    """Regions of the frame on which the right answers to a class hang: [{"code", "region", "share", "n",
    "rows"}], the largest share first.

    score_drops, flips: for each sample, float and bool [regions]: how much the score drops, and whether the
    answer changes, when the region is removed; only samples with one map of regions are comparable
    (pictures and series on one grid, rows of one table). right bool [n]; codes int [n], the true classes.
    A region that decides a class in the same place each time is suspicious in pictures (a watermark, a
    border), not in tables, where it is one telling column.
    """
    found = []
    for code in np.unique(codes):
        rows = np.flatnonzero((codes == code) & right)
        if len(rows) < FEWEST:
            continue
        decided = np.stack(
            [flips[r] & (score_drops[r] == score_drops[r].max()) for r in rows.tolist()]
        )  # [rows, regions]
        region = int(decided.mean(axis=0).argmax())
        share = float(decided[:, region].mean())
        if share >= SHORTCUT:
            found.append(
                {
                    "code": int(code),
                    "region": region,
                    "share": share,
                    "n": len(rows),
                    "rows": rows[decided[:, region]].tolist(),
                }
            )
    return sorted(found, key=lambda one: -one["share"])
