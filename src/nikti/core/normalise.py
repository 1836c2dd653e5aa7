"""Normalising texts for comparison."""

from __future__ import annotations

import re
import unicodedata


def normalised(text: str) -> str:
    """A text in NFC, with white space as single blanks, case folded.

    >>> normalised("Straße  \\n 9 ") == normalised("STRASSE 9")
    True
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).casefold()).strip()
