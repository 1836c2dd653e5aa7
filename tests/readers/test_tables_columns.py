"""Kinds of columns, and casting rows met later to them."""

import pytest

from nikti.core import columns, date_cells
from nikti.core.errors import DataError

KINDS = {"n": "numeric", "b": "boolean", "d": "datetime", "c": "categorical", "t": "text"}


@pytest.fixture
def raw():
    """The columns as they were read: text."""
    import pandas as pd

    return pd.DataFrame(
        {
            "n": ["১২", "3.5", "", "x", "inf"],
            "b": ["yes", "No", "", "maybe", "হ্যাঁ"],
            "d": ["31/3/2024", "1/2/2024", "", "2024-03-04", "2024-03-04T10:00+06:00"],
            "c": [" a", "?", None, "b", "৫"],
            "t": ["hello there", None, "-", "y", " z "],
        }
    )


def test_cast_and_read_off_the_dtypes(raw):
    import pandas as pd

    frame = columns.cast_like(raw, KINDS)
    assert columns.kinds(frame) == KINDS
    assert frame["n"].tolist()[:2] == [12.0, 3.5] and frame["n"].isna().sum() == 3
    assert frame["b"].tolist()[:2] == [True, False] and frame["b"].isna().sum() == 2 and frame["b"].iloc[4]
    assert frame["d"].tolist()[:2] == [pd.Timestamp("2024-03-31"), pd.Timestamp("2024-02-01")]
    assert frame["d"].tolist()[3:] == [pd.Timestamp("2024-03-04"), pd.Timestamp("2024-03-04 04:00")]
    assert frame["c"].dropna().tolist() == ["a", "b", "৫"]
    assert frame["t"].tolist() == ["hello there", "", "-", "y", "z"]


def test_casting_twice_changes_nothing_and_dtype_names_do_too(raw):
    import pandas as pd

    frame = columns.cast_like(raw, KINDS)
    pd.testing.assert_frame_equal(columns.cast_like(frame, KINDS), frame)
    named = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    pd.testing.assert_frame_equal(columns.cast_like(raw, named), frame)


def test_order_and_missing_columns(raw):
    assert list(columns.cast_like(raw, {"t": "text", "n": "numeric"}).columns) == ["t", "n"]
    with pytest.raises(DataError, match="missing columns: q, r. Found: n, b, d, c, t"):
        columns.cast_like(raw, {"q": "text", "n": "numeric", "r": "text"})


def test_kinds_of_foreign_dtypes():
    import pandas as pd

    frame = pd.DataFrame(
        {"i": [1, 2], "f": [0.5, 1], "o": ["a", 1], "z": pd.date_range("2024", periods=2, tz="UTC")}
    )
    frame["I"] = pd.Series([1, None], dtype="Int64")
    assert columns.kinds(frame) == {
        "i": "numeric",
        "f": "numeric",
        "o": "text",
        "z": "datetime",
        "I": "numeric",
    }
    assert columns.numbers(frame["I"]).dtype == "float64"


def test_strings_of_numbers():
    import pandas as pd

    assert columns.strings(pd.Series([1.0, 2.0, None])).tolist() == ["1", "2", pd.NA]
    assert columns.strings(pd.Series([1.0, 2.5])).tolist() == ["1.0", "2.5"]
    assert columns.strings(pd.Series([True, False])).tolist() == ["True", "False"]


def test_a_date_that_could_be_two_is_refused_at_prediction_time():
    import pandas as pd

    with pytest.raises(DataError, match="column day: 1/2/2024 could be day/month or month/day"):
        columns.cast_like(pd.DataFrame({"day": ["1/2/2024"]}), {"day": "datetime"})


@pytest.mark.parametrize(
    ("cell", "dated"),
    [
        ("2024-03-04", True),
        ("1991-01", True),
        ("২০২৪-০৩-০৪", True),
        ("4.3.2024 12:30", True),
        ("2024-03-04T10:00:00.5Z", True),
        ("12:30", False),
        ("1.2.3", False),
        ("2024", False),
        ("01711-123456", False),
    ],
)
def test_what_is_written_like_a_date(cell, dated):
    assert date_cells.looks_dated(cell) is dated
