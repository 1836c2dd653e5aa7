"""Notes of readers, tasks, the plan and the judge in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.report.words.numbers import digits, number
from nikti.report.words.phrases import note_phrases

#: Members of a list that a sentence names.
MOST_LISTED = 6


def note_sentence(note: Mapping[str, Any] | str, lang: str) -> tuple[str, str]:
    """(sentence, its language): a note in the asked language, or its own English where no translation
    is known or the note lacks a value that the translation needs. A note with a value `how` may have a
    sentence of its own for each."""
    if isinstance(note, str):
        return note, "en"
    values = note.get("values") or {}
    known = note_phrases(lang)
    phrase = known.get(f"{note['code']}_{values.get('how')}", known.get(note["code"]))
    if phrase is None:
        return note["text"], "en"
    try:
        return phrase.format(**{k: _shown(v, lang) for k, v in values.items()}), lang
    except (KeyError, IndexError):
        return note["text"], "en"


def _shown(value: Any, lang: str) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return number(value, lang)
    if isinstance(value, float):
        return digits(f"{value:.3g}", lang)
    if isinstance(value, list | tuple):
        return ", ".join(_shown(v, lang) for v in value[:MOST_LISTED]) + (", …" * (len(value) > MOST_LISTED))
    if isinstance(value, Mapping):
        return _shown([f"{k} ({_shown(v, lang)})" for k, v in value.items()], lang)
    return str(value)
