"""Words of the report: sentences by language, formatted numbers, the verdict in words."""

from nikti.core.words import LANGUAGES
from nikti.report.words.metrics import axis_title, measured
from nikti.report.words.notes import note_sentence
from nikti.report.words.phrases import phrases, say
from nikti.report.words.sentences import every_class, verdict_parts, verdict_sentence

__all__ = [
    "LANGUAGES",
    "axis_title",
    "every_class",
    "measured",
    "note_sentence",
    "phrases",
    "say",
    "verdict_parts",
    "verdict_sentence",
]
