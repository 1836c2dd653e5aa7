"""The tags of the nearest points."""

from __future__ import annotations

from nikti.classical.tasks.point_tags._neighbours import Neighbours

from nikti.classical.methods import NEIGHBOURS
from nikti.core.words import Words

RECIPE = Neighbours(
    Words(en="the tags of the nearest points", bn="সবচেয়ে কাছের বিন্দুগুলোর ট্যাগ"),
    NEIGHBOURS,
    ({"k": 5}, {"k": 1}, {"k": 15}),
    True,
)
