"""When two names are the same to the eye, and when they only look alike.

The same to the eye are spellings that differ in nothing that shows: composed or not (Unicode Standard Annex
15: Bangla ড় as one character or as ড and ়), in kinds and numbers of blanks, in marks without a form (joiners,
direction marks, soft hyphens). Alike are names that differ in letter case, or in characters which are drawn
alike (a Cyrillic а for a Latin a, one dash for another): these may be meant, so they are told and kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

#: Joiners change how the letters around them are joined; no two names are told apart by them.
_JOINERS = re.compile("[\u200c\u200d]")
#: Marks that have no form at all: zero-width blanks, direction marks, soft hyphens, byte order marks.
_FORMLESS = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_VARIANTS = re.compile("[\ufe00-\ufe0f]")
_PLAIN = re.compile(r"[!-~]+( [!-~]+)*")

#: Characters that most typefaces draw like one of ASCII's: Cyrillic and Greek letters, dashes, quotes.
_DRAWN_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο‐‑‒–—−‘’ʼ′“”″",
    "ABESIJKMHOPCTXaeopcyxijsABEZHIKMNOPTYXo------''''\"\"\"",
)


def tidy(text: str) -> str:
    """A name as it is kept: NFC, single blanks, no marks without a form but joiners.

    >>> tidy(" new\u00a0 york\u200b "), tidy("\u09a1\u09bc") == tidy("\u09dc")
    ('new york', True)
    """
    if _PLAIN.fullmatch(text):
        return text
    return " ".join(_FORMLESS.sub("", unicodedata.normalize("NFC", text)).split())


def key(text: str) -> str:
    """What shows of a name: equal for names that are the same to the eye.

    >>> key("\u09b0\u200d\u09cd\u09af") == key("\u09b0\u09cd\u09af"), key("Cat") == key("cat")
    (True, False)
    """
    kept = tidy(text)
    return kept if kept.isascii() else _VARIANTS.sub("", _JOINERS.sub("", kept))


def look(text: str) -> str:
    """What a hasty reader sees of a name: equal for names that look alike.

    >>> look("Cat") == look("cat"), look("а") == look("a"), look("cat") == look("cut")
    (True, True, False)
    """
    return key(text).translate(_DRAWN_LIKE).casefold()


def find(wanted: str, names: Iterable[str]) -> str | None:
    """The one among names that is meant: the same, else the same to the eye, else but for letter case; None
    where there is none or it could be several.

    >>> find("price ", ["Price", "price"]), find("PRICE", ["Price"]), find("PRICE", ["Price", "price"])
    ('price', 'Price', None)
    """
    names = list(names)
    if wanted in names:
        return wanted
    for same in (key, lambda name: key(name).casefold()):
        there = [name for name in names if same(name) == same(wanted)]
        if there:
            return there[0] if len(there) == 1 else None
    return None


def merged(counts: Mapping[str, int]) -> dict[str, str]:
    """{spelling: the name that stands for it}; of spellings that are the same to the eye it is the commonest.

    >>> merged({"no": 3, "no ": 1, "yes": 2})
    {'no': 'no', 'no ': 'no', 'yes': 'yes'}
    """
    common: dict[str, Counter[str]] = defaultdict(Counter)
    keys = {spelling: key(spelling) for spelling in counts}
    for spelling, count in counts.items():
        common[keys[spelling]][tidy(spelling)] += count
    best = {one: min(names, key=lambda name: (-names[name], name)) for one, names in common.items()}
    return {spelling: best[keys[spelling]] for spelling in counts}


def alike(names: Iterable[str]) -> list[list[str]]:
    """The names that look alike and differ, in groups.

    >>> alike(["No", "yes", "no"])
    [['No', 'no']]
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        groups[look(name)].append(name)
    return [group for group in groups.values() if len(group) > 1]


def apart(names: Iterable[str]) -> str:
    """Names with the characters in which they differ by number, for people to whom they look alike.

    >>> apart(["no", "No"]), apart(["\u09a1\u09bc", "\u09dc"])
    ("'no' (U+006E), 'No' (U+004E)", "'\u09a1\u09bc' (U+09A1 U+09BC), '\u09dc' (U+09DC)")
    """
    names = list(names)
    start = _shared(names)
    end = _shared([name[start:][::-1] for name in names])
    return ", ".join(f"{name!r} ({_numbers(name[start : len(name) - end])})" for name in names)


def _shared(names: list[str]) -> int:
    """Characters at which all begin alike."""
    count = 0
    for characters in zip(*names, strict=False):
        if len(set(characters)) > 1:
            break
        count += 1
    return count


def _numbers(text: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in text) or "nothing"
