"""Rows of a table: columns of numbers, categories, dates and texts, see `nikti.core.columns`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core import array_files
from nikti.core.cell_format import Reading
from nikti.core.columns import BOOLEAN, DATETIME, NUMERIC, cast_like, kinds, unread
from nikti.core.errors import DataError
from nikti.core.inputs import Frame
from nikti.core.words import Words
from nikti.modalities import _regions, _usual

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = "row"
RAW, WORDS, NEIGHBOURS, GRID, FILLED = False, False, False, False, True

#: Equal rows are copies if fewer equals than this were expected of a row, its cells drawn at random from
#: their columns (over distinct rows). Rows of a few yes-or-no columns are equal all the time.
CHANCE = 0.05
#: Columns are things in themselves: a row is cut coarser only beyond so many.
MOST_COLUMNS = 40
#: Columns of a row that are shown with their weights; letters of a cell.
COLUMNS, LONGEST_CELL = 6, 600

_PRIME = np.uint64(1_099_511_628_211)  # FNV's

files = _usual.files
stored_side = _usual.stored_side
near = _usual.near
decoded = _usual.decoded
excerpts = _usual.excerpts
small = _usual.small
overlay = _usual.overlay

_NOT_STORED = Words(en="the table cannot be stored: {error}", bn="টেবিলটি রাখা যায় না: {error}")


def store(inputs: Frame, folder: Path, cap: int) -> None:
    """inputs.arrow. Raises DataError for cells that Arrow does not know."""
    import pyarrow as pa

    try:
        table = pa.Table.from_pandas(inputs.frame, preserve_index=False)
    except (pa.ArrowException, UnicodeError) as error:
        raise DataError(_NOT_STORED.format(error=error)) from error
    array_files.save_arrow(folder / "inputs.arrow", table)


def load(folder: Path) -> Frame:
    """In memory, with the kinds of its columns."""
    return Frame(array_files.load_arrow(folder / "inputs.arrow").to_pandas())


def digests(inputs: Frame, side: int = 0) -> np.ndarray:
    """One digest per row, of each column's value by its kind, whatever the dtype."""
    frame = inputs.frame
    found = np.zeros(len(frame), dtype=np.uint64)
    for place, kind in enumerate(kinds(frame.set_axis(range(frame.shape[1]), axis=1)).values()):
        found = found * _PRIME + _hashes(frame.iloc[:, place], kind)
    return found


def _hashes(column: pd.Series, kind: str) -> np.ndarray:
    """uint64 [n]; of categories each is hashed once."""
    import pandas as pd
    from pandas.util import hash_array

    if not isinstance(column.dtype, pd.CategoricalDtype):
        return hash_array(_values(column, kind), categorize=False)
    words = [*column.cat.categories.astype("string"), ""]  # code -1, the missing, finds the last
    return hash_array(np.array(words, dtype=object))[column.cat.codes.to_numpy()]


def _values(column: pd.Series, kind: str) -> np.ndarray:
    """float64, or strings with "" for none."""
    if kind in (NUMERIC, BOOLEAN):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0  # -0 as 0
        return np.where(np.isnan(numbers), np.nan, numbers)  # one NaN of the many that there are
    if kind == DATETIME:
        return column.to_numpy().astype("datetime64[us]").astype(np.int64)
    return column.astype("string").fillna("").to_numpy(dtype=object)


def beyond_chance(inputs: Frame, keys: np.ndarray) -> np.ndarray:
    """See `CHANCE`. keys: the rows' `digests`."""
    _, distinct = np.unique(keys, return_index=True)
    with np.errstate(divide="ignore"):  # of no rows
        chance = np.full(len(keys), np.log(len(keys)))
    for place in range(inputs.frame.shape[1]):
        codes = inputs.frame.iloc[:, place].factorize(use_na_sentinel=False)[0]
        chance += np.log(np.bincount(codes[distinct])[codes] / len(distinct))
    return chance < np.log(CHANCE)


def in_memory(items: Any, card: dict[str, Any]) -> Frame:
    """A pandas frame, its cells read as those of training. Raises DataError naming the columns that are not
    there."""
    reading = Reading.from_json(card.get("reading"))
    typed = cast_like(items, card["kinds"], reading)
    return Frame(typed, None if reading is None else unread(items, typed))


def like(inputs: Frame, card: dict[str, Any]) -> Frame:
    """The columns of training, cast to their kinds. Raises DataError naming those that are not there."""
    return in_memory(inputs.frame, card)


def card(inputs: Frame) -> dict[str, Any]:
    """{"kinds": {column: kind}}"""
    return {"kinds": kinds(inputs.frame)}


def form(inputs: Frame) -> dict[str, Any]:
    """{"columns": {column: kind}}"""
    return {"columns": kinds(inputs.frame)}


def formed(inputs: Frame, form: dict[str, Any]) -> Frame:
    """Columns cast where they are not of these kinds. Raises DataError naming those that are not there."""
    if kinds(inputs.frame) == form["columns"]:
        return inputs
    return Frame(cast_like(inputs.frame, form["columns"]))


def places(inputs: Frame, row: int) -> tuple[int, ...]:
    """(columns,)"""
    return (inputs.frame.shape[1],)


def columns(inputs: Frame) -> list[str]:
    """The names of the columns."""
    return [str(name) for name in inputs.frame.columns]


def regions(inputs: Frame, row: int, most: int) -> np.ndarray:
    """Columns, or runs of columns where there are more than MOST_COLUMNS of them: int64 [columns]."""
    return _regions.stretches(inputs.frame.shape[1], max(most, MOST_COLUMNS))


def pool(inputs: Frame, row: int, donors: Frame | None) -> Frame:
    """The row, then those that fill its gaps, or one without values, in the row's own kinds of columns."""
    import pandas as pd

    own = inputs.frame.iloc[[row]]
    if donors is None:
        missing = own.reindex([-1])
        return Frame(pd.concat([own, missing], ignore_index=True).astype(own.dtypes, errors="ignore"))
    made = pd.concat([own, donors.frame], ignore_index=True)
    # A category that only the others have is one of the column's all the same.
    kinds = {n: "category" if isinstance(k, pd.CategoricalDtype) else k for n, k in own.dtypes.items()}
    return Frame(made.astype({name: kind for name, kind in kinds.items() if made[name].dtype != kind}))


def without(pool: Frame, removed: np.ndarray) -> Frame:
    """Columns filled from the other rows of the pool. removed: bool [m, columns]."""
    import pandas as pd

    draws = len(pool) - 1
    sources = np.tile(np.arange(1, 1 + draws), len(removed))
    removed = np.repeat(removed, draws, axis=0)  # [m * draws, columns]
    made = {
        name: pool.frame[name].take(np.where(removed[:, place], sources, 0)).reset_index(drop=True)
        for place, name in enumerate(pool.frame.columns)
    }
    return Frame(pd.DataFrame(made))


def shown(sample: dict[str, Any]) -> dict[str, Any]:
    """{"row_values": {column: cell}}"""
    return {"row_values": {str(name): _cell(value) for name, value in sample.items()}}


def _cell(value: Any) -> str | float | None:
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | float | np.number):
        return float(value) if math.isfinite(value) else None
    return None if value is None or value != value else str(value)


def visible(shown: dict[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """{"columns": [[name, cell, weight -1 to 1], ...]}, the weightiest first."""
    top = np.abs(weights).max(initial=0.0) or 1.0
    order = np.argsort(-np.abs(weights), kind="stable")[:COLUMNS]
    cells = list(shown["row_values"].items())
    return {"columns": [[*cells[k], round(float(weights[k] / top), 3)] for k in order if weights[k]]}
