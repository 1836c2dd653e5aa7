"""FAULTS.md, from what the benchmarks of faults have left in results/: a section for each file that is there.

    python benchmarks/faults_page.py

A section is a function of the file's content, in SECTIONS by the file's name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"

KILLS = """## Killed

SIGKILL at a random moment of a command, a quarter of them on one of its workers; then the same command
again, and for a comparison so four times in a row. In the end its rows and its verdict must be those of
the undisturbed one, no row may have been run twice, nothing may be left behind and no process may live
on."""
FLIPS = """## A cache that was harmed

One bit of one stored file is changed, half of the time without a change of the file's time. `served`
counts how often something else than what was stored came back."""
RACES = """## Races

Several processes started together on the same cold data must all end well; of two on one `--out` one
gets through, and the other says who was faster."""
DISKS = """## A full disk

The comparison on a disk that is too small: it must name the path and say how to go on, and go on once
there is room."""


def write_page() -> None:
    """Write the page anew; what was not measured is left out."""
    parts = ["# What nikti makes of faults"]
    for name, section in SECTIONS.items():
        place = RESULTS / f"{name}.json"
        if place.exists():
            parts.append(section(json.loads(place.read_text(encoding="utf-8"))))
    (HERE / "FAULTS.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def table(head: list[str], rows: list[list[Any]]) -> str:
    """Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def wrong(found: Any) -> list[str]:
    """Everything that went wrong, wherever it stands."""
    if not isinstance(found, Mapping):
        return []
    served = [f"served {found['served']} times"] if found.get("served") else []
    unsaid = ["harm that was not said"] if found.get("found", 0) != found.get("flips", 0) else []
    return [
        *found.get("faults", []),
        *served,
        *unsaid,
        *(text for one in found.values() for text in wrong(one)),
    ]


def faults(found: Mapping[str, Any]) -> str:
    """Of `faults.py`."""
    parts = ["Made by `python benchmarks/faults.py`."]
    for name, section in (("kills", _kills), ("flips", _flips), ("races", _races), ("disks", _disks)):
        if name in found:
            one = found[name]
            machine = one["machine"]
            where = (
                f"Seed {one['seed']}; {machine['system']}, {machine['cores']} cores, load {machine['load']}."
            )
            listed = "\n".join(f"- {text}" for text in wrong(one["found"]))
            parts += [section(one["found"]), where, *([listed] if listed else [])]
    return "\n\n".join(parts)


def _kills(found: Mapping[str, Any]) -> str:
    rows = [
        [verb, one["kills"], one["seconds_undisturbed"], len(one["faults"])] for verb, one in found.items()
    ]
    return f"{KILLS}\n\n" + table(["command", "kills", "seconds undisturbed", "faults"], rows)


def _flips(found: Mapping[str, Any]) -> str:
    rows = [[what, one["flips"], one["silent"], one["found"], one["served"]] for what, one in found.items()]
    return f"{FLIPS}\n\n" + table(
        ["what", "flips", "without a change of time", "found and mended", "served"], rows
    )


def _races(found: Mapping[str, Any]) -> str:
    rows = [[what, one["races"], one["processes"], len(one["faults"])] for what, one in found.items()]
    return f"{RACES}\n\n" + table(["at once", "races", "processes", "faults"], rows)


def _disks(found: Mapping[str, Any]) -> str:
    way = {"mounted": "a small file system in memory", "limit": "a limit on the size of files"}[found["way"]]
    rows = [[way, found["disks"], found["full"], len(found["faults"])]]
    return f"{DISKS}\n\n" + table(["disk", "disks", "of them too small", "faults"], rows)


#: {file in results/: its section}, in the order of the page.
SECTIONS: dict[str, Callable[[Mapping[str, Any]], str]] = {"faults": faults}


if __name__ == "__main__":
    write_page()
