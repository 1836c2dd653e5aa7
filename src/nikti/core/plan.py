"""The plan of a run, as plain data: contenders, sizes, folds, efforts and costs.

`to_json` gives what a run's folder holds and `nikti plan --json` tells; `from_json` reads it back, that of
an older version with the values that what it lacks had then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from nikti.core.contender import FLOOR, Budget
from nikti.core.words import Words, read, stored

#: How a run from before other splits were known was split.
POOLED = "pooled_k_fold"


@dataclass(frozen=True)
class Priced:
    """What a contender's fits may use, and what that costs in core-seconds.

    effort          `tries`, `inner_folds`, `epochs` and `scale` are planned; what else a `Budget` holds is
                    the machine's and the trial's
    seconds         of a fold at the full size with the search; later_seconds: without it
    answer_seconds  of answering a fold, which does not depend on what is learned from
    """

    effort: Budget = Budget()
    seconds: float = 0.0
    later_seconds: float = 0.0
    answer_seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        planned = ("tries", "inner_folds", "epochs", "scale")
        return {
            "effort": {name: getattr(self.effort, name) for name in planned},
            "seconds": self.seconds,
            "later_seconds": self.later_seconds,
            "answer_seconds": self.answer_seconds,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Priced:
        """What `to_json` wrote."""
        seconds = {name: body.get(name, 0.0) for name in ("seconds", "later_seconds", "answer_seconds")}
        return cls(Budget(**(body.get("effort") or {})), **seconds)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A contender's line in the plan.

    recipe         the contender that it is made from; two entries may differ in effort alone
    method, represents, pretrained, pretrained_on  see `nikti.core.contender.Contender`
    recipe_epochs  passes over the rows that the recipe asks for; None where there are none
    frozen         whether its setting is chosen on the first fold alone, and kept
    planned        the effort that was settled on; shorter: ever shorter ones, should there be less time
    memory_mb      peak megabytes of a fit on all rows, None where nobody can tell
    """

    name: str
    recipe: str
    side: str
    title: Words
    method: Words
    represents: bool = False
    pretrained: bool = False
    pretrained_on: Words | None = None
    recipe_epochs: int | None = None
    frozen: bool = False
    planned: Priced = Priced()
    shorter: tuple[Priced, ...] = ()
    memory_mb: float | None = None

    @property
    def floor(self) -> bool:
        """Whether it learns nothing."""
        return self.method.en == FLOOR.en

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        names = ("name", "recipe", "side", "represents", "pretrained", "recipe_epochs", "frozen")
        learned_from = (
            {"pretrained_on": None}
            if self.pretrained_on is None
            else stored("pretrained_on", self.pretrained_on)
        )
        return {
            **{name: getattr(self, name) for name in names},
            **stored("title", self.title),
            **stored("method", self.method),
            **learned_from,
            **self.planned.to_json(),
            "shorter": [priced.to_json() for priced in self.shorter],
            "memory_mb": self.memory_mb,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Entry:
        """What `to_json` wrote. Before methods were named, one contender learned nothing."""
        name = body["name"]
        return cls(
            name=name,
            recipe=body.get("recipe", name),
            side=body["side"],
            title=read(body, "title") if "title" in body else Words(name, ""),
            method=read(body, "method") if "method" in body else FLOOR if name == "dummy" else Words("", ""),
            represents=body.get("represents", False),
            pretrained=body.get("pretrained", False),
            pretrained_on=read(body, "pretrained_on") if body.get("pretrained_on") else None,
            recipe_epochs=body.get("recipe_epochs"),
            frozen=body.get("frozen", False),
            planned=Priced.from_json(body),
            shorter=tuple(map(Priced.from_json, body.get("shorter", ()))),
            memory_mb=body.get("memory_mb"),
        )


@dataclass(frozen=True)
class Reduction:
    """Something that was cut for want of time. `code` and `values` are for programs."""

    code: str
    text: Words
    values: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """JSON-able form, as it is stored and shown."""
        return {"code": self.code, **stored("text", self.text), "values": self.values}


@dataclass(frozen=True)
class LeftOut:
    """A contender for whose method there was no time; seconds: core-seconds of its shortest case."""

    name: str
    side: str
    method: Words
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """JSON-able form, as it is stored and shown."""
        body = {"name": self.name, "side": self.side, "seconds": self.seconds}
        return {**body, **stored("method", self.method)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> LeftOut:
        """What `to_json` wrote."""
        return cls(body["name"], body["side"], read(body, "method"), body["seconds"])


@dataclass(frozen=True)
class Refused:
    """A contender that does not take part, and why."""

    name: str
    side: str
    reason: Words

    def to_json(self) -> dict[str, Any]:
        """JSON-able form, as it is stored and shown."""
        return {"name": self.name, "side": self.side, **stored("reason", self.reason)}


@dataclass(frozen=True)
class Prepared:
    """What a side computed once for all trials.

    features    {name: seconds per sample} of hand-made features; columns: how many numbers they are; own:
                names of the user's own
    embedded    frozen networks that the samples were put through
    """

    features: dict[str, float] = field(default_factory=dict)
    columns: int = 0
    own: tuple[str, ...] = ()
    embedded: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "features": self.features,
            "feature_seconds_per_sample": sum(self.features.values()),
            "columns": self.columns,
            "own": list(self.own),
            "embedded": list(self.embedded),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Prepared:
        """What `to_json` wrote."""
        return cls(
            features=dict(body.get("features", {})),
            columns=body.get("columns", 0),
            own=tuple(body.get("own", ())),
            embedded=tuple(body.get("embedded", ())),
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What runs, within what time, and what does not.

    metric          name of the primary metric; percent: whether it is told in percent
    method          how the samples are split, see `nikti.protocol.split`
    everything      training rows of the final fit
    limit           time limit in wall seconds, None where it is not known
    workers         trials at a time; threads: of each
    sizes           training rows of the data curve, rising; the last is the full size
    curve_folds     folds at each of the smaller ones
    survivors       {side: contenders that are run on all folds}; all of a side that is not in it
    enough_seconds  the limit with which nothing would have been cut, None where it is not known
    unprepared      contenders whose features are made beside the first trials
    cells           keys of the trials that are expected to be run; seconds, memory_mb: of the whole run
    prepared        {side: what it computed once}; a side that is not in it is still to do so
    """

    metric: str
    percent: bool = False
    method: str = POOLED
    preset: str = ""
    everything: int
    limit: float | None = None
    workers: int = 1
    threads: int = 1
    folds: int
    sizes: tuple[int, ...]
    curve_folds: int
    contenders: tuple[Entry, ...]
    survivors: dict[str, int] = field(default_factory=dict)
    reductions: tuple[Reduction, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    enough_seconds: float | None = None
    refused: tuple[Refused, ...] = ()
    unprepared: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    seconds: float = 0.0
    memory_mb: float = 0.0
    prepared: dict[str, Prepared] = field(default_factory=dict)

    @property
    def full(self) -> int:
        """Training rows of a fold."""
        return self.sizes[-1]

    @property
    def curve_sizes(self) -> tuple[int, ...]:
        """The sizes below the full one."""
        return self.sizes[:-1]

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The contenders by name, in the plan's order."""
        return {entry.name: entry for entry in self.contenders}

    def of_side(self, side: str) -> list[Entry]:
        """The contenders of a side."""
        return [entry for entry in self.contenders if entry.side == side]

    @property
    def sides(self) -> set[str]:
        """Sides with a contender."""
        return {entry.side for entry in self.contenders}

    def shortened(self, name: str, priced: Priced, reduction: Reduction) -> Plan:
        """The same with one of a contender's shorter efforts, with the cut recorded."""
        entry = self.entries[name]
        left = entry.shorter[entry.shorter.index(priced) + 1 :]
        changed = replace(entry, planned=priced, shorter=left)
        contenders = tuple(changed if each is entry else each for each in self.contenders)
        return replace(self, contenders=contenders, reductions=(*self.reductions, reduction))

    def to_json(self) -> dict[str, Any]:
        """JSON-able form, as it is stored and shown."""
        names = ("metric", "percent", "method", "preset", "full", "everything", "limit", "workers", "threads")
        body = {name: getattr(self, name) for name in (*names, "folds")}
        body |= {"sizes": list(self.sizes), "curve_sizes": list(self.curve_sizes)}
        body |= {
            "curve_folds": self.curve_folds,
            "contenders": [entry.to_json() for entry in self.contenders],
            "survivors": dict(self.survivors),
            "given_up": [cut.to_json() for cut in self.reductions],
            "left_out": [one.to_json() for one in self.left_out],
            "enough_seconds": self.enough_seconds,
            "refused": [one.to_json() for one in self.refused],
            "unprepared": list(self.unprepared),
            "cells": list(self.cells),
            "seconds": self.seconds,
            "memory_mb": self.memory_mb,
        }
        if self.prepared:
            body["prepared"] = {side: found.to_json() for side, found in self.prepared.items()}
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Plan:
        """What `to_json` wrote."""
        sizes = tuple(sorted(body["sizes"]))
        same = ("percent", "method", "preset", "limit", "workers", "threads", "enough_seconds", "seconds")
        optional: dict[str, Any] = {name: body[name] for name in (*same, "memory_mb") if name in body}
        prepared = body.get("prepared", {})
        return cls(
            metric=body["metric"],
            everything=body.get("everything", sizes[-1]),
            folds=body["folds"],
            sizes=sizes,
            curve_folds=body.get("curve_folds", body["folds"]),
            contenders=tuple(map(Entry.from_json, body["contenders"])),
            survivors=dict(body.get("survivors", {})),
            reductions=tuple(
                Reduction(g["code"], read(g, "text"), g["values"]) for g in body.get("given_up", ())
            ),
            left_out=tuple(map(LeftOut.from_json, body.get("left_out", ()))),
            refused=tuple(
                Refused(one["name"], one["side"], read(one, "reason")) for one in body.get("refused", ())
            ),
            unprepared=tuple(body.get("unprepared", ())),
            cells=tuple(body.get("cells", ())),
            prepared={side: Prepared.from_json(found) for side, found in prepared.items()},
            **optional,
        )
