"""Parts of the passage ranked by boosted trees (LambdaMART) on the same measures."""

from __future__ import annotations

from nikti.classical.methods import BOOSTED_TREES
from nikti.classical.tasks._answering import ranking
from nikti.classical.tasks.question_answering._reading import Reading, ranked
from nikti.core.words import Words

RECIPE = Reading(
    Words(
        en="parts of the passage ranked by boosted trees (LambdaMART) on the same measures",
        bn="একই মাপ দিয়ে অনুচ্ছেদের প্রতিটি অংশ সাজানো, শুধরানো গাছের দল দিয়ে (LambdaMART)",
    ),
    ("medium", "best"),
    BOOSTED_TREES,
    ({"leaves": 15, "rounds": 100}, {"leaves": 7, "rounds": 200}, {"leaves": 31, "rounds": 100}),
    ranked(ranking.trees),
    2.0,
    6e-3,
    represents=True,
)
