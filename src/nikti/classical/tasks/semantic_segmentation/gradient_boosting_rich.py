"""Filters of each pixel's surroundings, boosted trees (LightGBM)."""

from __future__ import annotations

from nikti.classical.methods import BOOSTED_TREES
from nikti.classical.tasks.semantic_segmentation._pixels import Pixels, boosting
from nikti.core.words import Words

RECIPE = Pixels(
    Words(
        en="filters of each pixel's surroundings, boosted trees (LightGBM)",
        bn="প্রতি পিক্সেলের আশপাশের ফিল্টার, সঙ্গে শুধরানো গাছের দল (LightGBM)",
    ),
    ("medium", "best"),
    BOOSTED_TREES,
    ({"leaves": 31, "rounds": 100}, {"leaves": 15, "rounds": 100}, {"leaves": 63, "rounds": 200}),
    boosting,
    fit_seconds=2.0,
    picture_seconds=0.3,
)
