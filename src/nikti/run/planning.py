"""Who meets whom, how thoroughly and at what price: the plan as plain data, made in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from nikti.core.contender import Budget, Contender, ContenderSpec
from nikti.core.data import Data
from nikti.core.errors import UsageError
from nikti.core.plan import Entry, LeftOut, Plan, Priced, Refused
from nikti.core.run import Trial
from nikti.core.task import Task
from nikti.core.timespan import both
from nikti.core.words import Words, joined
from nikti.protocol import efforts, schedule, splits
from nikti.protocol import plan as planning
from nikti.protocol.efforts import Effort, Offer, Sizes
from nikti.run import reading
from nikti.run.machine import Setup
from nikti.run.reductions import reductions
from nikti.run.request import Request
from nikti.sides import side
from nikti.verdict.champions import FREEZE_FROM

#: Pictures of half their side must make a contender cheaper than this share of its price.
SCALES = 0.9

#: What a capped network is called when it is trained as long as its recipe asks for, if time is left.
LONGER = "_longer"

NO_TIME = Words(
    en="no time: its shortest fit takes {seconds} core-seconds",
    bn="সময় নেই: সবচেয়ে ছোট প্রশিক্ষণেও লাগে {seconds} কোর-সেকেন্ড",
)
TRAINED_LONGER = Words(en="{title}, trained longer", bn="{title}, আরও বেশি সময় শেখানো")

_OF_ONE = Words(en="{name}: {reason}", bn="{name}: {reason}")
_NOBODY = Words(
    en="no contender can be used on {name}: {reasons}",
    bn="{name}-এ কোনো প্রতিযোগীই ব্যবহার করা যায় না: {reasons}",
)
_TOO_SHORT = Words(
    en="a time limit of {limit} is too short to start: reading and planning take {spent:.0f} s, and "
    "the cheapest fit of each side about {needed:.0f} s. Type --time-limit {shortest}s, or more.",
    bn="{limit} সময়সীমায় শুরুই করা যায় না: পড়তে আর পরিকল্পনা করতে লাগে {spent} সেকেন্ড, আর প্রতি "
    "পক্ষের সবচেয়ে কম সময়ের প্রশিক্ষণে প্রায় {needed} সেকেন্ড। লিখুন --time-limit {shortest}s, "
    "বা তার বেশি",
)


def make_plan(
    request: Request, task: Task, data: Data, split: dict[str, Any], setup: Setup
) -> tuple[Plan, dict[str, ContenderSpec]]:
    """(the plan, {contender: what a worker makes it from}); see `nikti.protocol`.

    split: {"method", "folds", "train_sizes", "everything"}.
    Called in a worker: a user's own files are run here for the first time, and what they do must not end the
    run's own process. Raises UsageError for a contender that cannot be used and a limit too short to start.
    """
    contenders, refused = reading.candidates(request, task, data)
    if not contenders:
        reasons = joined((_OF_ONE.format(name=one.name, reason=one.reason) for one in refused), "; ")
        raise UsageError(_NOBODY.format(name=data.name, reasons=reasons))
    making = _preparing(request, task, data)
    spent = setup.slowdown * sum(making.values()) / setup.speed / setup.workers
    setup = replace(setup, spent=setup.spent + spent)
    sizes = Sizes(int(np.mean(split["train_sizes"])), split["everything"])
    answered = split["everything"] / split["folds"]
    prices = _Prices(task, data, setup, {contender.name: contender for contender in contenders}, answered)
    offers = _alone([_offer(prices, contender, request, sizes) for contender in contenders])
    preset = planning.PRESETS[request.preset]
    sides = len({offer.side for offer in offers})
    seconds = planning.trial_seconds(request.preset, request.limit, sides, setup.workers, setup.spent)
    usable = planning.USABLE * seconds * setup.workers / setup.slowdown
    fitted = efforts.fit(offers, max(0.0, usable), sizes, tries=preset.tries, epochs=preset.epochs)
    _refuse_too_short(request, offers, fitted, sizes, setup)
    entries = _entries(prices, offers, fitted, sizes, preset)
    plan = Plan(
        metric=task.metrics[0].name,
        percent=task.metrics[0].percent,
        method=split["method"],
        preset=request.preset,
        everything=sizes.everything,
        limit=request.limit,
        workers=setup.workers,
        threads=setup.threads,
        folds=split["folds"],
        sizes=_sizes(split, preset, data),
        curve_folds=min(split["folds"], preset.curve_folds),
        contenders=entries,
        survivors={
            side: min(preset.survivors or len(entries), sum(entry.side == side for entry in entries))
            for side in planning.SIDES
        },
        reductions=reductions(offers, fitted, preset, sizes),
        left_out=tuple(LeftOut(o.name, o.side, o.method, s) for o, s in fitted.left_out),
        enough_seconds=enough_seconds(request.preset, fitted.needs, setup),
        refused=(*refused, *_refused(fitted)),
        unprepared=tuple(sorted(making)),
    )
    specs = {entry.name: ContenderSpec(entry.recipe, entry.side, request.options) for entry in entries}
    return _foreseen(plan, prices, request.limit, seconds), specs


def resume_plan(old: Plan, new: Plan, run: Sequence[Trial]) -> Plan:
    """The plan of a run that is resumed under a new limit.

    run: the trials that the run has. Their contenders keep the effort that all of their folds share; the
    others take the new one. A network that could now be trained longer than it was takes part a second time.
    The facts of the data and the grid stay."""
    begun = {trial.contender for trial in run}
    kept = {name: entry for name, entry in old.entries.items() if name in begun}
    entries = dict(kept)
    for name, entry in new.entries.items():
        base = kept.get(entry.recipe)
        if name not in kept and (base is None or _epochs(entry) > _epochs(base)):
            entries[name] = entry
        elif name in kept and _epochs(entry) > _epochs(kept[name]) and name + LONGER not in kept:
            title = TRAINED_LONGER.format(title=entry.title)
            entries[name + LONGER] = replace(entry, name=name + LONGER, represents=False, title=title)
    cuts = [cut for cut in old.reductions if cut.values.get("contender") in (None, *kept)]
    cuts += [cut for cut in new.reductions if cut.values.get("contender") not in (None, *kept)]
    return replace(
        old,
        contenders=tuple(entries.values()),
        reductions=tuple(cuts),
        limit=new.limit,
        left_out=new.left_out,
        enough_seconds=new.enough_seconds,
        refused=new.refused,
        unprepared=new.unprepared,
        cells=new.cells,
        seconds=new.seconds,
        survivors=new.survivors,
    )


def _epochs(entry: Entry) -> int:
    return entry.planned.effort.epochs or entry.recipe_epochs or 0


def enough_seconds(preset: str, needs: dict[str, float], setup: Setup) -> float:
    """The time limit with which no side would have to cut anything: the sides share it evenly, so the more
    expensive one decides."""
    trials = len(needs) * max(needs.values()) / setup.workers / planning.USABLE
    limit = trials
    for _ in range(8):  # what follows the trials grows with the limit, up to a bound
        after = planning.closing(preset, limit).total(len(needs), setup.workers)
        limit = trials + planning.START_SECONDS + after
    return float(limit)


def _preparing(request: Request, task: Task, data: Data) -> dict[str, float]:
    """Core-seconds, on the reference machine, of what is still to be made once for all trials of a
    contender, for those that wait for it."""
    found: dict[str, float] = {}
    for module in map(side, request.sides):
        if hasattr(module, "prepare_seconds"):
            found |= module.prepare_seconds(task, data, request.options)
    return {name: seconds for name, seconds in found.items() if seconds > 0}


@dataclass(frozen=True)
class _Prices:
    """What trials of these contenders cost on these data and this machine: a fit, and answering the
    `answered` samples of a fold."""

    task: Task
    data: Data
    setup: Setup
    contenders: dict[str, Contender]
    answered: float
    computed: dict[tuple[str, int, Budget], float] = field(default_factory=dict)

    def _on_this_machine(self, budget: Budget) -> Budget:
        return replace(budget, threads=self.setup.threads, device=self.setup.device)

    def seconds(self, name: str, size: int, budget: Budget) -> float:
        """Core-seconds of one trial; cached, because fitting the efforts needs the same prices many
        times."""
        if (name, size, budget) not in self.computed:
            own = self._on_this_machine(budget)
            fit = self.contenders[name].cost(self.task, self.data, size, own)
            self.computed[name, size, budget] = fit / self.setup.speed + self.answering(name, budget)
        return self.computed[name, size, budget]

    def answering(self, name: str, budget: Budget) -> float:
        """Core-seconds that a contender needs to predict a fold, whatever the training size."""
        own = self._on_this_machine(Budget(scale=budget.scale))
        return self.answered * self._answer(name, own) / self.setup.speed

    def _answer(self, name: str, own: Budget) -> float:
        if (name, own) not in self._answers:
            self._answers[name, own] = self.contenders[name].answer_cost(self.task, self.data, own)
        return self._answers[name, own]

    @cached_property
    def _answers(self) -> dict[tuple[str, Budget], float]:
        return {}

    def memory(self, name: str, size: int, budget: Budget) -> float | None:
        """Peak megabytes of one fit, None where nobody can tell."""
        return self.contenders[name].memory(self.task, self.data, size, self._on_this_machine(budget))


def _offer(prices: _Prices, contender: Contender, request: Request, sizes: Sizes) -> Offer:
    """A contender as the planner sees it. Whoever was named by the user must take part."""
    epochs = getattr(contender, "epochs", None)
    return Offer(
        name=contender.name,
        side=contender.side,
        method=contender.method,
        represents=contender.represents or bool(request.contenders),
        price=lambda size, budget: prices.seconds(contender.name, size, budget),
        pretrained=contender.pretrained,
        epochs=epochs(prices.task, prices.data, sizes.full) if epochs else None,
        scales=prices.seconds(contender.name, sizes.full, Budget(scale=0.5))
        < SCALES * prices.seconds(contender.name, sizes.full, Budget()),
        without_validation=not getattr(contender, "validates", True),
        frozen=contender.side == "deep" and sizes.everything >= FREEZE_FROM,
    )


def _alone(offers: list[Offer]) -> list[Offer]:
    """The offers; none can do without validation where its side has others to choose from."""
    learners = [offer.side for offer in offers if not offer.floor]
    return [
        replace(offer, without_validation=offer.without_validation and learners.count(offer.side) == 1)
        for offer in offers
    ]


def _refuse_too_short(
    request: Request,
    offers: Sequence[Offer],
    fitted: efforts.Fitted,
    sizes: Sizes,
    setup: Setup,
) -> None:
    """Raise UsageError where not even the cheapest fit of a side would be done in time."""
    sides = {offer.side for offer in offers}
    cheapest = [
        min(
            efforts.first_seconds(offer, fitted.efforts[offer.name], sizes)
            for offer in offers
            if offer.side == side and offer.name in fitted.efforts
        )
        for side in sides
    ]
    workers = setup.workers
    needed = setup.slowdown * max(max(cheapest), sum(cheapest) / workers)
    if needed <= planning.trial_seconds(request.preset, request.limit, 0, workers, setup.spent):
        return
    shortest = needed / planning.USABLE + setup.spent
    shortest += planning.closing(request.preset, shortest).total(len(sides), workers)
    shortest = 5 * int(np.ceil(shortest / 5))
    raise UsageError(
        _TOO_SHORT.format(
            limit=both(request.limit), spent=round(setup.spent), needed=round(needed), shortest=str(shortest)
        )
    )


def _entries(
    prices: _Prices,
    offers: Sequence[Offer],
    fitted: efforts.Fitted,
    sizes: Sizes,
    preset: planning.Preset,
) -> tuple[Entry, ...]:
    """Who takes part, and the seconds and megabytes that each will take; a network whose epochs were cut
    is there a second time, as its recipe has it, for the time that may be left."""
    entries = []
    for offer in offers:
        if offer.name not in fitted.efforts:
            continue
        effort = fitted.efforts[offer.name]
        entries.append(_entry(prices, offer, effort, sizes))
        full_epochs = min(offer.epochs or 0, preset.epochs or offer.epochs or 0)
        if (effort.budget.epochs or full_epochs) < full_epochs:
            longer = replace(effort, budget=replace(effort.budget, epochs=preset.epochs, scale=1.0))
            entries.append(_entry(prices, offer, longer, sizes, LONGER))
    return tuple(entries)


def _entry(prices: _Prices, offer: Offer, effort: Effort, sizes: Sizes, suffix: str = "") -> Entry:
    contender = prices.contenders[offer.name]
    standing = offer.represents and not suffix and offer.epochs is not None
    shorter = efforts.shorter(offer, effort) if standing else []
    return Entry(
        name=offer.name + suffix,
        recipe=offer.name,
        side=offer.side,
        title=TRAINED_LONGER.format(title=contender.title) if suffix else contender.title,
        method=offer.method,
        represents=offer.represents and not suffix,
        pretrained=offer.pretrained,
        pretrained_on=getattr(contender, "pretrained_on", None),
        recipe_epochs=offer.epochs,
        frozen=offer.frozen,
        planned=_priced(prices, offer, effort, sizes),
        shorter=tuple(_priced(prices, offer, each, sizes) for each in shorter),
        memory_mb=prices.memory(offer.name, sizes.everything, effort.budget),
    )


def _priced(prices: _Prices, offer: Offer, effort: Effort, sizes: Sizes) -> Priced:
    budget, later = effort.budget, effort.later(offer.frozen)
    return Priced(
        effort=budget,
        seconds=prices.seconds(offer.name, sizes.full, budget),
        later_seconds=prices.seconds(offer.name, sizes.full, later),
        answer_seconds=prices.answering(offer.name, budget),
    )


def _sizes(split: dict[str, Any], preset: planning.Preset, data: Data) -> tuple[int, ...]:
    """Training sizes of the data curve, if there is time for all."""
    found = splits.of(split["method"]).sizes(split["train_sizes"], max(1, len(data.classes)), preset.sizes)
    return tuple(found)


def _foreseen(plan: Plan, prices: _Prices, limit: float, seconds: float) -> Plan:
    """The plan with what will be done in the time there is, if the prices are right, and the seconds and
    megabytes of it all."""
    board, setup = schedule.Board(plan), prices.setup
    cells, ends = schedule.play(
        board, lambda trial: setup.slowdown * schedule.price(board, trial), seconds, setup.workers
    )
    stored = sum(file.stat().st_size for file in prices.data.folder.iterdir() if file.is_file()) / 1e6
    closing = planning.closing(plan.preset, limit).total(len(plan.sides), setup.workers)
    return replace(
        plan,
        cells=tuple(cell.key for cell in cells),
        seconds=setup.spent + ends + closing,
        memory_mb=planning.memory(stored, [entry.memory_mb for entry in plan.contenders], setup.workers),
    )


def _refused(fitted: efforts.Fitted) -> list[Refused]:
    """The contenders that there was no time for, with the reason."""
    return [
        Refused(offer.name, offer.side, NO_TIME.format(seconds=round(seconds)))
        for offer, seconds in (*fitted.left_out, *fitted.too_expensive)
    ]
