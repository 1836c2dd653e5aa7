"""Spans of time: what is typed and what is read agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nikti.core import band, timespan
from nikti.core.errors import UsageError


@pytest.mark.parametrize(
    "text, seconds",
    [
        *[("90s", 90), ("10m", 600), ("2h", 7200), ("45", 45), ("1.5h", 5400), ("1h30m", 5400)],
        *[("10min", 600), (" 10 M ", 600), (600, 600), (0.5, 0.5), ("১০m", 600), ("1h2m3s", 3723)],
    ],
)
def test_spans_that_are_understood(text, seconds):
    assert timespan.parse(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "10x", "m", "-5", "0", "0s", "nan", "inf", "1e999", "5m2h"])
def test_spans_that_are_refused_with_what_to_type(text):
    with pytest.raises(UsageError, match="90s, 10m, 2h"):
        timespan.parse(text)


@given(st.integers(1, 10**6))
def test_units_agree(count):
    assert timespan.parse(f"{count}h") == 60 * timespan.parse(f"{count}m") == 3600 * timespan.parse(count)


@given(st.floats(0, 10**7))
def test_words_and_clock_take_every_duration(seconds):
    assert "60" not in timespan.words(seconds).replace(" 60", "60").split("min")[-1][:3]
    assert timespan.clock(seconds)[-3] == ":"


@pytest.mark.parametrize("text", ["0", "-1pt", "x", "60pt", "", "nan", "1pt2"])
def test_no_band(text):
    with pytest.raises(UsageError, match="--band 1pt"):
        band.parse(text)
