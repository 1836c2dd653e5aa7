"""Parts of the passage ranked by logistic regression on words in common, distances and shapes."""

from __future__ import annotations

from nikti.classical.methods import LINEAR
from nikti.classical.tasks._answering import ranking
from nikti.classical.tasks.question_answering._reading import Reading, ranked
from nikti.core.contender import PRESETS
from nikti.core.words import Words

RECIPE = Reading(
    Words(
        en="parts of the passage ranked by logistic regression on words in common, distances and shapes",
        bn="মিলে যাওয়া শব্দ, দূরত্ব আর গড়ন মেপে অনুচ্ছেদের প্রতিটি অংশ সাজানো, লজিস্টিক রিগ্রেশন দিয়ে",
    ),
    PRESETS,
    LINEAR,
    ({"penalty": 1e-3}, {"penalty": 1e-2}, {"penalty": 1e-4}),
    ranked(ranking.logit),
    2.0,
    4e-3,
    represents=True,
)
