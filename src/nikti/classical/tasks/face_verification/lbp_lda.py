"""Local binary patterns counted in 7 x 7 windows (Ahonen et al. 2006), linear discriminants."""

from __future__ import annotations

from nikti.classical.methods import DISCRIMINANTS
from nikti.classical.tasks._faces import projections
from nikti.classical.tasks.face_verification._contender import Recipe
from nikti.core.words import Words

RECIPE = Recipe(
    Words(
        en="local binary patterns counted in 7 x 7 windows (Ahonen et al. 2006), linear discriminants",
        bn="৭ × ৭ জানালায় গোনা স্থানীয় নকশা (LBP, আহোনেন ও অন্যরা ২০০৬), সঙ্গে রৈখিক বিভাজক",
    ),
    projections.fisherfaces,
    (
        {"view": "lbp", "components": 100},
        {"view": "lbp", "components": 200},
        {"view": "lbp", "components": 50},
        {"view": "lbp", "components": 100, "unit": False},
    ),
    2891,
    DISCRIMINANTS,
    True,
)
