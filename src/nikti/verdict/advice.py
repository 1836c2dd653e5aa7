"""Which model to take from a run, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nikti.core.data import Note
from nikti.core.run import Run
from nikti.core.words import Words
from nikti.verdict.champions import Champion, full_results
from nikti.verdict.condition import shown_values
from nikti.verdict.speed import HOW, predict_ms
from nikti.verdict.statistics import Gap

USE = Words(en="Use", bn="ব্যবহার করুন")
USE_FOR_NOW = Words(en="Use for now", bn="আপাতত ব্যবহার করুন")
USE_WHAT = Words(en="Use {contender}. {why}", bn="{contender} ব্যবহার করুন। {why}")
USE_WHAT_FOR_NOW = Words(en="Use {contender} for now. {why}", bn="আপাতত {contender} ব্যবহার করুন। {why}")

AHEAD = Words(
    en="Its side is ahead on this data, and inside its side it was the best before any test sample was "
    "looked at.",
    bn="এই ডেটায় তার পক্ষ এগিয়ে, আর পরীক্ষার নমুনা দেখার আগেই নিজের পক্ষে সে সেরা ছিল।",
)
CHEAPER = Words(
    en="Both sides are equally good here, so the faster one is advised: {ms} for one prediction against "
    "{other_ms} of {other}, both {how}.",
    bn="দুই পক্ষই এখানে সমান ভালো, তাই যেটা দ্রুত সেটাই নিতে বলছি: একটি উত্তর দিতে এর {ms} লাগে, {other}-এর "
    "{other_ms} লাগে (দুটিই {how})।",
)
QUICKER = Words(
    en="Both sides are equally good here, so the one that learns faster is advised: {seconds} of CPU "
    "time a fold against {other_seconds} of {other}.",
    bn="দুই পক্ষই এখানে সমান ভালো, তাই যেটা তাড়াতাড়ি শেখে সেটাই নিতে বলছি: প্রতি ফোল্ডে সিপিইউর {seconds} "
    "লাগে, {other}-এর {other_seconds} লাগে।",
)
LEADING = Words(
    en="It scored higher here, but nothing is decided yet. More data or more time would tell.",
    bn="এখানে তার স্কোর বেশি, তবে এখনো কিছু চূড়ান্ত নয়। আরও ডেটা বা আরও সময় দিলে বোঝা যাবে।",
)
WITNESSES_DIFFER = Words(
    en="It is ahead on samples like those learned from, but {other} is on your own test split. Take the "
    "one whose samples are like those that will come.",
    bn="যে নমুনায় শেখা, তেমন নমুনায় এটি এগিয়ে, কিন্তু আপনার টেস্ট অংশে এগিয়ে {other}। সামনে যে ধরনের নমুনা "
    "আসবে, তাতে যেটি এগিয়ে সেটি নিন।",
)
FLOOR_UNBEATEN = Words(
    en="Nothing beat {floor}, which learns nothing. This is the best of those that learned; do not trust "
    "it before there are more or other data.",
    bn="{floor} কিছুই শেখে না, তবু তাকে কেউ হারাতে পারেনি। যারা শিখেছে, তাদের মধ্যে এটাই সেরা; আরও বা অন্য "
    "ডেটা পাওয়ার আগে এর ওপর ভরসা করবেন না।",
)
ONLY_ONE = Words(
    en="It is the only one that can be handed over.",
    bn="হাতে তুলে দেওয়ার মতো মডেল এই একটাই।",
)
NOTHING = Words(
    en="No model came out of this run: nothing but a floor, which learns nothing, was done.",
    bn="এই রান থেকে কোনো মডেল পাওয়া যায়নি: যে কিছুই শেখে না, সে ছাড়া কেউ শেষ করতে পারেনি।",
)


@dataclass(frozen=True)
class Advice(Note):
    """Which model to take. text: the whole sentence; use: its beginning, beside the model's name; why: the
    reason alone."""

    use: Words = field(kw_only=True)
    why: Words = field(kw_only=True)

    @classmethod
    def worded(cls, level: str, code: str, words: Words, values: dict[str, Any], sure: bool = True) -> Advice:
        """Advice whose texts are filled with its values; sure: False where it holds for now."""
        shown = {name: found for name, found in shown_values(values, metric="").items() if name != "how"}
        if "how" in values:
            shown["how"] = HOW[values["how"]]
        why = words.format(**shown)
        whole = why
        if "contender" in values:
            whole = (USE_WHAT if sure else USE_WHAT_FOR_NOW).format(contender=shown["contender"], why=why)
        use = USE if sure else USE_FOR_NOW
        return cls(level, code, whole.en, values, whole.bn, use=use, why=why)


def advise(
    run: Run, call: str, found: Gap, entries: Mapping[str, Champion], noted: Sequence[Note]
) -> tuple[str, Advice]:
    """(the contender to take, why). Of a tie the cheaper; before a verdict who scored higher; and where even
    the better one does not beat a floor, that is said before all."""
    ahead = "deep" if found.estimate > 0 else "classical"
    unbeaten = next((note for note in noted if note.code == "floor_unbeaten"), None)
    if unbeaten is not None:
        name, floor = entries[ahead].name, unbeaten.values["floor"]
        values = {"contender": name, "floor": floor}
        return name, Advice.worded("warning", "floor_unbeaten", FLOOR_UNBEATEN, values, sure=False)
    if call in entries:
        name = entries[call].name
        return name, Advice.worded("info", "use_ahead", AHEAD, {"contender": name})
    if call == "tie" and (cheaper := _cheaper(run, entries)) is not None:
        return cheaper
    name, other = entries[ahead].name, entries["classical" if ahead == "deep" else "deep"].name
    if any(note.code == "shift" and note.values["turned"] for note in noted):
        values = {"contender": name, "other": other}
        return name, Advice.worded("warning", "witnesses_differ", WITNESSES_DIFFER, values, sure=False)
    return name, Advice.worded("info", "use_leading", LEADING, {"contender": name}, sure=False)


def nothing_to_compare(best: Champion | None) -> Advice:
    """What to take where there is no comparison; best: who there is."""
    if best is None:
        return Advice.worded("info", "none", NOTHING, {})
    return Advice.worded("info", "only_one", ONLY_ONE, {"contender": best.name})


def _cheaper(run: Run, entries: Mapping[str, Champion]) -> tuple[str, Advice] | None:
    """Who answers faster, or learns faster where answering was not timed; None where neither is known."""
    names = [entry.name for entry in entries.values()]
    times, how = predict_ms(run, names)
    ms = [each for each in times if each is not None]
    if len(ms) == len(names):
        name, other = _by_cost(names, ms)
        values = {"contender": name, "other": other, "ms": min(ms), "other_ms": max(ms), "how": how}
        return name, Advice.worded("info", "use_cheaper", CHEAPER, values)
    seconds = [each for name in names if (each := _fit_seconds(run, name)) is not None]
    if len(seconds) < len(names):
        return None
    name, other = _by_cost(names, seconds)
    values = {"contender": name, "other": other, "seconds": min(seconds), "other_seconds": max(seconds)}
    return name, Advice.worded("info", "use_quicker", QUICKER, values)


def _by_cost(names: Sequence[str], costs: Sequence[float]) -> tuple[str, str]:
    """(the cheaper, the other)."""
    order = np.argsort(costs, kind="stable")
    return names[order[0]], names[order[1]]


def _fit_seconds(run: Run, name: str) -> float | None:
    """Mean CPU seconds of its full-size trials."""
    results = [row[name] for row in full_results(run).values() if name in row]
    seconds = [result.seconds["cpu"] for result in results if "cpu" in result.seconds]
    return float(np.mean(seconds)) if seconds else None
