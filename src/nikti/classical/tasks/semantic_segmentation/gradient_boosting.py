"""A few filters of each pixel's surroundings, boosted trees (LightGBM)."""

from __future__ import annotations

from nikti.classical.methods import BOOSTED_TREES
from nikti.classical.tasks._segmentation.filters import FEW
from nikti.classical.tasks.semantic_segmentation._pixels import Pixels, boosting
from nikti.core.contender import PRESETS
from nikti.core.words import Words

RECIPE = Pixels(
    Words(
        en="a few filters of each pixel's surroundings, boosted trees (LightGBM)",
        bn="প্রতি পিক্সেলের আশপাশের অল্প কটি ফিল্টার, সঙ্গে শুধরানো গাছের দল (LightGBM)",
    ),
    PRESETS,
    BOOSTED_TREES,
    ({"leaves": 15, "rounds": 40, "rate": 0.2}, {"leaves": 31, "rounds": 80, "rate": 0.1}),
    boosting,
    fit_seconds=0.15,
    picture_seconds=0.09,
    bank=FEW,
    most=20_000,
    represents=True,
)
