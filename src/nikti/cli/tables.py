"""Plain data as people read them on a terminal: summaries, tables and figures.

Functions of data to something rich can print; nothing here prints or computes. Consoles are made
without markup, so a class named "[red]" is shown as it is.
"""

from __future__ import annotations

import math
import os
import shlex
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from nikti.cli.progress import plural
from nikti.core import timespan

#: What the two sides are called before people, and their colours.
SIDES = {"classical": "hand-made features", "deep": "deep learning"}
LINES = {"classical": SIDES["classical"], "deep": SIDES["deep"], "pretrained": "deep learning, pre-trained"}
SIDE_STYLE = {"classical": "cyan", "deep": "magenta"}

#: Classes named one by one before the rest are folded.
_CLASSES_SHOWN = 12

#: Columns when the output is no terminal and nobody said how wide.
_PLAIN_WIDTH = 100

MISSING = "-"


def console(stream: TextIO) -> Console:
    """A console that prints text as it is: no markup, no emoji names, no guessed colours."""
    made = Console(file=stream, markup=False, highlight=False, emoji=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _PLAIN_WIDTH
    return made


def clean(text: Any) -> str:
    """Text safe for a terminal: control characters (escapes, newlines) become spaces; the joiners
    that Bangla needs stay."""
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in str(text))


def figure(score: float | None) -> str:
    """A score, three places.

    >>> figure(0.98765), figure(None)
    ('0.988', '-')
    """
    return MISSING if score is None or math.isnan(score) else f"{score:.3f}"


def with_interval(score: float | None, interval: Sequence[float] | None) -> str:
    """A score with its interval: "0.988 [0.981, 0.994]"."""
    if interval is None or any(end is None for end in interval):
        return figure(score)
    return f"{figure(score)} [{figure(interval[0])}, {figure(interval[1])}]"


def amount(value: float | None) -> str:
    """A cost, two digits before it is whole.

    >>> amount(0.0412), amount(3.42), amount(92.4), amount(1234.5), amount(None)
    ('0.041', '3.4', '92', '1,234', '-')
    """
    if value is None or math.isnan(value):
        return MISSING
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.2g}"


def facts(pairs: Iterable[tuple[str, Any]]) -> Table:
    """Names on the left, what is so on the right."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        grid.add_row(name, value if isinstance(value, Text) else clean(value))
    return grid


def listing(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """A table of text whose last column takes what room there is."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name == columns[0])
    for row in rows:
        table.add_row(*(clean(cell) for cell in row))
    return table


def data_summary(data: Mapping[str, Any]) -> RenderableType:
    """What was understood of the data, before anything is trained."""
    task = data["task"].replace("_", " ")
    unit = data.get("unit", "sample")
    pairs = [("task", task), (plural(unit), f"{data.get('n_total', data['n']):,}")]
    if data.get("target", "label") != "label":  # "label" is what answers without a column are called
        pairs.append(("target", data["target"]))
    if data.get("range"):
        pairs.append(("answers", "{:g} to {:g}".format(*data["range"])))
    if data.get("counts"):
        pairs.append((data.get("counted", "classes"), _classes(data["classes"], data["counts"])))
    if data.get("shares"):
        pairs.append(("pixels", ", ".join(f"{name} {share:.1%}" for name, share in data["shares"].items())))
    if data.get("groups"):
        pairs.append(("groups", f"{data['groups']:,}, never torn apart"))
    if data.get("time_ordered"):
        pairs.append(("in time", "learning from the past, tested on what came later"))
    if data.get("split"):
        parts = ", ".join(f"{name} {count:,}" for name, count in data["split"].items() if count)
        pairs.append(("your split", parts))
    return Group(
        Text(clean(data["name"]), style="bold"), facts(pairs), *map(_note, data.get("notes", ())), ""
    )


def _classes(names: Sequence[str], counts: Mapping[str, int]) -> str:
    shown = [f"{name} {counts[name]:,}" for name in names[:_CLASSES_SHOWN]]
    rest = [counts[name] for name in names[_CLASSES_SHOWN:]]
    if rest:
        shown.append(f"and {len(rest)} more with {min(rest):,} to {max(rest):,} each")
    return f"{len(names)}: " + ", ".join(shown)


def _note(note: Mapping[str, Any]) -> Text:
    warns = note["level"] == "warning"
    return Text(("! " if warns else "- ") + clean(note["text"]), style="yellow" if warns else "dim")


def so_far(event: dict[str, Any]) -> str:
    """A verdict that may still change, in one line.

    >>> so_far({"call": "deep", "gap": 0.021, "interval": [0.003, 0.039], "n": 720, "percent": True})
    'so far: deep learning ahead by 2.1 points (0.3 to 3.9), 720 samples'
    >>> so_far({"call": "undecided", "gap": -0.02, "interval": [-0.1, 0.06], "n": 60, "percent": True})
    'so far: cannot tell yet: 2.0 points (-6.0 to 10.0) for hand-made features, 60 samples'
    """
    gap, (low, high) = event["gap"], event["interval"]
    if gap < 0:
        gap, low, high = -gap, -high, -low
    unit, times, digits = (" points", 100, 1) if event["percent"] else ("", 1, 3)
    by = f"{times * gap:.{digits}f}{unit} ({times * low:.{digits}f} to {times * high:.{digits}f})"
    leader = SIDES["deep" if event["gap"] > 0 else "classical"]
    open_ = {"tie": "a tie", "undecided": "cannot tell yet"}
    call = event["call"]
    text = f"{open_[call]}: {by} for {leader}" if call in open_ else f"{leader} ahead by {by}"
    return f"so far: {text}, {event['n']:,} samples"


def plan_summary(plan: Mapping[str, Any]) -> RenderableType:
    """Who will meet whom, how often, and what is given up for lack of time."""
    sizes = ", ".join(f"{s:,}" for s in plan["sizes"])
    pairs: list[tuple[str, Any]] = [("plan", f"{plan['folds']} folds, training sizes {sizes}")]
    if plan.get("seconds"):
        pairs.append(("time", f"about {timespan.words(plan['seconds'])}"))
    if plan.get("memory_mb"):
        pairs.append(("memory", _memory(plan)))
    for side, called in SIDES.items():
        names = [c["name"] for c in plan["contenders"] if c["side"] == side]
        pairs.append((called, Text(clean(", ".join(names) or "none"), style=SIDE_STYLE[side])))
    for number, item in enumerate(plan["given_up"]):
        pairs.append(("given up" if number == 0 else "", item["text"]))
    return Group(facts(pairs), "")


def _memory(plan: Mapping[str, Any]) -> str:
    """The run's expected peak, and who decides it."""
    of_trials = {c["name"]: c["memory_mb"] for c in plan["contenders"] if c["memory_mb"] is not None}
    text = f"about {amount(plan['memory_mb'])} MB at most"
    if of_trials:
        largest = max(of_trials, key=lambda name: of_trials[name])
        text += f"; the largest trial is {largest}'s, {amount(of_trials[largest])} MB"
    unknown = [c["name"] for c in plan["contenders"] if c["memory_mb"] is None]
    return text + (f"; not counted, because unknown: {', '.join(unknown)}" if unknown else "")


def leaderboard(rows: Sequence[Mapping[str, Any]], champions: Mapping[str, str | None]) -> RenderableType:
    """Both sides, best first, with what each costs; then those that did not finish, with reasons.
    Fits 80 columns."""
    done = [row for row in rows if row.get("score") is not None]
    metric = done[0]["metric"] if done else "score"
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=0)
    table.add_column("", overflow="fold")
    for name in (f"{metric} [95%]", "train s", "predict ms", "peak MB", "disk MB"):
        table.add_column(name, justify="right", no_wrap=True)
    for side, called in SIDES.items():
        of_side = sorted((r for r in done if r["side"] == side), key=lambda r: -r["score"])
        if of_side:
            table.add_row(Text(called, style=f"bold {SIDE_STYLE[side]}"))
        for row in of_side:
            table.add_row(*_entry(row, row["contender"] == champions.get(side)))
    return Group(table, *_below(done, rows, champions))


def _entry(row: Mapping[str, Any], champion: bool) -> list[str | Text]:
    marks = ("+" if row.get("pretrained") else "") + ("~" if row.get("reason") else "")
    start = "> " if champion else "  "
    disk = None if row.get("bytes") is None else row["bytes"] / 1e6
    return [
        Text(start + clean(row["contender"]) + marks, style="bold" if champion else ""),
        with_interval(row["score"], row.get("interval")),
        amount(row.get("train_seconds")),
        _latency(row.get("predict_ms")),
        amount(row.get("peak_mb")),
        amount(disk),
    ]


def _latency(by_batch: Mapping[str, float] | None) -> str:
    """Milliseconds per sample alone and in the largest batch."""
    if not by_batch:
        return MISSING
    ordered = sorted(by_batch, key=int)
    return "/".join(amount(by_batch[batch]) for batch in dict.fromkeys((ordered[0], ordered[-1])))


def _timed(done: Sequence[Mapping[str, Any]]) -> str:
    """How the champions' predictions were timed, where it was done by the full method."""
    calls = [
        "{:,} / {:,}".format(*(row["timing"][batch]["calls"] for batch in ("1", "256")))
        for row in done
        if row.get("timing", {}).get("method") == "full"
    ]
    if not calls:
        return ""
    return (
        f"; the champions' with nothing else of the run at work ({' and '.join(calls)} calls), others briefly"
    )


def _below(
    done: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], champions: Mapping[str, str | None]
) -> list[Text]:
    lines = []
    if any(row.get("reason") for row in done):
        lines.append("~ met the others on fewer folds: they were ahead, or it failed on one")
    if done:
        counts = sorted({row["n"] for row in done if row.get("n") is not None})
        lines.append(f"> champion of its side, + pre-trained; n = {' or '.join(f'{n:,}' for n in counts)}")
        lines.append("predict ms: a sample alone / a sample in a large batch" + _timed(done))
    for row in done:
        if row.get("test_split_score") is not None and row["contender"] in champions.values():
            lines.append(f"on your own test split: {row['contender']} {figure(row['test_split_score'])}")
    refused = [row["contender"] for row in rows if row["status"] == "refused"]
    for row in rows:
        if row.get("score") is None and row["status"] != "refused":
            lines.append(f"{row['contender']}: {row['status']}. {row.get('reason') or ''}")
    if refused:
        lines.append(f"not taking part: {', '.join(refused)} (--json and the report say why)")
    return [Text(clean(line).rstrip(), style="dim") for line in lines]


def verdict(document: Mapping[str, Any]) -> RenderableType:
    """How a comparison ends: the sentence first, then the evidence, then what to type next."""
    run = shlex.quote(str(document["run"]))
    facts_below = facts([
        ("gap", _gap(document["verdict"])),
        *_hanging(document["verdict"]),
        ("advice", document["verdict"]["advice"]),
        ("together", _together(document["together"])),
        ("report", document["report"] or "none"),
        ("took", timespan.words(document["seconds"])),
        ("next", f"nikti report {run} --open"),
        *(("", line) for line in _next(document, run)),
    ])  # fmt: skip
    sentence = Text(clean(document["verdict"]["sentence"]), style="bold")
    return Group(sentence, "", leaderboard(document["leaderboard"], document["champions"]), "", facts_below)


def _together(found: Mapping[str, Any]) -> str:
    """What an average of both champions reached, and what to type for it where it is worth its price."""
    if found.get("reason"):
        return found["reason"]
    score, better = found["scores"]["together"], found["champions"][found["better"]]
    text = (
        f"both {with_interval(score['value'], [score['low'], score['high']])}, {found['gap']:+.3f} "
        f"[{found['low']:+.3f}, {found['high']:+.3f}] against {better} alone"
    )
    return f"{text}: --contender together" if found["ahead"] else f"{text}, no sure gain"


def _hanging(verdict: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """What the verdict hangs on: warnings in the colour of notes that warn."""
    found = [("warning", text) for text in verdict["reasons"]]
    found += [(one["level"], one["text"]) for one in verdict["conditions"]]
    return [
        ("hangs on" if number == 0 else "", Text(clean(text), style="yellow" if level == "warning" else ""))
        for number, (level, text) in enumerate(found)
    ]


def _next(document: Mapping[str, Any], run: str) -> list[str]:
    """What to type for predictions, and for a surer verdict or a better model."""
    winner = document["verdict"]["winner"]
    row = next((row for row in document["leaderboard"] if row["contender"] == winner), None)
    lines = [] if row is None or row["fitted_share"] is None else [f"nikti predict {run} NEW_DATA"]
    enough = [one["values"].get("enough_seconds", 0) for one in document["verdict"]["conditions"]]
    if any(enough):
        minutes = math.ceil(max(enough) / 60)
        return [*lines, f"nikti resume {run} --time-limit {minutes}m, for a surer verdict"]
    if row is None:
        return [*lines, f"nikti resume {run} --time-limit LONGER, to get a model"]
    if not row["handed_over"]:
        share = "" if row["fitted_share"] is None else f" (now on {row['fitted_share']:.0%} of them)"
        lines.append(f"nikti resume {run}, to fit {winner} on all rows{share}")
    return lines


def _gap(verdict: Mapping[str, Any]) -> str:
    if verdict.get("gap") is None:
        return "none could be measured"
    low, high = verdict["interval"]
    strength = f", {verdict['strength']}" if verdict.get("strength") else ""
    return f"deep minus hand-made {verdict['gap']:+.3f} [{low:+.3f}, {high:+.3f}]{strength}"
