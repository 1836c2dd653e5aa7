"""What a person who reads résumés notes down: experience, degrees, marks, skills by family, which sections
there are, how to be reached.

Each text is looked at for itself: one that shows fewer than `CUES` signs of a résumé gets zeros, so that
these columns say nothing where texts are something else. English, with the Bangla names of sections.
"""

from __future__ import annotations

import re

import numpy as np

from nikti.classical.features.text import _resume_words
from nikti.classical.features.text._measured import Measured
from nikti.core.words import Words

TITLE = Words(
    en="résumés: experience, degrees, marks, skills, sections, contact",
    bn="জীবনবৃত্তান্ত: অভিজ্ঞতা, ডিগ্রি, নম্বর, দক্ষতা, অংশ, যোগাযোগ",
)
STATELESS = True

#: Different signs (of `_SIGNS`) from which a text is taken for a résumé, and the words it then has.
CUES, FEWEST_WORDS = 3, 15
#: Characters looked at; résumés are shorter.
LONGEST = 200_000
#: More years of experience than this are a typing error or a company's age.
MOST_YEARS = 50


def _any(words: str) -> re.Pattern[str]:
    """One of the words (separated by |), whole and in any case; a name may end in + or #."""
    return re.compile(rf"(?<![\w.])(?:{words})(?![\w+#])", re.IGNORECASE)


def _heading(words: str) -> re.Pattern[str]:
    """One of the words where a heading may stand: at the start of a line or sentence, or before a colon."""
    return re.compile(rf"(?:^|[\n.•*|]\s{{0,4}})(?:{words})\b|\b(?:{words})\s*:", re.IGNORECASE)


SECTIONS = {name: _heading(words) for name, words in _resume_words.SECTIONS.items()}
DEGREES = {name: _any(words) for name, words in _resume_words.DEGREES.items()}
SKILLS = {name: _any(words) for name, words in _resume_words.SKILLS.items()}

_YEARS = re.compile(r"(\d{1,2}(?:\.\d+)?)\s*\+?\s*(?:years?|yrs?|বছর)", re.IGNORECASE)
_SKILL_MONTHS = re.compile(
    r"exp\w*ience\s*-\s*(?:less than\s+)?(\d{1,3})\s*(?:years?\s*)?months?", re.IGNORECASE
)
_DATED = re.compile(r"(?<!\d)(?:19[5-9]\d|20[0-4]\d)(?!\d)")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s*'?\d{2,4}"
_SPAN = re.compile(
    rf"{_MONTH}\s*(?:to|till|until|-|–)\s*(?:{_MONTH}|date|now|present|current)", re.IGNORECASE
)
_EMPLOYER = re.compile(r"\bcompany\s*[-:]|\b(?:pvt|private|ltd|limited|inc|llp|llc|gmbh)\b\.?", re.IGNORECASE)
_GPA = re.compile(
    r"\b[cs]?\.?g\.?p\.?a\.?\b\D{0,12}(\d{1,2}(?:\.\d+)?)(?:\s*(?:/|out of)\s*(\d{1,2}))?", re.IGNORECASE
)
_MARKS = re.compile(r"(?<![\d.])(\d{2}(?:\.\d+)?)\s*%")
_MAIL = re.compile(r"\S@[^\s@]+\.\w|\[EMAIL\]|\be-?mail\b", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<!\d)\+?\d[\d\s()-]{8,14}\d(?!\d)|\[PHONE\]|\b(?:phone|mobile|মোবাইল)\b", re.IGNORECASE
)
_LINK = re.compile(r"https?://|www\.|\[URL\]|linkedin|github", re.IGNORECASE)
_BULLET = re.compile(r"[•➢▪●✓❖]|(?:^|\s)\*\s|^[ \t]{0,20}-\s", re.MULTILINE)
_NAMED = re.compile(r"\b(?:curriculum vitae|résumé|resume|জীবনবৃত্তান্ত)\b", re.IGNORECASE)

NAMES = (
    "résumé: is one",
    "résumé: years of experience stated",
    "résumé: years of the longest skill",
    "résumé: mean years of a skill",
    "résumé: skills with their time",
    "résumé: years from the first date to the last",
    "résumé: employments with dates",
    "résumé: employers named",
    *(f"résumé: degree: {name}" for name in DEGREES),
    "résumé: highest degree",
    "résumé: GPA as a share of the best",
    "résumé: best mark in per cent",
    *(f"résumé: skills in {name}" for name in SKILLS),
    "résumé: families of skills",
    *(f"résumé: section on {name}" for name in SECTIONS),
    "résumé: sections",
    "résumé: mail address",
    "résumé: telephone number",
    "résumé: web address",
    "résumé: items in lists",
)


def build() -> Measured:
    """The transformer of this file."""
    return Measured("resume")


def looks_like_one(text: str) -> bool:
    """Whether a text shows signs enough of a résumé.

    >>> looks_like_one("An education in how not to make a film. The experience was long, skills were few. ")
    False
    """
    if len(text.split(maxsplit=FEWEST_WORDS)) < FEWEST_WORDS:
        return False
    main = ("education", "experience", "skills", "objective or summary", "personal details")
    signs = sum(SECTIONS[name].search(text) is not None for name in main)
    more = (_NAMED, _SPAN, _SKILL_MONTHS, DEGREES["bachelor"], DEGREES["master"], _MAIL, _PHONE)
    return signs >= 1 and signs + sum(sign.search(text) is not None for sign in more) >= CUES


def measure(text: str) -> list[float]:
    """The numbers of one text, in the order of `NAMES`; zeros where it is no résumé."""
    text = text[:LONGEST]
    if not looks_like_one(text):
        return [0.0] * len(NAMES)
    months = [int(found) / 12 for found in _SKILL_MONTHS.findall(text)]
    stated = [float(found) for found in _YEARS.findall(text)]
    dated = [int(found) for found in _DATED.findall(text)]
    degrees = [float(sign.search(text) is not None) for sign in DEGREES.values()]
    skills = [len({found.lower() for found in family.findall(text)}) for family in SKILLS.values()]
    sections = [float(heading.search(text) is not None) for heading in SECTIONS.values()]
    return [
        1.0,
        max((years for years in stated if years <= MOST_YEARS), default=0.0),
        max(months, default=0.0),
        sum(months) / max(1, len(months)),
        np.log1p(len(months)),
        min(MOST_YEARS, max(dated) - min(dated)) if dated else 0,
        np.log1p(len(_SPAN.findall(text))),
        np.log1p(len(_EMPLOYER.findall(text))),
        *degrees,
        max((level for level, there in enumerate(degrees, start=1) if there), default=0),
        max(map(_share, _GPA.findall(text)), default=0.0),
        max(map(float, _MARKS.findall(text)), default=0.0),
        *np.log1p(skills),
        sum(number > 0 for number in skills),
        *sections,
        sum(sections),
        *(float(sign.search(text) is not None) for sign in (_MAIL, _PHONE, _LINK)),
        np.log1p(len(_BULLET.findall(text))),
    ]


def _share(found: tuple[str, str]) -> float:
    """A GPA as a share of the best there is: 4, 5 or 10 points where that is not said."""
    points = float(found[0])
    best = float(found[1] or 0) or next((most for most in (4, 5, 10) if points <= most), 0)
    return min(1.0, points / best) if best else 0.0
