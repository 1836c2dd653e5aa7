"""Sliding window: the part with most of the question around it (Richardson et al. 2013)."""

from __future__ import annotations

from nikti.classical.methods import SLIDING_WINDOWS
from nikti.classical.tasks._answering import learning
from nikti.classical.tasks.question_answering._reading import Reading
from nikti.core.contender import PRESETS
from nikti.core.words import Words

RECIPE = Reading(
    Words(
        en="sliding window: the part with most of the question around it (Richardson et al. 2013)",
        bn="চলন্ত জানালা: যে অংশের চারপাশে প্রশ্নের শব্দ সবচেয়ে বেশি (Richardson ও অন্যান্য ২০১৩)",
    ),
    PRESETS,
    SLIDING_WINDOWS,
    ({},),
    learning.sliding_window,
    0.5,
    0.0,
)
