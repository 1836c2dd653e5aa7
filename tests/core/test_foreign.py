"""What strangers' files raise becomes one sentence; what nikti raises on purpose, and what the machine lacks,
stays as it is."""

import errno
import json
import math
import os
import zlib

import pytest

from nikti.cli.main import main
from nikti.core.data import Note
from nikti.core.errors import DataError, UsageError
from nikti.core.files import write_atomic
from nikti.core.foreign import printable, reason, told
from nikti.core.schema import misfit
from nikti.core.words import Words

SAID = Words("{file}: {reason}.", "{file} ফাইল: {reason}।")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no  number\n here."), "no number here"),
        (KeyError("size"), "KeyError: 'size'"),
        (AssertionError(), "AssertionError"),
        (zlib.error("Error -3"), "Error -3"),
        (RecursionError("maximum"), "brackets lie inside each other too deeply"),
        (FileNotFoundError(2, "No such file", "/a/b/c.png"), "c.png is missing"),
        (OSError(22, "Invalid argument"), "Invalid argument"),
        (ValueError("x" * 1000), "x" * 300 + "…"),
        (ValueError("caf\udce9"), "caf\\udce9"),
    ],
)
def test_what_another_library_says_in_one_line(error, said):
    assert str(reason(error)) == said
    with pytest.raises(DataError) as found, told(DataError, SAID, file="t.csv"):
        raise error
    assert str(found.value) == f"t.csv: {said}." and found.value.__cause__ is error
    assert found.value.words.shown("bn").startswith("t.csv ফাইল: ")


@pytest.mark.parametrize(
    "error",
    [UsageError("as meant"), MemoryError(), OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()],
)
def test_what_is_no_fault_of_the_file_stays_as_it_is(error):
    with pytest.raises(type(error)) as found, told(DataError, SAID, file="t.csv"):
        raise error
    assert found.value is error


@pytest.mark.parametrize(
    ("value", "schema", "place"),
    [
        ({"a": 1}, {"a": int}, None),
        ({"a": 1}, {"a": float, "b?": str}, None),
        ({"a": 1.5}, {"a": int}, "a"),
        ({"a": True}, {"a": int}, "a"),
        ({"a": 1}, {"a": bool}, "a"),
        ({"a": math.nan}, {"a": float}, "a"),
        ({"a": None}, {"a": (str, type(None))}, None),
        ({}, {"a": int}, "a"),
        ({"a": {"b": [1, "x"]}}, {"a": {"b": [int]}}, "a.b[1]"),
        ([1], {"a": int}, "all of it"),
        ({"a": {}}, {"a": [int]}, "a"),
    ],
)
def test_where_a_value_is_not_as_it_must_be(value, schema, place):
    found = misfit(value, schema)
    assert found is None if place is None else found.en.startswith(f"{place} is ") and found.bn


def test_names_that_are_no_text_are_written_as_codes(tmp_path):
    strange = os.fsdecode(b"caf\xe9")
    note = Note.of("info", "x", Words("{file}", "{file}"), {"file": strange, "all": [strange]})
    json.dumps([note.text, note.text_bn, note.values], ensure_ascii=False).encode()
    assert note.text == printable(strange) == "caf\\udce9"
    assert write_atomic(tmp_path / "a.txt", strange).read_bytes() == b"caf\\udce9"


def test_errors_are_said_in_bangla_where_it_is_asked_for(tmp_path, capsys):
    (tmp_path / "t.json").write_text('[{"a": 1,')
    assert main(["inspect", str(tmp_path / "t.json"), "--lang", "bn"]) == 1
    assert "ঠিক JSON নয়" in capsys.readouterr().err
    assert main(["inspect", str(tmp_path / "t.json")]) == 1
    assert "is not valid JSON" in capsys.readouterr().err


def test_debug_shows_what_a_refusal_came_from(tmp_path, capsys):
    (tmp_path / "t.json").write_text('[{"a": 1,')
    assert main(["inspect", str(tmp_path / "t.json"), "--debug"]) == 1
    assert "JSONDecodeError" in capsys.readouterr().err
