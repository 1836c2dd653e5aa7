"""Presets of a run, and the time and memory that it needs beside its trials.

How that is brought into the time there is: `nikti.protocol.efforts`; what runs when:
`nikti.protocol.schedule`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SIDES = ("classical", "deep")


@dataclass(frozen=True)
class Preset:
    """How much is asked of a run.

    tries      hyper-parameter settings compared by each contender
    sizes      sizes of the data curve, the full one included; curve_folds: folds at each of them
    survivors  contenders of a side that are run on all folds; None for all
    epochs     ceiling on the epochs of networks; None leaves it to their recipes
    seconds    time limit when the user names none
    timing     seconds at most for timing a champion's predictions, in each of the two batch sizes
    explaining seconds at most for what the champions looked at
    """

    tries: int
    sizes: int
    curve_folds: int
    survivors: int | None
    epochs: int | None
    seconds: float
    timing: float
    explaining: float


PRESETS = {
    "fast": Preset(
        tries=1, sizes=2, curve_folds=1, survivors=1, epochs=10, seconds=120.0, timing=0.5, explaining=6.0
    ),
    "medium": Preset(
        tries=3, sizes=5, curve_folds=5, survivors=4, epochs=None, seconds=600.0, timing=5.0, explaining=8.0
    ),
    "best": Preset(
        tries=8,
        sizes=7,
        curve_folds=5,
        survivors=None,
        epochs=None,
        seconds=7200.0,
        timing=20.0,
        explaining=30.0,
    ),
}

#: Folds that a run aims at, and those without which a gap cannot be called anybody's.
FOLDS = 5
FEWEST_FOLDS = 3

#: Share of the time that efforts are chosen for; the rest is for estimates that were too low, and is used by
#: more cells where they were not.
USABLE = 0.85

#: Wall seconds until the first trial: imports, reading, looking for copies, features, the plan.
START_SECONDS = 8.0

#: The parts that follow the last trial, as shares of the time limit: each at most, and the verdict's and the
#: report's wall seconds, which no limit changes. What there is no time for is left out and said.
EXPLAINING_SHARE = 0.06
LOOKING_SHARE, MOST_LOOKING = 0.04, 8.0
REPORT_SECONDS = 2.5

#: Timing a champion's predictions takes no more than this share of the time limit in each batch size.
TIMING_SHARE = 0.01

#: Wall seconds for loading a model to be timed; the time of its warm-ups as a share of the timed calls'.
TIMING_START, WARM_UP_SHARE = 0.5, 0.25

#: Resident megabytes of the command's own process and of the one that trials are forked from, with the
#: libraries that they load (measured: 130 and 550).
PROCESSES_MB = 700.0

#: Times the stored data are in memory: as they were read, and as the trials see them.
DATA_COPIES = 2


@dataclass(frozen=True)
class Closing:
    """Wall seconds at most of what follows the last trial. timing: of one model in one batch size."""

    timing: float
    explaining: float
    looking: float
    report: float

    def total(self, sides: int, workers: int) -> float:
        """All of it, where one model of each side is timed, alone on the machine, in two batch sizes; the
        rest is done side by side where there are workers for it."""
        timed = sides * (TIMING_START + 2 * self.timing * (1 + WARM_UP_SHARE))
        shown = max(self.explaining, self.looking, (self.explaining + self.looking) / workers)
        return timed + shown + self.report


def closing(preset: str, limit: float) -> Closing:
    """Wall seconds that the end of a run may take.

    >>> closing("medium", 600.0).total(2, workers=2), closing("medium", 60.0).total(2, workers=1)
    (36.5, 12.5)
    """
    return Closing(
        timing=min(PRESETS[preset].timing, TIMING_SHARE * limit),
        explaining=min(PRESETS[preset].explaining, EXPLAINING_SHARE * limit),
        looking=min(MOST_LOOKING, LOOKING_SHARE * limit),
        report=REPORT_SECONDS,
    )


def trial_seconds(preset: str, limit: float, sides: int, workers: int, spent: float = START_SECONDS) -> float:
    """Wall seconds that trials have, of a limit of which `spent` were used up before the first of them."""
    return limit - spent - closing(preset, limit).total(sides, workers)


def memory(stored: float, each: Iterable[float | None], workers: int) -> float:
    """Peak megabytes of a run: what its processes hold before any trial, the data, and the most demanding
    contender in every worker at once.

    stored: megabytes of the stored data; each: expected peak megabytes of a trial of each contender,
    None where it is not known.

    >>> memory(10.0, [170.0, 650.0, None], workers=2)
    2020.0
    """
    return PROCESSES_MB + DATA_COPIES * stored + workers * max(filter(None, each), default=0.0)
