"""CRC-32C (Castagnoli; RFC 3720, appendix B.4), by which TFRecord files are checked."""

from __future__ import annotations

from functools import cache

import numpy as np

_POLYNOMIAL = 0x82F63B78  # its bits turned round
_ALL = 0xFFFFFFFF
#: Bytes of a lane, and lanes from which on they are worked at side by side.
_LANE, _WORTH_IT = 1024, 32
#: Added to a turned checksum (TensorFlow's record_writer: so that checksums of checksums stay good).
_MASK = 0xA282EAD8


def crc32c(data: bytes) -> int:
    """The checksum of some bytes.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    lanes = len(data) // _LANE
    if lanes < _WORTH_IT:
        return _ALL ^ _plain(_ALL, data)
    head = len(data) - lanes * _LANE
    state = _plain(_ALL, data[:head])
    rows = np.frombuffer(data, np.uint8, offset=head).reshape(lanes, _LANE)
    for own in _side_by_side(
        rows
    ).tolist():  # what all before comes to after so many zeros, and the lane's own
        state = _after_a_lane(state) ^ own
    return _ALL ^ state


def masked(data: bytes) -> int:
    """The checksum as TFRecord files hold it."""
    whole = crc32c(data)
    return (((whole >> 15) | (whole << 17)) + _MASK) & _ALL


def _plain(state: int, data: bytes) -> int:
    table = _table()
    for byte in data:
        state = table[(state ^ byte) & 255] ^ (state >> 8)
    return state


def _side_by_side(rows: np.ndarray) -> np.ndarray:
    """uint32 [lanes]: of each row of uint8 [lanes, _LANE], begun at 0."""
    table = np.array(_table(), np.uint32)
    state = np.zeros(len(rows), np.uint32)
    for column in np.ascontiguousarray(rows.T):
        state = table[(state ^ column) & 255] ^ (state >> 8)
    return state


def _after_a_lane(state: int) -> int:
    """The state after _LANE zeros: it is linear in its bits, so in its four bytes."""
    lowest, low, high, highest = _zeros()
    after = lowest[state & 255] ^ low[state >> 8 & 255]
    return after ^ high[state >> 16 & 255] ^ highest[state >> 24]


@cache
def _zeros() -> list[list[int]]:
    """[byte of the state][its value]: the state after a lane of zeros."""
    table = np.array(_table(), np.uint32)
    values = np.arange(256, dtype=np.uint32)
    states = np.stack([values << np.uint32(8 * place) for place in range(4)])
    for _ in range(_LANE):
        states = table[states & 255] ^ (states >> 8)
    found: list[list[int]] = states.tolist()
    return found


@cache
def _table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
        table.append(byte)
    return table
