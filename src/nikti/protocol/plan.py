"""What will run, decided before anything is trained, from expected costs and not from the clock: the
same request gives the same plan on the same machine, and so the same scores.

Both sides get the same time. Where it is too short for everything, the plan gives up, in this order
and saying so: sizes of the data curve, tuning (settings, then folds of inner validation; the same for both
sides), contenders that could not
finish alone, the later folds of those that the first fold shows to be hopeless, epochs of networks,
folds beyond three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nikti.core.contender import INNER_FOLDS, INNER_FOLDS_BELOW, Budget
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

#: Ceilings on epochs tried in turn when networks do not fit the time.
EPOCH_CAPS = (None, 60, 40, 25, 16, 10, 7, 5, 3)

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


def fit_level(
    names: dict[str, Sequence[str]],
    sizes: Sequence[int],
    everything: int,
    budget: float,
    cost: Cost,
    preset: Preset = PRESETS["best"],
    folds: int = FOLDS,
    frozen: Sequence[str] = (),
    rungs: Sequence[int] = (),
) -> Level:
    """The largest level that fits `budget` core-seconds per side.

    names: contenders by side; sizes: rising, the last is the full size; everything: rows of the
    final fit; budget: core-seconds of each side.
    """
    full = sizes[-1]
    level = Level(
        folds=folds,
        curve_sizes=tuple(sizes[:-1]),
        curve_folds=min(folds, preset.curve_folds),
        survivors={side: min(preset.survivors or 99, len(names[side])) for side in SIDES},
        names={side: tuple(names[side]) for side in SIDES},
        epochs=preset.epochs,
        tries=preset.tries,
        frozen=tuple(frozen),
        rungs=tuple(rungs),
    )

    def over(candidate: Level, side: str | None = None) -> bool:
        wanted = SIDES if side is None else (side,)
        return any(side_seconds(candidate, s, full, everything, cost) > budget for s in wanted)

    curves = _curve_steps(level)
    if not over(level):
        return level
    whole = level
    level = replace(level, **curves[-1])
    while level.tries > 1 and over(level):
        level = replace(level, tries=level.tries - 1)
    if over(level):
        level = replace(level, inner_folds=1)
    level = _fit_epochs_alone(level, full, everything, budget, cost)
    level = _drop_too_dear(level, full, everything, budget, cost)
    for side in SIDES:
        while over(level, side) and level.survivors[side] > 1:
            level = _fewer_survivors(level, side)
    for cap in EPOCH_CAPS:
        if not over(level, "deep"):
            break
        if cap is not None and (level.epochs is None or cap < level.epochs):
            level = replace(level, epochs=cap)
    for side in SIDES:
        while over(level, side) and len(level.names[side]) > 1:
            level = _drop_dearest(level, side, full, cost)
    if over(level) and level.folds > FEWEST_FOLDS:
        level = replace(level, folds=FEWEST_FOLDS)
    curve = next(step for step in curves if step is curves[-1] or not over(replace(level, **step)))
    return _tell(replace(level, **curve), whole, full)


def _curve_steps(level: Level) -> list[dict[str, Any]]:
    """Ever cheaper data curves: all, fewer folds, without the race, fewer sizes, none. Where only the
    best few go on anyway, a race that costs a second fold of the curve does not pay."""
    sizes = level.curve_sizes
    folds = [level.curve_folds, *(f for f in (3, 2, 1) if f < level.curve_folds)]
    steps = [{"curve_sizes": sizes, "curve_folds": f, "rungs": level.rungs} for f in folds if f > 1]
    steps += [{"curve_sizes": sizes, "curve_folds": f, "rungs": ()} for f in folds if f <= 2]
    for count in range(len(sizes) - 1, 0, -1):
        steps.append({"curve_sizes": sizes[:count], "curve_folds": 1, "rungs": ()})
    return [*steps, {"curve_sizes": (), "curve_folds": 0, "rungs": ()}]


def _alone(level: Level, side: str, name: str) -> Level:
    return replace(level, names={**level.names, side: (name,)}, survivors={**level.survivors, side: 1})


def _fit_epochs_alone(level: Level, full: int, everything: int, budget: float, cost: Cost) -> Level:
    """If no network could finish alone, the first cap on epochs under which one can."""
    names = level.names["deep"]
    for cap in [cap for cap in EPOCH_CAPS if level.epochs is None or (cap and cap <= level.epochs)]:
        capped = replace(level, epochs=cap)
        if not names or any(
            side_seconds(_alone(capped, "deep", name), "deep", full, everything, cost) <= budget
            for name in names
        ):
            return capped
    return replace(level, epochs=EPOCH_CAPS[-1])


def _drop_too_dear(level: Level, full: int, everything: int, budget: float, cost: Cost) -> Level:
    """Drop contenders that could not finish even if they had their side's time alone."""
    for side in SIDES:
        alone = {
            name: side_seconds(_alone(level, side, name), side, full, everything, cost)
            for name in level.names[side]
        }
        dear = [name for name in alone if alone[name] > budget]
        if len(dear) == len(alone):  # keep the cheapest: something must stand for the side
            dear = sorted(dear, key=lambda name: alone[name])[1:]
        for name in dear:
            level = _without(level, side, name).gave_up(
                "contender_too_dear",
                f"{name} is left out: alone it would take {alone[name]:.0f} core-seconds, its side "
                f"has {budget:.0f}.",
                contender=name,
                needs=alone[name],
                has=budget,
            )
    return level


def _without(level: Level, side: str, name: str) -> Level:
    kept = tuple(other for other in level.names[side] if other != name)
    survivors = {**level.survivors, side: min(level.survivors[side], len(kept))}
    return replace(level, names={**level.names, side: kept}, survivors=survivors)


def _drop_dearest(level: Level, side: str, full: int, cost: Cost) -> Level:
    name = max(level.names[side], key=lambda n: cost(n, full, level.effort()))
    seconds = cost(name, full, level.effort())
    return _without(level, side, name).gave_up(
        "contender_no_time",
        f"{name} is left out: its side's time is used up by the others ({seconds:.0f} core-seconds a fit).",
        contender=name,
        seconds=seconds,
    )


def _fewer_survivors(level: Level, side: str) -> Level:
    return replace(level, survivors={**level.survivors, side: level.survivors[side] - 1})


def _tell(level: Level, whole: Level, full: int) -> Level:
    """Say what was given up beside the preset's whole grid, sizes first."""
    told = replace(level, given_up=())
    have, of, on = len(level.curve_sizes), len(whole.curve_sizes), level.curve_folds
    if have < of or on < whole.curve_folds:
        text = (
            f"The data curve has {have} of {of} sizes below the full one, on {on} fold(s) each."
            if have
            else "No data curve: only the full training size is run."
        )
        told = told.gave_up("fewer_sizes", text, sizes=have, of=of, folds=on)
    if level.tries < whole.tries:
        text = f"Each contender compares {level.tries} of {whole.tries} settings."
        told = told.gave_up("fewer_tries", text, tries=level.tries, of=whole.tries)
    if level.inner_folds < whole.inner_folds and full < INNER_FOLDS_BELOW:
        text = "Settings and stopping points are found on one held-out fifth, not on three folds."
        told = told.gave_up("fewer_inner_folds", text)
    told = replace(told, given_up=(*told.given_up, *level.given_up))
    for side in SIDES:
        keep, of = level.survivors[side], len(level.names[side])
        if keep < min(of, whole.survivors[side]):
            text = f"After the first fold the best {keep} of {of} {side} contenders (inner validation) go on."
            told = told.gave_up("fewer_survivors", text, side=side, keep=keep, of=of)
    if level.epochs != whole.epochs:
        text = f"Networks train at most {level.epochs} epochs."
        told = told.gave_up("fewer_epochs", text, epochs=level.epochs)
    if level.folds < whole.folds:
        told = told.gave_up(
            "fewer_folds", f"{level.folds} folds instead of {whole.folds}.", folds=level.folds
        )
    return told
