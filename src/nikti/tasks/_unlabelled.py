"""The note on samples without an answer."""

from __future__ import annotations

from nikti.core.data import Note
from nikti.core.words import Words

NO_LABEL = Words(
    en="{count} of {of} {unit} samples have no label and were dropped.",
    bn="{count}টি নমুনায় উত্তর লেখা নেই, তাই বাদ গেছে।",
)


def without_label(count: int, of: int, unit: str) -> Note:
    """count: samples that were dropped, out of `of`; unit: what a sample is, such as "image"."""
    return Note.of("warning", "dropped_no_answer", NO_LABEL, {"count": count}, of=of, unit=unit)
