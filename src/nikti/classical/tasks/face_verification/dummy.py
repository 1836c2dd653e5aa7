"""All pictures at one point, as the floor."""

from __future__ import annotations

from nikti.classical.tasks._faces import projections
from nikti.classical.tasks.face_verification._contender import Recipe
from nikti.core.contender import (
    FLOOR,
)
from nikti.core.words import Words

RECIPE = Recipe(
    Words(en="all pictures at one point, as the floor", bn="সব ছবি এক বিন্দুতে, তুলনার নিচের সীমা হিসেবে"),
    projections.nothing,
    ({"view": "none"},),
    1,
    FLOOR,
)
