"""Generated pictures with a known truth: which pixels belong to what? Blobs with a fine or a coarse pattern
lie on noisy ground. All are equally light on average, so that a pixel's grey says little and its
neighbourhood everything."""

import numpy as np

from nikti.core.answers import Masks
from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words

TITLE = Words(
    en="generated pictures of regions with three textures and their masks, grey, 64 x 64 pixels",
    bn="তিন রকম বুনটের এলাকার বানানো ছবি ও তার মাস্ক, সাদা-কালো, ৬৪ × ৬৪ পিক্সেল",
)
MODALITY = "image"
TASK = "semantic_segmentation"

CLASSES = ("background", "fine", "coarse")
SIDE = 64
BLOBS = (2, 4)  # of them in a picture, both included
RADIUS = (7.0, 16.0)  # of a blob, pixels
BUMPS = 0.25  # how far its outline leaves the circle, as a share of the radius
GRAIN = (0.0, 1.0, 2.5)  # width of each class's pattern in pixels; 0 is noise from pixel to pixel
DEVIATION = (12.0, 38.0, 38.0)  # of each class's grey levels
LIGHT = 90.0, 165.0  # mean grey of a picture


def load(seed: int = 0, n: int = 160) -> Data:
    """Images uint8 [n, 64, 64, 1] with masks uint8 [n, 64, 64]."""
    rng = np.random.default_rng(seed)
    pictures, masks = zip(*(draw(rng) for _ in range(n)), strict=True)
    return Data("blobs", "image", Stack(np.stack(pictures)), Masks(masks, np.asarray), CLASSES, "texture")


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One picture uint8 [64, 64, 1] and its mask uint8 [64, 64]."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for _ in range(rng.integers(BLOBS[0], BLOBS[1] + 1)):
        mask[blob(rng)] = rng.integers(1, len(CLASSES))
    textures = np.stack([texture(rng, grain) for grain in GRAIN]) * np.array(DEVIATION)[:, None, None]
    picture = rng.uniform(*LIGHT) + np.take_along_axis(textures, mask[None].astype(np.intp), axis=0)[0]
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)[:, :, None], mask


def blob(rng: np.random.Generator) -> np.ndarray:
    """A round region with a wavy outline, bool [64, 64]."""
    y, x = np.mgrid[:SIDE, :SIDE] - rng.uniform(0, SIDE, size=2)[:, None, None]
    angle, waves, phase = np.arctan2(y, x), rng.integers(2, 6), rng.uniform(0, 2 * np.pi)
    return np.hypot(y, x) < rng.uniform(*RADIUS) * (1 + BUMPS * np.sin(waves * angle + phase))


def texture(rng: np.random.Generator, grain: float) -> np.ndarray:
    """Noise [64, 64] of mean 0 and deviation 1, smoothed by a Gaussian of that width (in frequencies)."""
    fy, fx = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None]
    smooth = np.exp(-2 * (np.pi * grain) ** 2 * (fy**2 + fx**2))
    noise = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((SIDE, SIDE))) * smooth, (SIDE, SIDE))
    return (noise - noise.mean()) / noise.std()
