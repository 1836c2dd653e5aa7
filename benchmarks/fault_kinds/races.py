"""Several processes at once on cold data, or on one --out: each ends well, or says who was faster."""

from __future__ import annotations

import random
import sys
import zipfile
from pathlib import Path
from typing import Any

from fault_kinds.world import World

#: What the slower one may say.
EXPLAINED = ("another process", "exists already", "is not empty", "holds a run that is")

STORE = """
import sys
import numpy as np
from pathlib import Path
from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.places import cache_dir
from nikti.storage import cache
pictures = np.random.default_rng(0).integers(0, 256, (4000, 32, 32, 3), dtype=np.uint8)
data = Data("x", "image", Stack(pictures), np.arange(4000) % 2, ("a", "b"))
sys.stdin.readline()
assert np.array_equal(cache.store(data, cache_dir() / "data" / sys.argv[1], 64).inputs.array(), pictures)
"""
UNPACK = """
import sys
from pathlib import Path
from nikti.readers import zip_archive
sys.stdin.readline()
assert len(list(zip_archive.unpack(Path(sys.argv[1])).rglob("*.txt"))) == 400
"""


def measure(place: Path, races: int, rng: random.Random) -> dict[str, Any]:
    """{what: {"races", "processes", "faults"}}."""
    world = World(place, rng)
    world.must(world.compare("whole"))
    found: dict[str, Any] = {}
    for name, script, argument in (
        ("store the same data", STORE, "data-{}"),
        ("unpack the same archive", UNPACK, "{}.zip"),
    ):
        faults: list[str] = []
        for number in range(races):
            word = argument.format(number)
            if word.endswith(".zip"):
                _packed(world.place / word, number)
            faults += _at_once(world, [[sys.executable, "-c", script, word]] * 3, go=True, winners=3)
        found[name] = {"races": races, "processes": 3, "faults": faults + _left(world)}
    commands = {
        "predict --out": lambda n: world.command("predict", "whole", "new.csv", "--out", f"answers-{n}.csv"),
        "train --out": lambda n: world.train(f"model-{n}"),
        "compare --out": lambda n: world.compare(f"run-{n}"),
    }
    few = max(1, races // 4)
    for name, command in commands.items():
        faults = []
        for number in range(few):
            faults += _at_once(world, [command(number)] * 2, go=False, winners=1)
        found[name] = {"races": few, "processes": 2, "faults": faults + _left(world)}
        print(f"{name}: {found[name]}", flush=True)
    return found


def _packed(place: Path, number: int) -> None:
    with zipfile.ZipFile(place, "w") as archive:
        for n in range(400):
            archive.writestr(f"{'ab'[n % 2]}/{n}.txt", f"text {n} of {number}")


def _at_once(world: World, commands: list[list[str]], go: bool, winners: int) -> list[str]:
    """Start them together. go: they wait for a line; winners: how many must get through."""
    import subprocess

    started = [world.start(command, stdin=subprocess.PIPE) for command in commands]
    if go:
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
    told = [one.communicate()[1] for one in started]
    well = [one.returncode == 0 for one in started]
    faults = [] if sum(well) == winners else [f"{sum(well)} of {len(well)} got through: {told}"]
    for good, text in zip(well, told, strict=True):
        if not good and not any(words in text for words in EXPLAINED):
            faults.append(f"failed without saying why: {text[-300:]}")
    return faults


def _left(world: World) -> list[str]:
    return [f"left behind: {name}" for name in world.leftovers()]
