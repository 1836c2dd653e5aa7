"""SIGKILL at a random moment, again and again, until the command gets through."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fault_kinds.world import World, killed_after, rows, scores, verdict

#: Kills of one and the same run before it is let through.
OF_ONE_RUN = 4

#: The share of kills that hit a worker and not the command itself.
WORKERS = 0.25


def measure(place: Path, kills: int, rng: random.Random) -> dict[str, Any]:
    """{verb: {"kills", "faults": [what was wrong]}}."""
    world = World(place, rng)
    seconds = {"compare": world.must(world.compare("whole"))}
    seconds["train"] = world.must(world.train("model"))
    seconds["predict"] = world.must(world.command("predict", "whole", "new.csv", "--out", "whole.csv"))
    seconds["report"] = world.must(world.command("report", "whole", "--out", "whole.html"))
    share = {"compare": 0.4, "train": 0.2, "predict": 0.2, "report": 0.2}
    ways: dict[str, Callable[..., list[str]]] = {
        "compare": _compare,
        "train": _train,
        "predict": _predict,
        "report": _report,
    }
    found: dict[str, Any] = {}
    for verb, way in ways.items():
        wanted, done = max(1, round(kills * share[verb])), 0
        faults: list[str] = []
        while done < wanted:
            some = min(OF_ONE_RUN, wanted - done) if verb == "compare" else 1
            moments = [rng.uniform(0, seconds[verb]) for _ in range(some)]
            told = way(world, f"{verb}-{done}", moments)
            told += [f"left behind: {name}" for name in world.leftovers()]
            faults += [f"{verb} {done}: {text}" for text in told]
            done += some
            print(f"{verb}: {done} of {wanted} kills, {len(faults)} faults", flush=True)
        found[verb] = {"kills": done, "seconds_undisturbed": round(seconds[verb], 1), "faults": faults}
    return found


def _compare(world: World, name: str, moments: list[float]) -> list[str]:
    """One comparison, killed at each of the moments after it was started or gone on with."""
    run, faults = world.place / name, []
    for moment in moments:
        before = rows(run)
        process = world.start(world.compare(name))
        outlived = killed_after(process, moment, world.rng, world.rng.random() < WORKERS)
        faults += [f"outlived the kill: {one}" for one in outlived]
        after = rows(run)
        faults += [
            f"the row {key} changed"
            for key in before
            if before[key][0] == "ok" != after.get(key, before[key])[0]
        ]
        faults += [
            f"{key} was run twice"
            for key in before
            if before[key][0] == "ok" and after.get(key) != before[key]
        ]
        if process.returncode == 0:
            break
    code, err, _ = world.run(world.compare(name))
    if code and "is finished" not in err:
        faults.append(f"ended with {code}: {err[-300:]}")
    if any(how not in ("ok", "skipped") for how, _ in rows(run).values()):  # of killed workers
        world.must(world.command("resume", name))
    whole = world.place / "whole"
    if scores(run) != scores(whole):
        lost, more = set(scores(whole)) - set(scores(run)), set(scores(run)) - set(scores(whole))
        faults.append(f"other rows than undisturbed; lost: {sorted(lost)}, more: {sorted(more)}")
    elif verdict(run) != verdict(whole):
        faults.append(f"another verdict: {verdict(run)} for {verdict(whole)}")
    return faults


def _train(world: World, name: str, moments: list[float]) -> list[str]:
    faults = _repeated(world, world.train(name), moments, world.place / name)
    for model in (name, "model"):
        world.must(world.command("predict", model, "new.csv", "--out", f"{name}-of-{model}.csv"))
    faults += _same_answers(world.place / f"{name}-of-{name}.csv", world.place / f"{name}-of-model.csv")
    return faults


def _predict(world: World, name: str, moments: list[float]) -> list[str]:
    out = world.place / f"{name}.csv"
    faults = _repeated(world, world.command("predict", "whole", "new.csv", "--out", out.name), moments, out)
    return faults + _same_answers(out, world.place / "whole.csv")


def _report(world: World, name: str, moments: list[float]) -> list[str]:
    out, before = world.place / f"{name}.html", (world.place / "whole" / "run.sqlite").read_bytes()
    faults = _repeated(world, world.command("report", "whole", "--out", out.name), moments, out)
    if out.read_text() != (world.place / "whole.html").read_text():
        faults.append("another page than undisturbed")
    if (world.place / "whole" / "run.sqlite").read_bytes() != before:
        faults.append("the run was written into")
    return faults


def _repeated(world: World, command: list[str], moments: list[float], out: Path) -> list[str]:
    """Kill a command, then let it through, unless it had done its work by then."""
    faults = []
    for moment in moments:
        outlived = killed_after(world.start(command), moment, world.rng, False)
        faults += [f"outlived the kill: {one}" for one in outlived]
    if not out.exists():
        world.must(command)
    return faults


def _same_answers(one: Path, other: Path) -> list[str]:
    tables = [list(csv.reader(io.StringIO(path.read_text()))) for path in (one, other)]
    return [] if tables[0] == tables[1] else ["other answers than undisturbed"]
