"""A tiny data set, a folder to work in, and nikti's command in a process of its own."""

from __future__ import annotations

import json
import os
import random
import shlex
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

#: What is compared: a table that is learned from in a second.
ROWS, CONTENDERS = 60, ("naive_bayes", "mlp")

#: Seconds that a process may take to end once its parent was killed.
PATIENCE = 5.0


class World:
    """place: an empty folder, in which everything happens, the cache too."""

    def __init__(self, place: Path, rng: random.Random):
        self.place, self.rng = place, rng
        place.mkdir(parents=True, exist_ok=True)
        self.table = place / "table.csv"
        numbers = random.Random(0)
        lines = ["a,b,kind"]
        for row in range(ROWS):
            kind = "xy"[row % 2]
            shift = 1.5 if kind == "x" else 0.0
            lines.append(f"{numbers.gauss(shift, 1):.6f},{numbers.gauss(0, 1):.6f},{kind}")
        self.table.write_text("\n".join(lines) + "\n")
        self.new = place / "new.csv"
        self.new.write_text("\n".join(line.rpartition(",")[0] for line in lines[:20]) + "\n")

    def command(self, verb: str, *words: object) -> list[str]:
        """As it is typed."""
        return [sys.executable, "-m", "nikti", verb, *map(str, words), "--quiet"]

    def compare(self, out: str) -> list[str]:
        """The comparison that all others are held against: without a limit that could cut it."""
        words = ["--target", "kind", "--preset", "fast", "--time-limit", "2h", "--out", out]
        return self.command("compare", self.table.name, *words, "--contender", *CONTENDERS)

    def train(self, out: str) -> list[str]:
        """One model."""
        return self.command("train", self.table.name, "--target", "kind", "--contender", "mlp", "--out", out)

    def start(self, command: Sequence[str], **more: Any) -> subprocess.Popen[str]:
        """Start it in the folder."""
        source = str(Path(__file__).resolve().parents[2] / "src")
        environment = {**os.environ, "NIKTI_CACHE": str(self.place / "cache"), "PYTHONPATH": source}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.place, env=environment, **(pipes | more))

    def run(self, command: Sequence[str], **more: Any) -> tuple[int, str, float]:
        """(its exit code, what it told on stderr, wall seconds)."""
        began = time.monotonic()
        process = self.start(command, **more)
        err = process.communicate()[1]
        return process.returncode, err, time.monotonic() - began

    def must(self, command: Sequence[str]) -> float:
        """Run what has to end well; its wall seconds. Raises RuntimeError with what it told."""
        code, err, seconds = self.run(command)
        if code:
            raise RuntimeError(f"{shlex.join(command)} ended with {code}: {err[-2000:]}")
        return seconds

    def leftovers(self) -> list[str]:
        """What is half-written, in every folder."""
        names = (path for path in self.place.rglob("*") if path.name.endswith((".part", ".making")))
        return sorted(str(path.relative_to(self.place)) for path in names)


def killed_after(
    process: subprocess.Popen[str], seconds: float, rng: random.Random, worker: bool
) -> list[str]:
    """Kill a command after so many seconds, or one of its processes where `worker`; what outlived it. [] too
    where it had ended by itself."""
    try:
        process.wait(seconds)
        return []
    except subprocess.TimeoutExpired:
        pass
    family = psutil.Process(process.pid).children(recursive=True)
    victims = [one for one in family if worker and one.children() == []]
    if victims:
        rng.choice(victims).kill()
        process.communicate()
    else:
        process.kill()
        process.communicate()
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    return [" ".join(one.cmdline()) for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def rows(run: Path) -> dict[str, tuple[str, str]]:
    """{trial: (outcome, body)} of a run."""
    if not (run / "run.sqlite").is_file():
        return {}
    with closing(sqlite3.connect(f"file:{run / 'run.sqlite'}?mode=ro", uri=True)) as database:
        try:
            found = database.execute("select key, outcome, body from results").fetchall()
            return {key: (outcome, body) for key, outcome, body in found}
        except sqlite3.Error:  # killed before the table was there
            return {}


def scores(run: Path) -> dict[str, Any]:
    """{trial: its scores}, where it went well."""
    return {key: json.loads(body)["scores"] for key, (how, body) in rows(run).items() if how == "ok"}


def verdict(run: Path) -> tuple[Any, ...]:
    """What is to be the same."""
    from nikti.comparison import Comparison

    found = Comparison(run).verdict
    return found.call, found.winner, found.gap, found.low, found.high, found.n
