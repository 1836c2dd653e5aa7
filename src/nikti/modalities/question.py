"""Questions, each with a passage that may answer it: `nikti.core.inputs.Question`.

Explained and compared as one text: the question, a line break, the passage.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import array_files
from nikti.core.errors import UsageError
from nikti.core.hashing import hashed
from nikti.core.inputs import Inputs, Question, Questions
from nikti.core.normalise import normalised
from nikti.core.words import Words
from nikti.modalities import _regions, _usual, text

SAMPLE = "question"
RAW, WORDS, NEIGHBOURS, GRID, FILLED = True, True, True, False, False

stored_side = _usual.stored_side
beyond_chance = _usual.beyond_chance
near = _usual.near
like = _usual.like
card = _usual.card
form = _usual.form
formed = _usual.formed
decoded = _usual.decoded
columns = _usual.columns
pool = _usual.pool
excerpts = _usual.excerpts
small = _usual.small
overlay = _usual.overlay

_NO_QUESTION = Words(
    en="questions are given as pairs of texts (question, passage), as a table with these columns or as "
    "SQuAD's JSON; this is none of them: {given}",
    bn="প্রশ্ন দিতে হয় লেখার জোড়া হিসেবে (প্রশ্ন, অনুচ্ছেদ), এই দুই কলামের টেবিলে, বা SQuAD-এর JSON "
    "হিসেবে; এটি তার কোনোটিই নয়: {given}",
)


def in_one(sample: Question) -> str:
    """A question with its passage as one text."""
    return f"{sample.question}\n{sample.passage}"


def store(inputs: Questions, folder: Path, cap: int) -> None:
    """questions.arrow, passages.arrow and which.npy: see `Questions`."""
    array_files.save_strings(folder / "questions.arrow", inputs.questions)
    array_files.save_strings(folder / "passages.arrow", inputs.passages)
    array_files.save(folder / "which.npy", inputs.which)


def load(folder: Path) -> Questions:
    """In memory."""
    return Questions(
        array_files.load_strings(folder / "questions.arrow"),
        array_files.load_strings(folder / "passages.arrow"),
        np.load(folder / "which.npy", allow_pickle=False),
    )


def digests(inputs: Inputs, side: int = 0) -> np.ndarray:
    """One digest per sample, of both normalised texts: see `normalised`."""
    parts = (normalised(one.question) + "\0" + normalised(one.passage) for one in inputs)
    return hashed(part.encode("utf-8", "surrogatepass") for part in parts)


def files(items: Any) -> list[Path] | None:
    """Names of files; a pair of texts is one question with its passage."""
    return None if _is_pair(items) else _usual.files(items)


def in_memory(items: Any, card: dict[str, Any]) -> Questions:
    """One pair (question, passage), or several."""
    pairs = [items] if _is_pair(items) else items
    if odd := [pair for pair in pairs if not (len(pair) == 2 and all(isinstance(p, str) for p in pair))]:
        raise UsageError(_NO_QUESTION.format(given=str(odd[0])[:80]))
    return Questions.of(pairs)


def _is_pair(items: Any) -> bool:
    """Whether this is one question with its passage, and no two files."""
    return (
        isinstance(items, tuple)
        and len(items) == 2
        and all(isinstance(item, str) for item in items)
        and not _usual.is_file(items[0])
    )


def places(inputs: Inputs, row: int) -> tuple[int, ...]:
    """(characters of both and the line break,)"""
    return (len(in_one(inputs[row])),)


def regions(inputs: Inputs, row: int, most: int) -> np.ndarray:
    """Words of both: int64 [characters]."""
    return _regions.words(in_one(inputs[row]), most)


def without(pool: Inputs, removed: np.ndarray) -> Questions:
    """removed: bool [m, characters]; the line break stays."""
    whole = in_one(pool[0])
    kept = [text.left(whole, one).partition("\n") for one in removed]
    return Questions([q for q, _, _ in kept], [p for _, _, p in kept], np.arange(len(kept)))


def shown(sample: Question) -> dict[str, Any]:
    """{"text": the beginning of both}"""
    return text.shown(in_one(sample))


visible = text.visible
