"""What other parts say in English, a contender's title or the reason why one has no score, in the report's
language: `said_<lang>.toml` pairs English texts with placeholders with the other language's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from string import Formatter

from nikti.report.words import numbers
from nikti.report.words.phrases import FOLDER


@cache
def pairs(lang: str) -> Mapping[str, Mapping[str, str]]:
    """{"titles", "endings", "reasons": {English: the language's}}; empty for English."""
    path = FOLDER / f"said_{lang}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def title(english: str, lang: str) -> str | None:
    """What a contender is, or None where the language has no words for it.

    >>> title("random forest", "en"), title("my own thing", "bn")
    ('random forest', None)
    """
    if lang == "en":
        return english
    known = pairs(lang)["titles"]
    if english in known:
        return known[english]
    for pattern, words in pairs(lang)["endings"].items():
        found = _match(pattern, english)
        if found and (head := title(found["title"], lang)) is not None:
            return words.format(
                **{name: known.get(text, text) for name, text in found.items()} | {"title": head}
            )
    return None


def reason(english: str, lang: str) -> str | None:
    """Why there is no score, with the language's digits, or None.

    >>> reason("stopped after 12 s: its time was used up", "bn")[:6]
    '১২ সে.'
    """
    if lang == "en":
        return english
    for pattern, words in pairs(lang)["reasons"].items():
        found = _match(pattern, english)
        if found is not None:
            known = pairs(lang)["titles"]
            told = {name: known.get(value) or _plain(value, lang) for name, value in found.items()}
            return words.format(**told)
    return None


def _plain(value: str, lang: str) -> str:
    """Numbers in the language's digits; names of contenders and metrics as they are."""
    return numbers.digits(value, lang) if re.fullmatch(r"[-−]?[\d,]*\.?\d+", value) else value


def _match(pattern: str, english: str) -> dict[str, str] | None:
    found = _expression(pattern).fullmatch(english)
    return None if found is None else found.groupdict()


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """The pattern with a named group for each placeholder."""
    parts = Formatter().parse(pattern)
    return re.compile(
        "".join(re.escape(text) + (f"(?P<{name}>.+)" if name else "") for text, name, *_ in parts)
    )
