"""Which model to take from a run, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nikti.core.data import Note
from nikti.core.run import Run
from nikti.verdict.champions import Champion, full_results
from nikti.verdict.speed import FULL, predict_ms
from nikti.verdict.statistics import Gap


def advise(
    run: Run, call: str, found: Gap, entries: Mapping[str, Champion], noted: Sequence[Note]
) -> tuple[str, Note]:
    """(the contender to take, why). Of a tie the cheaper; before a verdict who scored higher; and where even
    the better one does not beat a floor, that is said before all."""
    ahead = "deep" if found.estimate > 0 else "classical"
    unbeaten = next((note for note in noted if note.code == "floor_unbeaten"), None)
    if unbeaten is not None:
        name, floor = entries[ahead].name, unbeaten.values["floor"]
        text = (
            f"Nothing beat {floor}, which learns nothing. {name} is the best of those that learned; do not "
            "trust it before more data."
        )
        return name, Note("warning", "floor_unbeaten", text, {"contender": name, "floor": floor})
    if call in entries:
        name = entries[call].name
        return name, Note("info", "use_ahead", f"Use {name}: its side is ahead.", {"contender": name})
    if call == "tie" and (cheaper := _cheaper(run, entries)) is not None:
        return cheaper
    name, other = entries[ahead].name, entries["classical" if ahead == "deep" else "deep"].name
    if any(note.code == "shift" and note.values["turned"] for note in noted):
        text = (
            f"Take {name} for samples like those learned from, {other} for samples like your own test split: "
            "each is ahead on its kind."
        )
        return name, Note("warning", "witnesses_differ", text, {"contender": name, "other": other})
    text = f"Take {name} for now: it scored higher here, but nothing is decided yet."
    return name, Note("info", "use_leading", text, {"contender": name})


def nothing_to_compare(best: Champion | None) -> Note:
    """What to take where there is no comparison; best: who there is."""
    if best is None:
        return Note("info", "none", "No model came out of this run.", {})
    return Note("info", "only_one", f"Only {best.name} can be handed over.", {"contender": best.name})


def _cheaper(run: Run, entries: Mapping[str, Champion]) -> tuple[str, Note] | None:
    """Who answers faster, or learns faster where answering was not timed; None where neither is known."""
    names = [entry.name for entry in entries.values()]
    times, how = predict_ms(run, names)
    ms = [each for each in times if each is not None]
    if len(ms) == len(names):
        name, other = _by_cost(names, ms)
        values = {"contender": name, "other": other, "ms": min(ms), "other_ms": max(ms), "how": how}
        timed = "by itself on its final model" if how == FULL else "briefly in its first fold"
        text = (
            f"Use {name}: both are equally good, and it predicts faster ({min(ms):.2f} ms against "
            f"{max(ms):.2f} ms a sample, each timed {timed})."
        )
        return name, Note("info", "use_cheaper", text, values)
    seconds = [each for name in names if (each := _fit_seconds(run, name)) is not None]
    if len(seconds) < len(names):
        return None
    name, other = _by_cost(names, seconds)
    values = {"contender": name, "other": other, "seconds": min(seconds), "other_seconds": max(seconds)}
    text = (
        f"Use {name}: both are equally good, and it learns faster ({min(seconds):.1f} s against "
        f"{max(seconds):.1f} s of CPU time a fold)."
    )
    return name, Note("info", "use_quicker", text, values)


def _by_cost(names: Sequence[str], costs: Sequence[float]) -> tuple[str, str]:
    """(the cheaper, the other)."""
    order = np.argsort(costs, kind="stable")
    return names[order[0]], names[order[1]]


def _fit_seconds(run: Run, name: str) -> float | None:
    """Mean CPU seconds of its full-size trials."""
    results = [row[name] for row in full_results(run).values() if name in row]
    seconds = [result.seconds["cpu"] for result in results if "cpu" in result.seconds]
    return float(np.mean(seconds)) if seconds else None
