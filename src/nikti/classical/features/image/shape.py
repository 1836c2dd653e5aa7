"""The form of what stands out from the background: size, place, proportions, outline, moments.

The picture is cut in two at Otsu's threshold (N. Otsu, IEEE Trans. Systems, Man and Cybernetics 1979);
the part that holds less of the frame is the object.
"""

from __future__ import annotations

import cv2
import numpy as np

from nikti.classical.features._measured import Measured
from nikti.classical.features.image._grid import counts, grey
from nikti.core.words import Words

TITLE = Words(
    en="form of the object: area, proportions, outline, holes, Hu moments",
    bn="বস্তুর গড়ন: ক্ষেত্রফল, অনুপাত, সীমারেখা, ছিদ্র, হু মোমেন্ট",
)
STATELESS = True

NAMES = (
    *("area (share of the picture)", "width", "height", "width by height", "share of its box"),
    *("centre from left", "centre from top", "eccentricity", "lean (sine of twice the angle)"),
    *(
        "lean (cosine of twice the angle)",
        "length of outline",
        "roundness",
        "solidity (share of convex hull)",
    ),
    *("pieces", "pieces less holes", "touches the frame", "contrast to the background"),
    *(f"Hu moment {k}" for k in range(1, 8)),
)


def build() -> Measured:
    """The transformer of this file."""
    return Measured("image", "shape")


def cost(sample_shape: tuple[int, int, int]) -> float:
    """Seconds per image on the reference machine."""
    return 4e-5 + 2.5e-8 * sample_shape[0] ** 2


def names(sample_shape: tuple[int, int, int]) -> list[str]:
    """Column names; the same for all sizes."""
    return [f"object: {name}" for name in NAMES]


def measure(images: np.ndarray) -> np.ndarray:
    """uint8 [n, S, S, C] -> float32 [n, 24]. Lengths are shares of the picture's side; Hu moments are
    on the scale sign(h) * log10(1 + |h| * 1e6). A flat picture has no object and gives zeros."""
    planes = grey(images)
    n, size, _ = planes.shape
    mask, contrast = foreground(planes)
    moments = _moments(mask)  # [n, 4, 4]: p powers of y, q of x
    area = moments[:, 0, 0]
    safe = np.maximum(area, 1)
    centre_y, centre_x = moments[:, 1, 0] / safe, moments[:, 0, 1] / safe
    central = _central(moments, centre_y, centre_x)
    long, short, sine, cosine = _axes(central, safe)
    width, height = (_extent(np.asarray(mask.any(axis=axis))) for axis in (1, 2))
    outline, euler = _quads(mask)
    hull, pieces = _hulls(mask)
    frame = np.concatenate([mask[:, 0], mask[:, -1], mask[:, 1:-1, 0], mask[:, 1:-1, -1]], axis=1)
    columns = [
        *(area / size**2, width / size, height / size, width / np.maximum(height, 1)),
        *(area / np.maximum(width * height, 1), (centre_x + 0.5) / size, (centre_y + 0.5) / size),
        *(np.sqrt(np.maximum(1 - short / long, 0)), sine, cosine, outline / size),
        *(4 * np.pi * area / np.maximum(outline, 1) ** 2, area / np.maximum(hull, 1)),
        *(pieces, euler, frame.mean(axis=1), contrast),
        *_hu(central, safe).T,
    ]
    return np.where(area[:, None] > 0, np.column_stack(columns), 0).astype(np.float32)


def foreground(planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mask of the object bool [n, S, S] and its difference in mean brightness (object less
    background, -1..1) [n], by Otsu's threshold on uint8 [n, S, S]."""
    n, size, _ = planes.shape
    histogram = counts(planes.reshape(n, -1), 256).astype(np.float64)
    below = histogram.cumsum(axis=1)
    sums = (histogram * np.arange(256)).cumsum(axis=1)
    above = size * size - below
    valid = (below > 0) & (above > 0)
    low = sums / np.maximum(below, 1)
    high = (sums[:, -1:] - sums) / np.maximum(above, 1)
    between = np.where(valid, below * above * (high - low) ** 2, -1)
    threshold = between.argmax(axis=1)
    mask = planes > threshold[:, None, None]
    frame = np.concatenate([mask[:, 0], mask[:, -1], mask[:, 1:-1, 0], mask[:, 1:-1, -1]], axis=1)
    turned = frame.mean(axis=1) > 0.5
    mask ^= turned[:, None, None]
    rows = np.arange(n)
    contrast = (high - low)[rows, threshold] / 255 * np.where(turned, -1, 1)
    flat = ~valid.any(axis=1)
    mask[flat] = False
    return mask, np.where(flat, 0, contrast)


def _moments(mask: np.ndarray) -> np.ndarray:
    """Raw moments sum(y^p x^q) float64 [n, 4, 4] of masks [n, S, S]."""
    n, size, _ = mask.shape
    powers = np.arange(size, dtype=np.float64)[None] ** np.arange(4)[:, None]  # [4, S]
    across = (mask.reshape(n * size, size).astype(np.float64) @ powers.T).reshape(n, size, 4)
    return powers @ across


def _extent(taken: np.ndarray) -> np.ndarray:
    """From the first True to the last one, both counted: bool [n, S] -> [n]."""
    return taken.shape[1] - taken.argmax(axis=1) - taken[:, ::-1].argmax(axis=1)


def _central(m: np.ndarray, y: np.ndarray, x: np.ndarray) -> dict[str, np.ndarray]:
    """Central moments by the order of y, then of x: "20" is sum((y - mean y)^2)."""
    return {
        "11": m[:, 1, 1] - y * m[:, 0, 1],
        "20": m[:, 2, 0] - y * m[:, 1, 0],
        "02": m[:, 0, 2] - x * m[:, 0, 1],
        "30": m[:, 3, 0] - 3 * y * m[:, 2, 0] + 2 * y**2 * m[:, 1, 0],
        "03": m[:, 0, 3] - 3 * x * m[:, 0, 2] + 2 * x**2 * m[:, 0, 1],
        "21": m[:, 2, 1] - 2 * y * m[:, 1, 1] - x * m[:, 2, 0] + 2 * y**2 * m[:, 0, 1],
        "12": m[:, 1, 2] - 2 * x * m[:, 1, 1] - y * m[:, 0, 2] + 2 * x**2 * m[:, 1, 0],
    }


def _axes(central: dict[str, np.ndarray], area: np.ndarray) -> tuple[np.ndarray, ...]:
    """Squared long and short half-axes of the ellipse with the same second moments, and sine and
    cosine of twice its angle (0, 0 when round). A pixel is a unit square: hence the 1/12."""
    yy, xx, xy = central["20"] / area + 1 / 12, central["02"] / area + 1 / 12, central["11"] / area
    apart = np.hypot(xx - yy, 2 * xy)
    long, short = (xx + yy + apart) / 2, (xx + yy - apart) / 2
    round_ = apart < 1e-9
    apart = np.where(round_, 1, apart)
    # y grows downwards, angles anticlockwise: hence the minus.
    return long, short, np.where(round_, 0, -2 * xy / apart), np.where(round_, 0, (xx - yy) / apart)


def _hu(central: dict[str, np.ndarray], area: np.ndarray) -> np.ndarray:
    """Hu's seven invariants (M. Hu, IRE Trans. Information Theory 1962), log-scaled [n, 7]."""
    second, third = area**2, area**2.5
    n20, n02, n11 = central["02"] / second, central["20"] / second, central["11"] / second
    n30, n03 = central["03"] / third, central["30"] / third
    n21, n12 = central["12"] / third, central["21"] / third
    a, b, c, d = n30 + n12, n21 + n03, n30 - 3 * n12, 3 * n21 - n03
    hu = np.column_stack(
        [
            n20 + n02,
            (n20 - n02) ** 2 + 4 * n11**2,
            c**2 + d**2,
            a**2 + b**2,
            c * a * (a**2 - 3 * b**2) + d * b * (3 * a**2 - b**2),
            (n20 - n02) * (a**2 - b**2) + 4 * n11 * a * b,
            d * a * (a**2 - 3 * b**2) - c * b * (3 * a**2 - b**2),
        ]
    )
    return np.sign(hu) * np.log10(1 + np.abs(hu) * 1e6)


def _quads(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Length of the outline in pixels and Euler number (pieces less holes, pieces joined over
    corners), both [n], from counts of 2 x 2 windows (W. Pratt, Digital Image Processing, 18.2)."""
    n = len(mask)
    bits = np.pad(mask, ((0, 0), (1, 1), (1, 1))).view(np.uint8)
    codes = bits[:, :-1, :-1] + 2 * bits[:, :-1, 1:] + 4 * bits[:, 1:, :-1] + 8 * bits[:, 1:, 1:]
    c = counts(codes.reshape(n, -1), 16)
    one = c[:, [1, 2, 4, 8]].sum(axis=1)
    three = c[:, [7, 11, 13, 14]].sum(axis=1)
    straight = c[:, [3, 5, 10, 12]].sum(axis=1)
    diagonal = c[:, [6, 9]].sum(axis=1)
    outline = straight + (one + three + 2 * diagonal) / np.sqrt(2)
    return outline, (one - three - 2 * diagonal) / 4


def _hulls(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Area of the convex hull of the object's pixels (as unit squares), and its number of pieces,
    both [n]."""
    hull, pieces = np.zeros(len(mask)), np.zeros(len(mask))
    for k, plane in enumerate(mask.view(np.uint8)):
        pieces[k] = cv2.connectedComponents(plane, connectivity=8)[0] - 1
        # Of each row the outermost pixels' corners suffice, and there are few of them.
        rows = np.flatnonzero(plane.any(axis=1))
        if len(rows) == 0:
            continue
        left = plane[rows].argmax(axis=1)
        right = plane.shape[1] - plane[rows, ::-1].argmax(axis=1)
        x = np.concatenate([left, left, right, right])
        y = np.concatenate([rows, rows + 1, rows, rows + 1])
        outline = cv2.convexHull(np.column_stack([x, y]).astype(np.int32))
        hull[k] = cv2.contourArea(outline)
    return hull, pieces
