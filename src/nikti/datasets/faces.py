"""Drawn faces with a known truth: who is it? People differ in the shape of face, eyes, brows, nose and mouth
and in colours; pictures of one person in pose, light, expression, what is in the way, and noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words

TITLE = Words(
    en="generated faces of 40 people, ten pictures each, colour, 48 x 48 pixels",
    bn="৪০ জনের বানানো মুখ, প্রত্যেকের দশটি ছবি, রঙিন, ৪৮ × ৪৮ পিক্সেল",
)
MODALITY = "image"
TASK = "face_verification"

SIDE = 48
_DRAWN = 4 * SIDE  # drawn larger, then shrunk: soft edges

#: A person's own measures, uniform between these; lengths are shares of the picture's side.
PERSON = {
    "width": (0.25, 0.32),  # half the face
    "height": (0.33, 0.41),
    "jaw": (1.8, 2.8),  # exponent of the outline: 2 is an ellipse, more is squarer
    "eyes_apart": (0.105, 0.155),
    "eyes_up": (0.02, 0.09),
    "eye": (0.035, 0.055),
    "iris": (0.45, 0.65),  # share of the eye
    "brow_up": (0.06, 0.10),
    "brow_thick": (0.008, 0.024),
    "brow_tilt": (-0.3, 0.3),  # radians
    "nose_long": (0.09, 0.15),
    "nose_wide": (0.03, 0.065),
    "mouth_down": (0.17, 0.23),
    "mouth_wide": (0.07, 0.13),
    "lips": (0.012, 0.03),
    "hairline": (0.12, 0.24),  # below the top of the face
    "hair_wide": (1.04, 1.22),  # of the face
    "dark": (0.0, 1.0),  # of the skin
    "beard": (0.0, 0.5),
}
SKINS = (np.array([238.0, 198, 170]), np.array([105.0, 68, 46]))
HAIRS = np.array([[28.0, 22, 20], [75, 48, 30], [140, 95, 50], [190, 160, 105], [130, 130, 130]])
IRISES = np.array([[60.0, 38, 22], [70, 105, 140], [85, 110, 60]])

TURN = 0.22  # radians of the head's roll, to either side
YAW = 0.06  # how far the features slide across the face, shares of the side
SHIFT, ZOOM = 0.05, (0.88, 1.12)
LIGHT = 0.55  # how much brighter one edge of the picture is than its middle
GAMMA = (0.6, 1.6)
CAST = 0.12  # of each colour, as a share
OCCLUDED = 0.35  # of the pictures have a patch in the way
NOISE = (6.0, 18.0)  # standard deviation, grey levels


def load(seed: int = 0, persons: int = 40, pictures: int = 10) -> Data:
    """Images uint8 [persons * pictures, 48, 48, 3], in random order, with the names of the people."""
    rng = np.random.default_rng(seed)
    people = [person(rng) for _ in range(persons)]
    who = rng.permutation(np.arange(persons * pictures) % persons)
    images = np.stack([draw(people[code], rng) for code in who])
    names = np.array([f"person {code + 1:02d}" for code in who], dtype=object)
    return Data("faces", "image", Stack(images), names, target_name="person")


def person(rng: np.random.Generator) -> dict[str, Any]:
    """A person's measures and colours."""
    found: dict[str, Any] = {name: rng.uniform(*limits) for name, limits in PERSON.items()}
    found["skin"] = SKINS[0] + (SKINS[1] - SKINS[0]) * found["dark"] + rng.normal(0, 8, 3)
    found["hair"] = HAIRS[rng.integers(len(HAIRS))] + rng.normal(0, 8, 3)
    found["eye_colour"] = IRISES[rng.integers(len(IRISES))]
    return found


def draw(who: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    """One picture uint8 [48, 48, 3] of a person."""
    import cv2

    picture = _turned(_face(who, rng), rng)
    if rng.random() < OCCLUDED:
        corner, size = rng.integers(0, _DRAWN, 2), rng.integers(_DRAWN // 8, _DRAWN // 3, 2)
        picture[corner[1] : corner[1] + size[1], corner[0] : corner[0] + size[0]] = rng.uniform(0, 255, 3)
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(float)
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    way = rng.uniform(0, 2 * np.pi)
    shine = 1 + rng.uniform(0, LIGHT) * (x * np.cos(way) + y * np.sin(way))
    lit = small / 255 * shine[..., None] * rng.uniform(1 - CAST, 1 + CAST, 3)
    lit = np.clip(lit, 0, 1) ** rng.uniform(*GAMMA)
    noisy = 255 * lit + rng.normal(0, rng.uniform(*NOISE), lit.shape)
    return np.clip(np.round(noisy), 0, 255).astype(np.uint8)


def _face(who: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    """The head from the front with an expression, uint8 [192, 192, 3], before it turns."""
    import cv2

    picture = np.empty((_DRAWN, _DRAWN, 3), np.uint8)
    picture[:] = rng.uniform(30, 225, 3)
    slide, nod = rng.uniform(-YAW, YAW), rng.uniform(-YAW, YAW) / 2
    skin, hair, dark = who["skin"], who["hair"], who["skin"] * 0.72

    def at(x: float, y: float) -> tuple[int, int]:
        """Pixels of a place measured from the middle of the face."""
        return round((0.5 + x) * _DRAWN), round((0.52 + y) * _DRAWN)

    def oval(x: float, y: float, wide: float, high: float, colour: Any, angle: float = 0.0) -> None:
        axes = max(1, round(wide * _DRAWN)), max(1, round(high * _DRAWN))
        cv2.ellipse(picture, at(x, y), axes, np.degrees(angle), 0, 360, _colour(colour), -1, cv2.LINE_AA)

    def outline(wide: float, high: float, colour: Any, top: float = -1.0) -> None:
        turn = np.linspace(0, 2 * np.pi, 90)
        cos, sin = np.cos(turn), np.maximum(np.sin(turn), top)
        power = np.where(sin > 0, 2 / who["jaw"], 1.0)  # the chin is squarer, the skull is round
        points = [
            at(wide * np.sign(c) * abs(c) ** p, high * np.sign(s) * abs(s) ** p)
            for c, s, p in zip(cos, sin, power, strict=True)
        ]
        cv2.fillPoly(picture, [np.array(points)], _colour(colour), cv2.LINE_AA)

    wide, high = who["width"], who["height"]
    oval(0, -0.04, wide * who["hair_wide"], high * 1.12, hair)
    outline(wide, high, skin)
    if who["beard"] > 0.3:
        outline(wide, high, 0.5 * skin + 0.5 * hair, top=0.35)
    oval(0, -high * 1.0, wide * 0.98, who["hairline"], hair)
    opened, raised = rng.uniform(0.35, 0.75), rng.uniform(-0.02, 0.02)
    for side in (-1, 1):
        x, y = side * who["eyes_apart"] + slide, -who["eyes_up"] + nod
        oval(x, y, who["eye"], who["eye"] * opened, (235, 232, 228))
        look = who["eye"] * who["iris"]
        oval(x + slide * 0.3, y, look, min(look, who["eye"] * opened), who["eye_colour"])
        tilt = side * who["brow_tilt"] + side * raised * 4
        oval(x, y - who["brow_up"] + raised, who["eye"] * 1.25, who["brow_thick"], hair * 0.8, tilt)
    oval(slide * 1.3, who["nose_long"] + nod, who["nose_wide"], who["nose_wide"] * 0.55, dark)
    bridge = who["nose_long"] * 0.5
    oval(slide * 1.2, bridge + nod, who["nose_wide"] * 0.35, bridge, skin * 0.86)
    smile, gap = rng.uniform(-0.03, 0.04), rng.uniform(0, 0.03)
    across = np.linspace(-1, 1, 15)
    width, red = max(1, round(who["lips"] * _DRAWN)), _colour(skin * (0.8, 0.5, 0.5))
    for lip in (-1, 1):
        bow = who["mouth_down"] + nod - smile * across**2 + lip * gap * (1 - across**2)
        curve = [at(who["mouth_wide"] * x + slide, y) for x, y in zip(across, bow, strict=True)]
        cv2.polylines(picture, [np.array(curve)], False, red, width, cv2.LINE_AA)
    return picture


def _turned(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture rolled, moved and zoomed by a little."""
    import cv2

    angle, zoom = np.degrees(rng.uniform(-TURN, TURN)), rng.uniform(*ZOOM)
    matrix = np.asarray(cv2.getRotationMatrix2D((_DRAWN / 2, _DRAWN / 2), angle, zoom), np.float64)
    matrix[:, 2] += rng.uniform(-SHIFT, SHIFT, 2) * _DRAWN
    return cv2.warpAffine(picture, matrix, (_DRAWN, _DRAWN), borderMode=cv2.BORDER_REPLICATE)


def _colour(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in np.clip(values, 0, 255))
