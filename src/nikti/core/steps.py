"""Steps from a stored sample to what an estimator reads, as plain data: see `nikti.core.graph`.

Values have names. A step reads those in `of` and gives `to`; it is applied to n samples at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

#: The name of the whole raw sample: a picture, a text, a series, a question; columns of a table are `Cell`s.
SAMPLE = "sample"

#: Parts of a cell that are numbers (NaN where it is missing), then those that are words.
NUMBERS = (
    *("value", "missing", "year", "month", "day", "weekday", "hour", "days"),
    *("year sin", "year cos", "day sin", "day cos"),
)
WORDS = ("category", "missing or not", "value in words")

#: What the category of a missing cell is called; no level of the user's has this name.
MISSING_CELL = "\0missing"


@dataclass(frozen=True)
class Value:
    """What is read. shape: of n samples, None for n and for what may be of any length; dtype: numpy's name,
    or "str", "datetime", "category" for cells."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class Cell:
    """A part of a table's column. part: one of NUMBERS or WORDS, where "days" are since 1970 less `since`,
    "weekday" counts from Monday = 0, "year sin" and "year cos" are of 2 pi day-of-the-year / 365.25, "day
    sin" and "day cos" of 2 pi times the share of the day that has passed; "value in words" is Python's
    `str(float)`."""

    column: str
    part: str
    since: float = 0.0


@dataclass(frozen=True)
class Resize:
    """Pictures uint8 [H, W, C] -> uint8 [n, size, size, channels]: grey is 0.299 R + 0.587 G + 0.114 B;
    squashed to a square by the mean of areas where it shrinks (OpenCV's INTER_AREA), then by straight lines
    where it grows (INTER_LINEAR). through: a size that it is brought to before, or None."""

    of: str
    to: str
    size: int
    channels: int
    through: int | None = None


@dataclass(frozen=True)
class Clip:
    """Clips uint8 [T, H, W, 3] -> uint8 [n, frames, size, size, 3]: of T frames those numbered (2 k + 1) T //
    (2 frames) for each k below `frames`, each squashed as by `Resize`."""

    of: str
    to: str
    frames: int
    size: int


@dataclass(frozen=True)
class Normalise:
    """uint8 [n, ..., C] -> float32 [n, C, ...]: (x / 255 - mean) / std by channel."""

    of: str
    to: str
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True)
class Tokenize:
    """Texts -> int64 [n, <= length], filled up with `pad`.

    tokenizer: JSON of the tokenizers library, which holds the vocabulary; used without its own special tokens
    where `window` is None. before, after: tokens around each text; shift: added to the tokenizer's numbers;
    kept: of what is too long, the "head" or the "head and tail" (half each, rounded down for the tail).
    window: tokens of one part with its special tokens; a text is a row of such parts, of too many the first
    and last. special: [theirs, ours] of numbers that have another place."""

    of: str
    to: str
    tokenizer: str = field(repr=False)
    length: int
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    shift: int = 0
    kept: str = "head"
    window: int | None = None
    pad: int = 0


@dataclass(frozen=True)
class Terms:
    """Texts -> int64 [n, <= length]: numbers, from 1, of the n-grams `terms` that a text holds, each once,
    in the order of the text. runs: whether runs of letters are among them."""

    of: str
    to: str
    terms: tuple[str, ...] = field(repr=False)
    runs: bool
    length: int


@dataclass(frozen=True, eq=False)
class Tfidf:
    """Texts -> float32 [n, terms], rows of length `weight` (0 without any term): (1 + log count) * idf.

    Counts as scikit-learn's CountVectorizer makes them: analyzer "word" or "char_wb", shortest..longest
    n-grams of lower-case text, words by `pattern`. column: of a table (missing is ""), or None for whole
    samples."""

    of: str | Cell
    to: str
    analyzer: str
    shortest: int
    longest: int
    pattern: str
    terms: tuple[str, ...] = field(repr=False)
    idf: np.ndarray = field(repr=False)
    weight: float


@dataclass(frozen=True)
class AlignSeries:
    """Series float [channels, moments] -> float32 [n, channels (+ 1), length].

    (x - mean) / std by channel; straight lines over gaps, the nearest value at the ends, 0 where there is
    none; then resampled to `length` moments, or, where `varies`, to their share length * moments / longest
    of them (at most all), zeros after: by straight lines where it grows, by means of equal parts where it
    shrinks. told: one more channel with the share of the channels' values that were there."""

    of: str
    to: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    length: int
    longest: int
    varies: bool
    told: bool


@dataclass(frozen=True)
class CutWave:
    """Waves float [moments] -> float32 [n, samples]: cut at -1..1 and rounded to multiples of 1 / levels;
    zeros behind a shorter one, of a longer one the first stretch of so many samples whose squares add up to
    most."""

    of: str
    to: str
    samples: int
    levels: int


@dataclass(frozen=True)
class Numbers:
    """Cells -> float32 [n, cells]; NaN where missing."""

    of: tuple[Cell, ...]
    to: str


@dataclass(frozen=True, eq=False)
class NormalScores:
    """Cells -> float32 [n, cells]: the value of a standard normal variable at the cell's rank; 0 where
    missing.

    The rank is the mean of those from below and from above among `quantiles` (of equal steps of
    probability), by straight lines, and at least half a step 0.5 / len(quantiles) from 0 and 1."""

    of: tuple[Cell, ...]
    to: str
    quantiles: tuple[np.ndarray, ...] = field(repr=False)


@dataclass(frozen=True)
class Codes:
    """Cells -> int64 [n, cells]: the place of the category among `levels`, from 1; 0 where it is not among
    them. A missing cell is the category MISSING_CELL."""

    of: tuple[Cell, ...]
    to: str
    levels: tuple[tuple[str, ...], ...] = field(repr=False)


@dataclass(frozen=True)
class Levels:
    """Cells -> float32 [n, cells]: the place of the category among `levels`, from 0; their number where it
    is not among them, NaN where it is missing."""

    of: tuple[Cell, ...]
    to: str
    levels: tuple[tuple[str, ...], ...] = field(repr=False)


@dataclass(frozen=True)
class OneHot:
    """Cells -> float32 0/1, for each cell: one column per level, then one for others, one for missing."""

    of: tuple[Cell, ...]
    to: str
    levels: tuple[tuple[str, ...], ...] = field(repr=False)


@dataclass(frozen=True)
class Measure:
    """A hand-made feature by its name, `<folder>/<name>`, and what its code must know; always in `missing`,
    as what it does is Python code. columns: names of what it gives, float32 [n, columns]."""

    of: str
    to: str
    feature: str
    columns: tuple[str, ...] = field(repr=False)
    parameters: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Join:
    """Columns side by side, float32; what is not finite becomes NaN, the rest is cut at -largest..largest."""

    of: tuple[str, ...]
    to: str
    largest: float


@dataclass(frozen=True, eq=False)
class Standardise:
    """The first len(mean) columns: (x - mean) * factor, cut at -farthest..farthest; `fill` where not
    finite. The other columns stay."""

    of: str
    to: str
    mean: np.ndarray = field(repr=False)
    factor: np.ndarray = field(repr=False)
    fill: np.ndarray | None = field(default=None, repr=False)
    farthest: float | None = None


@dataclass(frozen=True, eq=False)
class Pick:
    """Some columns, in this order."""

    of: str
    to: str
    columns: np.ndarray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Frozen:
    """What a frozen torch network makes of a batch: float32 [n, width]."""

    of: str
    to: str
    module: Any = field(repr=False)
