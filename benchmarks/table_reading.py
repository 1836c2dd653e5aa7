"""What it costs to read a table: CPU seconds and peak memory of `nikti inspect`.

    python benchmarks/table_reading.py [long] [wide] [short]

`long` is 1,000,000 rows of 20 mixed columns (numbers, categories, dates, short texts, gaps), some 224 MB;
`wide` 20 rows of 2,000 columns; `short` 100,000 rows as in `long`. Each is generated into a temporary folder,
read by a fresh process with a cache of its own, and written to results/table_reading.json with the machine.
CPU seconds are those of user and system together, so a busy machine changes them little. Exits with 1 if a
limit is passed.
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

import numpy as np
import pandas as pd

RESULTS = Path(__file__).resolve().parent / "results" / "table_reading.json"

#: Name: (rows, columns); name: (CPU seconds, MB) at most.
SIZES = {"long": (1_000_000, 20), "short": (100_000, 20), "wide": (20, 2_000)}
LIMITS = {"long": (20.0, 1_500.0), "wide": (5.0, 600.0)}

#: Runs `nikti inspect` and prints its own CPU seconds and peak resident KB.
MEASURED = """
import resource, subprocess, sys
words = [sys.executable, "-m", "nikti", "inspect", *sys.argv[1:], "--json"]
done = subprocess.run(words, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, done.returncode)
"""


def mixed(rows: int, columns: int, rng: np.random.Generator) -> pd.DataFrame:
    """A table of numbers, whole numbers, categories, dates, codes and texts in turn, and a label."""
    words = np.array("red green blue large small river field market north south rice jute".split())
    made: dict[str, object] = {}
    for k in range(columns - 1):
        match k % 6:
            case 0:
                cells: object = np.round(rng.normal(size=rows) * 1000, 4)
            case 1:
                cells = rng.integers(0, 10_000, rows)
            case 2:
                cells = words[rng.integers(0, len(words), rows)]
            case 3:
                days = np.datetime64("2015-01-01") + rng.integers(0, 3650, rows).astype("timedelta64[D]")
                cells = days.astype(str)
            case 4:
                gaps = rng.random(rows) < 0.1
                cells = np.where(gaps, "NA", np.round(rng.random(rows), 6).astype(str))
            case _:
                picked = words[rng.integers(0, len(words), (rows, 5))]
                cells = [" ".join(row) for row in picked]
        made[f"column {k}"] = cells
    made["label"] = np.array(["yes", "no"])[rng.integers(0, 2, rows)]
    return pd.DataFrame(made)


def wide(rows: int, columns: int, rng: np.random.Generator) -> pd.DataFrame:
    """A table of numbers and a label."""
    table = pd.DataFrame(rng.normal(size=(rows, columns - 1)).round(4)).add_prefix("gene ")
    return table.assign(label=np.array(["yes", "no"])[np.arange(rows) % 2])


def measure(name: str) -> dict[str, float]:
    """CPU seconds and MB of one fresh process."""
    rows, columns = SIZES[name]
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        make = wide if name == "wide" else mixed
        make(rows, columns, rng).to_csv(file, index=False)
        size = file.stat().st_size
        words = [sys.executable, "-c", MEASURED, str(file), "--target", "label"]
        cache = {**os.environ, "NIKTI_CACHE": str(Path(folder) / "cache"), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(words, env=cache, check=True, capture_output=True, text=True)
    cpu, peak, code = done.stdout.split()
    if code != "0":
        raise SystemExit(done.stderr)
    found = {"rows": rows, "columns": columns, "file_mb": round(size / 1e6, 1)}
    return found | {"cpu_s": round(float(cpu), 2), "peak_mb": round(int(peak) / 1024, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", default=["long", "wide"], choices=[*SIZES, []])
    passed = False
    measured = json.loads(RESULTS.read_text())["measured"] if RESULTS.exists() else {}
    for name in parser.parse_args().sizes:
        measured[name] = one = measure(name)
        print(f"{name:<8} {one['cpu_s']:7.2f} CPU-s {one['peak_mb']:8.1f} MB  ({one['file_mb']} MB of file)")
        seconds, megabytes = LIMITS.get(name, (np.inf, np.inf))
        passed |= one["cpu_s"] > seconds or one["peak_mb"] > megabytes
    machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "measured": measured}, indent=1) + "\n")
    return int(passed)


if __name__ == "__main__":
    sys.exit(main())
