"""Filters of each pixel's surroundings, logistic regression."""

from __future__ import annotations

from nikti.classical.methods import LINEAR
from nikti.classical.tasks.semantic_segmentation._pixels import Pixels, linear
from nikti.core.contender import PRESETS
from nikti.core.words import Words

RECIPE = Pixels(
    Words(
        en="filters of each pixel's surroundings, logistic regression",
        bn="প্রতি পিক্সেলের আশপাশের ফিল্টার, সঙ্গে লজিস্টিক রিগ্রেশন",
    ),
    PRESETS,
    LINEAR,
    ({"penalty": 1.0}, {"penalty": 100.0}),
    linear,
    fit_seconds=0.5,
    picture_seconds=0.02,
)
