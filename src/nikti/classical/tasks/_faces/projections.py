"""Linear maps of what was measured, after which one person's pictures lie close together. Pure functions:
(measured float [n, D], persons int [n]) -> Projection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nikti.core.pairs import pairs

#: Share of the within-person scatter that is replaced by an equal spread in all directions: few pictures
#: of each person say little about directions in which persons hardly vary.
SHRINK = 0.1


@dataclass(frozen=True)
class Projection:
    """centre float32 [D]; matrix float32 [D, d]; unit: whether only the direction of the result counts
    (Euclidean distance is then a function of the angle)."""

    centre: np.ndarray
    matrix: np.ndarray
    unit: bool

    def __call__(self, measured: np.ndarray) -> np.ndarray:
        """Embeddings float32 [n, d]."""
        found = (measured - self.centre) @ self.matrix
        if self.unit:
            found = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return found.astype(np.float32)


def principal(measured: np.ndarray, most: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(centre [D], directions [D, k], deviations along them [k]) of largest variance, k <= most."""
    from sklearn.utils.extmath import randomized_svd

    centre = measured.mean(0)
    k = max(1, min(most, len(measured) - 1, measured.shape[1]))
    _, values, rows = randomized_svd(measured - centre, k, random_state=seed)
    deviation = values / np.sqrt(len(measured))
    there = deviation > 1e-6 * max(float(deviation[0]), 1e-12)  # not those of rounding errors
    return centre, rows[there].T, deviation[there]


def nothing(measured: np.ndarray, persons: np.ndarray, seed: int) -> Projection:
    """All at one point."""
    return Projection(np.zeros(1, np.float32), np.zeros((1, 1), np.float32), False)


def eigenfaces(
    measured: np.ndarray, persons: np.ndarray, seed: int, *, components: int, unit: bool = True
) -> Projection:
    """Principal components, each with deviation 1 (Turk & Pentland 1991, Eigenfaces for recognition;
    whitened and compared by angle as in Beveridge et al. 2005, section 3)."""
    centre, directions, deviation = principal(measured, components, seed)
    return Projection(centre, directions / deviation, unit)


def fisherfaces(
    measured: np.ndarray, persons: np.ndarray, seed: int, *, components: int, unit: bool = True
) -> Projection:
    """Principal components, then the directions in which persons differ most beside what one person
    varies (Belhumeur, Hespanha & Kriegman 1997, Eigenfaces vs. Fisherfaces)."""
    centre, directions, _ = principal(measured, components, seed)
    return Projection(centre, directions @ fisher((measured - centre) @ directions, persons), unit)


def fisher(values: np.ndarray, persons: np.ndarray, shrink: float = SHRINK) -> np.ndarray:
    """Linear discriminants [k, d] of values [n, k] with a mean of 0, d < persons; the within-person scatter
    along each is 1. shrink: see SHRINK."""
    from scipy.linalg import eigh

    codes = np.unique(persons, return_inverse=True)[1]
    counts = np.bincount(codes)
    means = np.stack([np.bincount(codes, column) for column in values.T], 1) / counts[:, None]
    apart = values - means[codes]
    within, between = apart.T @ apart / len(values), (means.T * counts) @ means / len(values)
    spread = np.trace(within) / len(within) or 1.0  # where everybody has one picture, all ways are equal
    within = (1 - shrink) * within + shrink * spread * np.eye(len(within))
    d = min(len(within), max(1, len(counts) - 1))
    return eigh(between, within)[1][:, ::-1][:, :d]


def pair_svm(
    measured: np.ndarray, persons: np.ndarray, seed: int, *, components: int, penalty: float
) -> Projection:
    """A linear support vector machine on the squared differences of pairs' principal components, same
    person or not, with weights that cannot be negative: then it is a distance (Schultz & Joachims 2003,
    Learning a distance metric from relative comparisons, with pairs instead of triples)."""
    from scipy.optimize import minimize

    centre, directions, deviation = principal(measured, components, seed)
    white = directions / deviation
    values = (measured - centre) @ white
    found = pairs(persons)
    squares = (values[found.left] - values[found.right]) ** 2 / 2  # about 1 each, of two persons
    sign = np.where(found.same, 1.0, -1.0)

    def objective(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Squared hinge, and its gradient."""
        weights, bias = parameters[:-1], parameters[-1]
        slack = np.maximum(0.0, 1 - sign * (bias - squares @ weights))
        push = -2 * found.weight * slack * sign
        gradient = np.append(-squares.T @ push + 2 * penalty * weights, push.sum())
        return float(found.weight @ slack**2 + penalty * weights @ weights), gradient

    k = values.shape[1]
    start = np.append(np.full(k, 1 / k), 1.0)
    bounds = [(0.0, None)] * k + [(None, None)]
    weights = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds).x[:-1]
    return Projection(centre, white * np.sqrt(weights), False)
