"""What nikti makes of faults: killed processes, a cache that was harmed, races, a full disk.

    python benchmarks/faults.py [--kills 20] [--flips 60] [--races 4] [--disks 6] [--seed 0] [--only NAME ...]

Writes results/faults.json, of what was run, and FAULTS.md anew. Exits with 1 if anything went wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import faults_page  # noqa: E402
from fault_kinds import disk, flips, kills, races  # noqa: E402

RESULTS = HERE / "results" / "faults.json"
KINDS = {"kills": kills, "flips": flips, "races": races, "disks": disk}
COUNTS = {"kills": 20, "flips": 60, "races": 4, "disks": 6}


def main() -> int:
    """Measure each kind, and keep what was measured before of those that are left out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, count in COUNTS.items():
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=0, help="of the moments and places")
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS))
    args = parser.parse_args()
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    place = Path(tempfile.mkdtemp(prefix="nikti-faults-"))
    try:
        for name in args.only:
            print(f"== {name}", flush=True)
            measured = KINDS[name].measure(place / name, getattr(args, name), random.Random(args.seed))
            machine = {
                "system": platform.platform(),
                "cores": os.cpu_count(),
                "load": round(os.getloadavg()[0], 1),
            }
            found[name] = {"seed": args.seed, "machine": machine, "found": measured}
            RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    finally:
        shutil.rmtree(place, ignore_errors=True)
    faults_page.write_page()
    return int(any(faults_page.wrong(found[name]["found"]) for name in args.only))


if __name__ == "__main__":
    sys.exit(main())
