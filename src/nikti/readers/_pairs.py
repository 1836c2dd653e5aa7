"""From a table of raw cells to texts with their translations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nikti.core import columns
from nikti.core.answers import Phrases
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Texts
from nikti.core.words import Words
from nikti.readers import _columns, _languages, _target

if TYPE_CHECKING:
    import pandas as pd

TASK = "translation"
#: A column name of more words than this is a sentence: the table has no line of names.
NAME_WORDS = 4
#: Letters that a cell of a text has on the mean at least, and rows looked at.
LETTERS, LOOKED_AT = 3, 200

DIRECTION = Words(
    en="Texts in {column!r} are translated into those in {target!r}.",
    bn="{column}-এর লেখা থেকে {target}-এর লেখায় অনুবাদ করা হচ্ছে।",
)
OTHER_WAY = Words(
    en="Texts in {column!r} are translated into those in {target!r}. For the other way type "
    "--target {column!r}.",
    bn="{column}-এর লেখা থেকে {target}-এর লেখায় অনুবাদ করা হচ্ছে। উল্টো দিকে করতে লিখুন --target {column}",
)
NO_HEADER = Words(
    en="{file} has no line of column names; its first two columns are source and target.",
    bn="{file} ফাইলে কলামের নাম নেই; {columns}টি কলামের নাম নিজে থেকে দেওয়া হয়েছে।",
)
WHICH = Words(
    en="which columns of {name} are a text and its translation? Its columns: {columns}; of text: {texts}. "
    "Keep two columns, or call them source and target.",
    bn="{name}-এর কোন কলামে লেখা আর কোনটিতে তার অনুবাদ? এর কলাম: {columns}; লেখা আছে: {texts}। শুধু দুটি কলাম রাখুন, বা "
    "তাদের নাম দিন source ও target",
)
NO_TEXTS = Words(en="none", bn="কোনোটিতে না")
NO_NAMES = Words(
    en="{name} has a first line that names no columns. Put source and target above it.",
    bn="{name}-এর প্রথম লাইনে কলামের নাম নেই। তার ওপরে source ও target লিখে একটি লাইন দিন।",
)


def direction(source: str, target: str, options: Options) -> Note:
    """The note on which side is translated into which, and where the user did not say, how to turn it."""
    words = DIRECTION if options.target else OTHER_WAY
    return Note.of("info", "text_column", words, {"column": source, "target": target})


def meant(raw: pd.DataFrame, options: Options) -> bool:
    """Whether the rows are texts with their translations: the user says so, or the columns' names do."""
    if options.task is not None:
        return options.task == TASK
    raw = _unpacked(raw)
    found = _named(raw)
    if found is None or options.target not in (None, *found):
        return False
    return all(_wordy(raw[column]) for column in found)


def understand(
    raw: pd.DataFrame,
    name: str,
    options: Options,
    *,
    split: np.ndarray | None = None,
    notes: Sequence[Note] = (),
) -> Data:
    """Pairs out of a table as read. Cells stay as they are: `Translation.prepare` tidies them.

    The source and the target are the columns that are called so, or two languages; else the only two columns
    of text. options.target names the target. Raises UsageError where they are not clear.
    """
    raw, notes = _unpacked(raw), list(notes)
    raw, more = _with_names(raw, name)
    notes += more
    raw, more = _columns.tidy_names(raw)
    notes += more
    source, target = _sides(raw, name, options)
    group = options.group and _target.named(options.group, raw, "group", name)
    if split is None:
        split, column = _columns.split_column(raw, {source, target, group})
        if column:
            notes.append(Note.of("info", "split_column", _columns.SPLIT_COLUMN, {"column": column}))
    notes.append(direction(source, target, options))
    groups = _columns.codes(raw[group]) if group else None
    return pairs(
        name, _cells(raw[source]), _cells(raw[target]), target, groups=groups, split=split, notes=notes
    )


def pairs(
    name: str,
    sources: Sequence[str],
    answers: Sequence[str],
    target_name: str,
    *,
    groups: np.ndarray | None = None,
    split: np.ndarray | None = None,
    notes: Sequence[Note] = (),
) -> Data:
    """Data of texts and, for each, one translation."""
    return Data(
        name=name,
        modality="text",
        inputs=Texts(sources),
        targets=Phrases.of([[answer] for answer in answers]),
        target_name=target_name,
        groups=groups,
        split=split,
        notes=tuple(notes),
    )


def _named(raw: pd.DataFrame) -> tuple[str, str] | None:
    names = [str(column) for column in raw.columns]
    return _languages.pair(names) if len(set(names)) == len(names) else None


def _sides(raw: pd.DataFrame, name: str, options: Options) -> tuple[str, str]:
    found = _named(raw)
    texts = list(found or [c for c in raw.columns if _wordy(raw[c])])
    if options.target is not None:
        target = _target.named(options.target, raw, "target", name)
        others = [column for column in texts if column != target]
        if len(others) == 1:
            return others[0], target
    elif len(texts) == 2:
        return texts[0], texts[1]
    listed = {"columns": ", ".join(raw.columns), "texts": ", ".join(map(str, texts)) or NO_TEXTS}
    raise UsageError(WHICH.format(name=name, **listed))


def _wordy(column: pd.Series) -> bool:
    cells = columns.strings(column).dropna().head(LOOKED_AT)
    letters = cells.map(lambda cell: sum(map(str.isalpha, cell)))
    return len(cells) > 0 and float(letters.mean()) >= LETTERS and cells.nunique() > len(cells) / 10


def _cells(column: pd.Series) -> list[str]:
    return columns.strings(column).fillna("").tolist()


def _unpacked(raw: pd.DataFrame) -> pd.DataFrame:
    """Hugging Face's form, a column `translation` of {language: text}, as two columns."""
    import pandas as pd

    if TASK not in raw.columns or not raw[TASK].map(lambda cell: isinstance(cell, dict)).all():
        return raw
    return pd.concat([raw.drop(columns=TASK), pd.DataFrame(raw[TASK].tolist())], axis=1)


def _with_names(raw: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[Note]]:
    """A line of column names that is a sentence is the first pair."""
    import pandas as pd

    first = [str(column) for column in raw.columns]
    if len(first) < 2 or _languages.pair(first) or not any(_sentence(cell) for cell in first[:2]):
        return raw, []
    if len(set(first)) < len(first):
        raise DataError(NO_NAMES.format(name=name))
    names = ["source", "target", *(f"column_{place}" for place in range(3, len(first) + 1))]
    head = pd.DataFrame([first], columns=names)
    note = Note.of("info", "no_header", NO_HEADER, {"file": name, "columns": len(first)})
    return pd.concat([head, raw.set_axis(names, axis=1)], ignore_index=True), [note]


def _sentence(cell: str) -> bool:
    return len(cell.split()) > NAME_WORDS or cell.strip().endswith((".", "!", "?", "।", "。"))
