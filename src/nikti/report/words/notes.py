"""Notes of readers, tasks, the plan and the judge in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.core.words import read


def note_sentence(note: Mapping[str, Any] | str, lang: str) -> tuple[str, str]:
    """(sentence, its language): a note in the requested language, or in English where it was stored without
    another, as earlier versions did."""
    if isinstance(note, str):
        return note, "en"
    words = read(note, "text")
    found = words.to(lang)
    return (words.en, "en") if found is None else (found, lang)
