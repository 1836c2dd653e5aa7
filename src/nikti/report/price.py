"""What the champions cost: a table part by part, and how each figure was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.report.words import numbers, say
from nikti.verdict.leaderboard import PARTS

#: How the table is read, from the start of the training to the finished model.
ROWS = (
    *PARTS,
    *("wall", "cpu", "ms1", "p99", "ms256", "peak", "energy", "bytes", "parameters"),
)

Summary = Mapping[str, Any]


def champions(summary: Summary) -> list[Mapping[str, Any]]:
    """The leaderboard's rows of the champions that have a score."""
    return [row for row in summary["leaderboard"] if row["champion"] and row["score"] is not None]


def table(summary: Summary, lang: str) -> list[dict[str, str]]:
    """[{"line", "contender", and what it cost by ROWS}] of the champions."""
    return [
        {
            "line": row["line"],
            "contender": row["contender"],
            **{part: numbers.seconds(row["seconds"].get(part), lang) for part in PARTS},
            "wall": numbers.seconds(row["wall_seconds"], lang),
            "cpu": numbers.seconds(row["cpu_seconds"], lang),
            "ms1": numbers.milliseconds(row["predict_ms"].get("1"), lang),
            "p99": numbers.milliseconds(row["timing"].get("1", {}).get("p99_ms"), lang),
            "ms256": numbers.milliseconds(row["predict_ms"].get("256"), lang),
            "peak": numbers.size(None if row["peak_mb"] is None else 1e6 * row["peak_mb"], lang),
            "energy": say(lang, "cost.not_measured")
            if row["joules"] is None
            else numbers.energy(row["joules"], lang),
            "bytes": numbers.size(row["bytes"], lang),
            "parameters": numbers.number(row["parameters"], lang) if row["parameters"] else numbers.MISSING,
        }
        for row in champions(summary)
    ]


def methods(summary: Summary, lang: str) -> list[str]:
    """Sentences on how the figures of the cost section were measured."""
    sentences = [say(lang, "cost.means")]
    timed = [row for row in champions(summary) if row["timing"]]
    if timed:
        needed = numbers.number(timed[0]["timing"]["asked"]["p99_calls"], lang)
        sentences.append(say(lang, "cost.percentiles", needed=needed))
    if any(row["timing"]["method"] == "full" for row in timed):
        sentences.append(say(lang, "cost.alike"))
    sentences += [_timing(row, summary, lang) for row in timed]
    return [*sentences, _energy(summary, lang)]


def _timing(row: Mapping[str, Any], summary: Summary, lang: str) -> str:
    timing = row["timing"]
    one, many = timing["1"], timing["256"]
    calls = {"calls1": numbers.number(one["calls"], lang), "calls256": numbers.number(many["calls"], lang)}
    if timing["method"] != "full":
        return say(lang, "cost.timed_short", contender=row["contender"], **calls)
    text = say(
        lang,
        "cost.timed_full",
        contender=row["contender"],
        **calls,
        warm_ups=numbers.number(one["warm_ups"], lang),
        seconds1=numbers.seconds(one["seconds"], lang),
        seconds256=numbers.seconds(many["seconds"], lang),
        load=numbers.number(timing["load"], lang, 1),
        cores=numbers.number(summary["reproduce"]["machine"].get("cores"), lang),
    )
    if (samples := many.get("samples", 256)) < 256:  # older runs do not tell: they were of 256
        text += " " + say(lang, "cost.timed_small", samples=numbers.number(samples, lang))
    if one["complete"] and many["complete"]:
        return text
    planned = {
        "calls": numbers.number(timing["asked"]["calls"], lang),
        "seconds": numbers.seconds(timing["asked"]["seconds"], lang),
    }
    return text + " " + say(lang, "cost.timed_cut", **planned)


def _energy(summary: Summary, lang: str) -> str:
    found = summary["reproduce"]["machine"].get("energy")
    if not found:
        return say(lang, "cost.no_energy")
    watts = numbers.significant(found["idle_watts"], lang)
    return say(lang, "cost.energy", counters=", ".join(found["counters"]), watts=watts)
