"""Generated clips with a known truth: how does the shape move? To the left, to the right, growing or
shrinking. Place, size, speed, outline, colours and noise are nuisance. What leaves on one side comes back on
the other, and a size that ends begins anew, all from a random moment on, so that no single frame tells
anything, nor do the frames in another order."""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words

TITLE = Words(
    en="generated clips of a shape that moves left or right, grows or shrinks, 16 frames of 40 x 40 pixels",
    bn="বানানো ভিডিও: একটি আকৃতি বাঁয়ে বা ডানে যায়, বাড়ে বা কমে, ৪০ × ৪০ পিক্সেলের ১৬ ফ্রেম",
)
MODALITY = "video"
TASK = "video_classification"

CLASSES = ("grows", "left", "right", "shrinks")
FRAMES, SIDE = 16, 40
RADIUS = (4.0, 12.0)  # half the shape's extent, pixels
SPEED = (1.0, 2.5)  # pixels a frame
GROWTH = (0.5, 1.0)  # pixels of the radius a frame
NOISE = 8.0  # standard deviation of the pixel noise, grey levels
CONTRAST = 60.0  # least distance of the shape's brightness from the ground's, grey levels


def load(seed: int = 0, n: int = 320) -> Data:
    """Clips uint8 [n, 16, 40, 40, 3] with as many of each class as n allows, in random order."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % len(CLASSES))
    clips = np.stack([draw(CLASSES[code], rng) for code in codes])
    answers = np.array(CLASSES, dtype=object)[codes]
    return Data("moving_shapes", "video", Stack(clips), answers, target_name="motion")


def draw(motion: str, rng: np.random.Generator) -> np.ndarray:
    """One clip uint8 [16, 40, 40, 3]."""
    time = np.arange(FRAMES)
    sideways = {"left": -1, "right": 1}.get(motion, 0)
    outwards = {"grows": 1, "shrinks": -1}.get(motion, 0)
    across, down = rng.uniform(0, SIDE, size=2)
    across = across + sideways * rng.uniform(*SPEED) * time  # [T]
    span = RADIUS[1] - RADIUS[0]
    radius = RADIUS[0] + (rng.uniform(0, span) + outwards * rng.uniform(*GROWTH) * time) % span  # [T]
    places = np.arange(SIDE)
    x = _from(places, across)[:, None, :]  # [T, 1, S]
    y = _from(places, np.full(FRAMES, down))[:, :, None]  # [T, S, 1]
    far = np.hypot(x, y) if rng.random() < 0.5 else np.maximum(abs(x), abs(y))  # a disc or a square
    inside = np.clip(0.5 + radius[:, None, None] - far, 0, 1)[..., None]  # soft edge of one pixel
    ground, ink = rng.uniform(0, 255, size=(2, 3))
    while abs(ground.mean() - ink.mean()) < CONTRAST:
        ink = rng.uniform(0, 255, size=3)
    clip = ground * (1 - inside) + ink * inside + rng.normal(0, NOISE, size=(FRAMES, SIDE, SIDE, 3))
    return np.clip(np.round(clip), 0, 255).astype(np.uint8)


def _from(places: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Distance of each place from a centre, round the edge where that is nearer: [T, S]."""
    return (places - centre[:, None] + SIDE / 2) % SIDE - SIDE / 2
