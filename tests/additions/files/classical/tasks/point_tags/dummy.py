"""The tags that most points have, as the floor."""

from __future__ import annotations

from nikti.classical.tasks.point_tags._neighbours import Neighbours

from nikti.core.contender import FLOOR
from nikti.core.words import Words

RECIPE = Neighbours(
    Words(en="the tags that most points have, as the floor", bn="বেশির ভাগ বিন্দুর ট্যাগ, সবচেয়ে নিচের মাপ হিসেবে"),
    FLOOR,
    ({"k": 0},),
    False,
)
