"""What the columns of a table are, and how raw cells become them.

A reader fixes the dtypes once; from then on the kind of a column is a matter of its dtype alone, so
that everyone agrees:

    numeric      float64 (int64 in frames from elsewhere), NaN where missing
    categorical  category of strings, NaN where missing
    boolean      nullable boolean, NA where missing
    datetime     datetime64 without a zone, NaT where missing
    text         pandas string, "" where missing

pandas is imported where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nikti.core import spelling
from nikti.core.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

NUMERIC, CATEGORICAL, BOOLEAN, DATETIME, TEXT = "numeric", "categorical", "boolean", "datetime", "text"
KINDS = (NUMERIC, CATEGORICAL, BOOLEAN, DATETIME, TEXT)

#: Cells that mean "no value" (compared after stripping, in lower case). "none" is left out: it is
#: too often a category of its own.
MISSING = frozenset({"", "?", "-", "--", "na", "n/a", "#n/a", "nan", "<na>", "null", "nil", "nat"})

#: Bangla digits to ASCII ones.
ASCII_DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")

_TRUE = frozenset({"true", "yes", "হ্যাঁ", "সত্য"})
_FALSE = frozenset({"false", "no", "না", "মিথ্যা"})
_CLOCK = r"[T ]\d{1,2}:\d{2}(:\d{2}([.]\d+)?)?(Z|[+-]\d\d:?\d\d)?"
_ISO = re.compile(rf"\d{{4}}[-/.]\d{{1,2}}([-/.]\d{{1,2}}({_CLOCK})?)?")
_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})( \d{1,2}:\d{2}(:\d{2})?)?")


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    """{column: one of KINDS}, read off the dtypes and nothing else."""
    return {str(name): _kind(dtype) for name, dtype in frame.dtypes.items()}


def wordy(inputs: object) -> int:
    """How many columns of a table are something else than numbers; 0 where a sample is no table row."""
    frame = getattr(inputs, "frame", None)
    return 0 if frame is None else sum(kind != NUMERIC for kind in kinds(frame).values())


def _kind(dtype: object) -> str:
    import pandas as pd

    if isinstance(dtype, pd.CategoricalDtype):
        return CATEGORICAL
    if pd.api.types.is_bool_dtype(dtype):
        return BOOLEAN
    if pd.api.types.is_numeric_dtype(dtype):
        return NUMERIC
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return DATETIME
    return TEXT


def cast_like(frame: pd.DataFrame, dtypes: Mapping[str, str]) -> pd.DataFrame:
    """The columns named in `dtypes`, in that order, cast to those kinds (or dtype names).

    For rows met at prediction time: cells that cannot be read as the kind become missing, and a
    category never seen in training is kept as it is, for the model to treat as missing. Columns that
    are not named are left out; a name that is the same to the eye is the same. Raises DataError naming
    the columns that are not there.
    """
    import pandas as pd

    names = {spelling.key(str(name)): name for name in frame.columns}
    there = {name: name if name in frame.columns else names.get(spelling.key(name)) for name in dtypes}
    absent = [name for name, found in there.items() if found is None]
    if absent:
        raise DataError(
            f"missing {'column' if len(absent) == 1 else 'columns'}: {', '.join(absent)}. "
            f"Found: {', '.join(map(str, frame.columns))}."
        )
    picked = {name: cast(frame[there[name]], _as_kind(dtype)) for name, dtype in dtypes.items()}
    return pd.DataFrame(picked, index=frame.index)


def _as_kind(dtype: str) -> str:
    import pandas as pd

    return dtype if dtype in KINDS else _kind(pd.api.types.pandas_dtype(dtype))


def cast(column: pd.Series, kind: str) -> pd.Series:
    """One column as the given kind; what cannot be read becomes missing."""
    if kind == NUMERIC:
        return numbers(column)
    if kind == BOOLEAN:
        return booleans(column)
    if kind == DATETIME:
        return dates(column)
    if kind == TEXT:
        return strings(column).fillna("").astype("string")
    return without_markers(strings(column)).astype("category")


def strings(column: pd.Series) -> pd.Series:
    """Cells as stripped strings, whole numbers without ".0"; missing cells stay missing."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column.dtype):
        column = column.astype("object")
    elif pd.api.types.is_float_dtype(column.dtype) and whole(column):
        column = column.astype("Int64")
    return column.astype("string").str.strip()


def whole(column: pd.Series) -> bool:
    """Whether every number that is there is a whole one (of a size that an int64 holds)."""
    values = column.dropna()
    return bool(((values % 1 == 0) & (values.abs() < 2**53)).all())


def without_markers(cells: pd.Series) -> pd.Series:
    """String cells with the marks for "no value" (`MISSING`) made missing."""
    return cells.mask(cells.str.lower().isin(list(MISSING)).fillna(False).astype(bool))


def numbers(column: pd.Series) -> pd.Series:
    """float64; Bangla digits are read, infinities and what is no number become NaN."""
    import numpy as np
    import pandas as pd

    if (parsed := plain_numbers(column)) is not None:
        column = parsed
    elif not pd.api.types.is_numeric_dtype(column.dtype):
        codes, cells = pd.factorize(strings(column))  # each different cell is read once
        cells = pd.Series([cell.translate(ASCII_DIGITS) for cell in cells], dtype=object)
        read = pd.to_numeric(cells, errors="coerce")
        values = np.append(read.to_numpy(dtype=np.float64), np.nan)  # code -1, the missing, finds the last
        column = pd.Series(values[codes], index=column.index, name=column.name)
    return column.astype("float64").replace([np.inf, -np.inf], np.nan)


def plain_numbers(column: pd.Series) -> pd.Series | None:
    """A column of strings as float64 where Python reads every cell as a number, the quick way for wide
    tables of pixels; else None."""
    import pandas as pd

    if not pd.api.types.is_string_dtype(column.dtype):
        return None
    try:
        values = column.to_numpy(dtype=object).astype("float64")
        return pd.Series(values, index=column.index, name=column.name)
    except (ValueError, TypeError):
        return None


def booleans(column: pd.Series) -> pd.Series:
    """Nullable boolean from booleans, yes/no and true/false in English or Bangla, 1/0."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("boolean")
    cells = strings(column).str.lower().str.translate(ASCII_DIGITS)
    values = {**dict.fromkeys(_TRUE | {"1"}, True), **dict.fromkeys(_FALSE | {"0"}, False)}
    return cells.astype(object).map(values).astype("boolean")


def looks_boolean(values: Iterable[str]) -> bool:
    """Whether distinct cells are a pair such as yes/no (0 and 1 stay numbers)."""
    cells = {value.strip().lower() for value in values}
    return len(cells & _TRUE) == 1 and len(cells & _FALSE) == 1 and len(cells) == 2


def looks_dated(values: Iterable[str]) -> bool:
    """Whether every cell is written like a date (2024-03-31, 2024-03, 31.3.2024 12:30 ...)."""
    cells = [value.strip().translate(ASCII_DIGITS) for value in values]
    return bool(cells) and all(_ISO.fullmatch(c) or _DAY_OR_MONTH_FIRST.fullmatch(c) for c in cells)


def dates(column: pd.Series, ambiguous: str = "raise") -> pd.Series:
    """datetime64 in UTC without a zone; what is no date becomes NaT.

    31/3/2024 tells day and month apart; a column in which no date does (only 1/2/2024 and the like)
    raises DataError, or is read with the day first where `ambiguous` is "day".
    """
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        if getattr(column.dtype, "tz", None) is not None:
            column = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return column.astype("datetime64[us]")
    cells = strings(column).str.translate(ASCII_DIGITS).astype(object)
    cells = cells.where(cells.notna(), None)
    first = order(cells.dropna())
    if first == "unknown" and ambiguous == "raise":
        raise DataError(
            f"column {column.name}: {cells.dropna().iloc[0]} could be day/month or month/day. "
            "Write dates as YYYY-MM-DD."
        )
    parsed = pd.to_datetime(cells, errors="coerce", format="mixed", dayfirst=first != "month", utc=True)
    iso = cells.map(lambda cell: bool(cell and _ISO.fullmatch(cell)))
    if iso.any():  # dayfirst would also turn 2024-03-04 about
        parsed = parsed.mask(iso, pd.to_datetime(cells[iso], errors="coerce", format="mixed", utc=True))
    return parsed.dt.tz_localize(None).astype("datetime64[us]")


def order(cells: Iterable[str]) -> str:
    """ "day" or "month", whichever comes first in dates such as 31/3/2024; "unknown" where no date
    tells; "year" where none is written that way."""
    parts = [match.groups()[:2] for match in map(_DAY_OR_MONTH_FIRST.fullmatch, cells) if match]
    if not parts:
        return "year"
    if any(int(first) > 12 for first, _ in parts):
        return "day"
    return "month" if any(int(second) > 12 for _, second in parts) else "unknown"
