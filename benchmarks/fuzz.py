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

from faults_page import write_page

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "fuzz.json"


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


def main() -> int:
    """Put so many mutants through nikti; 1 where one of them ended in a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    found = measured(args.mutants, args.seed)
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write_page()
    return 1 if found["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
