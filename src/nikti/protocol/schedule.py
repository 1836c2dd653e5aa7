"""Which trial comes next: the cheapest first, then each side's case, then what may change the verdict most
per second. Pure, so that resuming is the same as going on, and a run can be foreseen by playing it through.

    opening    the cheapest of each side on the first fold: a provisional verdict within seconds
    fronts     the first fold of all who stand for their side
    core       the leaders' folds without which no side can be called ahead, and no line of the curve is sure
    refine     the leaders' further folds and rivals, by what they are worth for their time
    finals     the champions on all rows
    curve      smaller training sizes

Each stage keeps back what later ones must have. A trial that does not fit into what is left is passed over
for one that does.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from nikti.core.plan import Entry, Plan
from nikti.core.run import Result, Trial
from nikti.protocol import knowledge_gradient
from nikti.protocol.plan import FEWEST_FOLDS, SIDES

#: The final fit on all training rows carries this fold number.
FINAL = -1

#: Folds at the smaller sizes for contenders that lead no line of the data curve.
COMPANY_FOLDS = 1

#: A fold that decides and takes fewer seconds than this is run as long as there is time at all.
TRIFLE = 2.0

#: A first fold is still tried when it is expected to take this many times what is left.
HOPE = 1.3

#: At most this share of what is left is kept back for final fits while a side has no three folds, and for
#: the data curve while the folds are refined: a verdict without a final fit is worth more than a final fit
#: without a verdict.
MOST_KEPT_BACK, CURVE_SHARE = 0.35, 0.2

#: Standard error of an inner score that nobody knows.
UNKNOWN_ERROR = 0.02

#: expect(trial) -> wall seconds that it will take
Expect = Callable[[Trial], float]


class Board:
    """The plan's contenders and what became of their trials. champions: {side: who stands for it as far as
    the verdict knows}; a side that is not in it is led by its best first fold. waiting: contenders whose
    features are still being made."""

    def __init__(
        self,
        plan: Plan,
        results: Iterable[Result] = (),
        champions: Mapping[str, str] | None = None,
    ):
        self.plan = plan
        self.champions = dict(champions or {})
        self.waiting: set[str] = set()
        self.tried: set[Trial] = set()
        #: {contender: {fold: (inner score, its standard error)}} of the finished trials at the full size.
        self.scores: dict[str, dict[int, tuple[float, float]]] = {name: {} for name in self.entries}
        for result in results:
            self.add(result.trial, result.outcome == "ok", result.inner_score, result.inner_error)

    @property
    def entries(self) -> dict[str, Entry]:
        """The plan's contenders by name."""
        return self.plan.entries

    @property
    def full(self) -> int:
        """Training rows of a fold."""
        return self.plan.full

    def add(self, trial: Trial, ok: bool, score: float, error: float) -> None:
        """A trial has ended."""
        self.tried.add(trial)
        if ok and trial.fold >= 0 and trial.size == self.full and trial.contender in self.scores:
            score = score if math.isfinite(score) else -math.inf
            error = error if math.isfinite(error) and error > 0 else UNKNOWN_ERROR
            self.scores[trial.contender][trial.fold] = score, error

    def copy(self) -> Board:
        """A copy of the board, for `play`."""
        other = Board(self.plan, (), self.champions)
        other.tried = set(self.tried)
        other.scores = {name: dict(folds) for name, folds in self.scores.items()}
        return other

    def of_side(self, side: str) -> list[str]:
        """Contenders of a side that learn something; its floors where there is nobody else."""
        entries = self.plan.of_side(side)
        return [entry.name for entry in entries if not entry.floor] or [entry.name for entry in entries]

    def ranked(self, side: str) -> list[str]:
        """Contenders of a side with a first fold, the best inner score first; ties by name."""
        there = [name for name in self.of_side(side) if 0 in self.scores[name]]
        return sorted(there, key=lambda name: (-self.scores[name][0][0], name))

    def leader(self, side: str) -> str | None:
        """The contender that leads its side on the first fold; None before one is done."""
        return next(iter(self.ranked(side)), None)

    def finalists(self, side: str) -> list[str]:
        """Who may be handed over for the side: its champion, else its leader. While the leader has too few
        folds to be champion, both, the leader first: it is champion as soon as it has them."""
        champion, leader = self.champions.get(side), self.leader(side)
        if champion not in self.scores:
            return [leader] if leader else []
        if leader is None or self.countable(leader):
            return [champion]
        return list(dict.fromkeys((leader, champion)))

    def countable(self, name: str) -> bool:
        """Whether it has the folds that a verdict needs."""
        return len(self.scores[name]) >= min(FEWEST_FOLDS, self.plan.folds)

    def line_leaders(self) -> list[str]:
        """Who stands for each line of the data curve: machine learning, deep learning from scratch, from
        given weights."""
        found = []
        for side in SIDES:
            first = next(iter(self.finalists(side)), None)
            for pretrained in (False, True):
                line = [n for n in self.ranked(side) if self.entries[n].pretrained == pretrained]
                if line:
                    found.append(first if first in line else line[0])
        return found


def price(board: Board, trial: Trial) -> float:
    """Core-seconds that were planned for a trial; what learning takes of it in proportion to the rows."""
    planned = board.entries[trial.contender].planned
    first = trial.fold == 0 and trial.size == board.full
    answering = planned.answer_seconds
    learning = (planned.seconds if first else planned.later_seconds) - answering
    return answering + learning * trial.size / board.full


def opening(board: Board) -> list[Trial]:
    """The cheapest of each side on the first fold, of those that can start."""
    sides = [[name for name in board.of_side(side) if name not in board.waiting] for side in SIDES]
    seconds = {name: entry.planned.seconds for name, entry in board.entries.items()}
    names = [min(side, key=lambda name: (seconds[name], name)) for side in sides if side]
    return _cheapest_first(board, [Trial(name, 0, board.full) for name in names])


def fronts(board: Board) -> list[Trial]:
    """The first fold of all who stand for their side, and of the floors: they cost nothing."""
    names = [entry.name for entry in board.plan.contenders if entry.represents or entry.floor]
    return _cheapest_first(board, [Trial(name, 0, board.full) for name in names])


def core(board: Board, sides: Sequence[str] = SIDES) -> list[Trial]:
    """The leaders' folds without which no side can be called ahead, fold by fold; then the same for whoever
    leads another line of the data curve, such as networks from scratch beside those from given weights."""
    folds = range(1, min(FEWEST_FOLDS, board.plan.folds))
    leaders = [name for side in sides if (name := board.leader(side))]
    others = [n for n in board.line_leaders() if n not in leaders and board.entries[n].side in sides]
    return [
        trial
        for names in (leaders, others)
        for fold in folds
        for trial in _cheapest_first(board, [Trial(name, fold, board.full) for name in names])
    ]


def refine(board: Board, expect: Expect, sides: Sequence[str] = SIDES) -> list[Trial]:
    """The leaders' further folds and rivals, by what they are worth for their time."""
    worths = {**dict(_leaders_folds(board, expect, sides)), **dict(_rivals(board))}
    return sorted(worths, key=lambda trial: (-worths[trial] / max(1e-3, expect(trial)), trial.key))


def _leaders_folds(board: Board, expect: Expect, sides: Sequence[str]) -> Iterator[tuple[Trial, float]]:
    """(next fold of a leader, what it is worth): half of what the fold is worth to both, by the price of
    both, so that the cheap side does not run ahead alone."""
    leaders = [name for side in sides if (name := board.leader(side))]
    if not leaders:
        return
    known = [board.scores[name][0] for name in leaders]
    gap = known[0][0] - known[-1][0] if len(known) > 1 else 0.0
    error = math.hypot(*(error for _, error in known))
    for fold in range(board.plan.folds):
        pair = [Trial(name, fold, board.full) for name in leaders]
        missing = [trial for trial in pair if trial not in board.tried]
        together = sum(map(expect, missing))
        for trial in missing:
            share = expect(trial) / together if together > 0 else 1.0
            yield trial, share * knowledge_gradient.of_fold(gap if math.isfinite(gap) else 0.0, error, fold)


def _rivals(board: Board) -> Iterator[tuple[Trial, float]]:
    """(next fold of a contender that does not lead, what it is worth)."""
    for side in SIDES:
        leader = board.leader(side)
        going = {leader, *board.ranked(side)[: board.plan.survivors.get(side)]}
        for name in board.of_side(side):
            first = Trial(name, 0, board.full)
            if first not in board.tried:
                yield (
                    first,
                    knowledge_gradient.TABLE + knowledge_gradient.gradient(0.0, knowledge_gradient.SPREAD),
                )
            elif leader is not None and name in going and name != leader and 0 in board.scores[name]:
                (best, error), (score, own) = board.scores[leader][0], board.scores[name][0]
                behind = best - score if math.isfinite(best - score) else math.inf
                folds = (Trial(name, fold, board.full) for fold in range(board.plan.folds))
                missing = [trial for trial in folds if trial not in board.tried]
                for trial in missing[:1]:
                    yield trial, knowledge_gradient.of_rival(behind, math.hypot(error, own), len(missing))


def finals(board: Board) -> list[Trial]:
    """The champions on all training rows."""
    names = [name for side in SIDES for name in board.finalists(side)]
    return [Trial(name, FINAL, board.plan.everything) for name in names]


def curve(board: Board) -> list[Trial]:
    """The smaller sizes, small ones first: they are cheap and vary most. Those whose curves are read and
    forecast get every fold; those who keep them company COMPANY_FOLDS."""
    leaders = board.line_leaders()
    going = [n for side in SIDES for n in board.ranked(side)[: board.plan.survivors.get(side)]]
    names = [*leaders, *(name for name in going if name not in leaders)]
    return [
        Trial(name, fold, size)
        for size in board.plan.curve_sizes
        for fold in range(board.plan.curve_folds)
        for name in names
        if name in leaders or fold < COMPANY_FOLDS
    ]


def next_trial(
    board: Board, expect: Expect, left: float, workers: int, running: Sequence[Trial] = ()
) -> Trial | None:
    """What a free worker does next; None where nothing is worth it or fits into the `left` wall seconds."""
    if left <= 0:
        return None
    ends = _missing(board, finals(board), running)
    kept = _together(map(expect, ends), workers)

    def first(trials: Iterable[Trial], room: float) -> Trial | None:
        return next((t for t in _missing(board, trials, running) if expect(t) <= room), None)

    if found := first(opening(board), HOPE * left):
        return found
    if found := _front(board, expect, left, workers, running):
        return found
    # Whoever may still lead is waited for, as long as there is something else to do.
    waiting = {board.entries[t.contender].side for t in running if t in fronts(board)}
    settled = [side for side in SIDES if side not in waiting]
    room = left - min(kept, MOST_KEPT_BACK * left)
    room = max(room, min(TRIFLE, left))
    if found := first(core(board, settled), room) or first(core(board), min(TRIFLE, room)):
        return found
    small = [trial for trial in curve(board) if trial.fold == 0]
    for_curve = min(CURVE_SHARE * left, sum(map(expect, _missing(board, small, running))) / workers)
    for sides in [settled, SIDES] if waiting else [SIDES]:
        if found := first(refine(board, expect, sides), left - kept - for_curve):
            return found
    ready = [trial for trial in ends if not _in_doubt(board, trial, running)]
    return first(ready, left) or first(curve(board), left - kept)


def _in_doubt(board: Board, final: Trial, running: Sequence[Trial]) -> bool:
    """Whether somebody else of its side is at a fold that may make another one champion."""
    side = board.entries[final.contender].side
    folds = (t.contender for t in running if t.fold >= 0 and t.size == board.full)
    return any(board.entries[name].side == side and name != final.contender for name in folds)


def _front(board: Board, expect: Expect, left: float, workers: int, running: Sequence[Trial]) -> Trial | None:
    """The next first fold of somebody who stands for a side. Where the side has a leader already, the folds
    that make its lead count come before one more who would fill the time to the end."""
    kept = min(0.5 * left, _together(map(expect, _missing(board, core(board), running)), workers))
    for trial in _missing(board, fronts(board), running):
        led = board.leader(board.entries[trial.contender].side) is not None
        if expect(trial) <= (left - kept if led else HOPE * left):
            return trial
    return None


def play(
    board: Board,
    expect: Expect,
    left: float,
    workers: int,
    running: Mapping[Trial, float] | None = None,
) -> tuple[list[Trial], float]:
    """(trials that will be run, wall seconds until the last has ended), if all goes as expected.

    running: {trial: wall seconds that it will still take}. Whoever was not tried yet is taken to score
    a little better the more it costs, but not to overtake a leader that is known.
    """
    board, now = board.copy(), 0.0
    ends = [(seconds, trial.key, trial) for trial, seconds in (running or {}).items()]
    heapq.heapify(ends)
    cells: list[Trial] = []
    known = {side for side in SIDES if board.leader(side)}
    while True:
        while len(ends) < workers:
            at_work = [trial for _, _, trial in ends]
            trial = next_trial(board, expect, left - now, workers, at_work)
            if trial is None:
                break
            cells.append(trial)
            heapq.heappush(ends, (now + expect(trial), trial.key, trial))
        if not ends:
            return cells, now
        now, _, trial = heapq.heappop(ends)
        side = board.entries[trial.contender].side
        guess = -1.0 / (1.0 + board.entries[trial.contender].planned.seconds)
        board.add(trial, now <= left, guess - (100.0 if side in known else 0.0), UNKNOWN_ERROR)
        if trial.contender == board.leader(side) and trial.fold > 0 and board.countable(trial.contender):
            board.champions[side] = trial.contender


def _cheapest_first(board: Board, trials: list[Trial]) -> list[Trial]:
    return sorted(trials, key=lambda trial: (price(board, trial), trial.key))


def _missing(board: Board, trials: Iterable[Trial], running: Sequence[Trial]) -> list[Trial]:
    return [
        trial
        for trial in trials
        if trial not in board.tried and trial not in running and trial.contender not in board.waiting
    ]


def _together(seconds: Iterable[float], workers: int) -> float:
    """Wall seconds of a few trials on so many workers: no less than the longest of them."""
    each = list(seconds)
    return max(max(each, default=0.0), sum(each) / workers)
