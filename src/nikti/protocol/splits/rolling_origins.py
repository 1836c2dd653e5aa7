"""Forecasts from origins that move forward: models learn from what was known at a round's first origin, in
every series, and forecast from the origins of the period that begins there.

A sample is a forecast: what was seen up to its origin (its time), and the values that follow over the
horizon. Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), 5.10; training samples
whose values reach into the test period are left out as in de Prado, Advances in Financial Machine Learning,
7.4.1.
"""

from __future__ import annotations

import numpy as np

from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.protocol.splits import _in_time
from nikti.protocol.splits._in_time import BLOCKS_PER_PERIOD
from nikti.protocol.splits._split import Request, Split

FOLDS = 5

TOO_FEW = Words(en="have one origin", bn="একই মুহূর্ত থেকে শুরু")

#: Errors of forecasts from origins nearer than the horizon share values; a block of origins that is to count
#: as one independent unit is at least so many horizons long.
HORIZONS_PER_BLOCK = 2

sizes = _in_time.sizes

_NOTHING_KNOWN = Words(
    en="no forecast over a horizon of {horizon:g} ends within the first of {periods} periods, which is "
    "{length:g} long: nothing is left to learn from. Give longer series, or a shorter horizon.",
    bn="{horizon} দিগন্তের কোনো পূর্বাভাস {periods}টি পর্বের প্রথমটির মধ্যে শেষ হয় না, আর একেক পর্ব "
    "{length} লম্বা: শেখার মতো কিছু থাকে না। আরও লম্বা ধারা দিন, বা দিগন্ত ছোট করুন।",
)


def most(asked: Request) -> int:
    """Rounds of which each has later origins to be tested on."""
    return _in_time.rounds(asked.time_of_rows)


def split(asked: Request) -> Split:
    """The first period only trains. A later one is tested by models that have seen no value after its first
    origin: a sample trains them if its horizon has ended by then. A smaller training size is the most recent
    part of that.

    The units are the series that the user named, which train and are tested in turn; of a single series
    blocks of origins, up to BLOCKS_PER_PERIOD to a period and each HORIZONS_PER_BLOCK horizons long, or one
    to a period where the periods are too short for that. Raises DataError if nothing is left to learn from,
    ValueError without a horizon.
    """
    if asked.horizon <= 0:
        raise ValueError(f"forecasts are split by their horizon, above 0; got {asked.horizon}")
    n, rows, times = len(asked.labels), asked.rows, asked.time_of_rows
    per_period = _blocks_per_period(asked)
    block = _in_time.blocks(times, (asked.folds + 1) * per_period)
    period = block // per_period
    order = {}
    for k in range(asked.folds):
        known = times + asked.horizon <= times[period == k + 1].min()
        order[k] = _in_time.latest_first(rows[known], times[known])
    if len(order[0]) == 0:
        raise DataError(
            _NOTHING_KNOWN.format(
                horizon=asked.horizon, periods=asked.folds + 1, length=np.ptp(times) / (asked.folds + 1)
            )
        )
    units = asked.groups if _several_series(asked) else _in_time.spread(rows, block, n)
    return Split(_in_time.spread(rows, period - 1, n), order, units, "rolling_origins")


def _several_series(asked: Request) -> bool:
    return asked.named and asked.independent > 1


def _blocks_per_period(asked: Request) -> int:
    """As many as are long enough to stand for themselves, and whole moments."""
    period = float(np.ptp(asked.time_of_rows)) / (asked.folds + 1)
    moments = (_in_time.rounds(asked.time_of_rows) + 1) // (asked.folds + 1)
    long_enough = period // (HORIZONS_PER_BLOCK * asked.horizon)
    return int(max(1, min(BLOCKS_PER_PERIOD, long_enough, moments)))
