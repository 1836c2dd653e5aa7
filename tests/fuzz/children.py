"""Changed files put through nikti, each in a process of its own with bounds on its memory and time.

    python -m tests.fuzz.children --mutants 2000 --seed 0 --json faults.json [--only NAME] [--keep FOLDER]

One process imports everything and makes the seeds; its children are forked, so that a mutant costs no start.
A child may take 1 GB of address space beyond what it was born with (for torch's libraries alone reserve more
than that), 20 CPU seconds, and a minute by the clock. A fault is a traceback, "a fault of nikti", memory or
time that ran out, a signal, or an exit code beyond 0, 1 and 2.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

MEMORY, CPU_SECONDS, WALL_SECONDS = 2**30, 20, 60
_FAULT = re.compile(
    r"fault of nikti|Traceback \(most recent|out of memory|MemoryError|std::bad_alloc|Fatal Python"
)
#: How a net's sentence begins, see `nikti.core.foreign`: foreseen in kind, not in detail.
_NETTED = re.compile(
    r"or not what its name says|or was not written by nikti|cannot be shown as it is|cannot be made sense of"
)


@dataclass
class Outcome:
    """What became of a mutant. said: the last line; netted: whether only the net caught it."""

    seed: str
    number: int
    changed: str
    code: int
    seconds: float
    megabytes: float
    said: str
    fault: str = ""
    netted: bool = False


def run(number: int, case: Any, rng_seed: int, base: Path, whole: bool = False) -> Outcome:
    """Put one mutant of a seed through nikti; whole: the seed itself."""
    from tests.fuzz import mutations

    rng = Random(f"{rng_seed}/{number}")
    work = Path(tempfile.mkdtemp(dir=base))
    shutil.copytree(case.folder, work / "here", symlinks=True)
    changed = "nothing" if whole else mutations.change_folder(work / "here", rng)
    if case.sealed and not whole:
        mutations.seal_again(work / "here", rng)
    words = [word.format(here=work / "here", out=work) for word in case.words]
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _child(words, work)
    status, usage = _wait(child, began)
    seconds = usage.ru_utime + usage.ru_stime
    text = (work / "said").read_text("utf-8", "replace") if (work / "said").exists() else ""
    code = os.waitstatus_to_exitcode(status)
    said = " ".join(text.strip().splitlines()[-1:])[-400:]
    fault = ""
    if found := _FAULT.search(text):
        fault = found.group()
    elif code not in (0, 1, 2):
        fault = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    netted = code == 1 and bool(_NETTED.search(text))
    outcome = Outcome(case.name, number, changed, code, seconds, usage.ru_maxrss / 1024, said, fault, netted)
    if fault:
        outcome.said = text[-3000:]
    shutil.rmtree(work, ignore_errors=True)
    return outcome


def _made(folder: Path, only: str, few: bool) -> list[Any]:
    """The seeds, made by a child: fitting models starts threads, and who has threads should not fork."""
    from tests.fuzz import seeds

    child = os.fork()
    if child == 0:
        code = 1
        try:
            found = seeds.all_of(folder, only, few)
            listed = [{**asdict(one), "folder": str(one.folder)} for one in found]
            (folder / "seeds.json").write_text(json.dumps(listed))
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the seeds could not be made")
    listed = json.loads((folder / "seeds.json").read_text())
    return [
        seeds.Seed(**{**one, "folder": Path(one["folder"]), "words": tuple(one["words"])}) for one in listed
    ]


def _child(words: list[str], work: Path) -> None:
    """The forked process; never returns."""
    import resource  # which Windows has not

    code = 70
    try:
        os.environ["NIKTI_CACHE"] = str(work / "cache")
        with open(work / "said", "wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.chdir(work)
        most = _reserved() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        from nikti.cli.main import main

        code = main(words)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _reserved() -> int:
    """Bytes of address space that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _wait(child: int, began: float) -> tuple[int, Any]:
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            return status, usage
        if time.monotonic() - began > WALL_SECONDS:
            os.kill(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            return status, usage
        time.sleep(0.002)


#: So that address space is what is used: no arenas of memory are reserved for threads to come.
PLAIN = {"MALLOC_ARENA_MAX": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"}

#: What the verbs import on their way, so that no child needs to.
WARM = (
    *(
        "cv2",
        "lightgbm",
        "openpyxl",
        "openpyxl.reader.excel",
        "pandas",
        "PIL.Image",
        "PIL.ImageOps",
        "pyarrow.parquet",
    ),
    *("pypdf", "skimage.draw", "sklearn.ensemble", "sklearn.linear_model", "torch", "tokenizers", "yaml"),
    *("PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.GifImagePlugin", "PIL.BmpImagePlugin", "jinja2"),
)


def warm() -> None:
    """Import what children will need."""
    import importlib
    import pkgutil

    import nikti

    for name in WARM:
        importlib.import_module(name)
    for found in pkgutil.walk_packages(nikti.__path__, "nikti."):
        if not found.name.startswith(("nikti.executors", "nikti.__main__")):
            try:
                importlib.import_module(found.name)
            except ImportError:  # what is optional and not here
                continue
    from PIL import Image

    Image.preinit()
    Image.init()


def fuzz(
    mutants: int, seed: int, only: str = "", few: bool = False, numbers: tuple[int, ...] = (), say: Any = None
) -> dict[str, Any]:
    """The figures and the faults of so many mutants, spread evenly over the seeds. few: of models two are
    enough; numbers: these mutants alone, to see a fault again."""
    began = time.monotonic()
    base = Path(tempfile.mkdtemp(prefix="nikti-fuzz-"))
    try:
        made = base / "seeds"
        warm()
        cases = _made(made, only, few)
        warmed = time.monotonic() - began
        wholes = [run(-1, case, seed, base, whole=True) for case in cases]
        broken = [one for one in wholes if one.code != 0 or one.fault]
        chosen = numbers or tuple(range(mutants))
        found = []
        for number in chosen:
            found.append(run(number, cases[number % len(cases)], seed, base))
            if say is not None:
                say(found[-1])
        return {
            "mutants": len(found),
            "seed": seed,
            "seeds": [case.name for case in cases],
            "faults": [asdict(one) for one in found if one.fault],
            "broken_seeds": [asdict(one) for one in broken],
            "outcomes": dict(
                Counter("read" if one.code == 0 else "refused" for one in found if not one.fault)
            ),
            "netted": sum(one.netted for one in found),
            "by_seed": dict(Counter(one.seed for one in found)),
            "netted_examples": sorted({f"{one.seed}: {one.said}" for one in found if one.netted})[:200],
            "longest_cpu_seconds": round(max((one.seconds for one in found), default=0.0), 2),
            "largest_megabytes": round(max((one.megabytes for one in found), default=0.0)),
            "seconds": {"warming": round(warmed, 1), "all": round(time.monotonic() - began, 1)},
        }
    finally:
        shutil.rmtree(base, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="seeds whose names hold this")
    parser.add_argument("--few", action="store_true", help="fewer models")
    parser.add_argument("--numbers", type=int, nargs="*", default=())
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()

    def say(one: Outcome) -> None:
        if one.fault:
            print(f"{one.number} {one.seed}: {one.changed}: {one.fault}\n{one.said[-1500:]}\n", flush=True)

    found = fuzz(args.mutants, args.seed, args.only, args.few, tuple(args.numbers), say)
    if args.json:
        args.json.write_text(json.dumps(found, ensure_ascii=False, indent=1))
    print(
        json.dumps({key: found[key] for key in found if key not in ("faults", "netted_examples")}, indent=1)
    )


if __name__ == "__main__":
    if os.environ.items() >= PLAIN.items():
        main()
    else:  # the C library reads them once, when a process starts
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **PLAIN})
