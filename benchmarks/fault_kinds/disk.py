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

from fault_kinds.world import World, scores

#: Kilobytes that fit on the disk: from too few for the data to too few for the last model.
SIZES = (24, 96, 160, 320, 480, 700)

#: What a message must not hold.
NEVER = ("Traceback", "fault of nikti")


def measure(place: Path, disks: int, rng: random.Random) -> dict[str, Any]:
    """{"way": "mounted" or "limit", "disks", "full": how many failed for want of room, "faults"}."""
    whole = World(place / "whole", rng)
    whole.must(whole.compare("run"))
    full, faults = 0, []
    small = place / "small"
    small.mkdir(parents=True)
    mounted = _mount(small, SIZES[0])
    for number in range(disks):
        size = SIZES[number % len(SIZES)]
        if mounted:
            _remount(small, 64_000)
            _emptied(small)
        world = World(small if mounted else place / f"limited-{number}", rng)
        if mounted:
            _remount(small, size + _used(small))
        code, err, _ = world.run(world.compare("run"), preexec_fn=None if mounted else _limited(size))
        if code:
            full += 1
            faults += [f"{size} kB: {text}" for text in _told(err)]
        if mounted:
            _remount(small, 64_000)
        code, err, _ = world.run(world.compare("run"))
        if code and "is finished" not in err:
            faults.append(f"{size} kB: with room again: {err[-300:]}")
        if any(how != "ok" for how in _outcomes(world)):
            world.run(world.command("resume", "run"))
        if scores(world.place / "run") != scores(whole.place / "run"):
            faults.append(f"{size} kB: other rows than undisturbed")
        faults += [f"{size} kB: left behind: {name}" for name in world.leftovers()]
        print(f"{size} kB: {full} full, {len(faults)} faults", flush=True)
    if mounted:
        subprocess.run(["umount", str(small)], check=True)
    return {"way": "mounted" if mounted else "limit", "disks": disks, "full": full, "faults": faults}


def _outcomes(world: World) -> list[str]:
    from fault_kinds.world import rows

    return [how for how, _ in rows(world.place / "run").values()]


def _told(err: str) -> list[str]:
    """What is wrong with a message."""
    wrong = [f"said {words!r}: {err[-500:]}" for words in NEVER if words in err]
    if "/" not in err:
        wrong.append(f"named no path: {err[-300:]}")
    if not any(words in err for words in ("room", "resume", "NIKTI_CACHE")):
        wrong.append(f"did not say how to go on: {err[-300:]}")
    return wrong


def _mount(place: Path, kilobytes: int) -> bool:
    return _done(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)])


def _remount(place: Path, kilobytes: int) -> None:
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
