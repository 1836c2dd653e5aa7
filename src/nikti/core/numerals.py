"""Numbers in the digits of a language."""

from __future__ import annotations

import math

BANGLA_DIGITS = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")

MISSING = "–"


def digits(text: str, lang: str) -> str:
    """The same text with the language's digits.

    >>> digits("98.6%", "bn")
    '৯৮.৬%'
    """
    return text.translate(BANGLA_DIGITS) if lang == "bn" else text


def number(value: float | None, lang: str, places: int = 0) -> str:
    """A number with grouped thousands (Bangla: lakhs) and a true minus sign; "–" for None and NaN.

    >>> number(1234567, "en"), number(1234567, "bn"), number(-0.25, "en", 1)
    ('1,234,567', '১২,৩৪,৫৬৭', '−0.2')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    rounded = f"{abs(value):.{places}f}"
    whole, _, fraction = rounded.partition(".")
    sign = "−" if value < 0 and float(rounded) != 0 else ""
    return digits(sign + _grouped(whole, lang) + (f".{fraction}" if fraction else ""), lang)


def _grouped(whole: str, lang: str) -> str:
    if lang != "bn":
        return f"{int(whole):,}"
    head, tail = whole[:-3], whole[-3:]
    pairs: list[str] = []
    while head:
        head, pair = head[:-2], head[-2:]
        pairs.insert(0, pair)
    return ",".join([*pairs, tail])
