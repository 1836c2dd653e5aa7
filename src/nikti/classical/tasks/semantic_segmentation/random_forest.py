"""Filters of each pixel's surroundings, random forest."""

from __future__ import annotations

from nikti.classical.methods import FOREST
from nikti.classical.tasks.semantic_segmentation._pixels import Pixels, forest
from nikti.core.words import Words

RECIPE = Pixels(
    Words(
        en="filters of each pixel's surroundings, random forest",
        bn="প্রতি পিক্সেলের আশপাশের ফিল্টার, সঙ্গে র‍্যান্ডম ফরেস্ট",
    ),
    ("medium", "best"),
    FOREST,
    ({"leaf": 5}, {"leaf": 20}, {"leaf": 2}),
    forest,
    fit_seconds=8.0,
    picture_seconds=0.6,
)
