"""TFRecord files and the examples in them, without TensorFlow.

A record is its length (8 bytes), the masked CRC-32C of the length (4), the bytes, and theirs (4), all little
endian. The bytes are a protocol buffer: an Example, features by name, or a SequenceExample, whose lists of
features are by name as well (tensorflow/core/example/example.proto).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nikti.core.crc32c import masked
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _unpacked

#: What a feature holds: bytes, whole numbers or numbers.
Values = list[bytes] | np.ndarray

CUT_SHORT = Words(
    en="{file} is cut short in record {record}. Copy or download it again.",
    bn="{file} ফাইলটি {record} নম্বর রেকর্ডে এসে শেষ হয়ে গেছে। আবার কপি বা ডাউনলোড করুন।",
)
DAMAGED = Words(
    en="{file} is damaged in record {record}: its checksum is not that of its bytes. Copy or download it "
    "again.",
    bn="{file} ফাইলের {record} নম্বর রেকর্ড নষ্ট: চেকসাম মেলে না। আবার কপি বা ডাউনলোড করুন।",
)
NO_EXAMPLE = Words(
    en="record {record} of {file} holds no TensorFlow example.",
    bn="{file} ফাইলের {record} নম্বর রেকর্ডে টেনসরফ্লোর কোনো নমুনা নেই।",
)


class Example(NamedTuple):
    """features: by name; lists: of a SequenceExample, features one after another by name."""

    features: dict[str, Values]
    lists: dict[str, list[Values]]


def is_tfrecord(path: Path) -> bool:
    """Whether a file begins with a length and its checksum."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return len(head) == 12 and struct.unpack("<I", head[8:])[0] == masked(head[:8])


def examples(path: Path) -> Iterator[Example]:
    """The examples of a file. Raises DataError, naming file and record, where one is damaged."""
    for number, record in enumerate(_records(path), 1):
        try:
            yield _example(record)
        except (ValueError, IndexError, struct.error):
            raise DataError(NO_EXAMPLE.format(file=path.name, record=number)) from None


def _records(path: Path) -> Iterator[bytes]:
    content = _unpacked.content(path)
    at, number = 0, 0
    while at < len(content):
        number += 1
        here = {"file": path.name, "record": number}
        head = content[at : at + 12]
        if len(head) < 12:
            raise DataError(CUT_SHORT.format(**here))
        length, check = struct.unpack("<QI", head)
        if check != masked(head[:8]):
            raise DataError(DAMAGED.format(**here))
        body, end = content[at + 12 : at + 12 + length], content[at + 12 + length : at + 16 + length]
        if len(end) < 4:
            raise DataError(CUT_SHORT.format(**here))
        if struct.unpack("<I", end)[0] != masked(body):
            raise DataError(DAMAGED.format(**here))
        yield body
        at += 16 + length


def _example(record: bytes) -> Example:
    features: dict[str, Values] = {}
    lists: dict[str, list[Values]] = {}
    for field, value in _fields(record):
        if field == 1:  # the features, of a sequence what is said of the whole
            features |= {name: _values(one) for name, one in _entries(value)}
        elif field == 2:
            for name, one in _entries(value):
                lists[name] = [_values(_bytes(item)) for number, item in _fields(one) if number == 1]
    if not features and not lists:
        raise ValueError("neither features nor lists")
    return Example(features, lists)


def _entries(value: int | bytes) -> Iterator[tuple[str, bytes]]:
    """(name, message) of a map's entries."""
    for field, entry in _fields(_bytes(value)):
        if field == 1:
            parts = dict(_fields(_bytes(entry)))
            yield _bytes(parts[1] if 1 in parts else b"").decode(), _bytes(parts.get(2, b""))


def _values(feature: bytes) -> Values:
    """Of one feature: bytes (field 1), numbers (2) or whole numbers (3), packed or one by one."""
    for field, value in _fields(feature):
        items = [item for number, item in _fields(_bytes(value)) if number == 1]
        if field == 1:
            return [_bytes(item) for item in items]
        if field == 2:
            packed = b"".join(item if isinstance(item, bytes) else struct.pack("<I", item) for item in items)
            return np.frombuffer(packed, "<f4")
        if field == 3:
            numbers: list[int] = []
            for item in items:
                numbers += [item] if isinstance(item, int) else _varints(item)
            return np.array(numbers, np.uint64).astype(np.int64)
    return []


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of a message's fields: whole numbers, or bytes of a known length."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == 2:
            length, at = _varint(message, at)
        else:
            length = {1: 8, 5: 4}.get(kind, -1)
        if length < 0 or at + length > len(message):
            raise ValueError("no such field")
        part, at = message[at : at + length], at + length
        yield key >> 3, part if kind == 2 else int.from_bytes(part, "little")


def _varints(packed: bytes) -> list[int]:
    numbers, at = [], 0
    while at < len(packed):
        value, at = _varint(packed, at)
        numbers.append(value)
    return numbers


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """(number, where it ends): seven bits a byte, the lowest first, at most 64."""
    value = 0
    for place in range(10):
        byte = message[at + place]
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value & 0xFFFFFFFFFFFFFFFF, at + place + 1
    raise ValueError("too long a number")


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where bytes are to be")
    return value
