"""Every error that nikti raises on purpose.

    NiktiError                 something went wrong that the message explains; exit code 1
    +-- UsageError             the request itself is wrong; exit code 2
    |   +-- UnknownName        no such task, contender, data set ...
    +-- DataError              the data cannot be read or cannot be learned from
    +-- ModelError             a model folder is damaged, foreign or from another version
    +-- RunError               a run folder is damaged, busy or unfinished
    +-- MissingExtra           an optional library is needed and not installed

A message says what came, what is allowed, and what to type instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from nikti.core.words import Words

UNKNOWN = Words(
    en="no {kind} named {name!r}.{guess} Known: {known}.",
    bn="“{name}” নামে কোনো {kind} নেই।{guess} আছে: {known}।",
)
GUESS = Words(en=" Did you mean {name!r}?", bn=" “{name}” বলতে চেয়েছিলেন?")
NONE = Words(en="none", bn="একটিও না")
NOTHING = Words(en="", bn="")
NOT_INSTALLED = Words(
    en="{purpose} needs {library}, which is not installed. Type: pip install 'nikti[{extra}]'",
    bn="{purpose}: এর জন্য {library} লাগে, যা ইনস্টল করা নেই। লিখুন: pip install 'nikti[{extra}]'",
)


class NiktiError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line returns.

    message: in both languages (`words`); a plain string is shown as it is in every language.
    """

    exit_code = 1

    def __init__(self, message: str | Words = ""):
        super().__init__(str(message))
        self.words = Words.of(message)


class UsageError(NiktiError):
    """The request cannot be meant as it stands."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that the catalogue does not hold.

    kind: what is called so, in words; known: the names that there are.
    """

    def __init__(self, kind: str | Words, name: str, known: Iterable[str]):
        known = sorted(known)
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        guess = GUESS.format(name=close[0]) if close else NOTHING
        listed = ", ".join(known) or NONE
        super().__init__(UNKNOWN.format(kind=Words.of(kind), name=name, guess=guess, known=listed))


class DataError(NiktiError):
    """The data cannot be read, or nothing can be learned from them."""


class ModelError(NiktiError):
    """A model folder is damaged, was tampered with, or does not fit this version."""


class RunError(NiktiError):
    """A run folder is damaged, used by another process, or not finished."""


class MissingExtra(NiktiError):
    """An optional library is not installed. purpose: what needs it, in words."""

    def __init__(self, library: str, extra: str, purpose: str | Words):
        super().__init__(NOT_INSTALLED.format(purpose=Words.of(purpose), library=library, extra=extra))
