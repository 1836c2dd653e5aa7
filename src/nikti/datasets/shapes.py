"""Generated pictures with a known truth: which shape is it? Position, size, turn, colours and noise
are nuisance, so that colour statistics alone know nothing and the outline knows everything."""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words

TITLE = Words(
    en="generated pictures of circles, squares, triangles and crosses, colour, 32 x 32 pixels",
    bn="বৃত্ত, বর্গ, ত্রিভুজ ও ক্রসের বানানো ছবি, রঙিন, ৩২ × ৩২ পিক্সেল",
)
MODALITY = "image"
TASK = "image_classification"

CLASSES = ("circle", "cross", "square", "triangle")
SIDE = 32
RADIUS = (6.0, 11.0)  # half the shape's extent, pixels
TURN = 0.35  # radians to either side; a square stays a square
NOISE = 18.0  # standard deviation of the pixel noise, grey levels
CONTRAST = 60.0  # least distance of the shape's brightness from the ground's, grey levels


def load(seed: int = 0, n: int = 600) -> Data:
    """Images uint8 [n, 32, 32, 3] with as many of each class as n allows, in random order."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % len(CLASSES))
    images = np.stack([draw(CLASSES[code], rng) for code in codes])
    return Data("shapes", "image", Stack(images), np.array(CLASSES, dtype=object)[codes], target_name="shape")


def draw(shape: str, rng: np.random.Generator) -> np.ndarray:
    """One picture uint8 [32, 32, 3]."""
    radius = rng.uniform(*RADIUS)
    middle = rng.uniform(radius, SIDE - 1 - radius, size=2)
    turn = rng.uniform(-TURN, TURN)
    y, x = np.mgrid[:SIDE, :SIDE] - middle[:, None, None]
    u = (x * np.cos(turn) + y * np.sin(turn)) / radius  # in the shape's own frame, -1..1
    v = (y * np.cos(turn) - x * np.sin(turn)) / radius
    inside = np.clip(0.5 - distance(shape, u, v) * radius, 0, 1)[..., None]  # soft edge of one pixel
    ground, ink = rng.uniform(0, 255, size=(2, 3))
    while abs(ground.mean() - ink.mean()) < CONTRAST:
        ink = rng.uniform(0, 255, size=3)
    picture = ground * (1 - inside) + ink * inside + rng.normal(0, NOISE, size=(SIDE, SIDE, 3))
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def distance(shape: str, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Below 0 inside the shape, above 0 outside, about the distance to its edge in units of its
    radius."""
    if shape == "circle":
        return np.hypot(u, v) - 0.9
    if shape == "square":
        return np.maximum(abs(u), abs(v)) - 0.8
    if shape == "triangle":  # equilateral, point up, inscribed in the unit circle
        return np.maximum(v - 0.5, 0.5 * np.sqrt(3) * abs(u) - 0.5 * v - 0.5)
    upright = np.maximum(abs(u) - 0.3, abs(v) - 0.95)
    across = np.maximum(abs(v) - 0.3, abs(u) - 0.95)
    return np.minimum(upright, across)
