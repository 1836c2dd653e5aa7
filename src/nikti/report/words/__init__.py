"""All that the report says: sentences by language, numbers as people read them, the verdict in words."""

from nikti.report.words.metrics import measured, metric
from nikti.report.words.notes import note_sentence
from nikti.report.words.phrases import LANGUAGES, phrases, say
from nikti.report.words.sentences import every_class, verdict_parts, verdict_sentence

__all__ = [
    "LANGUAGES",
    "every_class",
    "measured",
    "metric",
    "note_sentence",
    "phrases",
    "say",
    "verdict_parts",
    "verdict_sentence",
]
