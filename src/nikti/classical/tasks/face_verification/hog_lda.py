"""Edge directions in each part of the face (HOG), linear discriminants."""

from __future__ import annotations

from nikti.classical.methods import DISCRIMINANTS
from nikti.classical.tasks._faces import projections
from nikti.classical.tasks.face_verification._contender import Recipe
from nikti.core.words import Words

RECIPE = Recipe(
    Words(
        en="edge directions in each part of the face (HOG), linear discriminants",
        bn="মুখের প্রতি অংশে কিনারার দিক (HOG), সঙ্গে রৈখিক বিভাজক",
    ),
    projections.fisherfaces,
    (
        {"view": "hog", "components": 100},
        {"view": "hog", "components": 200},
        {"view": "hog", "components": 50},
        {"view": "hog", "components": 100, "unit": False},
    ),
    832,
    DISCRIMINANTS,
    True,
)
