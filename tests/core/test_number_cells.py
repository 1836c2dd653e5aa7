"""Numbers as people write them."""

import numpy as np
import pytest

from nikti.core import number_cells
from nikti.core.cell_format import CellFormat


def form(decimal=".", thousands="", unit=""):
    return CellFormat(decimal=decimal, thousands=thousands, unit=unit)


#: Cells of one column, what they are, and how they are written.
COLUMNS = [
    (["5", "-3", "2.5", "1e5", ".5", "7."], [5, -3, 2.5, 1e5, 0.5, 7], form()),
    (["−5", "﹣2", "+3"], [-5, -2, 3], form()),
    (["১২", "৩.৫"], [12, 3.5], form()),
    (["٣٫٥", "١٢٬٠٠٠"], [3.5, 12000], form(thousands=",")),
    (["१२", "４２"], [12, 42], form()),
    (["$70,904", "$950"], [70904, 950], form(thousands=",", unit="$")),
    (["৳ 21,27,120", "৳500"], [2127120, 500], form(thousands=",", unit="৳")),
    (["1,25,000", "12,34,56,789.50"], [125000, 123456789.5], form(thousands=",")),
    (["500 টাকা", "১,২০০ টাকা"], [500, 1200], form(thousands=",", unit="টাকা")),
    (["€5", "7 €"], [5, 7], form(unit="€")),
    (["Tk. 1,500", "Tk 20", "tk 7"], [1500, 20, 7], form(thousands=",", unit="tk")),
    (["Rs.500/-", "Rs. 20/-"], [500, 20], form(unit="rs")),
    (["1.299,99", "5"], [1299.99, 5], form(",", ".")),
    (["1.234.567", "12"], [1234567, 12], form(",", ".")),
    (["3,5", "12"], [3.5, 12], form(",")),
    (["0,250", "1,500"], [0.25, 1.5], form(",")),
    (["1\u00a0000,50", "2\u202f000,5", "7"], [1000.5, 2000.5, 7], form(",", " ")),
    (["1'000.50", "2’000"], [1000.5, 2000], form(thousands="'")),
    (["12 500", "3"], [12500, 3], form(thousands=" ")),
    (["(1,234.50)", "5", "$(2)"], [-1234.5, 5, -2], form(thousands=",", unit="$")),
    (["-$5.5", "$-2", "$3"], [-5.5, -2, 3], form(unit="$")),
    (["45%", "3.5 %"], [45, 3.5], form(unit="%")),
    (["12 kg", "15kg", "7"], [12, 15, 7], form(unit="kg")),
    (["36.6 °C", "-2 °C"], [36.6, -2], form(unit="°c")),
    (["120 m2", "80 m2"], [120, 80], form(unit="m2")),
]


@pytest.mark.parametrize(("cells", "values", "written"), COLUMNS, ids=lambda part: str(part)[:30])
def test_columns_of_numbers(cells, values, written):
    found = number_cells.detect(cells, np.ones(len(cells), dtype=int))
    assert found.format == written and found.fits.all()
    assert number_cells.read(cells, found.format).tolist() == values


@pytest.mark.parametrize(
    "cells",
    [
        ["ORD-1", "ORD-2"],
        ["p12", "p13"],
        ["12:30", "1:15"],
        ["20-29", "30-39"],
        ["1st", "2nd", "3rd"],
        ["1.2.3", "1.2.4"],
        ["12 kg", "500 g"],
        ["$5", "€5"],
        ["<=50K", ">50K"],
        ["12,34", "1,2,3"],
        ["(5", "7)"],
        ["--5", "+-3"],
        ["1 2", "3 4"],
    ],
)
def test_what_is_no_column_of_numbers(cells):
    assert not number_cells.detect(cells, np.ones(len(cells), dtype=int)).fits.all()


@pytest.mark.parametrize(
    ("cells", "taken", "other"),
    [(["8,250", "950"], 8250, 8.25), (["70.904", "12.500"], 70.904, 70904), (["8,250.5"], 8250.5, None)],
)
def test_what_can_be_read_in_two_ways_is_known_to_be(cells, taken, other):
    found = number_cells.detect(cells, np.ones(len(cells), dtype=int))
    assert number_cells.read(cells[:1], found.format).tolist() == [taken]
    rival = None if found.rival is None else number_cells.read(cells[:1], found.rival)[0]
    assert rival == other


def test_shares_of_a_hundred_are_not_mixed_with_shares_of_one():
    assert np.isnan(number_cells.read(["45%", "0.45"], form(unit="%"))).tolist() == [False, True]


def test_a_rare_other_unit_is_a_cell_that_does_not_fit():
    cells = ["12 kg", "500 g"]
    assert number_cells.detect(cells, np.array([99, 1])).fits.tolist() == [True, False]
