"""A worker's side of a job: do it, and tell its answer or its error."""

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

#: An error text longer than this is cut.
_LONGEST_ERROR = 1500

#: What the system says when a disk, or what one user may fill of it, is full.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

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
        tell({"error": _in_words(error)[:_LONGEST_ERROR], "class": type(error).__name__})
        return False
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()


def _in_words(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "not enough memory"
    if isinstance(error, OSError) and error.errno in _FULL:
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{where}. Make room on the disk and resume the run"
    return str(error) if isinstance(error, NiktiError) else f"{type(error).__name__}: {error}"
