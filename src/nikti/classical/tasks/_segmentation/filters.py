"""What each pixel and its surroundings look like, at several scales.

The filters of ilastik (C. Sommer, C. Straehle, U. Koethe, F. Hamprecht, ilastik: interactive learning and
segmentation toolkit, ISBI 2011): smoothed colours, gradient, Laplacian, and the eigenvalues of the Hessian
(ridges and blobs) and of the structure tensor (how much of a direction there is). Derivatives at scale s
are multiplied by s or s squared, so that they compare (T. Lindeberg 1998). The few are the cheap ones of
them, with the deviation of the surroundings for texture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

#: The structure tensor is averaged over this many times its scale.
AROUND = 2.0


@dataclass(frozen=True)
class Filters:
    """scales: standard deviations of the Gaussians in pixels; measure(grey, scale): the planes named `shapes`
    at each scale, beside the smoothed colours; seconds: core-seconds for a picture of 256 x 256 pixels."""

    scales: tuple[float, ...]
    shapes: tuple[str, ...]
    measure: Callable[[np.ndarray, float], list[np.ndarray]]
    seconds: float

    def names(self, colours: int) -> list[str]:
        """Names of the features of a pixel, in their order."""
        planes = ["brightness"] if colours == 1 else ["L", "u", "v"]
        each = (*planes, *self.shapes)
        return [*planes, *(f"{what}, scale {scale:g}" for scale in self.scales for what in each)]

    def count(self, colours: int) -> int:
        """Features of a pixel."""
        return colours + len(self.scales) * (colours + len(self.shapes))

    def features(self, picture: np.ndarray) -> np.ndarray:
        """uint8 [H, W, C] -> float32 [H, W, d]; beyond the border the picture is mirrored."""
        grey, colour = _planes(picture.astype(np.float32) / 255)
        found = list(colour)
        for scale in self.scales:
            found += [_smooth(plane, scale) for plane in colour]
            found += self.measure(grey, scale)
        return np.stack(found, axis=-1)


def _planes(values: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """(the picture in grey, its colours) of one in 0..1."""
    if values.shape[2] == 1:
        return values[:, :, 0], [values[:, :, 0]]
    return cv2.cvtColor(values, cv2.COLOR_RGB2GRAY), list(
        cv2.split(cv2.cvtColor(values, cv2.COLOR_RGB2LUV) / 100)
    )


def _textures(grey: np.ndarray, scale: float) -> list[np.ndarray]:
    smooth = _smooth(grey, scale)
    right, down = _slope(smooth, 1) * scale, _slope(smooth, 0) * scale
    return [
        np.sqrt(right * right + down * down),
        (_slope(right, 1) + _slope(down, 0)) * scale,
        np.sqrt(np.maximum(_smooth(grey * grey, scale) - smooth * smooth, 0)),
    ]


def _shapes(grey: np.ndarray, scale: float) -> list[np.ndarray]:
    smooth = _smooth(grey, scale)
    right, down = _slope(smooth, 1) * scale, _slope(smooth, 0) * scale
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


#: The banks by the names under which models keep them.
FEW, ALL = "few", "all"
BANKS = {
    FEW: Filters((1.0, 3.0, 8.0), ("gradient", "Laplacian", "deviation"), _textures, 0.02),
    ALL: Filters(
        (0.7, 1.5, 3.0, 6.0, 12.0),
        (
            "gradient",
            "Laplacian",
            "larger curvature",
            "smaller curvature",
            "larger tensor eigenvalue",
            "smaller tensor eigenvalue",
        ),
        _shapes,
        0.1,
    ),
}
