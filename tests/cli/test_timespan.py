"""Spans of time: what is typed and what is read agree, and what is no limit is refused by what it is."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nikti
from nikti.cli.main import main
from nikti.core import band, timespan
from nikti.core.errors import UsageError

WEEK_IN_HOURS = 7 * 24


@pytest.mark.parametrize(
    "text, seconds",
    [
        *[("90s", 90), ("10m", 600), ("2h", 7200), ("1.5h", 5400), ("1h30m", 5400), ("168h", 604800)],
        *[("10min", 600), (" 10 M ", 600), (600, 600), (0.5, 0.5), ("১০m", 600), ("1h2m3s", 3723)],
        *[(np.int64(60), 60), (np.float32(0.5), 0.5)],
    ],
)
def test_spans_that_are_understood(text, seconds):
    assert timespan.parse(text) == seconds


#: (what is typed, a part of what is said)
REFUSED = [
    *[("0", "above 0"), ("0s", "above 0"), ("-5m", "above 0"), ("-5", "above 0"), ("-0", "above 0")],
    *[("5", "5s for seconds, 5m for minutes or 5h for hours"), ("৪৫", "৪৫m for minutes")],
    *[("169h", "longer than a week"), ("999999m", "longer than a week"), ("9" * 400 + "s", "than a week")],
    *[("abc", "no time limit"), ("", "no time limit"), ("10x", "no time limit"), ("m", "no time limit")],
    *[
        ("nan", "no time limit"),
        ("inf", "no time limit"),
        ("1e3", "no time limit"),
        ("5m2h", "no time limit"),
    ],
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_spans_that_are_refused_with_what_came_and_what_to_type(text, said):
    with pytest.raises(UsageError) as refusal:
        timespan.parse(text)
    told = str(refusal.value)
    assert repr(text) in told and said in told and ("90s, 10m, 2h" in told or "no unit" in told)


@pytest.mark.parametrize("verb", [["compare", "digits"], ["plan", "digits"], ["resume", "RUN"]], ids=" ".join)
@pytest.mark.parametrize("text", ["0", "-5", "-5m", "5", "200h", "abc"])
def test_they_are_refused_on_the_command_line_before_any_work(verb, text, api, capsys):
    assert main([*verb, "--time-limit", text, "--json"], api=api) == 2
    told = json.loads(capsys.readouterr().out)["error"]
    assert told["type"] == "UsageError" and repr(text) in told["message"] and api.asked == []


@pytest.mark.parametrize("limit", [0, -1, True, False, math.nan, math.inf, 10**6, "5", "abc", [600], 5j])
def test_they_are_refused_in_python_before_any_work(limit, tmp_path):
    for work in (
        lambda: nikti.compare("no such data", time_limit=limit),
        lambda: nikti.plan("no such data", time_limit=limit),
        lambda: nikti.resume(tmp_path, time_limit=limit),
    ):
        with pytest.raises(UsageError, match="time limit"):
            work()


@given(st.integers(1, WEEK_IN_HOURS))
def test_units_agree(count):
    seconds = timespan.parse(f"{count}h")
    assert seconds == 60 * timespan.parse(f"{count}m") == 3600 * timespan.parse(count)


@given(st.floats(0, 10**7))
def test_words_and_clock_take_every_duration(seconds):
    assert "60" not in timespan.words(seconds).replace(" 60", "60").split("min")[-1][:3]
    assert timespan.clock(seconds)[-3] == ":"


@pytest.mark.parametrize("text", ["0", "-1pt", "x", "60pt", "", "nan", "1pt2"])
def test_no_band(text):
    with pytest.raises(UsageError, match="--band 1pt"):
        band.parse(text)
