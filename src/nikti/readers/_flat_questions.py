"""Questions in a table, as Hugging Face writes SQuAD: the columns question, context and answers, whose cells
are {"text": [...], "answer_start": [...]}."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core import columns
from nikti.core.answers import Phrases
from nikti.core.data import Data, Note, Options
from nikti.core.inputs import Questions
from nikti.readers import squad

if TYPE_CHECKING:
    import pandas as pd

TASK = "question_answering"
_PASSAGES = ("context", "passage")
#: Letters of a cell that is read as Python: answers are short.
_LONGEST = 100_000
#: NumPy's way to write an array, around the list in it.
_ARRAY = re.compile(r"array\((\[.*?\])\s*(?:,\s*dtype=[\w.<>']+)?\)", re.DOTALL)


def meant(raw: pd.DataFrame, options: Options) -> bool:
    """Whether the columns are such ones and no other task is asked for."""
    if options.task not in (None, TASK) or options.target not in (None, "answers"):
        return False
    found = _named(raw)
    if found is None:
        return False
    cells = raw[found[2]].dropna().head(20).map(_answer)
    return bool(len(cells)) and bool(cells.map(lambda cell: cell is not None).all())


def understand(raw: pd.DataFrame, name: str, *, split: np.ndarray | None, notes: list[Note]) -> Data:
    """Questions with their answers; those whose cell says nothing are dropped, an empty list says that there
    is no answer."""
    question, passage, answers = _named(raw) or ("", "", "")
    found = [None if _is_missing(cell) else _answer(cell) for cell in raw[answers].tolist()]
    there = np.array([one is not None for one in found], bool)
    if not there.all():
        values = {"count": int((~there).sum())}
        notes = [*notes, Note.of("warning", "dropped_no_answer", squad.NO_ANSWER, values, of=len(raw))]
    kept = [one for one in found if one is not None]
    asked, read = (columns.strings(raw[column]).fillna("")[there].tolist() for column in (question, passage))
    passages: dict[str, int] = {}
    which = [passages.setdefault(text, len(passages)) for text in read]
    return Data(
        name=name,
        modality="question",
        inputs=Questions(asked, list(passages), which),
        targets=Phrases.of([texts for texts, _ in kept], [starts for _, starts in kept]),
        target_name=answers,
        split=None if split is None else split[there],
        notes=tuple(notes),
    )


def _named(raw: pd.DataFrame) -> tuple[str, str, str] | None:
    """(question, passage, answers), the columns of these names."""
    by_name = {str(column).strip().lower(): column for column in raw.columns}
    passage = next((by_name[name] for name in _PASSAGES if name in by_name), None)
    if passage is None or not {"question", "answers"} <= set(by_name):
        return None
    return by_name["question"], passage, by_name["answers"]


def _is_missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and cell != cell) or cell == ""


def _answer(cell: Any) -> tuple[list[str], list[int]] | None:
    """(texts, where each begins or -1) of one cell, None for another."""
    told = _parsed(cell) if isinstance(cell, str) else cell
    if not isinstance(told, dict) or "text" not in told:
        return None
    texts, starts = told["text"], told.get("answer_start")
    texts = [texts] if isinstance(texts, str) else list(texts)
    starts = [starts] if isinstance(starts, int) else list(starts) if starts is not None else []
    if not all(isinstance(text, str) for text in texts):
        return None
    places = [int(start) for start in starts] if len(starts) == len(texts) else [-1] * len(texts)
    return texts, places


def _parsed(cell: str) -> Any:
    """JSON, or what Python prints of such a record: literals alone."""
    if len(cell) > _LONGEST:
        return None
    try:
        return json.loads(cell)
    except ValueError:
        pass
    try:
        return ast.literal_eval(_ARRAY.sub(r"\1", cell))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
