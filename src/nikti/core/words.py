"""What nikti says, in both of its languages, side by side in the file that it belongs to.

    TITLE = Words(en="random forest", bn="র‍্যান্ডম ফরেস্ট")
    GONE = Words(en="{count} of {of} files are gone.", bn="{of}টি ফাইলের {count}টি নেই।")

A user's own file may give a plain string: it is shown as it is in every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nikti.core.numerals import digits, number

LANGUAGES = ("en", "bn")

#: Members of a list that a Bangla sentence names.
MOST_LISTED = 6


@dataclass(frozen=True)
class Words:
    """A title or a sentence. en: English; bn: Bangla, "" where there is none and the English stands for it.
    As a string it is the English one."""

    en: str
    bn: str

    @classmethod
    def of(cls, given: str | Words) -> Words:
        """Words, or a plain string as words."""
        return given if isinstance(given, Words) else cls(given, "")

    def __str__(self) -> str:
        return self.en

    def format(self, **values: Any) -> Words:
        """Both sentences filled in. English takes the values as they are, as `str.format` does; Bangla takes
        them as people read them, with its own digits. Words among the values stand in their language; where
        they have none in Bangla, neither has the whole.

        >>> Words(en="{count} files: {ends}", bn="{count}টি ফাইল: {ends}").format(count=12, ends=["a", "b"])
        Words(en='12 files: a, b', bn='১২টি ফাইল: a, b')
        """
        given = [value for value in values.values() if isinstance(value, Words)]
        translated = self.bn and all(value.bn or not value.en for value in given)
        return Words(
            self.en.format(**{name: _english(value) for name, value in values.items()}),
            self.bn.format(**{name: _bangla(value) for name, value in values.items()}) if translated else "",
        )

    def bare(self) -> Words:
        """Without the full stop at its end, to stand inside of a sentence."""
        return Words(self.en.rstrip("."), self.bn.rstrip("।"))

    def sentence(self) -> Words:
        """With a full stop at its end."""
        return Words(f"{self.en}.", f"{self.bn}।" if self.bn else "")

    def to(self, lang: str) -> str | None:
        """The words of a language, None where there are none."""
        return (self.bn or None) if lang == "bn" else self.en

    def shown(self, lang: str) -> str:
        """The words of a language, the English ones where it has none."""
        return self.to(lang) or self.en


def joined(parts: Iterable[str | Words], between: str) -> Words:
    """Several words one after the other; without Bangla where one has none.

    >>> joined([Words("a", "ক"), Words("b", "খ")], "; ")
    Words(en='a; b', bn='ক; খ')
    """
    found = [Words.of(part) for part in parts]
    bangla = [part.bn for part in found]
    return Words(between.join(part.en for part in found), between.join(bangla) if all(bangla) else "")


def either(names: Iterable[str]) -> Words:
    """Names of which one is to be chosen.

    >>> either(["cpu", "cuda"])
    Words(en='cpu or cuda', bn='cpu বা cuda')
    """
    listed = list(names)
    return Words(" or ".join(listed), " বা ".join(listed))


def stored(key: str, words: str | Words) -> dict[str, str]:
    """Words as entries of what is stored: the English by its key, the Bangla beside it.

    >>> stored("title", Words("decision tree", "সিদ্ধান্ত-গাছ")), stored("title", "my own")
    ({'title': 'decision tree', 'title_bn': 'সিদ্ধান্ত-গাছ'}, {'title': 'my own'})
    """
    words = Words.of(words)
    return {key: words.en} | ({f"{key}_bn": words.bn} if words.bn else {})


def read(entry: Mapping[str, Any], key: str) -> Words:
    """The words that `stored` put there; without Bangla where an earlier version wrote them."""
    return Words(entry.get(key) or "", entry.get(f"{key}_bn") or "")


def _english(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _bangla(value: Any) -> str:
    if isinstance(value, Words):
        return value.bn
    if hasattr(value, "item"):  # a number of NumPy's
        value = value.item()
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return number(value, "bn")
    if isinstance(value, float):
        return digits(f"{value:.3g}", "bn")
    if isinstance(value, list | tuple):
        return ", ".join(map(_bangla, value[:MOST_LISTED])) + (", …" * (len(value) > MOST_LISTED))
    if isinstance(value, Mapping):
        return _bangla([f"{name} ({_bangla(one)})" for name, one in value.items()])
    return str(value)
