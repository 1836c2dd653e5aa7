"""What each pixel and its surroundings look like, at several scales.

The filters of ilastik (C. Sommer, C. Straehle, U. Koethe, F. Hamprecht, ilastik: interactive learning and
segmentation toolkit, ISBI 2011): smoothed colours, gradient, Laplacian, and the eigenvalues of the Hessian
(ridges and blobs) and of the structure tensor (how much of a direction there is). Derivatives at scale s
are multiplied by s or s squared, so that they compare (T. Lindeberg 1998).
"""

from __future__ import annotations

import cv2
import numpy as np

#: Standard deviations of the Gaussians, in pixels.
SCALES = (0.7, 1.5, 3.0, 6.0, 12.0)
#: The structure tensor is averaged over this many times its scale.
AROUND = 2.0
#: Core-seconds for a picture of 256 x 256 pixels (measured).
SECONDS = 0.1

_SHAPES = (
    "gradient",
    "Laplacian",
    "larger curvature",
    "smaller curvature",
    "larger tensor eigenvalue",
    "smaller tensor eigenvalue",
)


def names(colours: int) -> list[str]:
    """Names of the features of a pixel, in their order."""
    planes = ["brightness"] if colours == 1 else ["L", "u", "v"]
    return [*planes, *(f"{what}, scale {scale:g}" for scale in SCALES for what in (*planes, *_SHAPES))]


def count(colours: int) -> int:
    """Features of a pixel."""
    return colours + len(SCALES) * (colours + len(_SHAPES))


def features(picture: np.ndarray) -> np.ndarray:
    """uint8 [H, W, C] -> float32 [H, W, d]; beyond the border the picture is mirrored."""
    values = picture.astype(np.float32) / 255
    grey = values[:, :, 0] if picture.shape[2] == 1 else cv2.cvtColor(values, cv2.COLOR_RGB2GRAY)
    colour = (
        [grey] if picture.shape[2] == 1 else list(cv2.split(cv2.cvtColor(values, cv2.COLOR_RGB2LUV) / 100))
    )
    planes = list(colour)
    for scale in SCALES:
        planes += [_smooth(plane, scale) for plane in colour]
        planes += _shapes(_smooth(grey, scale), scale)
    return np.stack(planes, axis=-1)


def _shapes(grey: np.ndarray, scale: float) -> list[np.ndarray]:
    right, down = _slope(grey, 1) * scale, _slope(grey, 0) * scale
    across, along, both = _slope(right, 1) * scale, _slope(down, 0) * scale, _slope(right, 0) * scale
    tensor = (_smooth(part, scale * AROUND) for part in (right * right, down * down, right * down))
    large, small = _eigenvalues(*tensor)
    # Their square roots are of the picture's unit.
    return [
        np.sqrt(right * right + down * down),
        across + along,
        *_eigenvalues(across, along, both),
        np.sqrt(np.maximum(large, 0)),
        np.sqrt(np.maximum(small, 0)),
    ]


def _smooth(plane: np.ndarray, scale: float) -> np.ndarray:
    # OpenCV's own choice of the kernel's size cannot be larger than the picture when mirrored.
    reach = min(2 * round(3 * scale) + 1, 2 * min(plane.shape) - 1)
    return cv2.GaussianBlur(plane, (reach, reach), scale, borderType=cv2.BORDER_REFLECT_101)


def _slope(plane: np.ndarray, axis: int) -> np.ndarray:
    """Centred differences per pixel."""
    kernel = np.array([[-0.5, 0.0, 0.5]], dtype=np.float32)
    return cv2.filter2D(plane, -1, kernel if axis == 1 else kernel.T, borderType=cv2.BORDER_REFLECT_101)


def _eigenvalues(xx: np.ndarray, yy: np.ndarray, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(larger, smaller) of the symmetric matrices [[xx, xy], [xy, yy]]."""
    middle, apart = (xx + yy) / 2, np.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
    return middle + apart, middle - apart
