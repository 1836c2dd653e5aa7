"""Auto-context: boosted trees on filters, then a second stage that also gets the first stage's classes."""

from __future__ import annotations

from nikti.classical.tasks.semantic_segmentation._pixels import Pixels, boosting
from nikti.core.words import Words

RECIPE = Pixels(
    Words(
        en="boosted trees on filters, then again with what the first look made of the surroundings",
        bn="ফিল্টারের উপর শুধরানো গাছের দল, তারপর প্রথম নজরে আশপাশ যা মনে হলো তা নিয়ে আরেকবার",
    ),
    ("medium", "best"),
    Words(en="auto-context", bn="অটো-কনটেক্সট"),
    ({"leaves": 31, "rounds": 100}, {"leaves": 15, "rounds": 100}, {"leaves": 63, "rounds": 200}),
    boosting,
    fit_seconds=6.5,
    picture_seconds=0.6,
    stages=2,
)
