"""What the columns of a table are, and how raw cells become them.

A reader fixes the dtypes once; from then on the kind of a column is a matter of its dtype alone, so
that everyone agrees:

    numeric      float64 (int64 and durations in frames from elsewhere), NaN where missing
    categorical  category of strings, NaN where missing
    boolean      nullable boolean, NA where missing
    datetime     datetime64 without a zone, NaT where missing
    text         pandas string, "" where missing

pandas is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nikti.core import date_cells, number_cells, spelling
from nikti.core.cell_format import PLAIN, CellFormat, Reading
from nikti.core.errors import DataError
from nikti.core.words import Words

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

NUMERIC, CATEGORICAL, BOOLEAN, DATETIME, TEXT = "numeric", "categorical", "boolean", "datetime", "text"
KINDS = (NUMERIC, CATEGORICAL, BOOLEAN, DATETIME, TEXT)

#: Cells that mean "no value" (compared after stripping, in lower case). "none" is left out: it is
#: too often a category of its own.
MISSING = frozenset(
    {
        "",
        "?",
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "..",
        "...",
        "na",
        "n/a",
        "n.a.",
        "n/d",
        "#n/a",
        "#n/a n/a",
        "#na",
    }
    | {"nan", "-nan", "+nan", "<na>", "null", "(null)", "nil", "nat", "\\n", "1.#qnan", "-1.#ind", "1.#ind"}
    | {"#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#error!", "প্রযোজ্য নয়"}
)

HEAD = 20  # cells that tell whether a whole column is worth a quick try
#: Digits of other scripts to ASCII ones.
ASCII_DIGITS = number_cells.DIGITS

_TRUE = frozenset({"true", "yes", "হ্যাঁ", "সত্য"})
_FALSE = frozenset({"false", "no", "না", "মিথ্যা"})

_NO_COLUMN = Words(
    en="missing column: {absent}. Found: {found}.",
    bn="একটি কলাম নেই: {absent}। আছে: {found}।",
)
_NO_COLUMNS = Words(
    en="missing columns: {absent}. Found: {found}.",
    bn="কয়েকটি কলাম নেই: {absent}। আছে: {found}।",
)
_DAY_OR_MONTH = Words(
    en="column {column}: {cell} could be day/month or month/day. Write dates as YYYY-MM-DD.",
    bn="{column} কলাম: {cell} দিন/মাসও হতে পারে, মাস/দিনও হতে পারে। তারিখ লিখুন এভাবে: YYYY-MM-DD",
)


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
    return NUMERIC if pd.api.types.is_timedelta64_dtype(dtype) else TEXT


def cast_like(frame: pd.DataFrame, dtypes: Mapping[str, str], reading: Reading | None = None) -> pd.DataFrame:
    """The columns named in `dtypes`, in that order, cast to those kinds (or dtype names).

    For rows met at prediction time: cells that cannot be read as the kind become missing, and a
    category never seen in training is kept as it is, for the model to treat as missing. Columns that
    are not named are left out; a name that is the same to the eye is the same. reading: how the cells were
    written in training, and so are to be here; without it (models of earlier versions) they are plain, and
    dates must tell day and month apart. Raises DataError naming the columns that are not there.
    """
    import pandas as pd

    there = _same_columns(frame, dtypes)
    absent = [name for name, found in there.items() if found is None]
    if absent:
        words = _NO_COLUMN if len(absent) == 1 else _NO_COLUMNS
        raise DataError(words.format(absent=", ".join(absent), found=", ".join(map(str, frame.columns))))
    forms = {name: None if reading is None else reading.of(name) for name in dtypes}
    picked = {name: cast(frame[there[name]], _as_kind(dtype), forms[name]) for name, dtype in dtypes.items()}
    return pd.DataFrame(picked, index=frame.index)


def _as_kind(dtype: str) -> str:
    import pandas as pd

    return dtype if dtype in KINDS else _kind(pd.api.types.pandas_dtype(dtype))


def _same_columns(frame: pd.DataFrame, names: Iterable[str]) -> dict[str, str | None]:
    """{name: the column called so, be it only to the eye, or None}."""
    keys = {spelling.key(str(column)): column for column in frame.columns}
    return {name: name if name in frame.columns else keys.get(spelling.key(name)) for name in names}


def unread(frame: pd.DataFrame, typed: pd.DataFrame) -> dict[str, dict[int, str]]:
    """{column: {row: cell}} of the cells that hold something and became missing when they were cast."""
    found: dict[str, dict[int, str]] = {}
    same = _same_columns(frame, map(str, typed.columns))
    for name, kind in kinds(typed).items():
        raw = frame[same[name]]
        if kind not in (NUMERIC, BOOLEAN, DATETIME) or _kind(raw.dtype) == kind:
            continue
        lost = typed[name].isna().to_numpy()
        if not lost.any():
            continue
        cells = without_markers(strings(raw[lost]))
        rows = lost.nonzero()[0]
        there = {int(row): str(cell) for row, cell in zip(rows, cells, strict=True) if isinstance(cell, str)}
        if there:
            found[name] = there
    return found


def cast(column: pd.Series, kind: str, form: CellFormat | None = None) -> pd.Series:
    """One column as the given kind; what cannot be read, or is not written in this form, becomes missing."""
    if kind == NUMERIC:
        return numbers(column, form or PLAIN)
    if kind == BOOLEAN:
        return booleans(column)
    if kind == DATETIME:
        return dates(column, None if form is None else form.first)
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


def numbers(column: pd.Series, form: CellFormat = PLAIN) -> pd.Series:
    """float64: durations in seconds; infinities and what is no number of this form become NaN."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_timedelta64_dtype(column.dtype):
        column = column.dt.total_seconds()
    elif pd.api.types.is_numeric_dtype(column.dtype):
        pass
    elif form == PLAIN and (parsed := plain_numbers(column)) is not None:
        column = parsed
    else:
        codes, cells = pd.factorize(without_markers(strings(column)))  # each different cell is read once
        values = np.append(_read(cells, form), np.nan)  # code -1, the missing, finds the last
        column = pd.Series(values[codes], index=column.index, name=column.name)
    return column.astype("float64").replace([np.inf, -np.inf], np.nan)


def _read(cells: pd.Index, form: CellFormat) -> np.ndarray:
    """float64: different cells as numbers."""
    import numpy as np
    import pandas as pd

    if form.clock:
        return date_cells.read_clock(list(cells))
    if form != PLAIN:
        return number_cells.read(list(cells), form)
    plain = pd.Series([cell.translate(ASCII_DIGITS) for cell in cells], dtype=object)
    values = pd.to_numeric(plain, errors="coerce").to_numpy(dtype=np.float64).copy()
    others = np.flatnonzero(np.isnan(values))  # −3, (5)
    values[others] = number_cells.read([cells[place] for place in others], form)
    return values


def plain_numbers(column: pd.Series) -> pd.Series | None:
    """A column of strings as float64 where all cells are plain numbers or marks for "no value"; else None."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from pyarrow import compute

    if not pd.api.types.is_string_dtype(column.dtype) or not _plain_head(column):
        return None
    try:
        cells = compute.utf8_trim_whitespace(pa.array(column, type=pa.string(), from_pandas=True))
        try:
            values = cells.cast(pa.float64())
        except pa.ArrowInvalid:
            missing = compute.is_in(compute.utf8_lower(cells), pa.array(sorted(MISSING)))
            values = compute.if_else(missing, None, cells).cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return None
    return pd.Series(np.asarray(values, dtype=np.float64), index=column.index, name=column.name)


def _plain_head(column: pd.Series) -> bool:
    """Whether the first cells are plain numbers, or none at all."""
    for cell in column.iloc[:HEAD].tolist():
        if isinstance(cell, str) and cell.strip().lower() not in MISSING:
            try:
                float(cell)
            except ValueError:
                return False
    return True


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


def dates(column: pd.Series, first: str | None = None) -> pd.Series:
    """datetime64 in UTC without a zone; what is no date becomes NaT.

    first: "day" or "month" for dates such as 1/2/2024, "" where none is written that way. None looks for a
    date that tells (31/3/2024), and raises DataError where there is none.
    """
    import numpy as np
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        if getattr(column.dtype, "tz", None) is not None:
            column = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return column.astype("datetime64[us]")
    codes, cells = pd.factorize(without_markers(strings(column)))
    place = date_cells.order(cells) if first is None else first
    if place == "unknown":
        raise DataError(_DAY_OR_MONTH.format(column=column.name, cell=cells[0]))
    moments = np.append(date_cells.read(list(cells), place), np.datetime64("NaT", "us"))
    return pd.Series(moments[codes], index=column.index, name=column.name)
