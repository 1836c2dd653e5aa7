"""A model's card, checked: what its folder says it is, before anything in it is loaded."""

from __future__ import annotations

from pathlib import Path

from nikti.core import catalogue
from nikti.core.errors import ModelError
from nikti.core.schema import OTHER
from nikti.core.words import Words
from nikti.sides import SIDES
from nikti.storage import models
from nikti.storage.card import Card

DAMAGED = Words(
    en="the model in {folder} is damaged or was not written by nikti: {reason}. It is not used; copy it "
    "again from where it came, or train again.",
    bn="{folder} ফোল্ডারের মডেলটি নষ্ট, বা নিক্তির লেখা নয়: {reason}। এটি ব্যবহার করা হবে না; যেখান থেকে এসেছে সেখান "
    "থেকে আবার কপি করুন, বা আবার শেখান।",
)
IN_CARD = Words(en="in card.json {reason}", bn="card.json ফাইলে {reason}")


def check(folder: Path, *, together: bool = False) -> Card:
    """The card of a model folder, after checking every file and every name that is looked up. Raises
    ModelError."""
    card = models.check(folder)
    known = {
        "task": (card.task, catalogue.names("tasks")),
        "input.modality": (card.input["modality"], catalogue.names("modalities")),
        "contender.side": (card.contender.side, ["both"] if together else list(SIDES)),
    }
    for place, (name, names) in known.items():
        if name not in names:
            reason = OTHER.format(place=place, came=repr(name), must=", ".join(names))
            raise ModelError(DAMAGED.format(folder=folder, reason=IN_CARD.format(reason=reason)))
    return card
