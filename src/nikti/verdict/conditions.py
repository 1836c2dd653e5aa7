"""The conditions under which a verdict holds, and how they weaken it. Pure functions of a run's rows.

An interval answers for chance alone. That a network was cut short, that a family was left out or that the
user's own test split says otherwise is no matter of chance: each is a named condition, and `weigh` says by
fixed rules how strong a verdict may be under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nikti import answers
from nikti.core.data import Note
from nikti.core.run import Run
from nikti.core.uneven import measurable, rarest, uneven
from nikti.core.words import stored
from nikti.verdict.champions import Champion
from nikti.verdict.pooled import pooled, score_of
from nikti.verdict.shift import shift
from nikti.verdict.statistics import FEWEST_FOLDS, Gap
from nikti.verdict.time_limit import SIDES, left_out, timed_out, training

#: Under one of these a side is at most likely ahead.
AT_MOST_LIKELY = frozenset(
    ("starved", "not_converged", "left_out", "timed_out", "few_folds", "shift", "leak")
)

#: A side that was short of time may yet be ahead: no verdict against it, and no tie either.
SHORT_OF_TIME = frozenset(("starved", "left_out", "timed_out"))

#: Folds of a comparison that was not cut short.
FOLDS = 5


def conditions(run: Run, entries: Mapping[str, Champion], folds: int, found: Gap) -> tuple[Note, ...]:
    """All that holds of a comparison, the gravest first. entries: both champions; folds: those that both
    were tested in; found: the gap, deep minus classical."""
    noted: list[Note] = []
    if folds < FEWEST_FOLDS:
        noted.append(_provisional(run, folds))
    noted += shift(run, entries, found)
    noted += _leaks(run)
    for side in SIDES:
        noted += training(run, side, entries[side], found)
    noted += missing_methods(run)
    if FEWEST_FOLDS <= folds < FOLDS:
        noted.append(_few_folds(folds))
    noted += _uneven(run)
    noted += _floor(run, entries)
    return (*noted, *_weights(run, entries))


def missing_methods(run: Run) -> list[Note]:
    """Notes on methods that a side had no time for: they hold before both sides have a score."""
    return [note for side in SIDES for note in (*left_out(run, side), *timed_out(run, side))]


def weigh(call: str, strength: str, noted: Sequence[Note]) -> tuple[str, str]:
    """(call, strength) as far as the conditions allow."""
    if call == "undecided" or any(_forbids(note, call) for note in noted):
        return "undecided", ""
    if strength == "strong" and any(note.code in AT_MOST_LIKELY for note in noted):
        return call, "likely"
    return call, strength


def _forbids(note: Note, call: str) -> bool:
    """Whether nothing may be decided: neither on a first impression, nor against a side that was short of
    time, nor where two witnesses contradict each other, nor "tie" where the score hardly sees a class."""
    if note.code in SHORT_OF_TIME:
        return note.values["side"] != call
    if note.code == "shift":
        return bool(note.values["turned"])
    if note.code == "uneven":
        return call == "tie" and not note.values["measured"]
    return note.code == "provisional"


def _provisional(run: Run, folds: int) -> Note:
    planned = run.plan.folds
    text = (
        f"A first impression: both sides have finished {folds} of {planned} folds, and nothing is decided "
        f"before {FEWEST_FOLDS}."
    )
    return Note("warning", "provisional", text, {"folds": folds, "planned": planned})


def _few_folds(folds: int) -> Note:
    text = f"{folds} folds instead of {FOLDS}, for want of time or samples: the interval is wider."
    return Note("warning", "few_folds", text, {"folds": folds})


def _leaks(run: Run) -> list[Note]:
    """What a check of the data suspects of giving the answer away, and warns of."""
    return [
        Note("warning", "leak", f"The answer may have leaked: {note['text']}", {"note": dict(note)})
        for note in run.data.get("notes") or ()
        if note["code"].startswith("suspicious") and note["level"] == "warning"
    ]


def _uneven(run: Run) -> list[Note]:
    """What the score is, and why, where one class is rare."""
    counts = answers.of_kind(run.data["kind"]).class_counts(run.data)
    if not uneven(list(counts.values())):
        return []
    numbers, metric = list(counts.values()), run.plan.metric
    name = list(counts)[rarest(numbers)]
    values = {"name": name, "rarest": min(c for c in numbers if c), "n": sum(numbers), "metric": metric}
    rare = f"Only {values['rarest']:,} of {values['n']:,} samples are {name!r}"
    if metric != "accuracy":
        text = f"{rare}: accuracy would hardly see them, so the score is {metric.replace('_', ' ')}."
        return [Note("info", "uneven", text, values | {"measured": True})]
    few = "" if measurable(numbers) else ", too few to build a score on"
    text = f"{rare}{few}; accuracy hardly sees them."
    return [Note("warning", "uneven", text, values | {"measured": False})]


def _floor(run: Run, entries: Mapping[str, Champion]) -> list[Note]:
    """Whether the better champion is no better than who learns nothing."""
    scores = {entry.name: score_of(run, entry) for entry in entries.values()}
    best = max(scores, key=lambda name: scores[name][0])
    for entry in (entry for entry in run.plan.contenders if entry.floor):
        floor = pooled(run, entry.name)
        if floor is not None and scores[best][1] <= 1 - float(floor.losses.mean()):
            text = f"{best} is not surely better than {entry.name}, which learns nothing."
            values = {"contender": best, "floor": entry.name}
            return [Note("warning", "floor_unbeaten", text, values)]
    return []


def _weights(run: Run, entries: Mapping[str, Champion]) -> list[Note]:
    """A champion that started from weights whose training samples may be the user's."""
    notes = []
    for side, entry in entries.items():
        trained_on = run.plan.entries[entry.name].pretrained_on
        if trained_on:
            text = (
                f"{entry.name} started from weights that learned from {trained_on}: samples of yours that "
                "are among these were no news to it."
            )
            values = {"side": side, "contender": entry.name, **stored("trained_on", trained_on)}
            notes.append(Note("info", "weights_overlap", text, values))
    return notes
