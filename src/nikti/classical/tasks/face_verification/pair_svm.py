"""Support vector machine on the squared differences of pairs of faces."""

from __future__ import annotations

from nikti.classical.methods import KERNEL
from nikti.classical.tasks._faces import projections
from nikti.classical.tasks.face_verification._contender import Recipe
from nikti.core.words import Words

RECIPE = Recipe(
    Words(
        en="support vector machine on the squared differences of pairs of faces",
        bn="মুখের জোড়ার তফাতের বর্গের উপর সাপোর্ট ভেক্টর মেশিন",
    ),
    projections.pair_svm,
    (
        {"view": "colour", "components": 60, "penalty": 0.1},
        {"view": "hog", "components": 100, "penalty": 0.1},
        {"view": "colour", "components": 150, "penalty": 1.0},
    ),
    1024,
    KERNEL,
    False,
    ("medium", "best"),
)
