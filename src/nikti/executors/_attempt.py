"""A worker's side of a job: do it, and send its answer or its error."""

from __future__ import annotations

import contextlib
import errno
import importlib
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nikti.core.errors import NiktiError
from nikti.core.words import Words

#: An error text longer than this is cut.
_LONGEST_ERROR = 1500

#: What the system says when a disk, or what one user may fill of it, is full.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_MEMORY = Words(en="not enough memory", bn="মেমরি কম পড়েছে")
NO_ROOM = Words(
    en="{error}. Make room on the disk and resume the run",
    bn="{error}। ডিস্কে জায়গা করে তুলনাটি আবার চালু করুন",
)

#: function(work, roots, emit) -> the answer
Work = Callable[[dict[str, Any], dict[str, Path], Callable[[dict[str, Any]], None]], Any]


def prepared(target: str, modules: Sequence[str]) -> Work:
    """The function "module:function", once everything that jobs need was imported."""
    for name in modules:
        with contextlib.suppress(ImportError):  # a library that a job needs says so in the job
            importlib.import_module(name)
    module, function = target.split(":")
    return getattr(importlib.import_module(module), function)


def attempt(work: Work, request: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> bool:
    """Do one job; whether it went well. A traceback goes to stderr."""
    try:
        roots = {name: Path(folder) for name, folder in request["roots"].items()}
        tell({"answer": work(request["work"], roots, lambda message: tell({"message": message}))})
        return True
    except BaseException as error:
        traceback.print_exc()
        words = _in_words(error)
        found = {"error": words.en[:_LONGEST_ERROR], "error_bn": words.bn[:_LONGEST_ERROR]}
        tell({**found, "class": type(error).__name__})
        return False
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()


def _in_words(error: BaseException) -> Words:
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, OSError) and error.errno in _FULL:
        where = f" ({error.filename})" if error.filename else ""
        return NO_ROOM.format(error=f"{error.strerror}{where}")
    return error.words if isinstance(error, NiktiError) else Words.of(f"{type(error).__name__}: {error}")
