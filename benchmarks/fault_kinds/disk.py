"""A disk that is full: which path, and how to go on; then there is room again, and it goes on.

The disk is a small file system in memory where this user may mount one; else a limit on the size of files.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fault_kinds.world import World, rows, scores

#: Kilobytes that fit on the disk: from too few for the data to too few for the last model.
SIZES = (24, 96, 160, 320, 480, 700)

#: Kilobytes that are enough for everything.
ROOMY = 64_000

#: Where the comparison goes: a message must hold this or another path.
RUN = "runs/small"

#: What a message must not hold.
NEVER = ("Traceback", "fault of nikti")


def measure(place: Path, disks: int, rng: random.Random) -> dict[str, Any]:
    """{"way": "mounted" or "limit", "disks", "full": how many failed for want of room, "faults"}."""
    whole = World(place / "whole", rng)
    whole.must(whole.compare(RUN))
    full, faults = 0, []
    small = place / "small"
    small.mkdir(parents=True)
    mounted = _mount(small)
    try:
        for number in range(disks):
            where = small if mounted else place / f"limited-{number}"
            full += _one(whole, where, mounted, SIZES[number % len(SIZES)], rng, faults)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(small)], check=True)
    return {"way": "mounted" if mounted else "limit", "disks": disks, "full": full, "faults": faults}


def _one(whole: World, place: Path, mounted: bool, size: int, rng: random.Random, faults: list[str]) -> bool:
    """A comparison on a disk of so many kilobytes, and again with room; whether it was too small."""
    if mounted:
        _resize(place, ROOMY)
        _emptied(place)
    world = World(place, rng)
    if mounted:
        _resize(place, size + _used(place))
    code, err, _ = world.run(world.compare(RUN), preexec_fn=None if mounted else _limited(size))
    found = _told(err) if code else []
    if mounted:
        _resize(place, ROOMY)
    again, err, _ = world.run(world.compare(RUN))
    if again and "is finished" not in err:
        found.append(f"with room again: {err[-300:]}")
    if any(outcome not in ("ok", "skipped") for outcome, _ in rows(world.place / RUN).values()):
        world.run(world.command("resume", RUN))
    if scores(world.place / RUN) != scores(whole.place / RUN):
        found.append("other rows than undisturbed")
    found += [f"left behind: {name}" for name in world.leftovers()]
    faults += [f"{size} kB: {text}" for text in found]
    print(f"{size} kB: {'full' if code else 'enough'}, {found}", flush=True)
    return bool(code)


def _told(err: str) -> list[str]:
    """What is wrong with a message."""
    wrong = [f"said {words!r}: {err[-500:]}" for words in NEVER if words in err]
    if "/" not in err:
        wrong.append(f"named no path: {err[-300:]}")
    if not any(words in err for words in ("room", "resume", "NIKTI_CACHE")):
        wrong.append(f"did not say how to go on: {err[-300:]}")
    return wrong


def _mount(place: Path) -> bool:
    return _done(["mount", "-t", "tmpfs", "-o", f"size={ROOMY}k", "tmpfs", str(place)])


def _resize(place: Path, kilobytes: int) -> None:
    assert _done(["mount", "-o", f"remount,size={kilobytes}k", str(place)])


def _done(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def _used(place: Path) -> int:
    return shutil.disk_usage(place).used // 1024


def _emptied(place: Path) -> None:
    for one in place.iterdir():
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def _limited(kilobytes: int) -> Any:
    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    return limit
