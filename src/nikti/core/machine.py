"""The machine that this is: its processor, its memory, and how much of both may be used."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


def cores() -> int:
    """Cores that this process may use: fewer than there are where it was given only some."""
    import psutil

    process = psutil.Process()
    if hasattr(process, "cpu_affinity"):  # not on macOS, where nothing can take cores away
        return len(process.cpu_affinity())
    return os.cpu_count() or 1


def processor() -> str:
    """The processor's name; Linux keeps it where `platform` does not look."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else platform.processor() or platform.machine()


def load() -> float:
    """Processes that want to compute, on average over the last minute."""
    import psutil

    return psutil.getloadavg()[0]


@dataclass(frozen=True)
class Memory:
    """Bytes that this process may use in all, and those that are free of them."""

    total: int
    available: int


def memory(root: Path = Path("/")) -> Memory:
    """The machine's, or less where a control group (of a container, of a batch system) allows less. root:
    below which Linux tells of groups."""
    import psutil

    found = psutil.virtual_memory()
    total, available = found.total, found.available
    for limit, used in _group_limits(root):
        total, available = min(total, limit), min(available, max(0, limit - used))
    return Memory(total, available)


def _group_limits(root: Path) -> Iterator[tuple[int, int]]:
    """(bytes allowed, bytes used but for files that can be read again) of each group that this process is in,
    of both versions (https://docs.kernel.org/admin-guide/cgroup-v2.html, "Memory"; cgroup-v1/memory.html)."""
    try:
        listed = (root / "proc/self/cgroup").read_text()
    except OSError:
        return
    for line in listed.splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base, names = root / "sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            base = root / "sys/fs/cgroup/memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        place = base / path.strip("/")
        for group in (place, *place.parents):
            if (limit := _number(group / names[0])) is not None:
                used = _number(group / names[1]) or 0
                yield limit, max(0, used - _of_files(group / "memory.stat", names[2]))
            if group == base:
                break


def _number(place: Path) -> int | None:
    """The number in a file; None for "max", and where there is no such file."""
    try:
        return int(place.read_text())
    except (OSError, ValueError):
        return None


def _of_files(place: Path, name: str) -> int:
    """A line of memory.stat, in bytes; 0 where it is not there."""
    try:
        found = re.search(rf"^{name} (\d+)$", place.read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found.group(1)) if found else 0
