"""Which column of a table is the answer, and whether the answers are classes or values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nikti.core import columns, spelling
from nikti.core.cell_format import PLAIN, CellFormat
from nikti.core.data import Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.words import Words, joined
from nikti.readers import _file_kinds

if TYPE_CHECKING:
    import pandas as pd

NO_ANSWER_AT = Words(
    en="the target column {column!r} holds {what} in row {row}; an answer is a word or a number.",
    bn="উত্তরের কলাম {column}-এর {row} নম্বর সারিতে আছে {what}; উত্তর হতে হবে একটি শব্দ বা সংখ্যা।",
)
NESTED = {
    dict: Words("a record {...}", "একটি রেকর্ড {...}"),
    list: Words("a list [...]", "একটি তালিকা [...]"),
    bytes: Words("bytes that are no text", "এমন বাইট যা লেখা নয়"),
}

#: Names that mean "the answer" wherever they stand, and names that usually do. The last column alone
#: is no evidence: half of the tables in use have their answer elsewhere.
SURE_NAMES = (
    "target label labels class classes class_name class_label class_id y ground_truth label_name label_id "
    "শ্রেণি শ্রেণী লেবেল লক্ষ্য উত্তর"
).split()
LIKELY_NAMES = (
    "category outcome sentiment intent emotion diagnosis species topic categories topics tags genres "
    "বিভাগ অনুভূতি ফলাফল ধরন ধরণ"
).split()

MAX_CLASSES = 20  # distinct whole numbers beyond which a number is a value (unless the user says)
LEAST_ROWS, OWN_CLASS = 20, 0.9  # rows, and share of them with a class of their own: no classes at all
UNREAD = 0.05  # of the answers, so many at most may be no numbers where numbers are predicted
FEW_LABELS = 0.5  # of the rows: a lone column beside a text is the answer if it repeats that much


GUESSED = Words(
    en="The answer was taken to be the column {column!r}; for another one type --target NAME.",
    bn="উত্তর ধরা হয়েছে {column} কলামকে; অন্যটি হলে লিখুন --target NAME",
)
AS_VALUES = Words(
    en="{column!r} holds numbers ({distinct} different) and is predicted as a value "
    "(regression). If they are "
    "names of classes, type --task tabular_classification.",
    bn="{column} কলামে {distinct} রকম সংখ্যা আছে; সংখ্যাটাই অনুমান করা হচ্ছে।",
)
AS_CLASSES = Words(
    en="{column!r} holds {distinct} different whole numbers, which are taken as classes. To "
    "predict the number "
    "itself, type --task tabular_regression.",
    bn="{column} কলামে {distinct} রকম পূর্ণ সংখ্যা আছে; সেগুলোকে শ্রেণি ধরা হয়েছে।",
)
NO_NUMBERS = Words(
    en="{count} answers in {column!r} are no numbers; those rows were dropped.",
    bn="{column} কলামের {count}টি উত্তর সংখ্যা নয়; সেই সারিগুলো বাদ গেছে।",
)
WHICH = Words(
    en="which column of {name} is the answer? None is clearly the one. Its columns:\n{listed}\nType --target "
    'and one of these names, for example: --target "{example}"',
    bn="{name}-এর কোন কলামটি উত্তর? দেখে নিশ্চিত হওয়া যাচ্ছে না। এর কলাম:\n{listed}\n--target আর এর একটি নাম লিখুন, "
    'যেমন: --target "{example}"',
)
ITS_COLUMN = Words(en="  {column} {kind}, {count} different", bn="  {column} {kind}, {count} রকম মান")
#: What the kinds of columns are called.
KINDS = {
    columns.NUMERIC: Words("numeric", "সংখ্যা"),
    columns.CATEGORICAL: Words("categorical", "শ্রেণি"),
    columns.BOOLEAN: Words("boolean", "হ্যাঁ/না"),
    columns.DATETIME: Words("datetime", "তারিখ"),
    columns.TEXT: Words("text", "লেখা"),
    "image": Words("image", "ছবি"),
    "sound": Words("sound", "শব্দ"),
    "video": Words("clip", "ভিডিও"),
    "empty": Words("empty", "ফাঁকা"),
    "nested": Words("nested", "তালিকা"),
}
NO_COLUMN = Words(
    en="{name} has no column {asked!r} to use as --{role}. Its columns: {columns}.",
    bn="{name}-এ {asked} নামে কোনো কলাম নেই, তাই --{role} হিসেবে নেওয়া গেল না। এর কলাম: {columns}।",
)
EMPTY = Words(
    en="the target column {column!r} is empty: no row has an answer.",
    bn="উত্তরের কলাম {column} ফাঁকা: কোনো সারিতেই উত্তর নেই।",
)
OWN_CLASSES = Words(
    en="the target column {column!r} has {distinct} different values in {count} rows ({examples}), so no "
    "class has several rows to learn it from. If they are numbers, write them like 1234.5, all in one unit; "
    "else name another column with --target NAME.",
    bn="উত্তরের কলাম {column}-এর {count}টি সারিতে {distinct} রকম মান ({examples}), তাই শেখার জন্য কোনো শ্রেণিরই "
    "একাধিক সারি নেই। এগুলো সংখ্যা হলে সব এক এককে, ১২৩৪.৫ এভাবে লিখুন; নইলে --target NAME দিয়ে অন্য কলামের নাম দিন।",
)
NO_VALUE = Words(
    en="the target column {column!r} holds {example!r}, which is no number, so its value cannot be "
    "predicted. Type --task tabular_classification, or name another column with --target.",
    bn="উত্তরের কলাম {column}-এ আছে {example}, যা সংখ্যা নয়, তাই এর মান অনুমান করা যায় না। লিখুন "
    "--task tabular_classification, বা --target দিয়ে অন্য কলামের নাম দিন।",
)
NO_ANSWER = Words(
    en="{count} of {of} rows have no answer in {column!r} and were dropped.",
    bn="{count}টি নমুনায় উত্তর লেখা নেই, তাই বাদ গেছে।",
)


def pick(raw: pd.DataFrame, found: dict[str, str], options: Options, name: str) -> tuple[str, list[Note]]:
    """The target column's name, and a note where it was guessed.

    found: {column: kind}, the modality for paths of files of one sample each. Raises UsageError, with what to
    type, for a name that is not there or when nothing is obvious.
    """
    if options.target is not None:
        return named(options.target, raw, "target", name), []
    free = [c for c in raw.columns if c not in (options.group, options.time)]
    for names in (SURE_NAMES, LIKELY_NAMES):
        there = [c for c in free if c.strip().lower().replace(" ", "_") in names]
        if there and all(mirrors(raw[there[0]], raw[c]) for c in there[1:]):
            readable = [c for c in there if found[c] != "numeric"]
            return _guessed((readable or there)[0])
        if there:
            break
    samples = [c for c in free if found[c] in ("text", *_file_kinds.MODALITIES)]
    others = [c for c in free if c not in samples and found[c] != "empty"]
    if len(samples) == 1 and len(others) == 1:
        labels = columns.strings(raw[others[0]]).dropna()
        if labels.nunique() <= max(2, FEW_LABELS * len(labels)):
            return _guessed(others[0])
    raise UsageError(_which(raw, found, name))


def is_sure(column: str) -> bool:
    """Whether a column's name says that it is the answer, wherever it stands."""
    return column.strip().lower().replace(" ", "_") in SURE_NAMES


def dropped(lost: int, of: int, target: str) -> Note:
    """The note on rows without an answer."""
    return Note.of("warning", "dropped_no_answer", NO_ANSWER, {"count": lost, "column": target}, of=of)


def _guessed(column: str) -> tuple[str, list[Note]]:
    return column, [Note.of("info", "target_guessed", GUESSED, {"column": column})]


def _which(raw: pd.DataFrame, found: dict[str, str], name: str) -> Words:
    different = {c: columns.without_markers(columns.strings(raw[c])).nunique() for c in raw.columns}
    listed = joined(
        [
            ITS_COLUMN.format(column=f"{c:<24}", kind=_called(found[c]), count=different[c])
            for c in raw.columns
        ],
        "\n",
    )
    example = min(
        (c for c in raw.columns if different[c] > 1), key=lambda c: different[c], default=raw.columns[-1]
    )
    return WHICH.format(name=name, listed=listed, example=example)


def _called(kind: str) -> Words:
    """What a kind of column is called: its own name where there is no other."""
    return KINDS.get(kind, Words(kind, kind))


def named(asked: str, raw: pd.DataFrame, role: str, name: str) -> str:
    """The column meant by a name, see `spelling.find`. Raises UsageError with the list of columns."""
    found = spelling.find(asked, raw.columns)
    if found is not None:
        return found
    raise UsageError(NO_COLUMN.format(name=name, asked=asked, role=role, columns=", ".join(raw.columns)))


def mirrors(one: pd.Series, other: pd.Series) -> bool:
    """Whether the values of two columns map one to one."""
    import pandas as pd

    pairs = pd.DataFrame({"one": one.to_numpy(), "other": other.to_numpy()}).astype("string").dropna()
    pairs = pairs.drop_duplicates()
    return bool(len(pairs) > 0 and pairs["one"].is_unique and pairs["other"].is_unique)


def answers(
    column: pd.Series, task: str | None, form: CellFormat = PLAIN
) -> tuple[np.ndarray, np.ndarray, list[Note]]:
    """(targets [n], there [n] bool, notes): strings for classes, float64 for values. form: how numbers are
    written.

    Where the user named no task, numbers are values if any has a fraction or if there are more than
    MAX_CLASSES different ones. Raises DataError when values are asked for and words are found.
    """
    import pandas as pd

    _refuse_nested(column)
    cells = columns.without_markers(columns.strings(column))
    there = cells.notna().to_numpy()
    if not there.any():
        raise DataError(EMPTY.format(column=str(column.name)))
    values = columns.numbers(column if _typed(column) else cells, form)
    numeric = bool(values.notna().to_numpy()[there].all()) and not pd.api.types.is_bool_dtype(column.dtype)
    if task == "tabular_regression":
        return _values(column.name, cells, values, there)
    distinct = int(values[there].nunique())
    name = str(column.name)
    facts = {"column": name, "distinct": distinct}
    if numeric and task is None and (distinct > MAX_CLASSES or not columns.whole(values)):
        return values.to_numpy(), there, [Note.of("info", "target_values", AS_VALUES, facts)]
    if task is None and _mostly(values, there) and distinct > MAX_CLASSES:
        found, read, notes = _values(name, cells, values, there)
        return found, read, [*notes, Note.of("info", "target_values", AS_VALUES, facts)]
    notes = []
    if numeric and columns.whole(values):
        cells = _as_written(cells, values) if form == PLAIN else cells
        if task is None:
            notes = [Note.of("info", "target_classes", AS_CLASSES, facts)]
    return cells.fillna("").to_numpy(dtype=object), there, notes


def _refuse_nested(column: pd.Series) -> None:
    """Raise DataError for answers that are neither words nor numbers, with the first row that holds one."""
    if column.dtype != object:
        return
    for row, cell in enumerate(column.tolist(), start=1):
        if isinstance(cell, dict | list | bytes):
            what = NESTED[type(cell)]
            raise DataError(NO_ANSWER_AT.format(column=str(column.name), row=row, what=what))


def _mostly(values: pd.Series, there: np.ndarray) -> bool:
    """Whether nearly all of many answers are numbers."""
    return there.sum() >= LEAST_ROWS and values.notna().to_numpy()[there].mean() >= 1 - UNREAD


def _typed(column: pd.Series) -> bool:
    import pandas as pd

    kinds = (pd.api.types.is_numeric_dtype, pd.api.types.is_timedelta64_dtype)
    return any(is_one(column.dtype) for is_one in kinds)


def refuse_own_classes(name: str, classes: np.ndarray) -> None:
    """Raise DataError where (nearly) every row has a class of its own. classes: strings [n]."""
    distinct = len(set(classes))
    if len(classes) < LEAST_ROWS or distinct <= OWN_CLASS * len(classes):
        return
    examples = ", ".join(map(repr, dict.fromkeys(classes[:3])))
    counts = {"distinct": distinct, "count": len(classes)}
    raise DataError(OWN_CLASSES.format(column=name, examples=examples, **counts))


def _values(
    name: str, cells: pd.Series, values: pd.Series, there: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[Note]]:
    """(the numbers, which rows have one, what was dropped)."""
    unread = there & values.isna().to_numpy()
    if unread.all() or unread.sum() > UNREAD * there.sum():
        raise DataError(NO_VALUE.format(column=name, example=cells[unread].iloc[0]))
    notes = []
    if unread.any():
        facts = {"column": name, "count": int(unread.sum())}
        notes = [Note.of("warning", "unreadable_answers", NO_NUMBERS, facts)]
    return values.to_numpy(), there & ~unread, notes


def _as_written(cells: pd.Series, values: pd.Series) -> pd.Series:
    """Whole numbers as class names: "5" for "5.0", Bangla digits kept as they are."""
    ascii_only = cells.fillna("").map(str.isascii)
    plain = columns.strings(values)
    return cells.where(~ascii_only | cells.isna(), plain)
