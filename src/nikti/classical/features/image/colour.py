"""What colours a picture has: moments of each colour, and shares of named hues."""

from __future__ import annotations

import cv2
import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import counts, grey
from nikti.core.words import Words

TITLE = Words(
    en="colour statistics: mean, spread and skew of each colour, shares of named hues",
    bn="রঙের পরিসংখ্যান: প্রতি রঙের গড়, বিস্তার ও বঙ্কিমতা, চেনা রঙের ভাগ",
)
STATELESS = True

#: Twelve hues of 30 degrees, the first centred on 0 degrees (red).
HUES = (
    *("red", "orange", "yellow", "yellow-green", "green", "blue-green"),
    *("cyan", "sky blue", "blue", "violet", "magenta", "pink"),
)
TONES = (*HUES, "black", "grey", "white")
BLACK_VALUE, WHITE_VALUE, GREY_SATURATION = 51, 204, 51  # of 255: 0.2, 0.8 and 0.2
LEVELS = 16
JOINT = 4  # levels of red, green and blue each in the joint histogram
MOMENTS = ("mean", "spread", "skew")
PERCENTILES = (5, 25, 50, 75, 95)


def build() -> Measured:
    """The transformer of this file."""
    return Measured("image", "colour")


def cost(sample_shape: tuple[int, int, int]) -> float:
    """Seconds per image on the reference machine."""
    size, _, channels = sample_shape
    return 6e-6 + (4.5e-8 if channels == 3 else 6e-9) * size * size


def names(sample_shape: tuple[int, int, int]) -> list[str]:
    """Column names for images [S, S, C]."""
    brightness = [f"brightness: {moment}" for moment in MOMENTS]
    brightness += [f"brightness: {share}th percentile" for share in PERCENTILES]
    brightness += ["brightness: entropy (bits)"]
    step = 256 // LEVELS
    brightness += [f"brightness: share from {k * step} to {(k + 1) * step - 1}" for k in range(LEVELS)]
    if sample_shape[-1] == 1:
        return brightness
    colours = ("red", "green", "blue", "saturation")
    moments = [f"{colour}: {moment}" for colour in colours for moment in MOMENTS]
    hues = [f"hue: share of {tone}" for tone in TONES]
    steps = range(1, JOINT + 1)
    joint = [f"share of red {r} green {g} blue {b} (of {JOINT})" for r in steps for g in steps for b in steps]
    return brightness + moments + hues + joint


def measure(images: np.ndarray) -> np.ndarray:
    """uint8 [n, S, S, C] -> float32 [n, 25] for grey, [n, 116] for RGB images. Means and spreads are
    on the scale 0..1, histograms are shares of the picture."""
    n, size, _, channels = images.shape
    pixels = size * size
    bright = counts(grey(images).reshape(n, pixels), 256) / pixels  # [n, 256]
    columns = [_moments(bright), _percentiles(bright), _entropy(bright)]
    columns.append(bright.reshape(n, LEVELS, -1).sum(axis=2))
    if channels == 3:
        flat = np.ascontiguousarray(images).reshape(n * size, size, 3)
        hsv = cv2.cvtColor(flat, cv2.COLOR_RGB2HSV).reshape(n, pixels, 3)
        planes = [images[..., k].reshape(n, pixels) for k in range(3)] + [hsv[..., 1]]
        columns += [_moments(counts(plane, 256) / pixels) for plane in planes]
        columns.append(counts(_tones(hsv), len(TONES)) / pixels)
        coarse = [plane.astype(np.int64) * JOINT // 256 for plane in planes[:3]]
        columns.append(counts((coarse[0] * JOINT + coarse[1]) * JOINT + coarse[2], JOINT**3) / pixels)
    return np.hstack(columns).astype(np.float32)


def _moments(histogram: np.ndarray) -> np.ndarray:
    """Mean, standard deviation and skewness (0 for a flat plane) from shares [n, 256] -> [n, 3]."""
    levels = np.arange(256) / 255
    mean = histogram @ levels
    square = histogram @ levels**2 - mean**2
    third = histogram @ levels**3 - 3 * mean * square - mean**3
    spread = np.sqrt(np.maximum(square, 0))
    skew = np.where(spread > 1e-6, third / np.maximum(spread, 1e-6) ** 3, 0)
    return np.stack([mean, spread, skew], axis=1)


def _percentiles(histogram: np.ndarray) -> np.ndarray:
    """Lowest level at which the cumulative share reaches each percentile, 0..1 -> [n, 5]."""
    cumulative = histogram.cumsum(axis=1)
    return np.stack([(cumulative < share / 100 - 1e-9).sum(axis=1) for share in PERCENTILES], axis=1) / 255


def _entropy(histogram: np.ndarray) -> np.ndarray:
    """Shannon entropy in bits of the grey levels -> [n, 1]."""
    return -(histogram * np.log2(np.where(histogram > 0, histogram, 1))).sum(axis=1, keepdims=True)


def _tones(hsv: np.ndarray) -> np.ndarray:
    """The tone of each pixel, as a position in TONES: OpenCV's HSV [n, m, 3] (hue in half degrees)."""
    hue, saturation, value = hsv[..., 0], hsv[..., 1], hsv[..., 2]
    tone = ((hue.astype(np.int64) + 7) // 15) % len(HUES)
    colourless = np.where(value > WHITE_VALUE, TONES.index("white"), TONES.index("grey"))
    tone = np.where(saturation < GREY_SATURATION, colourless, tone)
    return np.where(value < BLACK_VALUE, TONES.index("black"), tone)
