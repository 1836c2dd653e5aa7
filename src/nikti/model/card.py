"""A model's card, checked: what its folder says it is, before anything in it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.core import catalogue
from nikti.core.errors import ModelError
from nikti.core.schema import OTHER, misfit
from nikti.core.words import Words
from nikti.sides import SIDES
from nikti.storage import models

CARD = {
    "contender": {"name": str, "side": str, "options": dict},
    "name?": str,
    "task": str,
    "classes": [str],
    "input": {"modality": str},
    "target_column": (str, type(None)),
    "data": {"name": str, "target": (str, type(None))},
    "metric?": str,
}
#: Of an average of two models, see `nikti.model.together`.
TOGETHER = {"weight": float, "score": float, "interval": [float], "temperatures": [float]}

DAMAGED = Words(
    en="the model in {folder} is damaged or was not written by nikti: {reason}. It is not used; copy it "
    "again from where it came, or train again.",
    bn="{folder} ফোল্ডারের মডেলটি নষ্ট, বা নিক্তির লেখা নয়: {reason}। এটি ব্যবহার করা হবে না; যেখান থেকে এসেছে সেখান "
    "থেকে আবার কপি করুন, বা আবার শেখান।",
)
IN_CARD = Words(en="in card.json {reason}", bn="card.json ফাইলে {reason}")


def check(folder: Path, *, together: bool = False) -> dict[str, Any]:
    """The card of a model folder, after checking every file and every fact that is used. Raises
    ModelError."""
    card = models.check(folder)
    reason = misfit(card, {**CARD, "together": TOGETHER} if together else CARD) or _unknown(card, together)
    if reason is not None:
        raise ModelError(DAMAGED.format(folder=folder, reason=IN_CARD.format(reason=reason)))
    return card


def _unknown(card: dict[str, Any], together: bool) -> Words | None:
    """The first name in the card that nikti does not have."""
    known = {
        "task": (card["task"], catalogue.names("tasks")),
        "input.modality": (card["input"]["modality"], catalogue.names("modalities")),
        "contender.side": (card["contender"]["side"], ["both"] if together else list(SIDES)),
    }
    for place, (name, names) in known.items():
        if name not in names:
            return OTHER.format(place=place, came=repr(name), must=", ".join(names))
    return None
