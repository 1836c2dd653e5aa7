"""Labels in columns of their own, 0 or 1 in each row: several of them are one set of labels, or one class
where each row has exactly one 1."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nikti.core import columns
from nikti.core.data import Note, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _file_kinds, _target

if TYPE_CHECKING:
    import pandas as pd

#: Numbers that say whether a label is there.
_SAYS = {"0": False, "1": True, "0.0": False, "1.0": True, "true": True, "false": False}

SET_OF_COLUMNS = Words(
    en="The columns of 0 and 1 ({listed}) were taken together as the labels of a row, none or several. To "
    'predict one of them alone, type --target "{first}".',
    bn="০ ও ১-এর কলামগুলো ({listed}) একসঙ্গে সারির লেবেল ধরা হয়েছে, একটিও না বা একাধিক। শুধু একটি অনুমান করতে "
    'লিখুন --target "{first}"।',
)
ONE_OF_COLUMNS = Words(
    en="Each row has a 1 in exactly one of the columns {listed}; that column was taken as its class.",
    bn="প্রতি সারিতে {listed} কলামগুলোর ঠিক একটিতে ১ আছে; সেই কলামটিই শ্রেণি ধরা হয়েছে।",
)
NEITHER = Words(
    en="{name}: --target names several columns, which are labels that a row has (1) or has not (0), but "
    "{column!r} holds {cell} in row {row}. Name columns of 0 and 1, or one column.",
    bn="{name}: --target-এ একাধিক কলামের নাম আছে, অর্থাৎ লেবেল, যা সারিতে আছে (১) বা নেই (০); কিন্তু {column} কলামের "
    "{row} নম্বর সারিতে আছে {cell}। ০ ও ১-এর কলামের নাম দিন, বা একটিমাত্র কলামের।",
)
LISTED = 6


def together(
    raw: pd.DataFrame, found: Mapping[str, str], options: Options, name: str, taken: Collection[str | None]
) -> tuple[pd.DataFrame, dict[str, str], Options, list[Note]]:
    """(table, kinds, options, notes), where columns of 0 and 1 became one column of lists, or of the class's
    name: those that --target names together, "a,b,c", or, where it names nothing, all columns beside one of
    texts or pictures. found: {column: kind}, see `nikti.readers._kinds`; taken: no labels."""
    chosen, guessed = named(raw, options, name), False
    if not chosen and options.target is None:
        chosen, guessed = _guess(raw, found, {options.group, options.time, *taken}), True
    if not chosen:
        return raw, dict(found), options, []
    target, cells, note = joined(raw, chosen, name, guessed)
    kept = raw.drop(columns=chosen).assign(**{target: cells})
    kinds = {column: kind for column, kind in found.items() if column not in chosen}
    return kept, {**kinds, target: "nested"}, replace(options, target=target), [note] if guessed else []


def named(raw: pd.DataFrame, options: Options, name: str) -> list[str]:
    """The columns that --target names together, with commas between them; [] where it names one. Raises
    UsageError for one that is not there."""
    asked = options.target
    if asked is None or "," not in asked or asked in raw.columns:
        return []
    parts = [part.strip() for part in asked.split(",") if part.strip()]
    return list(dict.fromkeys(_target.named(part, raw, "target", name) for part in parts))


def joined(raw: pd.DataFrame, chosen: list[str], name: str, guessed: bool) -> tuple[str, pd.Series, Note]:
    """(what the column of the sets is called, its cells, a note). Raises DataError for a cell that says
    neither yes nor no."""
    import pandas as pd

    there = np.column_stack([_says(raw[column], name) for column in chosen])
    target, values = ",".join(chosen), {"columns": chosen}
    more = {"listed": ", ".join(chosen[:LISTED]) + (", ..." if len(chosen) > LISTED else "")}
    if guessed and (there.sum(axis=1) == 1).all():
        cells = pd.Series([chosen[place] for place in there.argmax(axis=1)], index=raw.index)
        return target, cells, Note.of("info", "one_hot_columns", ONE_OF_COLUMNS, values, **more)
    sets = [[column for column, yes in zip(chosen, row, strict=True) if yes] for row in there]
    cells = pd.Series(sets, index=raw.index, dtype=object)
    return target, cells, Note.of("info", "label_columns", SET_OF_COLUMNS, values, first=chosen[0], **more)


def _guess(raw: pd.DataFrame, found: Mapping[str, str], taken: Collection[str | None]) -> list[str]:
    """All columns beside one of texts or pictures, if they are two or more and hold 0 and 1; what only
    numbers the rows does not count."""
    free = [c for c in raw.columns if c not in taken]
    samples = [c for c in free if found[c] in ("text", *_file_kinds.MODALITIES)]
    if len(samples) != 1 or any(_target.is_sure(c) for c in free):
        return []
    rest = [c for c in free if c not in samples and not (raw[c].is_unique and len(raw) > 2)]
    return rest if len(rest) > 1 and all(_holds_yes_and_no(raw[c]) for c in rest) else []


def _cells(column: pd.Series) -> pd.Series:
    return columns.strings(column).str.strip().str.lower()


def _holds_yes_and_no(column: pd.Series) -> bool:
    return bool(_cells(column).isin(list(_SAYS)).all())


def _says(column: pd.Series, name: str) -> np.ndarray:
    cells = _cells(column)
    strange = ~cells.isin(list(_SAYS)).to_numpy()
    if strange.any():
        row = int(np.flatnonzero(strange)[0])
        values = {"column": str(column.name), "cell": repr(column.iloc[row]), "row": row + 1}
        raise DataError(NEITHER.format(name=name, **values))
    return cells.map(_SAYS).to_numpy(dtype=bool)
