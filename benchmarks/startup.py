"""What it costs to start: CPU seconds of `nikti --help` and `import nikti`.

    python benchmarks/startup.py [--repeats 9]

Runs each in fresh processes and writes results/startup.json with the machine beside this file. CPU
seconds of a child are those of user and system together, so a busy machine changes them little. Exits
with 1 if a median is over TARGET.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results" / "startup.json"

TARGET = 0.4  # CPU seconds

COMMANDS = {
    "python, empty": ["-c", "pass"],
    "import nikti": ["-c", "import nikti"],
    "nikti --help": ["-m", "nikti", "--help"],
    "nikti compare --help": ["-m", "nikti", "compare", "--help"],
}


def cpu_seconds(words: list[str]) -> float:
    """User and system seconds of one fresh Python process; it must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats
    measured = {}
    for name, words in COMMANDS.items():
        cpu_seconds(words)  # once unmeasured: compiled files are written and read into memory
        runs = sorted(cpu_seconds(words) for _ in range(repeats))
        measured[name] = {
            "median": round(statistics.median(runs), 3),
            "least": round(runs[0], 3),
            "most": round(runs[-1], 3),
        }
        print(f"{name:<22} {measured[name]['median']:.3f} CPU-s  ({runs[0]:.3f} to {runs[-1]:.3f})")
    machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    machine["load"] = os.getloadavg()[0]
    RESULTS.parent.mkdir(exist_ok=True)
    document = {"machine": machine, "target": TARGET, "repeats": repeats, "cpu_seconds": measured}
    RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return int(any(entry["median"] > TARGET for entry in measured.values()))


if __name__ == "__main__":
    sys.exit(main())
