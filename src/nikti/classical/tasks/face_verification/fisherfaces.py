"""Fisherfaces: linear discriminants of the pixels, compared by angle."""

from __future__ import annotations

from nikti.classical.methods import DISCRIMINANTS
from nikti.classical.tasks._faces import projections
from nikti.classical.tasks.face_verification._contender import Recipe
from nikti.core.words import Words

RECIPE = Recipe(
    Words(
        en="fisherfaces: linear discriminants of the pixels, compared by angle",
        bn="ফিশারফেস: পিক্সেলের রৈখিক বিভাজক, কোণ দিয়ে তুলনা",
    ),
    projections.fisherfaces,
    (
        {"view": "colour", "components": 100},
        {"view": "grey", "components": 100},
        {"view": "colour", "components": 200},
        {"view": "colour", "components": 50},
        {"view": "colour", "components": 100, "unit": False},
    ),
    1024,
    DISCRIMINANTS,
    True,
)
