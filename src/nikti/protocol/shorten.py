"""Shorter efforts for who was not run yet, where the machine turns out slower than planned. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nikti.core.plan import Priced
from nikti.core.run import Trial
from nikti.protocol.plan import FEWEST_FOLDS
from nikti.protocol.schedule import Board

#: What one contender's case, on the fewest folds that count and on all rows, may take of the time of all
#: workers: the other side's is to be made too.
MOST = 0.6


def too_long(
    board: Board, wall: Callable[[str, float], float], left: float, workers: int, running: Sequence[Trial]
) -> dict[str, Priced]:
    """{contender: the longest of its shorter efforts that still fits} of those who stand for their side, were
    not tried yet, and whose case would no longer fit. wall(name, core-seconds) -> wall seconds."""
    found = {}
    room = MOST * left * workers
    for name, entry in board.entries.items():
        first = Trial(name, 0, board.full)
        if not entry.shorter or first in board.tried or first in running:
            continue
        ladder = [entry.planned, *entry.shorter]
        needs = [wall(name, _case(board, priced)) for priced in ladder]
        if needs[0] <= room:
            continue
        fitting = [priced for priced, seconds in zip(ladder, needs, strict=True) if seconds <= room]
        found[name] = fitting[0] if fitting else ladder[-1]
    return found


def _case(board: Board, priced: Priced) -> float:
    """Core-seconds of a first fold, the others that count, and the final fit."""
    later, answering = priced.later_seconds, priced.answer_seconds
    more = min(FEWEST_FOLDS, board.plan.folds) - 1
    final = answering + (later - answering) * board.plan.everything / board.full
    return priced.seconds + more * later + final
