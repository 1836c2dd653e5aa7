"""What is seen while a run works: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from nikti.cli import tables
from nikti.cli.progress import Progress, Running, update
from nikti.core import timespan

#: Contenders of each side in the live leaderboard, so that the display fits a small terminal.
_TOP = 5

#: Drawn twice a second: fast enough to be alive, slow enough to leave the processor to the trials.
_PER_SECOND = 2

Watch = Callable[[dict[str, Any]], None]


@contextmanager
def watching(console: Console, *, quiet: bool = False) -> Iterator[Watch]:
    """A consumer of events that shows them on `console` for as long as the block lasts."""
    if quiet:
        yield lambda event: None
    elif console.is_terminal and not console.is_dumb_terminal:
        with _display(console) as watch:
            yield watch
    else:
        yield _lines(console)


@contextmanager
def _display(console: Console) -> Iterator[Watch]:
    progress = Progress(started=time.monotonic())
    live = Live(
        console=console,
        transient=True,
        refresh_per_second=_PER_SECOND,
        get_renderable=lambda: picture(progress, time.monotonic(), console.width),
    )

    def watch(event: dict[str, Any]) -> None:
        ended = update(progress, event, time.monotonic())
        announce(console, event)
        if ended is not None and event["outcome"] not in ("ok", "skipped"):
            console.print(outcome_line(progress, ended, event, time.monotonic()), style="yellow")
        if not live.is_started:
            live.start()

    try:
        yield watch
    finally:
        live.stop()


def _lines(console: Console) -> Watch:
    progress = Progress(started=time.monotonic())
    printed: dict[str, str] = {}

    def watch(event: dict[str, Any]) -> None:
        ended = update(progress, event, time.monotonic())
        announce(console, event)
        if ended is not None:
            console.print(outcome_line(progress, ended, event, time.monotonic()), soft_wrap=True)
        if event["event"] == "verdict":
            line = tables.so_far(event)
            if line != printed.get("verdict"):  # most trials do not move it
                console.print(line, soft_wrap=True)
            printed["verdict"] = line

    return watch


def announce(console: Console, event: dict[str, Any]) -> None:
    """Print what is shown once: the summary of the data, and the plan."""
    if event["event"] == "data":
        console.print(tables.data_summary(event["data"]))
    elif event["event"] == "plan":
        console.print(tables.plan_summary(event["plan"]))
    elif event["event"] == "pretraining":
        console.print(event["text"])


def outcome_line(progress: Progress, ended: Running, event: dict[str, Any], now: float) -> str:
    """One short line about a finished trial."""
    score = event.get("score")
    parts = [
        f"{progress.done:4.0%} {timespan.clock(progress.elapsed(now)):>6}",
        f"{ended.side:<9} {tables.clean(ended.name):<20}",
        f"{ended.where:<24}",
    ]
    if event["outcome"] == "ok":
        parts.append(tables.figure(score))
    else:
        parts.append(f"{event['outcome']}: {tables.clean(event.get('reason') or 'no reason given')}")
    if event.get("seconds") is not None:
        parts.append(timespan.words(event["seconds"]))
    return "  ".join(parts).rstrip()


def picture(progress: Progress, now: float, width: int) -> RenderableType:
    """The whole live display, at most `width` columns wide."""
    if progress.stage:
        return Text(f"{progress.stage} ... {timespan.clock(progress.elapsed(now))}", style="dim")
    parts: list[RenderableType] = [_overall(progress, now, width), _now(progress, width), "", _pans(progress)]
    if progress.verdict is not None:
        parts += ["", Text(tables.so_far(progress.verdict))]
    return Group(*parts)


def _overall(progress: Progress, now: float, width: int) -> Table:
    left = progress.left(now)
    times = f"{timespan.clock(progress.elapsed(now))} gone"
    if left is not None:
        times += f", about {timespan.clock(left)} left"
    row = Table.grid(padding=(0, 1))
    bar = ProgressBar(total=1.0, completed=progress.done, width=max(10, width - 42))
    row.add_row(bar, f"{progress.done:4.0%}", times)
    return row


def _now(progress: Progress, width: int) -> Table:
    grid = Table.grid(padding=(0, 1))
    for ratio in (None, 2, None, 1):
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=ratio)
    grid.expand = True
    for trial in progress.running.values():
        bar = ProgressBar(total=1.0, completed=trial.fraction, width=10 if width < 100 else 20)
        name = Text(tables.clean(trial.name), style=tables.SIDE_STYLE.get(trial.side, ""))
        grid.add_row(name, trial.where, bar, Text(tables.clean(trial.text), style="dim"))
    return grid


def _pans(progress: Progress) -> RenderableType:
    """The two pans of the balance: the best of each side so far, side by side."""
    if not progress.rows:
        return Text("")
    both = Table.grid(padding=(0, 2), expand=True)
    for _ in tables.SIDES:
        both.add_column(ratio=1)
    both.add_row(*(_pan(side, progress.rows) for side in tables.SIDES))
    return both


def _pan(side: str, rows: list[dict[str, Any]]) -> Table:
    pan = Table(
        box=None, expand=True, padding=(0, 1), pad_edge=False, header_style=f"bold {tables.SIDE_STYLE[side]}"
    )
    pan.add_column(tables.SIDES[side], ratio=1, no_wrap=True, overflow="ellipsis")
    pan.add_column("so far", justify="right", no_wrap=True)
    of_side = [row for row in rows if row["side"] == side and row.get("score") is not None]
    for row in sorted(of_side, key=lambda row: -row["score"])[:_TOP]:
        pan.add_row(tables.clean(row["contender"]), tables.figure(row["score"]))
    return pan
