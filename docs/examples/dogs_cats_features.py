"""What people say when asked how they tell dogs from cats, as measures of a picture.

    nikti compare photos/ --features docs/examples/dogs_cats_features.py

Each function takes one picture, uint8 [height, width, 3], and returns a number, or several by name. The
animal is taken to be what differs in colour from the picture's edge, which is often wrong: that such
features are made by hand, and how far they reach, is what the comparison shows.
"""

import cv2
import numpy as np

#: Thin parts (tails, ears, legs) vanish when the outline is rubbed with a disc of this share of the width.
THIN = 1 / 10


def size(picture):
    """How much of the picture the animal fills, and how long its outline is for its area."""
    shape = _animal(picture)
    outline, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    around = sum(cv2.arcLength(line, True) for line in outline)
    area = max(1, int(shape.sum()))
    rows, columns = np.flatnonzero(shape.any(1)), np.flatnonzero(shape.any(0))
    tall, wide = (np.ptp(places) + 1 if len(places) else 1 for places in (rows, columns))
    return {"share": shape.mean(), "roundness": around / area**0.5, "tall or wide": tall / wide}


def tail(picture):
    """Share of the animal that is thin: tails, legs and pointed ears; above and below its middle."""
    shape = _animal(picture)
    width = max(3, round(THIN * picture.shape[1]))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    thin = shape - cv2.morphologyEx(shape, cv2.MORPH_OPEN, disc)
    area, middle = max(1, int(shape.sum())), len(shape) // 2
    return {"thin above": thin[:middle].sum() / area, "thin below": thin[middle:].sum() / area}


def colour(picture):
    """The animal's mean colour, how much of it is ginger, black or white, and how green its surroundings are
    (dogs are taken for walks)."""
    inside = _animal(picture).astype(bool)
    hue, saturation, value = (
        channel[inside] for channel in cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2HSV))
    )
    surroundings = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)[~inside]
    if not len(hue) or not len(surroundings):
        return dict.fromkeys(("ginger", "black", "white", "warmth", "green around"), 0.0)
    green = (surroundings[:, 0] > 30) & (surroundings[:, 0] < 90) & (surroundings[:, 1] > 60)
    red, _, blue = (channel[inside].mean() for channel in cv2.split(picture))
    return {
        "ginger": ((hue > 5) & (hue < 20) & (saturation > 90)).mean(),
        "black": (value < 50).mean(),
        "white": ((value > 190) & (saturation < 40)).mean(),
        "warmth": (red - blue) / 255,
        "green around": green.mean(),
    }


def fur(picture):
    """How rough the animal's coat is: fine differences between neighbouring pixels."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1.5))
    inside = _animal(picture).astype(bool)
    return fine[inside].mean() if inside.any() else 0.0


def _animal(picture):
    """uint8 [height, width]: 1 where the colour is far from those at the edge."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)
    edge = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    far = np.linalg.norm((lab - np.median(edge, axis=0)) / (edge.std(0) + 4), axis=2)
    scaled = cv2.normalize(cv2.GaussianBlur(far, (0, 0), 2), None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    return cv2.threshold(scaled, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
