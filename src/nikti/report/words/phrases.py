"""Every sentence of the report, by language: `en.toml` and `bn.toml` hold the same keys.

Only what belongs to the page is here: a note, a title or a reason brings its own words (`nikti.core.words`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from nikti.core.errors import UnknownName
from nikti.core.words import LANGUAGES, Words

FOLDER = Path(__file__).parent

_LANGUAGE = Words(en="language", bn="ভাষা")


@cache
def phrases(lang: str) -> Mapping[str, str]:
    """{dotted key: sentence} of a language; raises UnknownName for one that nikti does not speak."""
    if lang not in LANGUAGES:
        raise UnknownName(_LANGUAGE, lang, LANGUAGES)
    return _flat(tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8")))


def say(lang: str, key: str, **values: Any) -> str:
    """One sentence, filled in. The values come formatted, see `nikti.report.words.numbers`.

    >>> say("en", "side.deep")
    'deep learning'
    """
    return phrases(lang)[key].format(**values)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = " ".join(value.split())
    return found
