"""Numbers as people write them: $1,234.50, 12,34,567, 1.234,50, 1'000, (5), −3, ১২, 12 kg, 45%."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from nikti.core.cell_format import CellFormat

#: The zeros of digits in use: Arabic-Indic, Persian, Devanagari, Bangla, full-width.
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xFF10)
#: Digits of other scripts to ASCII ones.
DIGITS = {zero + value: str(value) for zero in _ZEROS for value in range(10)}
#: Other signs for the same: minus, blanks that do not break, apostrophes, Arabic marks.
_SAME: dict[str, str] = {
    **dict.fromkeys("−﹣－‐‑", "-"),
    **dict.fromkeys("\u00a0\u2009\u202f\u2007\u3000", " "),
    **dict.fromkeys("’‘ʼ´`", "'"),
    **{"٫": ".", "٬": ",", "＋": "+", "\u200e": "", "\u200f": ""},
}
_ALIKE = {**DIGITS, **str.maketrans(_SAME)}

_CURRENCY = r"(?:(?:US|A|C|S|HK)?\$|[€£৳₹¥₩₽₺₫฿₪₦]|(?:tk|rs|bdt|usd|eur|gbp|inr|jpy|cny|chf)\b\.?|টাকা|রুপি)"
_UNIT = (
    rf"(?:{_CURRENCY}|[kcmd]?m[23²³]\b|(?:sq\.? ?)?ft[23²³]?\b|[%‰]|°\s?[CFK]?|"
    r"[^\W\d_][^\d()]{0,15}|/[-=])"
)
#: Sign, currency, digits and their marks, unit; in accounts, brackets are a minus.
_CELL = re.compile(
    rf"(?P<sign>[+-])?\s*(?P<open>\()?\s*(?P<sign2>[+-])?\s*(?P<before>{_CURRENCY})?\s*(?P<open2>\()?\s*"
    rf"(?P<sign3>[+-])?\s*(?P<body>[.,]?\d(?:[\d.,' ]*\d)?[.,]?(?:e[+-]?\d+(?![^\W_]))?)\s*"
    rf"(?P<after>{_UNIT})?\s*(?P<close>\))?\s*(?P<after2>{_UNIT})?",
    re.IGNORECASE,
)
#: Formats in the order in which they are preferred where several read all cells.
_MARKS = (
    *((".", ""), (".", ","), (",", ""), (",", "."), (".", "'"), (".", " ")),
    *((",", " "), (",", "'")),
)
#: Cells, and the most frequent ones among them, that tell how many others are written.
FEW, MOST_FREQUENT = 2_000, 100
#: Share of the cells with a unit that must have the same one.
MOSTLY = 0.95
#: Mixed with bare numbers, a share of a hundred cannot be told from a share of one.
_NOT_LEFT_OUT = frozenset("%‰")


@dataclass(frozen=True)
class Split:
    """A cell taken apart. body: the digits with their marks, in ASCII."""

    negative: bool
    unit: str
    body: str


@dataclass(frozen=True)
class Detected:
    """Which format reads most cells: `fits` tells which. rival: another that reads as many, to other
    values, or None. units: those found, where they are several and `fits` is therefore empty."""

    format: CellFormat
    fits: np.ndarray
    rival: CellFormat | None = None
    units: tuple[str, ...] = ()


def tidy(cell: str) -> str:
    """The cell with ASCII digits, minus, blanks and apostrophes.

    >>> tidy(" −১২\u00a0৫০০ ")
    '-12 500'
    """
    return cell.translate(_ALIKE).strip()


def split(cell: str) -> Split | None:
    """The cell taken apart, None where it holds no number.

    >>> split("(৳ 1,250)")
    Split(negative=True, unit='৳', body='1,250')
    """
    found = _CELL.fullmatch(tidy(cell))
    if found is None:
        return None
    brackets = found["open"] or found["open2"]
    signs = [sign for sign in (found["sign"], found["sign2"], found["sign3"]) if sign]
    if bool(brackets) != bool(found["close"]) or len(signs) + bool(brackets) > 1:
        return None
    units = [found["before"], found["after"], found["after2"]]
    unit = " ".join(part.strip().rstrip(".").casefold() for part in units if part and part[0] != "/")
    return Split(bool(brackets) or signs == ["-"], unit, found["body"])


@cache
def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    point, mark = re.escape(decimal), re.escape(thousands)
    whole = r"\d+"
    if thousands:
        whole += rf"|[1-9]\d{{0,2}}(?:{mark}\d{{3}})+"
    if thousands == ",":  # lakhs and crores: 12,34,567
        whole += r"|[1-9]\d?(?:,\d{2})+,\d{3}"
    return re.compile(rf"(?:(?:{whole})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?")


def _value(one: Split, decimal: str, thousands: str) -> float:
    """NaN where the digits are not written this way."""
    if not _pattern(decimal, thousands).fullmatch(one.body):
        return np.nan
    plain = one.body.replace(thousands, "") if thousands else one.body
    value = float(plain.replace(decimal, "."))
    return -value if one.negative else value


def read(cells: Sequence[str], form: CellFormat) -> np.ndarray:
    """float64 [n]: the cells as numbers, NaN for those that are not written so.

    >>> read(["1.250,5", "3", "8,250.0"], CellFormat(decimal=",", thousands=".")).tolist()
    [1250.5, 3.0, nan]
    """
    values = np.full(len(cells), np.nan)
    for place, cell in enumerate(cells):
        one = split(cell)
        if one is not None and _same_unit(one.unit, form.unit):
            values[place] = _value(one, form.decimal, form.thousands)
    return values


def _same_unit(unit: str, wanted: str) -> bool:
    return unit == wanted or (unit == "" and wanted not in _NOT_LEFT_OUT)


def detect(cells: Sequence[str], often: np.ndarray, decimal: str | None = None) -> Detected:
    """How different cells are written; often: how many times each is there. decimal: the mark where it is
    known. Of many cells some tell the format, which is then tried on all."""
    if len(cells) <= FEW:
        return _detect(cells, often, decimal)
    frequent = np.argsort(-often, kind="stable")[:MOST_FREQUENT]
    some = np.union1d(np.arange(0, len(cells), len(cells) // FEW), frequent)
    first = _detect([cells[place] for place in some], often[some], decimal)
    if not first.fits.any():
        return Detected(first.format, np.zeros(len(cells), dtype=bool), units=first.units)
    fits = ~np.isnan(read(cells, first.format))
    if not fits.all():
        return _detect(cells, often, decimal)
    rival = first.rival
    return Detected(
        first.format, fits, None if rival is None or np.isnan(read(cells, rival)).any() else rival
    )


def _detect(cells: Sequence[str], often: np.ndarray, decimal: str | None) -> Detected:
    parts = [split(cell) for cell in cells]
    units: Counter[str] = Counter()
    for one, times in zip(parts, often.tolist(), strict=True):
        if one is not None and one.unit:
            units[one.unit] += times
    ranked = [unit for unit, _ in units.most_common()]
    if ranked and units[ranked[0]] < MOSTLY * units.total():
        return Detected(CellFormat(), np.zeros(len(cells), dtype=bool), units=tuple(ranked))
    unit = ranked[0] if ranked else ""
    readings: list[tuple[float, CellFormat, np.ndarray]] = []
    for point, thousands in _MARKS:
        if decimal not in (None, point):
            continue
        values = np.array([
            np.nan if one is None or not _same_unit(one.unit, unit) else _value(one, point, thousands)
            for one in parts
        ])  # fmt: skip
        count = float(often[~np.isnan(values)].sum())
        readings.append((count, CellFormat(point, thousands, unit), values))
        if count == often.sum() and thousands == "" and not _marked(cells):
            break  # nothing to be read in two ways
    most, form, values = max(readings, key=lambda one: one[0])
    rivals = [
        other
        for count, other, found in readings
        if count == most and other != form and not np.array_equal(found, values, equal_nan=True)
    ]
    return Detected(form, ~np.isnan(values), rivals[0] if rivals else None)


def _marked(cells: Sequence[str]) -> bool:
    return any("." in cell or "," in cell or "٫" in cell or "٬" in cell for cell in cells)
