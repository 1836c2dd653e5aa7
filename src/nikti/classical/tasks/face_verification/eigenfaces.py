"""Eigenfaces: whitened principal components of the pixels, compared by angle."""

from __future__ import annotations

from nikti.classical.methods import COMPONENTS
from nikti.classical.tasks._faces import projections
from nikti.classical.tasks.face_verification._contender import Recipe
from nikti.core.words import Words

RECIPE = Recipe(
    Words(
        en="eigenfaces: whitened principal components of the pixels, compared by angle",
        bn="আইগেনফেস: পিক্সেলের প্রধান উপাদান, কোণ দিয়ে তুলনা",
    ),
    projections.eigenfaces,
    (
        {"view": "grey", "components": 60},
        {"view": "colour", "components": 60},
        {"view": "grey", "components": 150},
        {"view": "colour", "components": 150},
        {"view": "grey", "components": 60, "unit": False},
    ),
    1024,
    COMPONENTS,
)
