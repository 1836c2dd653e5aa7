"""The card of a model: what its folder says of it, as `card.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nikti.core import plain
from nikti.core.contender import ContenderSpec
from nikti.core.errors import ModelError
from nikti.core.foreign import reason
from nikti.core.words import Words

_NO_CARD = Words(
    en="{file} is no card of a model: {reason}. The model is not loaded; copy its folder again from "
    "where it came, or train it again.",
    bn="{file} কোনো মডেলের কার্ড নয়: {reason}। মডেলটি খোলা হয়নি; যেখান থেকে এসেছে সেখান থেকে "
    "ফোল্ডারটি আবার কপি করুন, বা আবার শেখান।",
)
_NO_MODALITY = Words(
    en="{file} is no card of a model: input.modality is missing. Train the model again.",
    bn="{file} কোনো মডেলের কার্ড নয়: input.modality নেই। মডেলটি আবার শেখান।",
)


@dataclass(frozen=True)
class DataFacts:
    """What was learned from. target: the name of the answers; n: samples that took part."""

    name: str
    modality: str
    fingerprint: str
    target: str
    n: int


@dataclass(frozen=True)
class TrainedOn:
    """rows: samples that the model learned from, `of` those that there were; fold: whose training part they
    are, -1 for all samples."""

    rows: int
    of: int
    fold: int


@dataclass(frozen=True)
class Averaging:
    """How an average of two models is made, and how good it is: see `nikti.model.together`.

    contenders: {side: name}; weight: of the deep side; temperatures: of both sides' probabilities;
    score, interval: in the metric, on n samples; 95%.
    """

    contenders: dict[str, str]
    weight: float
    temperatures: tuple[float, float]
    metric: str
    score: float
    interval: tuple[float, float]
    n: int


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a model is.

    name           as it was called in its run; older cards have none, and mean `contender.name`
    contender      what it was made from
    task, metric   metric: the primary one of its run; None: the task's own, as with older cards
    counts         samples of each class, where its metric is made for them
    classes        class names in the order of the codes; () without classes
    input          what its raw input looks like, by modality: see `nikti.run.reading.input_card`
    target_column  the column of answers that the user named; None where none was
    data           what it was made on
    trained_on     how much of that it learned from; None: of an older version, from all of it
    versions       of Python, nikti and what computes
    together       of an average alone
    """

    name: str = ""
    contender: ContenderSpec
    task: str
    metric: str | None = None
    counts: tuple[int, ...] = ()
    classes: tuple[str, ...]
    input: dict[str, Any]
    target_column: str | None = None
    data: DataFacts
    trained_on: TrainedOn | None = None
    versions: dict[str, str]
    together: Averaging | None = None

    def write(self, file: Path) -> None:
        """As JSON."""
        body = {name: value for name, value in asdict(self).items() if name != "together" or value}
        file.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")


def read(file: Path) -> Card:
    """What `Card.write` wrote, also that of older versions. Raises ModelError naming the file and the field
    where it is not what a card holds."""
    try:
        card = plain.read(Card, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(_NO_CARD.format(file=file, reason=reason(error))) from None
    if "modality" not in card.input:
        raise ModelError(_NO_MODALITY.format(file=file))
    return replace(card, name=card.name or card.contender.name)
