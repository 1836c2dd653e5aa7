"""The conditions under which a verdict holds, and how they weaken it. Pure functions of a run's rows.

An interval answers for chance alone. That a network was cut short, that a family was left out or that the
user's own test split says otherwise is no matter of chance: each is a named condition, and `weigh` says by
fixed rules how strong a verdict may be under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nikti import answers
from nikti.core.run import Run
from nikti.core.uneven import rarest, uneven
from nikti.core.words import Words, stored
from nikti.verdict.champions import Champion
from nikti.verdict.condition import SIDES, Condition, Wording
from nikti.verdict.pooled import pooled, score_of
from nikti.verdict.shift import shift
from nikti.verdict.statistics import FEWEST_FOLDS, Gap
from nikti.verdict.time_limit import left_out, reduced, timed_out, training
from nikti.verdict.undertrained import undertrained

#: Under one of these a side is at most likely ahead.
AT_MOST_LIKELY = frozenset(
    (
        *("starved", "hardly_trained", "not_converged", "reduced", "left_out", "timed_out"),
        *("few_folds", "shift", "leak"),
    )
)

#: A side that was short of time may yet be ahead: no verdict against it, and no tie either.
SHORT_OF_TIME = frozenset(("starved", "hardly_trained", "left_out", "timed_out"))

#: Folds of a comparison that was not cut short.
FOLDS = 5

PROVISIONAL = Wording(
    name=Words(en="A first impression", bn="প্রথম আভাস"),
    sentence=Words(
        en="Both sides have finished {folds} of {planned} folds. The interval is that of so few folds, "
        "and wide; nothing is decided before three.",
        bn="দুই পক্ষ {planned}টির মধ্যে {folds}টি ফোল্ড শেষ করেছে। এত কম ফোল্ডে নিশ্চয়তার সীমা চওড়া; তিনটির "
        "আগে কিছুই চূড়ান্ত নয়।",
    ),
    clause=Words(
        en="only {folds} of {planned} folds are done",
        bn="{planned}টির মধ্যে মোটে {folds}টি ফোল্ড শেষ হয়েছে",
    ),
)

FEW_FOLDS = Wording(
    name=Words(en="Few folds", bn="ফোল্ড কম"),
    sentence=Words(
        en="{folds} folds instead of 5, for want of time or samples: the interval is wider.",
        bn="সময় বা নমুনার অভাবে ৫টির বদলে {folds}টি ফোল্ড: নিশ্চয়তার সীমা তাই চওড়া।",
    ),
    clause=Words(en="only {folds} of 5 folds were run", bn="৫টির মধ্যে মোটে {folds}টি ফোল্ড চলেছে"),
)

LEAK = Wording(
    name=Words(en="A possible leak", bn="উত্তর ফাঁসের আশঙ্কা"),
    sentence=Words(
        en="{note} If that gives the answer away, both scores are too good, and so may be their order.",
        bn="{note} এতে উত্তর ফাঁস হয়ে থাকলে দুই পক্ষের স্কোরই বাড়িয়ে বলা, কে এগিয়ে তাও বদলে যেতে পারে।",
    ),
    clause=Words(en="the answer may have leaked into the data", bn="ডেটার ভেতরেই হয়তো উত্তর ফাঁস হয়ে আছে"),
)

UNEVEN = Wording(
    name=Words(en="A rare class", bn="একটি শ্রেণি বিরল"),
    sentence=Words(
        en="Only {rarest} of {n} samples are “{name}”. Accuracy would hardly see them, so the score is "
        "{metric}.",
        bn="{n}টি নমুনার মোটে {rarest}টি “{name}”। সঠিক উত্তরের হারে এগুলো প্রায় ধরাই পড়ে না, তাই স্কোর ধরা "
        "হয়েছে {metric}।",
    ),
)

UNEVEN_UNMEASURED = Wording(
    name=Words(en="A rare class", bn="একটি শ্রেণি বিরল"),
    sentence=Words(
        en="Only {rarest} of {n} samples are “{name}”. Accuracy hardly sees them, and they are too few "
        "to build another score on; a tie in accuracy says nothing of them.",
        bn="{n}টি নমুনার মোটে {rarest}টি “{name}”। সঠিক উত্তরের হারে এগুলো প্রায় ধরাই পড়ে না, আর অন্য কোনো "
        "স্কোর গড়ার পক্ষেও এগুলো কম; সেই হারে সমান হলেও এগুলোর বেলায় কিছুই বলা যায় না।",
    ),
    clause=Words(
        en="“{name}” is so rare that the score hardly sees it",
        bn="“{name}” এতই বিরল যে স্কোরে তা প্রায় ধরাই পড়ে না",
    ),
)

FLOOR_UNBEATEN = Wording(
    name=Words(en="Not better than nothing", bn="কিছু না শেখার চেয়ে ভালো নয়"),
    sentence=Words(
        en="{contender} is not surely better than {floor}, which learns nothing and only says what no "
        "learning is worth.",
        bn="{contender} যে {floor}-এর চেয়ে ভালো তা নিশ্চিত নয়, অথচ {floor} কিছুই শেখে না; না শিখেই কতটা "
        "হয়, সে শুধু তা-ই দেখায়।",
    ),
)

WEIGHTS_OVERLAP = Wording(
    name=Words(en="Weights that may know your data", bn="ওজনের আগে থেকেই চেনা থাকতে পারে"),
    sentence=Words(
        en="{contender} started from weights that learned from {trained_on}. Samples of yours that are "
        "among these were no news to it.",
        bn="{contender} শুরু করেছে {trained_on} দিয়ে শেখানো ওজন থেকে। আপনার কোনো নমুনা তার মধ্যে থাকলে "
        "সেটি তার কাছে নতুন ছিল না।",
    ),
)


def conditions(run: Run, entries: Mapping[str, Champion], folds: int, found: Gap) -> tuple[Condition, ...]:
    """All that holds of a comparison, the gravest first. entries: both champions; folds: those that both
    were tested in; found: the gap, deep minus classical."""
    noted: list[Condition] = []
    if folds < FEWEST_FOLDS:
        noted.append(_provisional(run, folds))
    noted += shift(run, entries, found)
    noted += _leaks(run)
    for side in SIDES:
        noted += training(run, side, entries[side], found)
        noted += undertrained(run, side, entries, found)
        noted += reduced(run, side, entries[side], found)
    noted += missing_methods(run)
    if FEWEST_FOLDS <= folds < FOLDS:
        noted.append(_few_folds(run, folds))
    noted += _uneven(run)
    noted += _floor(run, entries)
    return (*noted, *_weights(run, entries))


def missing_methods(run: Run) -> list[Condition]:
    """Notes on methods that a side had no time for: they hold before both sides have a score."""
    return [note for side in SIDES for note in (*left_out(run, side), *timed_out(run, side))]


def weigh(call: str, strength: str, noted: Sequence[Condition]) -> tuple[str, str]:
    """(call, strength) as far as the conditions allow."""
    if call == "undecided" or any(_forbids(note, call) for note in noted):
        return "undecided", ""
    if strength == "strong" and any(note.code in AT_MOST_LIKELY for note in noted):
        return call, "likely"
    return call, strength


def _forbids(note: Condition, call: str) -> bool:
    """Whether nothing may be decided: neither on a first impression, nor against a side that was short of
    time, nor where two witnesses contradict each other, nor "tie" where the score hardly sees a class."""
    if note.code in SHORT_OF_TIME:
        return note.values["side"] != call
    if note.code == "shift":
        return bool(note.values["turned"])
    if note.code == "uneven":
        return call == "tie" and not note.values["measured"]
    return note.code == "provisional"


def _provisional(run: Run, folds: int) -> Condition:
    values = {"folds": folds, "planned": run.plan.folds}
    return Condition.worded("warning", "provisional", PROVISIONAL, values, run.plan.metric)


def _few_folds(run: Run, folds: int) -> Condition:
    return Condition.worded("warning", "few_folds", FEW_FOLDS, {"folds": folds}, run.plan.metric)


def _leaks(run: Run) -> list[Condition]:
    """What a check of the data suspects of giving the answer away, and warns of."""
    return [
        Condition.worded("warning", "leak", LEAK, {"note": dict(note)}, run.plan.metric)
        for note in run.data.get("notes") or ()
        if note["code"].startswith("suspicious") and note["level"] == "warning"
    ]


def _uneven(run: Run) -> list[Condition]:
    """What the score is, and why, where one class is rare."""
    counts = answers.of_kind(run.data["kind"]).class_counts(run.data)
    if not uneven(list(counts.values())):
        return []
    numbers, metric = list(counts.values()), run.plan.metric
    name = list(counts)[rarest(numbers)]
    values = {"name": name, "rarest": min(c for c in numbers if c), "n": sum(numbers), "metric": metric}
    if metric != "accuracy":
        return [Condition.worded("info", "uneven", UNEVEN, values | {"measured": True}, metric)]
    return [Condition.worded("warning", "uneven", UNEVEN_UNMEASURED, values | {"measured": False}, metric)]


def _floor(run: Run, entries: Mapping[str, Champion]) -> list[Condition]:
    """Whether the better champion is no better than who learns nothing."""
    scores = {entry.name: score_of(run, entry) for entry in entries.values()}
    best = max(scores, key=lambda name: scores[name][0])
    for entry in (entry for entry in run.plan.contenders if entry.floor):
        floor = pooled(run, entry.name)
        if floor is not None and scores[best][1] <= 1 - float(floor.losses.mean()):
            values = {"contender": best, "floor": entry.name}
            return [Condition.worded("warning", "floor_unbeaten", FLOOR_UNBEATEN, values, run.plan.metric)]
    return []


def _weights(run: Run, entries: Mapping[str, Champion]) -> list[Condition]:
    """A champion that started from weights whose training samples may be the user's."""
    notes = []
    for side, entry in entries.items():
        trained_on = run.plan.entries[entry.name].pretrained_on
        if trained_on:
            values = {"side": side, "contender": entry.name, **stored("trained_on", trained_on)}
            code, metric = "weights_overlap", run.plan.metric
            notes.append(Condition.worded("info", code, WEIGHTS_OVERLAP, values, metric))
    return notes
