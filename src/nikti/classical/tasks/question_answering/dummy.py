"""As many first words of the passage as score best, or no answer, as the floor."""

from __future__ import annotations

from nikti.classical.tasks._answering import learning
from nikti.classical.tasks.question_answering._reading import Reading
from nikti.core.contender import FLOOR, PRESETS
from nikti.core.words import Words

RECIPE = Reading(
    Words(
        en="as many first words of the passage as score best, or no answer, as the floor",
        bn="অনুচ্ছেদের প্রথম কয়েকটি শব্দ, যতগুলোতে স্কোর সবচেয়ে ভালো, বা উত্তর নেই বলা, সবচেয়ে নিচের মাপ হিসেবে",
    ),
    PRESETS,
    FLOOR,
    ({},),
    learning.floor,
    0.0,
    2e-3,
)
