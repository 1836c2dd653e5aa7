"""Folds in time: models learn from the past and are tested on the period that follows."""

from __future__ import annotations

from nikti.core.words import Words
from nikti.protocol.splits import _in_time
from nikti.protocol.splits._in_time import BLOCKS_PER_PERIOD
from nikti.protocol.splits._split import Request, Split

FOLDS = 5

TOO_FEW = Words(en="were taken at one moment, or belong to one group", bn="একই মুহূর্তের, অথবা এক গ্রুপের")

sizes = _in_time.sizes


def most(asked: Request) -> int:
    """Rounds of which each has a later period to be tested on."""
    return min(asked.independent, _in_time.rounds(asked.time_of_rows))


def split(asked: Request) -> Split:
    """The first period only trains; each later one is tested by its past. Samples of one moment stay
    together. The units are blocks, BLOCKS_PER_PERIOD to a period. A smaller training size is the most recent
    part of the past: what somebody has who began to collect later."""
    n, rows, times = len(asked.labels), asked.rows, asked.time_of_rows
    block = _in_time.blocks(times, (asked.folds + 1) * BLOCKS_PER_PERIOD)
    period = block // BLOCKS_PER_PERIOD
    order = {k: _in_time.latest_first(rows[period <= k], times[period <= k]) for k in range(asked.folds)}
    fold, units = _in_time.spread(rows, period - 1, n), _in_time.spread(rows, block, n)
    return Split(fold, order, units, "forward_blocks")
