"""CRC-32C against the table of RFC 3720, and the fast way against the slow one."""

import numpy as np
import pytest

from nikti.core.crc32c import crc32c, masked


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),  # appendix B.4
        (bytes([255] * 32), 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)
def test_known_checksums(data, expected):
    assert crc32c(data) == expected


@pytest.mark.parametrize("length", [32 * 1024 - 1, 32 * 1024, 100_003])
def test_long_ones_bit_by_bit(length):
    data = np.random.default_rng(length).integers(0, 256, length, dtype=np.uint8).tobytes()
    state = 0xFFFFFFFF
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = (state >> 1) ^ (0x82F63B78 if state & 1 else 0)
    assert crc32c(data) == state ^ 0xFFFFFFFF


def test_the_mask_turns_and_adds():
    whole = crc32c(b"abc")
    assert masked(b"abc") == ((whole >> 15 | whole << 17) + 0xA282EAD8) % 2**32
