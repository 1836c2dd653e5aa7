"""What comes from outside, read without trust: whatever goes wrong on the way is told in one sentence.

A reader foresees what people do; nobody foresees every broken file, and each library has errors of its own
for them. What was not foreseen is an error of the file that was read, with its name, and keeps its cause,
which `--debug` shows.
"""

from __future__ import annotations

import errno
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nikti.core.errors import NiktiError
from nikti.core.words import Words

#: Errors of the operating system that say something about the user's machine and not about a file.
MACHINE_ERRORS = (
    *(errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.EDQUOT),
    *(errno.EFBIG, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE),
)

#: What `zipfile`, and the packings that it knows, raise of a broken archive.
BAD_ARCHIVE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(NotImplementedError, RuntimeError, UnicodeError, KeyError, ValueError, OverflowError),
)

#: Letters of another library's message that are passed on.
LONGEST = 300

TOO_DEEP = Words(
    en="brackets lie inside each other too deeply", bn="একটির ভেতরে আরেকটি বন্ধনী অনেক বেশি স্তরে গেছে"
)
NOT_THERE = Words(en="{name} is missing", bn="{name} নেই")


@contextmanager
def told(kind: type[NiktiError], words: Words, **values: object) -> Iterator[None]:
    """Around work on something foreign: what nikti did not raise on purpose becomes an error of `kind`.

    words: the sentence, with a place {reason} for what went wrong, and places for the values.
    """
    try:
        yield
    except (NiktiError, MemoryError, ImportError, NameError):  # the last two are faults of a program
        raise
    except OSError as error:
        if error.errno in MACHINE_ERRORS:
            raise
        raise kind(words.format(reason=reason(error), **values)) from error
    except Exception as error:
        raise kind(words.format(reason=reason(error), **values)) from error


def reason(error: BaseException) -> str | Words:
    """What an error says, to stand inside of a sentence: nikti's own in both languages, another library's in
    one line of bounded length."""
    if isinstance(error, NiktiError):
        return error.words.bare()
    if error.args and isinstance(error.args[0], Words):
        return error.args[0]
    if isinstance(error, RecursionError):
        return TOO_DEEP
    if isinstance(error, FileNotFoundError) and error.filename is not None:
        return NOT_THERE.format(name=Path(str(error.filename)).name)
    said = " ".join((getattr(error, "strerror", None) or str(error)).split()).rstrip(".")
    name = type(error).__name__
    # A KeyError says the key alone, an AssertionError often nothing.
    riddle = isinstance(error, KeyError | TypeError | AttributeError | AssertionError)
    whole = name if not said else f"{name}: {said}" if riddle else said
    return printable(whole[:LONGEST] + "…" * (len(whole) > LONGEST))


def printable(text: str) -> str:
    """The text with what is no character (half of a surrogate pair, from names of files in another encoding
    or from broken JSON) written as its code, as UTF-8 cannot hold it.

    >>> printable("caf\\udce9")
    'caf\\\\udce9'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def printable_all(value: Any) -> Any:
    """The same plain value with all its texts `printable`."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Path):
        return Path(printable(str(value)))
    if isinstance(value, list | tuple):
        return type(value)(map(printable_all, value))
    if isinstance(value, dict):
        return {printable_all(key): printable_all(one) for key, one in value.items()}
    return value
