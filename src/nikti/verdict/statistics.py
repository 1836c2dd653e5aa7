"""How large is the gap between two learners, and how sure is that? Pure functions.

The interval is for one K-fold in which every sample is predicted once by each side and both sides
share the folds. Its variance has two parts: the spread over samples, inflated by a factor that was
calibrated on stored runs of real learners, and the extra spread between folds, which is what
different training sets do to the gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from nikti.core.uneven import macro_f1_values

#: The pooled variance over samples misses part of the training-set variance: measured at 5 folds, the
#: plain central limit gives 6 to 7% false verdicts at a nominal 5%, this factor 3%. Groups need it too: 30
#: groups that share most of their noise gave 8.4% without it, 6.3% with it (benchmarks/verdict).
POOLED_INFLATION = 1.25

#: The spread between few groups looks smaller than it is, beyond the factor G / (G - 1): the variance gets
#: 1 + FEW_GROUPS / G (30 groups: 13%; with it the 95% intervals of 30 groups that share most of their noise
#: hold the truth in 94.5%, without it in 93.4%; benchmarks/verdict).
FEW_GROUPS = 4.0

#: Macro F1 of rare classes feels the training sets more, and all folds share most of the few samples that
#: make the luck: where one class of three has 2% of the samples, its pseudo-values had 13% false verdicts
#: with the factor above, and 7% with 2.5 (benchmarks/verdict). Of two classes it would need more than 4,
#: which is why they are measured by average precision where one is rare. That, mAP and ratios of sums need
#: no more.
MACRO_F1_INFLATION = 3.0

#: One or two folds do not show what training sets do to a gap, so the variance over samples stands for that
#: too, times this. On stored runs of real learners the plain variance of one fold holds the truth in 92 to
#: 97%, with this and the factor above in 97% at least (benchmarks/verdict).
PROVISIONAL_INFLATION = 1.6

#: Fewer folds than this say nothing about the spread between training sets.
FEWEST_FOLDS = 3

#: Half a point of two-sided 95% plus 80% power: the gap that would have been seen four times in five.
POWER_80 = 0.84

#: A one-sided bound at this level leaves 5% outside of the band on the nearer side.
TIE_QUANTILE = 0.95

#: No number of samples is named beyond this multiple of those there are.
FARTHEST = 8

#: With fewer groups than this the spread between groups is not known well enough for a verdict.
FEWEST_GROUPS = 10


@dataclass(frozen=True)
class Gap:
    """A difference in score with its uncertainty, in the metric's own units.

    estimate, se: mean difference and its standard error; df: degrees of freedom of the t interval;
    low, high: the interval at `level`; units: number of independent units (samples, or groups).
    """

    estimate: float
    se: float
    df: float
    low: float
    high: float
    level: float
    units: int

    @property
    def quantile(self) -> float:
        """The two-sided t quantile at `level`."""
        return float(stats.t.ppf(0.5 + self.level / 2, self.df))

    @property
    def detectable(self) -> float:
        """The smallest true gap that such data would show in four of five repetitions."""
        return (self.quantile + POWER_80) * self.se

    def settles_at(self, n: int, band: float) -> int | None:
        """Samples in all with which such a gap would be settled: shown in four of five repetitions, or
        found to lie within the band; None where neither comes within FARTHEST times the n there are.

        It takes the gap to stay as estimated and its variance to fall as 1/n, which is hopeful for the
        part that comes from training sets.
        """
        size = abs(self.estimate)
        factors = [(self.detectable / size) ** 2] if size > 0 else []
        if size < band:
            factors.append((stats.t.ppf(TIE_QUANTILE, self.df) * self.se / (band - size)) ** 2)
        factor = min(factors, default=np.inf)
        return int(np.ceil(n * max(factor, 1.0))) if factor <= FARTHEST else None

    def inside(self, band: float) -> float:
        """Probability that the true gap lies within +-band (location-scale t, flat prior)."""
        if self.se == 0:
            return float(abs(self.estimate) < band)
        above = stats.t.cdf((band - self.estimate) / self.se, self.df)
        below = stats.t.cdf((-band - self.estimate) / self.se, self.df)
        return float(above - below)


def _fold_weight(folds: int) -> float:
    """kappa: the weight of the between-fold variance; more where three or four folds overlap less."""
    return 1 / folds if folds >= 5 else 1 / folds + 1 / (folds - 1)


def inflation_of(metric: str) -> float:
    """What the variance over samples is multiplied by, for a primary metric."""
    return MACRO_F1_INFLATION if metric == "macro_f1" else POOLED_INFLATION


def _mean_variance(sums: np.ndarray, n: int) -> float:
    """Variance of a mean over n samples from the sums of centred values of its independent units."""
    units = len(sums)
    return float(np.sum(sums**2)) / n**2 * units / (units - 1) if units > 1 else np.inf


def _between_folds(d: np.ndarray, fold: np.ndarray, units: np.ndarray) -> tuple[float, int]:
    """(T, K): the variance of the mean that the folds show beyond sampling, and their number."""
    names, inverse = np.unique(fold, return_inverse=True)
    folds = len(names)
    if folds < 2:
        return 0.0, folds
    sizes = np.bincount(inverse)
    means = np.bincount(inverse, weights=d) / sizes
    within = []
    for k in range(folds):
        of_fold = inverse == k
        codes = np.unique(units[of_fold], return_inverse=True)[1]
        within.append(_mean_variance(np.bincount(codes, weights=d[of_fold] - means[k]), sizes[k]))
    if not np.isfinite(within).all():  # a fold of one unit: nothing is known of the sampling within it
        return 0.0, folds
    return _fold_weight(folds) * max(0.0, float(np.var(means, ddof=1)) - float(np.mean(within))), folds


def gap(
    d: np.ndarray,
    fold: np.ndarray | None,
    *,
    groups: np.ndarray | None = None,
    inflation: float = POOLED_INFLATION,
    level: float = 0.95,
) -> Gap:
    """Interval of the mean of per-sample differences.

    d       float [n]: score of one side minus score of the other, per sample
    fold    int [n]: which fold tested the sample; None: the models themselves are meant, tested once, and
            not what other training sets would have made of them
    groups  int [n] or None: samples that are not independent of each other (one patient, copies of
            one picture); their sums are then the units

    SE^2 = inflation * S + T, with S the variance of the mean over units (for groups
    sum_g (sum_{i in g} (d_i - mean))^2 / n^2 * G / (G - 1) * (1 + FEW_GROUPS / G)), T the between-fold
    part; degrees of freedom by Satterthwaite. Under FEWEST_FOLDS folds T cannot be known, and the inflation
    grows by PROVISIONAL_INFLATION instead. If no sample differs at all, S is that of one differing
    sample, so that a handful of agreeing samples is not taken for certainty.

    Raises ValueError for empty, unequal or non-finite input.
    """
    d = np.asarray(d, dtype=np.float64)
    if len(d) == 0 or (fold is not None and d.shape != np.shape(fold)):
        shape = None if fold is None else np.shape(fold)
        raise ValueError(f"need one difference per sample and its fold, got {d.shape} and {shape}")
    if not np.isfinite(d).all():
        raise ValueError(f"{np.count_nonzero(~np.isfinite(d))} of {len(d)} differences are not finite")
    n, estimate = len(d), float(d.mean())
    codes = np.arange(n) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    units = int(codes.max()) + 1
    sampling = _mean_variance(np.bincount(codes, weights=d - estimate), n)
    if sampling == 0:
        sampling = 1 / n**2
    between, folds = (0.0, 0) if fold is None else _between_folds(d, np.asarray(fold), codes)
    if 0 < folds < FEWEST_FOLDS:
        between, inflation = 0.0, inflation * PROVISIONAL_INFLATION
    if groups is not None:
        inflation *= 1 + FEW_GROUPS / units
    return _interval(estimate, inflation * sampling, between, folds, units, level)


def _interval(estimate: float, sampling: float, between: float, folds: int, units: int, level: float) -> Gap:
    """The t interval of a gap whose variance has two parts; degrees of freedom by Satterthwaite."""
    variance = sampling + between
    se = float(np.sqrt(variance))
    if not np.isfinite(se):
        return Gap(estimate, se, 1.0, -np.inf, np.inf, level, units)
    spread = sampling**2 / (units - 1) + (between**2 / (folds - 1) if folds > 1 else 0.0)
    df = variance**2 / spread
    half = float(stats.t.ppf(0.5 + level / 2, df)) * se
    return Gap(estimate, se, df, estimate - half, estimate + half, level, units)


def class_influence(d: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Per-sample influence on a gap in which every class counts the same (macro recall).

    d        float [n]: difference per sample; classes: int [n]: its true class
    returns  float [n] whose mean is the mean over classes of the classes' mean differences and whose
             variance is that of this estimate times n: z_i = (d_i - mu_c) n / (C n_c) + estimate
    """
    codes = np.unique(np.asarray(classes), return_inverse=True)[1]
    d, sizes = np.asarray(d, dtype=np.float64), np.bincount(codes)
    means = np.bincount(codes, weights=d) / sizes
    return (d - means[codes]) * len(d) / (len(sizes) * sizes[codes]) + means.mean()


def macro_f1_of_folds(truth: np.ndarray, predicted: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """What each sample adds to the mean over folds of macro F1, float [n] whose mean is (with folds of one
    size) that metric; see `nikti.core.uneven`. truth, predicted: class codes int [n]; fold: int [n]."""
    found = np.empty(len(truth))
    for k in np.unique(fold):
        rows = np.asarray(fold) == k
        found[rows] = macro_f1_values(truth[rows], predicted[rows])
    return found


def gap_interval(
    correct_a: np.ndarray, correct_b: np.ndarray, fold: np.ndarray
) -> tuple[float, float, float]:
    """(estimate, low, high): the difference in accuracy a - b with its 95% interval.

    correct_a, correct_b: bool [n], one K-fold prediction per sample and side; fold: int [n].

    >>> a = np.array([1, 1, 1, 0] * 50, bool); b = np.array([1, 0, 1, 0] * 50, bool)
    >>> estimate, low, high = gap_interval(a, b, np.arange(200) % 5)
    >>> round(estimate, 3), bool(low > 0)
    (0.25, True)
    """
    d = np.asarray(correct_a, dtype=np.float64) - np.asarray(correct_b, dtype=np.float64)
    found = gap(d, fold)
    return found.estimate, found.low, found.high


def corrected_t_rejects(d: np.ndarray, fold: np.ndarray, level: float = 0.95) -> bool:
    """Whether the corrected resampled t test on the fold means rejects equality (Nadeau & Bengio
    2003): variance of the fold means times (1/K + test/train), K - 1 degrees of freedom."""
    names, inverse = np.unique(np.asarray(fold), return_inverse=True)
    folds = len(names)
    if folds < 2:
        return False
    means = np.bincount(inverse, weights=np.asarray(d, dtype=np.float64)) / np.bincount(inverse)
    se = np.sqrt((1 / folds + 1 / (folds - 1)) * np.var(means, ddof=1))
    if se == 0:
        return bool(means.mean() != 0)
    return bool(abs(means.mean()) / se > stats.t.ppf(0.5 + level / 2, folds - 1))


def mean_interval(
    losses: np.ndarray,
    fold: np.ndarray | None,
    groups: np.ndarray | None = None,
    *,
    inflation: float = POOLED_INFLATION,
    level: float = 0.95,
) -> tuple[float, float, float]:
    """(mean, low, high) of 1 - losses: one contender's score with the same kind of interval, cut at
    what the score can be (at most 1; at least 0 where no loss exceeds 1)."""
    losses = np.asarray(losses, dtype=np.float64)
    found = gap(1.0 - losses, fold, groups=groups, inflation=inflation, level=level)
    low = max(found.low, 0.0) if losses.max() <= 1 else found.low
    return found.estimate, low, min(found.high, 1.0)
