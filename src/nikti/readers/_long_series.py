"""Tables that look like series written long: a row for each step, and one answer in all rows of a series."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nikti.core import columns
from nikti.core.cell_format import Reading
from nikti.core.data import Note
from nikti.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

FEWEST_STEPS = 5  # rows of a series, in the median
#: Names of columns that count or date the steps.
TIMES = frozenset(
    "t time times timestamp date datetime step steps timestep time_step frame tick সময় তারিখ".split()
)
#: Names of columns of numbers that may name series; a number that is measured never does.
_NAMING = re.compile(
    r"(.*[_ ])?(id|series|subject|patient|sample|case|session|trial|user|unit|engine|device|no|number|code)s?"
    r"|.*(id|Id|ID)",
    re.IGNORECASE,
)

LONG = Words(
    en="This looks like series written long: {count} by {series!r}, each of some {steps} rows in order of "
    "{time!r}, with one answer. Here every row is a sample, so rows of one series are in training and test. "
    "Type --group {series} to keep them together. To learn from whole series, save them as one array "
    "[series, channels, steps]: numpy.savez('series.npz', x=..., y=...).",
    bn="এটি লম্বা করে লেখা সময়ক্রম মনে হচ্ছে: {series} অনুযায়ী {count}টি, প্রতিটিতে {time} ক্রমে প্রায় {steps}টি সারি ও "
    "একটি উত্তর। এখানে প্রতিটি সারি একটি নমুনা, তাই এক সময়ক্রমের সারি শেখা ও পরীক্ষা দুটোতেই পড়ে। একসঙ্গে রাখতে লিখুন "
    "--group {series}। পুরো সময়ক্রম থেকে শিখতে সেগুলো এক অ্যারেতে রাখুন: numpy.savez('series.npz', x=..., y=...)।",
)


def warn(raw: pd.DataFrame, found: Mapping[str, str], target: str, forms: Reading) -> list[Note]:
    """A warning where rows belong to series, by a column with one answer for each of its values and another
    that grows from row to row of one. found: {column: kind}; forms: how cells are written."""
    others = [column for column in raw.columns if column != target]
    answers = raw[target].nunique()
    for series in others:
        if found[series] not in ("categorical", "text") and not _NAMING.fullmatch(series.strip()):
            continue
        sizes = raw[series].value_counts()
        if not answers < len(sizes) or sizes.median() < FEWEST_STEPS:
            continue
        by = raw.groupby(series, observed=True, sort=False)
        if by[target].nunique().max() > 1:
            continue
        for time in others:
            if time != series and _grows(raw, series, time, found[time], forms):
                values = {"count": len(sizes), "series": series, "time": time, "steps": int(sizes.median())}
                return [Note.of("warning", "long_series", LONG, values)]
    return []


def _grows(raw: pd.DataFrame, series: str, time: str, kind: str, forms: Reading) -> bool:
    """Whether a column grows within each series, and starts anew in the next or is called a time."""
    if kind not in (columns.DATETIME, columns.NUMERIC):
        return False
    moments = columns.cast(raw[time], kind, forms.of(time))
    if kind == columns.DATETIME:
        moments = moments.astype("int64")
    named = kind == columns.DATETIME or time.strip().lower() in TIMES
    if not named and moments.nunique() > len(moments) / 2:  # numbers of rows grow too
        return False
    steps = moments.groupby(raw[series], observed=True, sort=False).diff()
    return bool((steps.dropna() > 0).all())
