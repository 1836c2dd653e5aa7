"""What will run, decided before anything is trained, from expected costs and not from the clock: the
same request gives the same plan on the same machine, and so the same scores. `fit_level` finds how much fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nikti.core.contender import INNER_FOLDS, Budget
from nikti.protocol.race import COMPANY_FOLDS

SIDES = ("classical", "deep")

#: Lines of the data curve on each side; deep learning has two, from scratch and pre-trained.
LEADERS = {"classical": 1, "deep": 2}


@dataclass(frozen=True)
class Preset:
    """How much is asked of a run.

    tries      hyper-parameter settings compared by each contender
    sizes      sizes of the data curve, the full one included; curve_folds: folds at each of them
    survivors  contenders of a side that go on after the first fold; None for all
    epochs     ceiling on the epochs of networks; None leaves it to their recipes
    seconds    time limit when the user names none
    timing     seconds at most for timing a champion's predictions, in each of the two batch sizes
    """

    tries: int
    sizes: int
    curve_folds: int
    survivors: int | None
    epochs: int | None
    seconds: float
    timing: float


PRESETS = {
    "fast": Preset(tries=1, sizes=2, curve_folds=1, survivors=1, epochs=10, seconds=120.0, timing=0.5),
    "medium": Preset(tries=3, sizes=5, curve_folds=5, survivors=4, epochs=None, seconds=600.0, timing=5.0),
    "best": Preset(tries=8, sizes=7, curve_folds=5, survivors=None, epochs=None, seconds=7200.0, timing=20.0),
}

FOLDS = 5
FEWEST_FOLDS = 3


#: Share of the time that is planned; the rest is for estimates that were too low.
USABLE = 0.8

#: Wall seconds for starting, storing, features, a first timing of the models and the report.
OVERHEAD_SECONDS = 12.0

#: The race climbs at most so many sizes, none above this share of the full one, and is for contenders
#: whose full-size fit takes so many core-seconds, and so large a share of the dearest fit of their side.
RUNGS, LARGEST_RUNG = 3, 0.25
DEAR_SECONDS, DEAR_SHARE = 5.0, 0.25

#: Timing a champion's predictions takes no more than this share of the time limit in each batch size.
TIMING_SHARE = 0.01

#: Wall seconds for loading a model to be timed; the time of its warm-ups as a share of the timed calls'.
TIMING_START, WARM_UP_SHARE = 1.0, 0.25

#: Seconds after which the timing of all but slow models is over.
TIMING_ENOUGH = 2.0

#: cost(contender name, training size, what a fit may use) -> core-seconds of one fit
Cost = Callable[[str, int, Budget], float]


#: Resident megabytes of the command's own process and of the one that trials are forked from, with the
#: libraries that they load (measured: 130 and 550).
PROCESSES_MB = 700.0

#: Times the stored data are in memory: as they were read, and as the trials see them.
DATA_COPIES = 2


def timing_seconds(preset: str, limit: float) -> float:
    """Seconds at most for timing one model in one batch size.

    >>> timing_seconds("medium", 600.0), timing_seconds("medium", 60.0)
    (5.0, 0.6)
    """
    return min(PRESETS[preset].timing, TIMING_SHARE * limit)


def overhead(sides: int, each: float) -> float:
    """Wall seconds that are no trial's, where one model of each side is timed, alone on the machine, in
    two batch sizes of `each` seconds."""
    return OVERHEAD_SECONDS + sides * (TIMING_START + 2 * each * (1 + WARM_UP_SHARE))


def memory(stored: float, each: Mapping[str, float | None], workers: int) -> float:
    """Peak megabytes of a run: what its processes hold before any trial, the data, and the dearest
    contender in every worker at once.

    stored: megabytes of the stored data; each: expected peak megabytes of a trial by contender, None
    where it is not known.

    >>> memory(10.0, {"forest": 170.0, "cnn": 650.0}, workers=2)
    2020.0
    """
    return PROCESSES_MB + DATA_COPIES * stored + workers * max(filter(None, each.values()), default=0.0)


@dataclass(frozen=True)
class Level:
    """How much of the grid runs.

    curve_sizes, curve_folds: sizes below the full one, and folds at each of them
    folds: folds at the full size; survivors: contenders of a side that go on after the first fold
    tries: settings compared by each contender; inner_folds: folds of inner validation where rows are few,
    1 for a hold-out; frozen: sides whose settings are chosen once, on the
    first fold, and kept
    rungs: sizes that dear contenders climb on the first fold before their full-size fit
    """

    folds: int
    curve_sizes: tuple[int, ...]
    curve_folds: int
    survivors: dict[str, int]
    names: dict[str, tuple[str, ...]]
    epochs: int | None = None
    tries: int = 1
    inner_folds: int = INNER_FOLDS
    frozen: tuple[str, ...] = ()
    rungs: tuple[int, ...] = ()
    given_up: tuple[dict[str, Any], ...] = field(default=())

    def effort(self, known: bool = False) -> Budget:
        """What a fit may use. known: the setting was found before and nothing is compared."""
        return Budget(tries=0 if known else self.tries, epochs=self.epochs, inner_folds=self.inner_folds)

    def gave_up(self, code: str, text: str, **values: Any) -> Level:
        """The same level with one more thing given up."""
        return replace(self, given_up=(*self.given_up, {"code": code, "text": text, "values": values}))


def side_seconds(level: Level, side: str, full: int, everything: int, cost: Cost) -> float:
    """Core-seconds a side needs at a level: the full column, the curve and one final fit on all
    rows. The survivors are not known yet: the dearest are assumed, and that the race stops nobody."""
    names = level.names[side]
    if not names:
        return 0.0
    first, later = level.effort(), level.effort(known=side in level.frozen)
    dearest = sorted(names, key=lambda name: -cost(name, full, later))
    dearest = dearest[: level.survivors[side]]

    def each(size: int, but: Sequence[str] = ()) -> float:
        return sum(cost(name, size, later) for name in dearest if name not in but)

    racing = dear({name: cost(name, full, first) for name in names})
    total = sum(cost(name, full, first) for name in names)
    total += sum(cost(name, size, first) for name in racing for size in level.rungs)
    total += (level.folds - 1) * each(full)
    for size in level.curve_sizes:
        climbed = racing if size in level.rungs else ()  # a rung is a cell of the curve
        total += each(size, climbed) * min(level.curve_folds, COMPANY_FOLDS)
        more = max(0, level.curve_folds - COMPANY_FOLDS)
        total += more * sum(cost(name, size, later) for name in dearest[: LEADERS[side]])
    return total + max(cost(name, everything, later) for name in dearest)


def rungs_of(sizes: Sequence[int]) -> tuple[int, ...]:
    """The sizes of the race, of the grid's rising sizes; () where there are too few to show a slope.

    >>> rungs_of([89, 179, 359, 718, 1437]), rungs_of([718, 1437])
    ((89, 179, 359), ())
    """
    small = tuple(size for size in sizes if size <= LARGEST_RUNG * sizes[-1])[-RUNGS:]
    return small if len(small) > 1 else ()


def dear(seconds: dict[str, float]) -> list[str]:
    """Contenders of a side that are worth a race, from the core-seconds of their full-size fits. The
    cheapest never is: somebody must set the mark."""
    floor = max(DEAR_SECONDS, DEAR_SHARE * max(seconds.values(), default=0.0))
    cheapest = min(seconds, key=lambda name: seconds[name], default=None)
    return [name for name, needs in seconds.items() if needs >= floor and name != cheapest]
