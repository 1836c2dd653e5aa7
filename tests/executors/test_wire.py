"""Messages through a pipe, whole and told apart."""

import math
import os

import pytest

from nikti.executors import _wire


@pytest.mark.parametrize("length", [0, 1, 480, 500, 520, 4080, 4096, 5000, 100_000])
def test_messages_of_any_length_survive_the_pipe(length, tmp_path):
    with open(tmp_path / "pipe", "wb") as pipe:
        for number in (3, 12):
            _wire.write(pipe.fileno(), number, {"text": "ন" * length})
    written = (tmp_path / "pipe").read_bytes()
    assert max(map(len, written.split(b"\n"))) < _wire._ATOMIC
    reader, found = _wire.Reader(), []
    for start_at in range(0, len(written), 1000):
        found += reader.feed(written[start_at : start_at + 1000])
    assert found == [(3, {"text": "ন" * length}), (12, {"text": "ন" * length})]


def test_pieces_of_several_writers_are_told_apart(tmp_path):
    first, second = (bytearray() for _ in range(2))
    for number, kept in ((1, first), (2, second)):
        place = tmp_path / str(number)
        with open(place, "wb") as pipe:
            _wire.write(pipe.fileno(), number, {"from": number, "text": "x" * 20_000})
        kept += place.read_bytes()
    lines = [first.splitlines(keepends=True), second.splitlines(keepends=True)]
    assert len(lines[0]) == len(lines[1]) > 2
    mixed = b"".join(one + other for one, other in zip(*lines, strict=True))
    assert [(number, message["from"]) for number, message in _wire.Reader().feed(mixed)] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("message", [{"answer": object()}, {"answer": {1j: 2}}])
def test_what_is_no_json_is_refused_before_anything_is_written(message, tmp_path):
    with open(tmp_path / "pipe", "wb") as pipe, pytest.raises((TypeError, ValueError)):
        _wire.write(pipe.fileno(), 1, message)
    assert (tmp_path / "pipe").read_bytes() == b""


def test_numbers_that_are_none_go_through():
    read, write = os.pipe()
    _wire.write(write, 5, {"answer": [math.inf, math.nan]})
    ((number, message),) = _wire.Reader().feed(os.read(read, 4096))
    assert number == 5 and message["answer"][0] == math.inf and math.isnan(message["answer"][1])
    for end in (read, write):
        os.close(end)
