"""Generated pictures with a known truth: which shapes are where? Colours, sizes, the ground's blots and
lines and the noise are nuisance."""

import numpy as np

from nikti.core.answers import Boxes
from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words
from nikti.datasets.shapes import CONTRAST, NOISE, TURN, distance

TITLE = Words(
    en="generated pictures with up to four circles, squares and triangles on a cluttered "
    "ground, 96 x 96 pixels",
    bn="এলোমেলো পটভূমিতে চারটি পর্যন্ত বৃত্ত, বর্গ ও ত্রিভুজের বানানো ছবি, ৯৬ × ৯৬ পিক্সেল",
)
MODALITY = "image"
TASK = "object_detection"

CLASSES = ("circle", "square", "triangle")
SIDE = 96
RADIUS = (9.0, 20.0)  # half a shape's extent, pixels
MOST = 4  # shapes in a picture; none is as likely
TOUCHING = 0.05  # largest IoU of two boxes
TRIES = 20  # places tried for a shape before the picture does without it
CLUTTER = 6  # lines and blots of the ground


def load(seed: int = 0, n: int = 300) -> Data:
    """Images uint8 [n, 96, 96, 3]; boxes are the smallest around the pixels of a shape."""
    rng = np.random.default_rng(seed)
    scenes = [draw(rng) for _ in range(n)]
    images = np.stack([picture for picture, _ in scenes])
    boxes = Boxes.of([boxes for _, boxes in scenes], [(SIDE, SIDE)] * n)
    return Data("scenes", "image", Stack(images), boxes, classes=CLASSES, target_name="shapes")


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One picture uint8 [96, 96, 3] and its boxes float32 [k, 5], k at most MOST."""
    colour = rng.uniform(0, 255, size=3)
    picture = ground(colour, rng)
    boxes: list[list[float]] = []
    for _ in range(rng.integers(0, MOST + 1)):
        code = int(rng.integers(len(CLASSES)))
        inside = _free_place(CLASSES[code], boxes, rng)
        if inside is None:
            continue
        ink = rng.uniform(0, 255, size=3)
        while abs(colour.mean() - ink.mean()) < CONTRAST:
            ink = rng.uniform(0, 255, size=3)
        picture = picture * (1 - inside[..., None]) + ink * inside[..., None]
        boxes.append([*around(inside), code])
    picture = picture + rng.normal(0, NOISE, size=picture.shape)
    return np.clip(np.round(picture), 0, 255).astype(np.uint8), np.array(boxes, np.float32).reshape(-1, 5)


def ground(colour: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A slope of brightness with lines and blots, fainter than any shape: float64 [96, 96, 3]."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE - 0.5
    slope = rng.uniform(-0.5, 0.5, size=2) * CONTRAST
    grey = x * slope[0] + y * slope[1]
    for _ in range(CLUTTER):
        across, down, angle = rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5), rng.uniform(0, np.pi)
        away = (x - across) * np.sin(angle) - (y - down) * np.cos(angle)
        along = (x - across) * np.cos(angle) + (y - down) * np.sin(angle)
        length = rng.choice([0.05, 1.0])  # a blot, or a line across the picture
        grey = grey + rng.uniform(-0.4, 0.4) * CONTRAST * ((abs(away) < 0.02) & (abs(along) < length))
    return colour + grey[..., None]


def _free_place(shape: str, boxes: list[list[float]], rng: np.random.Generator) -> np.ndarray | None:
    """How much of each pixel a shape at a random place covers, float64 [96, 96]; None without a place
    that touches no other shape."""
    for _ in range(TRIES):
        radius = rng.uniform(*RADIUS)
        middle, turn = rng.uniform(radius, SIDE - 1 - radius, size=2), rng.uniform(-TURN, TURN)
        y, x = np.mgrid[:SIDE, :SIDE] - middle[:, None, None]
        u = (x * np.cos(turn) + y * np.sin(turn)) / radius
        v = (y * np.cos(turn) - x * np.sin(turn)) / radius
        inside = np.clip(0.5 - distance(shape, u, v) * radius, 0, 1)
        if all(_overlap(around(inside), other) <= TOUCHING for other in boxes):
            return inside
    return None


def around(inside: np.ndarray) -> list[float]:
    """x1, y1, x2, y2 of the smallest box around the pixels that are covered by half or more."""
    rows, columns = (np.flatnonzero((inside >= 0.5).any(axis)) for axis in (1, 0))
    return [float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)]


def _overlap(one: list[float], two: list[float]) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    shared = max(0.0, width) * max(0.0, height)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, two)]
    return shared / (sum(areas) - shared)
