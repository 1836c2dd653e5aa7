"""Dates, times and durations as people write them."""

import numpy as np
import pytest

from nikti.core import date_cells

MARCH = "2023-03-14T00:00"


@pytest.mark.parametrize(
    ("cell", "first", "moment"),
    [
        ("2023-03-14", "", MARCH),
        ("2023/3/14", "", MARCH),
        ("2023-03", "", "2023-03-01T00:00"),
        ("২০২৩-০৩-১৪", "", MARCH),
        ("2023-03-14 15:09:26.535 UTC", "", "2023-03-14T15:09:26.535"),
        ("2023-03-14T15:09Z", "", "2023-03-14T15:09"),
        ("2023-03-14T15:09+06:00", "", "2023-03-14T09:09"),
        ("2023-03-14T15:09:00.000-0330", "", "2023-03-14T18:39"),
        ("2023-03-14 3:09 PM", "", "2023-03-14T15:09"),
        ("14/3/2023", "day", MARCH),
        ("14.03.23", "day", MARCH),
        ("3/14/2023 02:00 PM", "month", "2023-03-14T14:00"),
        ("3/14/2023 12:00 AM", "month", MARCH),
        ("2/3/2023", "day", "2023-03-02T00:00"),
        ("2/3/2023", "month", "2023-02-03T00:00"),
        ("Mar 14, 2023", "", MARCH),
        ("March 14th, 2023", "", MARCH),
        ("14-Mar-23", "", MARCH),
        ("14 March 2023 15:09", "", "2023-03-14T15:09"),
        ("14th of March, 2023", "", MARCH),
        ("Tuesday, March 14, 2023 5:00 p.m.", "", "2023-03-14T17:00"),
        ("Tue, 14 Mar 2023", "", MARCH),
        ("2023-Mar-14", "", MARCH),
        ("Sept 2023", "", "2023-09-01T00:00"),
        ("১৪ মার্চ ২০২৩", "", MARCH),
        ("১৪ জানুয়ারী, ২০২৩", "", "2023-01-14T00:00"),
        ("১৪ ফেব্রুয়ারি ২০২৩", "", "2023-02-14T00:00"),
        ("1-Jan-70", "", "1970-01-01T00:00"),
        # read in no way, or in the other one only
        ("14/3/2023", "month", None),
        ("14/3/2023", "", None),
        ("31/2/2023", "day", None),
        ("2023-03-14 13:00 PM", "", None),
        ("2023", "", None),
        ("Mar-14", "", None),
        ("12:30", "day", None),
        ("1.2.3", "day", None),
    ],
)
def test_dates(cell, first, moment):
    found = date_cells.read([cell], first)[0]
    assert np.isnat(found) if moment is None else found == np.datetime64(moment)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["14/3/2023", "2/3/2023"], "day"),
        (["3/14/2023 02:00 PM"], "month"),
        (["2/3/2023"], "unknown"),
        (["2023-03-14", "14 March 2023"], "year"),
        (["14/3/2023", "15/3/2023", "3/16/2023"], "day"),
    ],
)
def test_order_of_day_and_month(cells, order):
    assert date_cells.order(cells) == order


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("00:00", 0),
        ("12:34", 45240),
        ("12:34:56", 45296),
        ("2:00 PM", 50400),
        ("12:05 am", 300),
        ("0:00:01,5", 1.5),
        ("100:00", 360000),
        ("2 days 01:00:00", 176400),
        ("1 day, 0:00:30", 86430),
        ("-0:30", -1800),
        ("১২:৩৪", 45240),
        ("12:75", None),
        ("13:00 PM", None),
        ("12", None),
    ],
)
def test_times_in_seconds(cell, seconds):
    found = date_cells.read_clock([cell])[0]
    assert np.isnan(found) if seconds is None else found == seconds
