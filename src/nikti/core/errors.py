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


class NiktiError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line returns.

    message: in English; or in both languages, where it may end up on a page of the report (`words`).
    """

    exit_code = 1

    def __init__(self, message: str | Words = ""):
        super().__init__(str(message))
        self.words = Words.of(message)


class UsageError(NiktiError):
    """The request cannot be meant as it stands."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that the catalogue does not hold."""

    def __init__(self, kind: str, name: str, known: Iterable[str]):
        known = sorted(known)
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        guess = f" Did you mean {close[0]!r}?" if close else ""
        super().__init__(f"no {kind} named {name!r}.{guess} Known: {', '.join(known) or 'none'}.")


class DataError(NiktiError):
    """The data cannot be read, or nothing can be learned from them."""


class ModelError(NiktiError):
    """A model folder is damaged, was tampered with, or does not fit this version."""


class RunError(NiktiError):
    """A run folder is damaged, used by another process, or not finished."""


class MissingExtra(NiktiError):
    """An optional library is not installed."""

    def __init__(self, library: str, extra: str, purpose: str):
        super().__init__(
            f"{purpose} needs {library}, which is not installed. Type: pip install 'nikti[{extra}]'"
        )
