"""The largest level of a run that fits its time.

Both sides get the same time. Where it is too short for everything, the plan gives up, in this order
and saying so: sizes of the data curve, tuning (settings, then folds of inner validation; the same for both
sides), contenders that could not
finish alone, the later folds of those that the first fold shows to be hopeless, epochs of networks,
folds beyond three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nikti.core.contender import INNER_FOLDS_BELOW
from nikti.protocol.plan import FEWEST_FOLDS, FOLDS, PRESETS, SIDES, Cost, Level, Preset, side_seconds

#: Ceilings on epochs tried in turn when networks do not fit the time.
EPOCH_CAPS = (None, 60, 40, 25, 16, 10, 7, 5, 3)


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
