"""Is the time kept, how soon is there a first answer, and is the time that is told right?

    NIKTI_DATA=... python benchmarks/limits.py [--limits 30s 60s 4m] [--busy 0 4] [--sets digits adult photos]

For each set and limit, on the machine as it is and beside so many busy processes: wall seconds of the whole
command (the limit is kept where they are no more than the limit and 5 s, or 5% of it), seconds until the
first provisional verdict, the largest error of the time left that was told from a third of the run on, and
whether a model that learned something was handed over. Writes results/limits.json and LIMITS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results" / "limits.json"
PAGE = Path(__file__).resolve().parent / "LIMITS.md"

#: {name: (source, below NIKTI_DATA where it has a slash, flags)}
SETS = {
    "digits": ("digits", {}),
    "adult": ("adult_census/", {"target": "income"}),
    "photos": ("dogs_vs_cats/", {}),
}

#: Runs in a process of its own, as a user's would; prints what happened when.
CHILD = """
import json, sys, time
began = time.monotonic()
import nikti
seen = []

def watch(event):
    if event["event"] in ("verdict", "progress", "plan"):
        seen.append([time.monotonic() - began, event["event"], event.get("eta")])

source, limit, out, flags = json.loads(sys.argv[1])
run = nikti.compare(source, time_limit=limit, out=out, on_event=watch, **flags)
winner = run.verdict.winner
method = str(run._run.plan.entries[winner].method) if winner else None
print(json.dumps({"seen": seen, "call": run.verdict.call, "winner": winner, "method": method}))
"""


def measure(source: str, limit: str, flags: dict, seconds: float) -> dict:
    """One run and what it told of itself."""
    with tempfile.TemporaryDirectory() as folder:
        words = json.dumps([source, limit, f"{folder}/run", flags])
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", CHILD, words], capture_output=True, text=True, check=False
        )
        wall = time.monotonic() - began
    if done.returncode:
        return {"wall": wall, "error": done.stderr.strip().splitlines()[-1][:300]}
    told = json.loads(done.stdout.strip().splitlines()[-1])
    answers = [at for at, kind, _ in told["seen"] if kind == "verdict"]
    late = [(at, eta) for at, kind, eta in told["seen"] if kind == "progress" and wall / 3 <= at < wall - 5]
    errors = [abs(eta - (wall - at)) / (wall - at) for at, eta in late]
    return {
        "wall": wall,
        "kept": wall <= seconds + max(5.0, 0.05 * seconds),
        "first_answer": min(answers, default=None),
        "eta_error": max(errors, default=None),
        **{name: told[name] for name in ("call", "winner", "method")},
    }


def page(found: dict) -> str:
    """LIMITS.md."""
    rows = []
    for key, one in found.items():
        if isinstance(one, dict) and "kept" in one:
            what, _, busy = key.partition(", ")
            first, late = one["first_answer"], one["eta_error"]
            cells = [what, busy.split()[0], f"{one['wall']:.1f}", "yes" if one["kept"] else "**no**"]
            cells += ["" if first is None else f"{first:.1f}", "" if late is None else f"{100 * late:.0f}%"]
            rows.append("| " + " | ".join([*cells, one["call"], str(one["winner"])]) + " |")
    lines = "\n".join(rows)
    return f"""# Is the time kept?

Made by `python benchmarks/limits.py` ({found["machine"]}). The whole command in seconds of the wall, on the
machine as it is and beside so many busy processes. Kept: no more than the limit and 5 s, or 5% of it. First
answer: until the first provisional verdict. Error: of the time left that was told, the largest from a third
of the run on.

| data, limit | busy | wall s | kept | first answer s | error of the time left | verdict | handed over |
|---|---|---|---|---|---|---|---|
{lines}
"""


def main() -> None:
    """Run all of them, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limits", nargs="+", default=["30s", "60s", "4m"])
    parser.add_argument("--busy", nargs="+", type=int, default=[0, 4])
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    args = parser.parse_args()
    from nikti.core.timespan import parse

    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    found["machine"] = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    data = Path(os.environ.get("NIKTI_DATA", "."))
    for busy in args.busy:
        beside = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
        try:
            for name in args.sets:
                source, flags = SETS[name]
                place = str(data / source.strip("/")) if "/" in source else source
                for limit in args.limits:
                    key = f"{name} {limit}, {busy} busy"
                    found[key] = measure(place, limit, flags, parse(limit))
                    print(key, found[key], flush=True)
                    RESULTS.write_text(json.dumps(found, indent=1))
                    PAGE.write_text(page(found))
        finally:
            for process in beside:
                process.kill()


if __name__ == "__main__":
    main()
