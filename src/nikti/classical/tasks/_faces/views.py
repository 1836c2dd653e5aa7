"""What is measured of a face before anything is learned: uint8 [n, S, S, C] -> float32 [n, D]."""

from __future__ import annotations

import cv2
import numpy as np

from nikti.classical.features.image._grid import grey

#: Pixels of the side at which grey values are compared: eigenfaces are smooth.
PIXELS = 32
#: Windows of a side in which patterns are counted (Ahonen et al. 2006, section 4.2: 7 x 7).
WINDOWS = 7
#: Kinds of uniform patterns.
KINDS = 59

#: Seconds per picture of 48 px and per further pixel, by view; measured on the reference machine.
SECONDS = {"none": 1e-7, "grey": 5e-5, "colour": 8e-5, "lbp": 2.0e-4, "hog": 3e-4}


def cost(view: str, size: int) -> float:
    """Seconds per picture."""
    return SECONDS[view] * (size / 48) ** 2


def none(images: np.ndarray) -> np.ndarray:
    """Nothing at all [n, 1]."""
    return np.zeros((len(images), 1), np.float32)


def colour(images: np.ndarray) -> np.ndarray:
    """Pixels brought to PIXELS a side; each picture with mean 0 and deviation 1, which takes away its light
    and contrast."""
    side = min(PIXELS, images.shape[1])
    flat = np.stack(
        [cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA).ravel() for image in images]
    ).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    return flat / np.maximum(flat.std(1, keepdims=True), 1.0)


def grey_pixels(images: np.ndarray) -> np.ndarray:
    """As `colour`, of brightness alone."""
    return colour(grey(images)[..., None])


def lbp(images: np.ndarray) -> np.ndarray:
    """Uniform local binary patterns counted in each of WINDOWS x WINDOWS windows [n, 49 * 59]. The root of
    each share, so that distances weigh rare patterns too (Hellinger; Arandjelovic & Zisserman 2012)."""
    from nikti.classical.features.image import lbp as patterns

    found = patterns.codes_of(grey(images))  # [n, S-2, S-2]
    side = found.shape[1]
    cell = np.arange(side) * WINDOWS // side
    place = (cell[:, None] * WINDOWS + cell) * KINDS
    # One picture at a time: counts of a thousand at once would need hundreds of megabytes.
    shares = np.empty((len(found), WINDOWS**2 * KINDS), np.float32)
    for row, one in enumerate(found):
        shares[row] = np.bincount((patterns.RUN_OF[one] + place).ravel(), minlength=WINDOWS**2 * KINDS)
    return np.sqrt(shares / (side / WINDOWS) ** 2)


def hog(images: np.ndarray) -> np.ndarray:
    """Histograms of oriented gradients, see `nikti.classical.features.image.hog`."""
    from nikti.classical.features.image import hog as edges

    return edges.measure(images).astype(np.float32)


VIEWS = {"none": none, "grey": grey_pixels, "colour": colour, "lbp": lbp, "hog": hog}
