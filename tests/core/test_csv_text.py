"""Cells of text that a spreadsheet would compute are defused; numbers stay numbers."""

import csv
import io

import pytest

from nikti.core import csv_text

#: (cell, what is written)
CELLS = [
    ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
    ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
    ("-2+3", "'-2+3"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("  =1", "'  =1"),
    ("\uff1d1", "'\uff1d1"),
    ("-3.2", "-3.2"),
    ("+5", "+5"),
    ("-1e-5", "-1e-5"),
    (-3.2, "-3.2"),
    (-4, "-4"),
    ("a=b", "a=b"),
    ('two\rlines, \n"quoted"', 'two\rlines, \n"quoted"'),
    ("বিড়াল", "বিড়াল"),
    ("", ""),
    (None, ""),
    (True, "True"),
]


@pytest.mark.parametrize(("value", "written"), CELLS)
def test_a_cell(value, written):
    text = csv_text.table([{"a": value, "b": 1}])
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [written, "1"]


def test_headers_are_cells_too_and_errors_come_last():
    text = csv_text.table([{"=x": 1, "error": "no"}, {"=x": 2, "more": 3}])
    assert text == "'=x,more,error\n1,,no\n2,3,\n"
