"""Bombs: small files that would become large. Each is refused before memory goes, with its limit and its
flag."""

import gzip
import io
import json
import tracemalloc
import zipfile

import numpy as np
import pytest

from nikti.cli import flags
from nikti.core import limits
from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.readers import csv_table
from nikti.readers._open import open_data

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def gzipped(path):
    with gzip.open(path, "wb", 9) as file:
        for _ in range(150):
            file.write(b"1,2\n" * 2**18)


def workbook(cells):
    """A real workbook whose sheet is replaced."""

    def write(path):
        import pandas as pd

        pd.DataFrame({"a": [1, 2], "y": [1, 2]}).to_excel(path, index=False)
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts["xl/worksheets/sheet1.xml"] = SHEET.format(cells).encode()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name, part in parts.items():
                new.writestr(name, part)

    return write


def arrays(path):
    """Zeros that would take 2 GB."""
    header = io.BytesIO()
    shape = {"descr": "|u1", "fortran_order": False, "shape": (2**31, 1)}
    np.lib.format.write_array_header_1_0(header, shape)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x.npy", "w") as member:
            member.write(header.getvalue())
            for _ in range(150):
                member.write(bytes(2**20))


def wide_json(path):
    path.write_text(json.dumps([{f"k{row}_{place}": 1 for place in range(300)} for row in range(100)]))


def wide_csv(path):
    path.write_text("a" + ",b" * 30_000 + "\n" + "1" + ",2" * 30_000 + "\n")


def rows_of_parquet(path):
    """Half a billion equal values in a few kilobytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    column = pa.array(np.zeros(2**20, np.int8))
    with pq.ParquetWriter(path, pa.schema([("a", pa.int8()), ("y", pa.int8())])) as writer:
        for _ in range(24):
            writer.write_table(pa.table({"a": column, "y": column}))


BOMBS = {
    "gz.csv.gz": (gzipped, "growth"),
    "row.xlsx": (workbook('<row r="30000000"><c r="A30000000"><v>1</v></c></row>'), "rows"),
    "column.xlsx": (workbook('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'), "columns"),
    "area.xlsx": (workbook('<row r="1"><c r="XFD1"/></row><row r="1000000"><c r="A1000000"/></row>'),
    "cells"), "x.npz": (arrays, "growth"),
    "wide.json": (wide_json, "columns"),
    "wide.csv": (wide_csv, "columns"),
    "rows.parquet": (rows_of_parquet, "rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_its_limit_and_its_flag_before_memory_goes(tmp_path, name):
    make, limit = BOMBS[name]
    make(tmp_path / name)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=f"{name} holds .* add {limits.flag(limit)} \\d+") as refused:
            open_data(tmp_path / name, Options(target="y"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 400 * 2**20
    bangla = refused.value.words.shown("bn")
    assert limits.flag(limit) in bangla and "নিক্তি" in bangla


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("rows", "a,y\n" + "1,2\n" * 8),
        ("columns", "a,b,c,y\n1,2,3,4\n"),
        ("cells", "a,y\n" + "1,2\n" * 8),
        ("bytes", "a,y\n" + "1,2\n" * 8),
    ],
)
def test_each_limit_of_a_table_can_be_lifted(tmp_path, limit, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with limits.lifted(**{limit: 3}), pytest.raises(DataError, match=limits.flag(limit)):
        csv_table.load(path)
    with limits.lifted(**{limit: 1000}):
        csv_table.load(path)


@pytest.mark.parametrize(("depth", "allowed"), [(150, True), (201, False), (10_000, False)])
def test_json_is_as_deep_as_the_limit(tmp_path, depth, allowed):
    path = tmp_path / "t.json"
    path.write_text(f'[{{"a": {"[" * depth}{"]" * depth}, "b": 1, "y": 2}}]')
    if allowed:
        assert list(csv_table.load(path).frame.columns) == ["a", "b", "y"]
        return
    with pytest.raises(DataError, match="--max-depth|too deeply"):
        csv_table.load(path)


def test_a_million_rows_of_twenty_columns_are_within_the_limits():
    limits.check("data.csv", rows=10**6, columns=20, cells=20 * 10**6, bytes=20 * 10**6 * 20)
    limits.check_growth("data.csv.gz", 20 * 10**6, 400 * 10**6)


@pytest.mark.slow
def test_a_million_rows_of_twenty_columns_are_read(tmp_path):
    import pandas as pd

    values = np.random.default_rng(0).integers(0, 1000, (10**6, 20))
    frame = pd.DataFrame(values, columns=[f"c{place}" for place in range(20)])
    frame.to_parquet(tmp_path / "t.parquet")
    assert csv_table.load(tmp_path / "t.parquet").frame.shape == (10**6, 20)


@pytest.mark.parametrize(
    ("text", "count"),
    [("7", 7), ("50000", 50_000), ("2m", 2_000_000), ("1,000", 1000), ("20 GB", 20 * 10**9)],
)
def test_counts_as_people_type_them(text, count):
    assert limits.size(text) == count


@pytest.mark.parametrize("text", ["", "0", "-3", "many", "1e6", "0.1"])
def test_what_is_no_count(text):
    with pytest.raises(UsageError, match="is no limit"):
        limits.size(text)


def test_every_limit_has_a_flag_and_lifts_what_it_says():
    from argparse import ArgumentParser

    parser = ArgumentParser()
    flags.most(parser)
    words = [word for name in limits.described() for word in (limits.flag(name), "7")]
    with limits.lifted(**flags.limits_of(parser.parse_args(words))):
        assert all(getattr(limits.current(), name) == 7 for name in limits.described())
    assert limits.current() == limits.Limits()
