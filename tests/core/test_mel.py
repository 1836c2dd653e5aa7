"""The mel bands against loops written out by the definition."""

import math

import numpy as np
import pytest

from nikti.core import mel


@pytest.mark.parametrize(("hertz", "expected"), [(0, 0.0), (700, 781.17), (1000, 999.99), (8000, 2840.02)])
def test_mel_of_hertz(hertz, expected):
    assert mel.from_hertz(hertz) == pytest.approx(expected, abs=0.02)
    assert mel.to_hertz(mel.from_hertz(hertz)) == pytest.approx(hertz, abs=1e-6)


def slow(bands, size, rate):
    """Triangles line by line."""
    top = 2595 * math.log10(1 + rate / 2 / 700)
    place = [700 * (10 ** (top * k / (bands + 1) / 2595) - 1) for k in range(bands + 2)]
    rows = []
    for band in range(bands):
        low, middle, high = place[band : band + 3]
        row = []
        for line in range(size // 2 + 1):
            f = line * rate / size
            row.append(max(0.0, (f - low) / (middle - low) if f <= middle else (high - f) / (high - middle)))
        rows.append([value / sum(row) for value in row])
    return np.array(rows)


@pytest.mark.parametrize(("bands", "size", "rate"), [(20, 512, 16_000), (40, 2048, 16_000), (10, 256, 8_000)])
def test_filters_by_hand(bands, size, rate):
    found = mel.filters(bands, size, rate)
    assert found.dtype == np.float32 and not found.flags.writeable
    np.testing.assert_allclose(found, slow(bands, size, rate), atol=2e-6)


def test_bands_between_two_lines_get_the_nearest():
    found = mel.filters(64, 256, 16_000)  # lines are 62.5 Hz apart, the lowest bands 29 Hz
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert (found > 0).any(axis=1).all()
