"""Hostile files by the thousand: damaged, cut short, of other kinds and sizes than they say.

    python benchmarks/fuzz.py [--mutants 2000] [--seed 0]

Changes a tiny valid file of every format that nikti reads, every file of model folders and of a run, and puts
each through nikti in a process with bounds (`tests/fuzz/children.py`). Writes results/fuzz.json and the
section of FAULTS.md. Exits with 1 where a file ended in a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS, PAGE = HERE / "results" / "fuzz.json", HERE / "FAULTS.md"
BEGIN, END = "<!-- fuzz: begin -->", "<!-- fuzz: end -->"


def measured(mutants: int, seed: int) -> dict[str, Any]:
    """The figures of so many mutants."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        words = [
            "-m",
            "tests.fuzz.children",
            "--mutants",
            str(mutants),
            "--seed",
            str(seed),
            "--json",
            str(out),
        ]
        paths = [str(HERE.parent), os.environ.get("PYTHONPATH", "")]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        subprocess.run([sys.executable, *words], cwd=HERE.parent, env=env, check=True)
        found = json.loads(out.read_text())
    del found["netted_examples"]
    return {"machine": platform.platform(), "python": platform.python_version(), **found}


def section(found: dict[str, Any]) -> str:
    """The part of FAULTS.md about hostile files."""
    faults, outcomes = found["faults"], found["outcomes"]
    lines = [
        "## Hostile files",
        "",
        f"{found['mutants']:,} changed files (seed {found['seed']}) of {len(found['seeds'])} kinds: every "
        "reader, model folders of both sides, a run. Each in a process of its own that may take 1 GB of "
        "address space and 20 CPU seconds.",
        "",
        "| outcome | files |",
        "|---|---|",
        f"| read all the same | {outcomes.get('read', 0):,} |",
        f"| refused in one sentence | {outcomes.get('refused', 0):,} |",
        f"| of these in a general one: damaged, or not what it says | {found['netted']:,} |",
        f"| **faults** (traceback, signal, out of memory or time) | **{len(faults)}** |",
        "",
        f"Longest {found['longest_cpu_seconds']} CPU seconds. `python benchmarks/fuzz.py` repeats it; "
        "`tests/fuzz/test_fuzz.py` holds it.",
    ]
    lines += [f"- {one['seed']}: {one['changed']}: {one['fault']}" for one in faults]
    return "\n".join(lines)


def put(page: str, text: str) -> str:
    """The page with this section in the place of its earlier one, or at its end."""
    part = f"{BEGIN}\n{text}\n{END}"
    if BEGIN in page and END in page:
        before, _, rest = page.partition(BEGIN)
        return before + part + rest.partition(END)[2]
    return f"{page.rstrip()}\n\n{part}\n" if page else f"# Faults\n\n{part}\n"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    found = measured(args.mutants, args.seed)
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    PAGE.write_text(put(page, section(found)), encoding="utf-8")
    return 1 if found["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
