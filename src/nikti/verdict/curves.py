"""How would the error fall with more training data? Forecasts with intervals that were measured.

Five families of curves are fitted, error(n) = p u(n; theta) + q v(n; theta) with p, q >= 0: theta over a
grid, p and q in closed form, so that a fit cannot fail. Their median is the forecast; their disagreement
and the spread of the last point give its interval, scaled by factors that were calibrated on thousands
of real curves.
Families after Mohr, Viering, Loog & van Rijn 2022 (LCDB), "Learning curves for decision making".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats

#: Beyond this multiple of the last size no forecast is shown: the calibration ends at 16, and past 8 the
#: intervals say little.
FARTHEST = 8.0

#: Half widths in units of u, by number of repeats and level, at LOG_RATIOS (calibrated on real curves).
LOG_RATIOS = np.array([1.0, 2.0, 3.0, 4.0])
HALF_WIDTHS = {
    3: {0.95: (3.30, 4.45, 5.88, 8.07), 0.80: (1.45, 1.85, 2.10, 2.45)},
    5: {0.95: (2.84, 4.10, 5.67, 8.79), 0.80: (1.53, 1.99, 2.51, 2.88)},
}

#: A forecast needs this many sizes: fewer than the parameters of a family fit anything.
FEWEST_SIZES = 3

#: Doubling the data must bring this much for a curve to be worth calling rising: half a point.
WORTH = 0.005

#: Weight of the common variance, in repeats, when the variances of the sizes are shrunk to their median:
#: a variance from three to five repeats is mostly noise (3 to 10 served equally on real curves).
SHRINKAGE = 10.0


def _pairs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.stack(np.meshgrid(first, second, indexing="ij"), -1).reshape(-1, 2)


@cache
def _grids() -> dict[str, np.ndarray]:
    """Candidates of theta per family; sizes are in units of the last one.

    The bounds say what is believable: exp4 may not have flattened within the sizes seen (theta <= 1,
    else one noisy point makes it promise a standstill), and mmf4 may not drop as a step (exponent <= 2).
    """
    rates = np.geomspace(0.02, 3.0, 30)
    return {
        "pow3": rates[:, None],
        "pow4": _pairs(rates, np.array([0.0, 0.03, 0.1, 0.3, 1.0, 3.0])),
        "exp4": _pairs(np.geomspace(0.02, 1.0, 24), np.array([0.25, 0.5, 0.75, 1.0])),
        "mmf4": _pairs(np.geomspace(0.001, 100.0, 24), np.geomspace(0.1, 2.0, 16)),
    }


def _basis(family: str, n: np.ndarray, last: float) -> tuple[np.ndarray, np.ndarray]:
    """(u, v), each [theta, len(n)], of a family at sizes n; x = n / last keeps numbers near 1."""
    if family == "ilog2":
        u = 1 / np.log(n + 1.0)[None]
        return u, np.ones_like(u)
    x, theta = n / last, _grids()[family]
    if family == "pow3":
        u = x[None] ** -theta
    elif family == "pow4":
        u = (x[None] + theta[:, 1:]) ** -theta[:, :1]
    elif family == "exp4":
        u = np.exp(-theta[:, :1] * x[None] ** theta[:, 1:])
    else:  # mmf4: from p at no data to q at endless data, half way where x^d = b
        grown = x[None] ** theta[:, 1:]
        u = theta[:, :1] / (theta[:, :1] + grown)
        return u, 1 - u
    return u, np.ones_like(u)


FAMILIES = ("ilog2", "pow3", "pow4", "exp4", "mmf4")


def _non_negative(u: np.ndarray, v: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, ...]:
    """(p, q, loss), each [theta]: least squares of y on p u + q v with weights w and p, q >= 0. With two
    unknowns the answer is the free one if it is allowed, else the better of the two edges."""
    uu, vv, uv = (w * u * u).sum(1), (w * v * v).sum(1), (w * u * v).sum(1)
    uy, vy = (w * u * y).sum(1), (w * v * y).sum(1)
    det = uu * vv - uv**2
    safe = np.where(det > 1e-12 * uu * vv, det, np.inf)
    tiny = np.finfo(float).tiny
    zero = np.zeros_like(uu)
    p = np.stack([(uy * vv - vy * uv) / safe, np.maximum(uy, 0) / np.maximum(uu, tiny), zero])
    q = np.stack([(vy * uu - uy * uv) / safe, zero, np.maximum(vy, 0) / np.maximum(vv, tiny)])
    loss = (w * (p[..., None] * u + q[..., None] * v - y) ** 2).sum(2)
    loss[0] = np.where((p[0] >= 0) & (q[0] >= 0) & np.isfinite(safe), loss[0], np.inf)
    best = np.argmin(loss, axis=0), np.arange(len(uu))
    return p[best], q[best], loss[best]


def _weights(sizes: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """[K]: one over the variance of the mean at each size, larger sizes counting more."""
    repeats = np.isfinite(errors).sum(axis=1)
    if repeats.max() < 2:
        variance = np.ones(len(sizes))
    else:
        seen = np.array(
            [np.nanvar(row, ddof=1) if r > 1 else np.nan for row, r in zip(errors, repeats, strict=True)]
        )
        common = np.nanmedian(seen)
        own = np.nan_to_num(seen, nan=common)
        variance = ((repeats - 1) * own + SHRINKAGE * common) / (repeats - 1 + SHRINKAGE)
        floor = max(common, np.nanmean(seen), 1e-12) * 1e-3
        variance = np.maximum(variance, floor)
    return np.sqrt(sizes / sizes[-1]) * repeats / variance / np.max(repeats / variance)


def fits(sizes: np.ndarray, errors: np.ndarray, at: np.ndarray) -> np.ndarray:
    """[family, len(at)]: each family's best fit of the mean errors, at other sizes."""
    sizes, at = np.asarray(sizes, float), np.asarray(at, float)
    means, weights = np.nanmean(errors, axis=1), _weights(sizes, errors)
    found = []
    for family in FAMILIES:
        p, q, loss = _non_negative(*_basis(family, sizes, sizes[-1]), means, weights)
        u, v = _basis(family, at, sizes[-1])
        best = int(np.argmin(loss))
        found.append(p[best] * u[best] + q[best] * v[best])
    return np.array(found)


def _half_width(repeats: int, ratio: np.ndarray, level: float) -> np.ndarray:
    """In units of u. Between 3 and 5 repeats, and between the two levels, linear (levels on the normal
    scale); fewer than 3 repeats count as 3 and more than 5 as 5."""
    z, z80, z95 = (stats.norm.ppf(0.5 + a / 2) for a in (level, 0.80, 0.95))
    share = np.clip((repeats - 3) / 2, 0.0, 1.0)
    at = np.clip(np.log2(ratio), LOG_RATIOS[0], LOG_RATIOS[-1])

    def table(of: float) -> np.ndarray:
        few, many = (np.interp(at, LOG_RATIOS, HALF_WIDTHS[r][of]) for r in (3, 5))
        return (1 - share) * few + share * many

    return table(0.80) + (table(0.95) - table(0.80)) * (z - z80) / (z95 - z80)


def forecast(
    sizes: np.ndarray, errors: np.ndarray, targets: np.ndarray, level: float = 0.80
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(point, low, high), three arrays [T] in error rate: the error expected at larger training sizes.

    sizes    [K] training sizes seen, rising
    errors   [K, S] error per size and repeat; nan where a repeat is missing
    targets  [T] sizes asked for, at most 16 times the last (calibrated so far; show up to FARTHEST)
    level    of the interval, 0.80 to 0.95

    Point: the median of the five families. Interval: point +- q(R) u, u^2 = variance between the five
    fits + variance of the last point's mean, R = target / last size, cut at zero error. Raises
    ValueError for fewer than three sizes, sizes that do not rise, and targets or levels out of range.
    """
    sizes, errors = np.asarray(sizes, float), np.atleast_2d(np.asarray(errors, float))
    targets = np.atleast_1d(np.asarray(targets, float))
    if errors.shape[0] != len(sizes) or len(sizes) < FEWEST_SIZES:
        raise ValueError(
            f"a forecast needs at least {FEWEST_SIZES} sizes and a row of errors for each, got "
            f"{len(sizes)} sizes and errors {errors.shape}"
        )
    if (np.diff(sizes) <= 0).any() or sizes[0] <= 0 or not np.isfinite(errors).any(axis=1).all():
        raise ValueError("sizes must be positive and rise, with at least one finite error each")
    if (targets > 2 ** LOG_RATIOS[-1] * sizes[-1]).any():
        raise ValueError(f"targets may be at most {2 ** LOG_RATIOS[-1]:g} times the last size {sizes[-1]:g}")
    if not 0.80 <= level <= 0.95:
        raise ValueError(f"level must be between 0.80 and 0.95, not {level}")
    found = fits(sizes, errors, targets)
    point = np.maximum(np.median(found, axis=0), 0.0)
    last = errors[-1][np.isfinite(errors[-1])]
    of_mean = np.var(last, ddof=1) / len(last) if len(last) > 1 else 0.0
    u = np.sqrt(np.var(found, axis=0, ddof=1) + of_mean)
    half = _half_width(len(last), np.maximum(targets / sizes[-1], 1.0), level) * u
    return point, np.maximum(point - half, 0.0), point + half


@dataclass(frozen=True)
class Trend:
    """What doubling the training data would bring.

    call       "saturated": the gain is below WORTH, "rising": above it, each with 90% confidence (one
               side of the 80% interval), "undetermined": neither is sure
    gain       fall of the error rate expected from doubling; low, high: its 80% interval
    worsening  the error rose over the sizes seen, by more than two standard errors
    """

    call: str
    gain: float
    low: float
    high: float
    worsening: bool


def trend(sizes: np.ndarray, errors: np.ndarray) -> Trend:
    """Whether a curve is saturated, rising or undetermined; arguments and errors as `forecast`."""
    errors = np.atleast_2d(np.asarray(errors, float))
    point, low, high = (float(x[0]) for x in forecast(sizes, errors, np.array([2.0 * sizes[-1]])))
    now = float(np.nanmean(errors[-1]))
    gain, least, most = now - point, now - high, now - low
    call = "saturated" if most < WORTH else "rising" if least > WORTH else "undetermined"
    return Trend(call, gain, least, most, _worsening(errors))


def _worsening(errors: np.ndarray) -> bool:
    """Whether the last size is worse than the best one before it, on the repeats both have."""
    best = int(np.argmin(np.nanmean(errors[:-1], axis=1)))
    rise = errors[-1] - errors[best]
    rise = rise[np.isfinite(rise)]
    if len(rise) < 2:
        return False
    return bool(rise.mean() > 2 * np.std(rise, ddof=1) / np.sqrt(len(rise)) and rise.mean() > WORTH)


def probability_ahead(
    sizes: np.ndarray, errors: np.ndarray, other_sizes: np.ndarray, other_errors: np.ndarray, target: float
) -> float:
    """Probability that the first learner's error is the lower one at `target` samples.

    Both forecasts are taken as normal and independent. Learners on the same data err alike, so this is
    cautious: it stays nearer to one half than the two curves would allow (measured in
    benchmarks/verdict).
    """
    at = np.array([float(target)])
    mine, theirs = forecast(sizes, errors, at), forecast(other_sizes, other_errors, at)
    spread = np.hypot(*(float(f[2][0] - f[0][0]) / stats.norm.ppf(0.90) for f in (mine, theirs)))
    lead = float(theirs[0][0] - mine[0][0])
    return float(stats.norm.cdf(lead / spread)) if spread > 0 else float(np.sign(lead) + 1) / 2
