"""How thoroughly each contender is trained, so that every side's case can be made in the time there is.

A side is stood for by its methods (linear models, boosted trees; convolutional networks, Transformers). Where
time is short, what each fit does is cut first: settings compared, folds of inner validation, then epochs,
folds and the size of pictures in turn (`CUTS`). Only where even the last cut does not fit is a method left
out, the most expensive first, and never the last of its side.

Efforts are settled before the first trial, from prices, and not by the clock: which cells run may depend on
the time, what a cell scores does not. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from nikti.core.contender import FLOOR, INNER_FOLDS, Budget
from nikti.core.words import Words
from nikti.protocol.plan import FEWEST_FOLDS, FOLDS, SIDES

#: price(training size, what a fit may use) -> core-seconds of one trial
Price = Callable[[int, Budget], float]


@dataclass(frozen=True)
class Offer:
    """A contender as the plan sees it.

    method, represents, pretrained: see `nikti.core.contender.Contender`
    epochs      passes over the rows of a training that nothing limits; None where there are none
    scales      whether smaller pictures make it cheaper
    frozen      whether its setting is chosen on the first fold alone, and kept
    without_validation  whether a fit may do without validation rows: there is no other contender of its side
                chosen from, and nothing but a choice is made on them
    """

    name: str
    side: str
    method: Words
    represents: bool
    price: Price = field(repr=False)
    pretrained: bool = False
    epochs: int | None = None
    scales: bool = False
    frozen: bool = False
    without_validation: bool = False

    @property
    def floor(self) -> bool:
        """Whether it learns nothing."""
        return self.method == FLOOR


@dataclass(frozen=True)
class Cut:
    """folds: how many the champion can have; epochs: share of its epochs; scale: of the side of pictures."""

    folds: int
    epochs: float
    scale: float


#: Ever shorter ways to make a side's case. Three folds of a network that was trained for half of its epochs
#: say more than five of one that was trained for a third: a gap too wide is said, a network that has not
#: learned yet looks like a bad one. Below that, small pictures cost a network less than no training
#: (resnet10t on 800 photos: 0.705 with 8 epochs at 64 px).
CUTS = (
    *(Cut(FOLDS, 1.0, 1.0), Cut(FOLDS, 0.7, 1.0), Cut(FOLDS, 0.5, 1.0)),
    *(Cut(FEWEST_FOLDS, 0.7, 1.0), Cut(FEWEST_FOLDS, 0.5, 1.0), Cut(FEWEST_FOLDS, 0.5, 0.75)),
    *(Cut(FEWEST_FOLDS, 0.35, 0.75), Cut(FEWEST_FOLDS, 0.25, 0.75), Cut(FEWEST_FOLDS, 0.25, 0.5)),
    *(Cut(FEWEST_FOLDS, 0.15, 0.5), Cut(2, 0.15, 0.5), Cut(1, 0.15, 0.5), Cut(1, 0.08, 0.5)),
)

#: So many of the cuts leave a contender that can still be called trained.
GOOD = 5

#: No network is trained for fewer epochs than this, or all it was asked for.
FEWEST_EPOCHS = 2

#: More than one setting is compared only where that leaves half of a side's time to further contenders.
TUNING_SHARE = 0.5

#: A side whose whole case takes no more than this share of all time validates on all inner folds, also where
#: the other cannot: one hold-out of 160 long texts chose linear models that were 2 points below the best.
CHEAP_SHARE = 0.1

#: Shares of a side's time that one contender may take, tried in turn: the expensive are cut before the cheap.
ALLOWANCES = tuple(0.95**power for power in range(0, 60, 2))


@dataclass(frozen=True)
class Effort:
    """What the fits of one contender may use, and the folds that this was settled for."""

    budget: Budget
    folds: int

    def later(self, frozen: bool) -> Budget:
        """The same after the first fold: nothing is compared where the setting is kept."""
        return replace(self.budget, tries=0) if frozen else self.budget


@dataclass(frozen=True)
class Fitted:
    """efforts: of every contender that takes part; left_out: (offer, core-seconds of its shortest case) of
    methods that there was no time for; too_expensive: the same of contenders that represent nobody and could
    not even finish one fold; needs: core-seconds of each side's whole case, with nothing cut."""

    efforts: dict[str, Effort]
    left_out: tuple[tuple[Offer, float], ...]
    too_expensive: tuple[tuple[Offer, float], ...]
    needs: dict[str, float]


@dataclass(frozen=True)
class Sizes:
    """Training rows of a fold, and of the final fit."""

    full: int
    everything: int


def shorter(offer: Offer, effort: Effort) -> list[Effort]:
    """Ever shorter efforts of a contender than the one that was settled for."""
    whole = replace(effort.budget, epochs=None, scale=1.0)
    ladder = [effort_of(offer, whole, cut) for cut in CUTS]
    work = [_work(offer, each) for each in ladder]
    found = [each for each, amount in zip(ladder, work, strict=True) if amount < _work(offer, effort)]
    return [
        each for number, each in enumerate(found) if each.budget not in [f.budget for f in found[:number]]
    ]


def _work(offer: Offer, effort: Effort) -> float:
    """What a fit does beside an uncut one: epochs and the area of pictures."""
    return (effort.budget.epochs or offer.epochs or 1) * effort.budget.scale**2


def effort_of(offer: Offer, tuning: Budget, cut: Cut) -> Effort:
    """A contender's effort under a cut."""
    epochs = tuning.epochs
    if offer.epochs is not None and cut.epochs < 1:
        allowed = max(FEWEST_EPOCHS, round(cut.epochs * min(offer.epochs, epochs or offer.epochs)))
        epochs = min(allowed, epochs or allowed)
    tries = 0 if offer.without_validation and tuning.tries == 1 else tuning.tries
    scale = cut.scale if offer.scales else 1.0
    return Effort(replace(tuning, tries=tries, epochs=epochs, scale=scale), cut.folds)


def first_seconds(offer: Offer, effort: Effort, sizes: Sizes) -> float:
    """Core-seconds of a contender's first fold, its search included."""
    return offer.price(sizes.full, effort.budget)


def rest_seconds(offer: Offer, effort: Effort, sizes: Sizes) -> float:
    """Core-seconds of its other folds and of the final fit on all rows."""
    later = effort.later(offer.frozen)
    return (effort.folds - 1) * offer.price(sizes.full, later) + offer.price(sizes.everything, later)


def case_seconds(offers: Iterable[Offer], efforts: dict[str, Effort], sizes: Sizes) -> float:
    """Core-seconds of a side's case: everybody's first fold, and the most expensive goes on to the end."""
    offers = list(offers)
    first = sum(first_seconds(offer, efforts[offer.name], sizes) for offer in offers)
    return first + max((rest_seconds(offer, efforts[offer.name], sizes) for offer in offers), default=0.0)


def representatives(offers: Sequence[Offer]) -> list[Offer]:
    """Contenders that represent a method of their side; where there are none, the cheapest that learns."""
    standing = [offer for offer in offers if offer.represents and not offer.floor]
    learning = [offer for offer in offers if not offer.floor]
    return standing or learning or list(offers)


def fit(
    offers: Sequence[Offer],
    seconds: float,
    sizes: Sizes,
    *,
    tries: int = 1,
    epochs: int | None = None,
) -> Fitted:
    """Efforts under which each side's case fits into half of `seconds` core-seconds, or into more where the
    other side needs less.

    tries, epochs: what the preset asks for at most.
    """
    sides = {side: [offer for offer in offers if offer.side == side] for side in SIDES}
    busy = [side for side in SIDES if sides[side]]
    tuning, shares = _tuning(sides, busy, seconds, sizes, tries, epochs)
    whole = {offer.name: effort_of(offer, Budget(tries=tries, epochs=epochs), CUTS[0]) for offer in offers}
    needs = {side: case_seconds(representatives(sides[side]), whole, sizes) for side in busy}
    efforts: dict[str, Effort] = {}
    left_out: list[tuple[Offer, float]] = []
    too_expensive: list[tuple[Offer, float]] = []
    for side in busy:
        found, out, allowance = _fit_side(representatives(sides[side]), shares[side], sizes, tuning[side])
        efforts |= found
        left_out += out
        out_names = {offer.name for offer, _ in out}
        for offer in sides[side]:
            if offer.name in found or offer.name in out_names:
                continue
            effort = _largest(offer, allowance, sizes, tuning[side])
            needed = first_seconds(offer, effort, sizes)
            if needed <= shares[side] or offer.floor:
                efforts[offer.name] = effort
            else:
                too_expensive.append((offer, needed))
    return Fitted(efforts, tuple(left_out), tuple(too_expensive), needs)


def _tuning(
    sides: dict[str, list[Offer]],
    busy: list[str],
    seconds: float,
    sizes: Sizes,
    tries: int,
    epochs: int | None,
) -> tuple[dict[str, Budget], dict[str, float]]:
    """(how thoroughly each side chooses its settings, its core-seconds): the first tuning that fits uncut on
    both sides, else the shortest. Both compare as many settings: that is part of being fair. How surely is
    what each can afford."""

    def need(side: str, way: Budget) -> float:
        uncut = {offer.name: effort_of(offer, way, CUTS[0]) for offer in sides[side]}
        return case_seconds(representatives(sides[side]), uncut, sizes)

    ways = [Budget(tries=count, inner_folds=INNER_FOLDS, epochs=epochs) for count in range(tries, 0, -1)]
    for way in (*ways, Budget(tries=1, inner_folds=1, epochs=epochs)):
        needs = {side: need(side, way) for side in busy}
        shares = shared(needs, seconds)
        room = TUNING_SHARE if way.tries > 1 else 1.0
        if all(needs[side] <= room * shares[side] for side in busy):
            break
    ways_of = dict.fromkeys(busy, way)
    for side in busy:
        surer = replace(way, inner_folds=INNER_FOLDS)
        if (surely := need(side, surer)) <= CHEAP_SHARE * seconds:  # where it had them all, nothing changes
            ways_of[side], needs[side] = surer, surely
    return ways_of, shared(needs, seconds)


def shared(needs: dict[str, float], seconds: float) -> dict[str, float]:
    """The time of each side: an equal part, and what the other does not need.

    >>> shared({"classical": 10.0, "deep": 300.0}, 200.0)
    {'classical': 100.0, 'deep': 190.0}
    """
    equal = seconds / max(1, len(needs))
    return {
        side: max(equal, seconds - sum(need for other, need in needs.items() if other != side))
        for side in needs
    }


def _fit_side(
    offers: list[Offer], seconds: float, sizes: Sizes, tuning: Budget
) -> tuple[dict[str, Effort], list[tuple[Offer, float]], float]:
    """(efforts of those who stand for the side, who was left out, core-seconds that one of them may take).

    A second contender of a method stands back, the more expensive first, before the first one is cut
    beyond `GOOD`; it is not left out, and runs where there is time."""
    standing = list(offers)
    while len(twins := _twins(standing)) and not _fits(standing, seconds, sizes, tuning, GOOD):
        whole = {offer.name: effort_of(offer, tuning, CUTS[0]) for offer in twins}
        standing.remove(max(twins, key=lambda offer: first_seconds(offer, whole[offer.name], sizes)))
    left_out: list[tuple[Offer, float]] = []
    while (found := _fits(standing, seconds, sizes, tuning, len(CUTS))) is None and len(standing) > 1:
        shortest = {offer.name: effort_of(offer, tuning, CUTS[-1]) for offer in standing}
        needs = {offer: first_seconds(offer, shortest[offer.name], sizes) for offer in standing}
        out = max(needs, key=lambda offer: needs[offer])
        standing.remove(out)
        left_out.append((out, needs[out]))
    if found is None:  # nobody else is left to make room: it is tried all the same
        found = {offer.name: effort_of(offer, tuning, CUTS[-1]) for offer in standing}, seconds
    return found[0], left_out, found[1]


def _twins(offers: Sequence[Offer]) -> list[Offer]:
    """Those whose method has more than one of them."""
    methods = [offer.method for offer in offers]
    return [offer for offer in offers if methods.count(offer.method) > 1]


def _fits(
    offers: Sequence[Offer], seconds: float, sizes: Sizes, tuning: Budget, most_cuts: int
) -> tuple[dict[str, Effort], float] | None:
    """(efforts with which the case fits, core-seconds that one contender may take); None where it does not
    fit with so many of the cuts. One allowance for all: the expensive are cut before the cheap."""
    for share in ALLOWANCES:
        efforts = {o.name: _largest(o, share * seconds, sizes, tuning, most_cuts) for o in offers}
        if case_seconds(offers, efforts, sizes) <= seconds:
            return efforts, share * seconds
    return None


def _largest(
    offer: Offer, allowance: float, sizes: Sizes, tuning: Budget, most_cuts: int | None = None
) -> Effort:
    """The most thorough effort with which the contender's whole case takes no more than it may; the
    shortest where none does."""
    cuts = CUTS[:most_cuts]
    for cut in cuts:
        effort = effort_of(offer, tuning, cut)
        if first_seconds(offer, effort, sizes) + rest_seconds(offer, effort, sizes) <= allowance:
            return effort
    return effort_of(offer, tuning, cuts[-1])
