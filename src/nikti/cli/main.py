"""From the words typed to an exit code: 0 success, 1 the work failed, 2 bad usage, 128 + the number of a
signal that stopped it (130 for Ctrl-C, 143 for SIGTERM).

Results go to stdout, everything else to stderr. With `--json` stdout holds exactly one JSON document,
which for an error is {"error": {"type", "message"}}.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import errno
import importlib
import itertools
import os
import re
import shlex
import signal
import sys
import tempfile
import textwrap
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from nikti import __version__
from nikti.cli import flags, refusals
from nikti.cli.document import to_json
from nikti.core import catalogue
from nikti.core.errors import NiktiError, UnknownName, UsageError
from nikti.core.limits import lifted
from nikti.core.words import Words

#: Errors of the operating system that say something about the user's machine and not about nikti, with what
#: to do about them.
_FULL = Words(en="Make room on its disk", bn="এর ডিস্কে জায়গা করুন")
_CLOSED = Words(en="Make it writable, or name another place", bn="এতে লেখার অনুমতি দিন, বা অন্য জায়গার নাম দিন")
_DISK = Words(en="Look after its disk", bn="এর ডিস্কটি পরীক্ষা করুন")
_MANY_OPEN = Words(
    en="Close other programs, or raise the limit: ulimit -n 4096",
    bn="অন্য প্রোগ্রাম বন্ধ করুন, বা সীমা বাড়ান: `ulimit -n 4096`",
)
_LONG_NAME = Words(en="Give a shorter name", bn="আরও ছোট নাম দিন")
_MACHINE_ERRORS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _CLOSED),
    **dict.fromkeys((errno.EIO, errno.ESTALE), _DISK),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), _MANY_OPEN),
    errno.ENAMETOOLONG: _LONG_NAME,
}

#: Signals that ask a process to end, beside Ctrl-C; Windows knows but one of them.
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]

_VERB = Words(en="verb", bn="কমান্ড")
_STOPPED = Words(en="stopped", bn="থামানো হয়েছে")
_GOES_ON = Words(en="stopped; continue with: {command}", bn="থামানো হয়েছে; আবার চালু করতে লিখুন: {command}")
_NO_MEMORY = Words(
    en="out of memory. Close other programs or give fewer data.",
    bn="মেমরি ফুরিয়ে গেছে। অন্য প্রোগ্রাম বন্ধ করুন, বা কম ডেটা দিন।",
)
_MACHINE = Words(
    en="{said}{where}. {advice}, then type: {command}", bn="{said}{where}। {advice}, তারপর লিখুন: {command}"
)
_AGAIN = Words(en="the same command again", bn="একই কমান্ড আবার")
_FAULT = Words(
    en="this is a fault of nikti: {kind}: {error} (details {kept})",
    bn="ভুলটি নিক্তির নিজের: {kind}: {error} (বিস্তারিত {kept})",
)
_ABOVE = Words(en="see above", bn="ওপরে আছে")
_KEPT = Words(en="kept in {file}; --debug shows them", bn="রাখা আছে: {file}; --debug দিলে দেখা যায়")
_NOWHERE = Words(en="no file (the disk cannot be written to)", bn="কোনো ফাইলে নয় (ডিস্কে লেখা যায় না)")

_ABOUT = """\
nikti weighs machine learning on hand-made features against deep learning on raw data,
on your own labelled data, and says which to use.

usage: nikti VERB [words]        nikti VERB --help tells what a verb takes

  nikti compare digits                          an embedded data set, works at once
  nikti compare photos/                         a folder of class folders
  nikti compare table.csv --target price --time-limit 10m
  nikti predict RUN new_photos/ > answers.csv
"""


class Stopped(KeyboardInterrupt):
    """What is done on Ctrl-C is done on these signals too. code: what the process ends with."""

    def __init__(self, number: int):
        super().__init__()
        self.code = 128 + number


@contextlib.contextmanager
def _stopping() -> Iterator[None]:
    """While it is entered, signals that are not ignored are `Stopped`; only the main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise Stopped(number)

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler == signal.SIG_DFL:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler == signal.SIG_DFL:
                signal.signal(number, handler)


class Parser(argparse.ArgumentParser):
    """An argument parser whose refusals are UsageErrors that say what to type instead."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(refusals.REFUSED.format(reason=refusals.in_words(message), command=self.prog))

    def parse(self, words: list[str]) -> argparse.Namespace:
        """The words as a namespace; raises UsageError."""
        args, strange = self.parse_known_intermixed_args(_values(words))  # flags and inputs in any order
        if strange:
            known = re.findall(r"--[a-z][a-z-]*", self.format_usage())
            close = difflib.get_close_matches(strange[0], known, n=1, cutoff=0.6)
            raise UsageError(refusals.strange(strange, close, self.prog))
        return args


def _values(words: list[str]) -> list[str]:
    """The words with what begins with a minus and a digit joined to the flag before it: no flag is called
    so, and its value is to be refused by what it is and not as a flag that lacks one.

    >>> _values(["compare", "--time-limit", "-5m"])
    ['compare', '--time-limit=-5m']
    """
    joined: list[str] = []
    for word in words:
        if re.match(r"-\d", word) and joined and re.fullmatch(r"--[a-z-]+", joined[-1]):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def main(words: list[str] | None = None, api: Any = None) -> int:
    """Run one command.

    words: what was typed after `nikti` (default: sys.argv); api: the module or object whose functions
    do the work (default: nikti.api, imported when a verb runs).
    """
    words = sys.argv[1:] if words is None else words
    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot show a letter gets its escape
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        with _stopping():
            return _run(words, api)
    except BrokenPipeError:  # the reader of a pipe went away; nothing is left to say to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(words: list[str], api: Any) -> int:
    if not words or words[0] in ("-h", "--help", "--version"):
        print(f"nikti {__version__}" if words == ["--version"] else _overview())
        return 0 if words else 2
    place: dict[str, str] = {}  # where the run is, once it is known
    try:
        verb = _find(words[0])
        parser = _parser(words[0], verb)
        args = parser.parse(words[1:])
        return _work(verb, args, api or importlib.import_module("nikti.api"), place)
    except SystemExit as exit:  # --help
        return int(exit.code or 0)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt as stop:
        said = _GOES_ON.format(command=_resume(place)) if "run" in place else _STOPPED
        return _fail("Interrupted", said, getattr(stop, "code", 128 + signal.SIGINT), words)
    except NiktiError as error:
        if error.__cause__ is not None and "--debug" in words:
            traceback.print_exception(error, file=sys.stderr)
        return _fail(type(error).__name__, error.words, error.exit_code, words)
    except MemoryError:
        return _fail("MemoryError", _NO_MEMORY, 1, words)
    except OSError as error:
        if error.errno in _MACHINE_ERRORS:
            where = f": {error.filename}" if error.filename else ""
            command = _resume(place) if "run" in place else _AGAIN
            values = {"said": error.strerror, "where": where, "advice": _MACHINE_ERRORS[error.errno]}
            return _fail(type(error).__name__, _MACHINE.format(**values, command=command), 1, words)
        return _fault(error, place, words)
    except Exception as error:
        return _fault(error, place, words)


def _language(words: list[str]) -> str:
    """What errors are said in: the flag may not have been read yet."""
    return "bn" if "--lang=bn" in words or ("--lang", "bn") in itertools.pairwise(words) else "en"


def _resume(place: dict[str, str]) -> str:
    return f"nikti resume {shlex.quote(place['run'])}"


def _find(name: str) -> Any:
    known = catalogue.names("cli/verbs")
    if name not in known:
        raise UnknownName(_VERB, name, known)
    return catalogue.load("cli/verbs", name)


def _parser(name: str, verb: Any) -> Parser:
    about, examples = verb.__doc__.split("\n\n", 1)
    parser = Parser(
        prog=f"nikti {name}",
        description=about,
        epilog="examples:\n" + textwrap.indent(textwrap.dedent(examples).strip(), "  "),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verb.arguments(parser)
    shared = parser.add_argument_group("every verb")
    flags.language(shared)
    shared.add_argument("--json", action="store_true", help="one JSON document on stdout")
    shared.add_argument("--quiet", action="store_true", help="no progress")
    shared.add_argument("--debug", action="store_true", help="show where an unexpected error came from")
    return parser


def _work(verb: Any, args: argparse.Namespace, api: Any, place: dict[str, str]) -> int:
    from nikti.cli.live import watching
    from nikti.cli.tables import console

    with watching(console(sys.stderr), quiet=args.quiet) as watch, lifted(**flags.limits_of(args)):

        def on_event(event: dict[str, Any]) -> None:
            if event["event"] == "run":
                place["run"] = event["folder"]
            watch(event)

        document = verb.run(args, api, on_event)
    if args.json:
        print(to_json(document))
    else:
        verb.show(document, args, console(sys.stdout))
    sys.stdout.flush()
    why = verb.failure(document) if hasattr(verb, "failure") else None
    if why is not None:
        print(f"nikti: {why}", file=sys.stderr)
    return 0 if why is None else 1


def _overview() -> str:
    verbs = []
    for name in catalogue.names("cli/verbs"):
        about = str(catalogue.load("cli/verbs", name).__doc__).split("\n\n")[0]
        verbs.append(textwrap.fill(
            " ".join(about.split()), 92, initial_indent=f"  {name:<12}", subsequent_indent=" " * 14
        ))  # fmt: skip
    return "\n".join([_ABOUT, "verbs", *verbs])


def _fail(kind: str, said: Words, code: int, words: list[str]) -> int:
    message = said.shown(_language(words))
    if "--json" in words:
        print(to_json({"error": {"type": kind, "message": message}}))
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(f"nikti: {message}", file=sys.stderr)
    return code


def _fault(error: Exception, place: dict[str, str], words: list[str]) -> int:
    """An error nobody foresaw: the trace is shown with --debug, else kept in a file."""
    trace = "".join(traceback.format_exception(error))
    kept = _ABOVE
    if "--debug" in words:
        print(trace, file=sys.stderr)
    else:
        kept = _KEPT.format(file=_keep(trace, place))
    said = _FAULT.format(kind=type(error).__name__, error=str(error), kept=kept)
    return _fail(type(error).__name__, said, 1, words)


def _keep(trace: str, place: dict[str, str]) -> str | Words:
    """Write a trace beside the run if there is one and it can be written to, else where temporary
    files go."""
    folders = [Path(place["run"])] if "run" in place and Path(place["run"]).is_dir() else []
    for folder in [*folders, Path(tempfile.gettempdir())]:
        with contextlib.suppress(OSError):
            handle, name = tempfile.mkstemp(prefix="fault-", suffix=".txt", dir=folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(trace)
            return name
    return _NOWHERE
