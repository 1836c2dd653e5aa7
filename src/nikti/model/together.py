"""The champions of a run as one model: the weighted average of what both say, see `nikti.verdict.together`.

Of a run it is put together from the two models that are handed over, which stay where they are. Saved on its
own it is a model folder that holds both:

    folder/
      card.json, checksums.json   as of every model; the card's "together" says how both are averaged
      classical/  deep/           the two models' folders as they were sealed
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.contender import ContenderSpec
from nikti.core.data import Note
from nikti.core.errors import ModelError, UsageError
from nikti.core.files import folder_atomic
from nikti.core.foreign import told
from nikti.core.graph import Graph
from nikti.core.inputs import Inputs
from nikti.core.words import Words
from nikti.model import card as cards
from nikti.model.fitted import FittedModel, model_folder
from nikti.storage import models
from nikti.storage.card import Averaging, Card
from nikti.storage.store import Store
from nikti.verdict.pool import Pool, average
from nikti.verdict.together import SIDES, Together, together

#: What the average is asked for by, in the place of a contender; the side that its card names.
NAME, SIDE = "together", "both"

_NO_AVERAGING = Words(
    en="{folder} holds two models, and its card does not say how to average them.",
    bn="{folder} ফোল্ডারে দুটি মডেল আছে, অথচ কার্ডে লেখা নেই কীভাবে তাদের গড় করতে হবে।",
)
_TWO_GRAPHS = Words(
    en="an average has a graph for each of its two models: take parts[0].graph() and [1].",
    bn="গড়ের দুটি মডেলের প্রতিটির আলাদা গ্রাফ: নিন `parts[0].graph()` আর `parts[1].graph()`।",
)
_TAKEN = Words(
    en="{folder} exists already; name another folder.",
    bn="{folder} আগে থেকেই আছে; অন্য ফোল্ডারের নাম দিন।",
)
_NOT_BOTH = Words(
    en="the run in {folder} has no model of both sides. {why}",
    bn="{folder} ফোল্ডারের রানে দুই পক্ষের মিলিত মডেল নেই। {why}",
)


class Averaged:
    """Two fitted models that answer as one; the verbs of `nikti.core.contender.Model` that predict."""

    def __init__(self, models: Mapping[str, Any], pool: Pool):
        self.models, self.pool = models, pool

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Class codes int64 [n] or values float64 [n]."""
        proba = self.predict_proba(inputs)
        if proba is not None:
            return proba.argmax(axis=1)
        classical, deep = (np.asarray(self.models[side].predict(inputs), dtype=np.float64) for side in SIDES)
        return average(classical, deep, self.pool)

    def predict_proba(self, inputs: Inputs) -> np.ndarray | None:
        """float64 [n, C], rows adding up to 1; None where answers are values."""
        classical, deep = (self.models[side].predict_proba(inputs) for side in SIDES)
        if classical is None or deep is None:
            return None
        return average(np.asarray(classical, np.float64), np.asarray(deep, np.float64), self.pool)


class FittedTogether(FittedModel):
    """Both champions' models, whose answers are averaged.

    weight      of the deep side; the classical side has the rest
    score, interval   of the average in the primary metric, on the samples of the run, each answered by models
                      that had not seen it and with a weight that was chosen without it; 95%
    """

    def __init__(self, folder: Path, card: Card, of_sides: dict[str, FittedModel]):
        self.folder, self.of_sides = folder, of_sides
        facts = card.together
        if facts is None:
            raise ModelError(_NO_AVERAGING.format(folder=folder))
        self.weight, self.score, self.interval = facts.weight, facts.score, facts.interval
        pool = Pool(facts.weight, facts.temperatures)
        self._hold(card, Averaged({side: of_sides[side]._model for side in SIDES}, pool))

    @property
    def parts(self) -> tuple[FittedModel, ...]:
        """The classical and the deep model."""
        return tuple(self.of_sides[side] for side in SIDES)

    def graph(self) -> Graph:
        """Raises UsageError: an average of two models has no single graph."""
        raise UsageError(_TWO_GRAPHS)

    @property
    def methods(self) -> tuple[str, ...]:
        """The ways in which at least one of both can be explained."""
        return tuple(dict.fromkeys(way for part in self.parts for way in part.methods))

    def predict_proba(self, source: Any) -> np.ndarray | None:
        """Probabilities float64 [n, C] in the order of `classes`; None where answers are values. Raises
        DataError for a file that cannot be read."""
        return self._model.predict_proba(self.inputs(source)[0])

    def explain(
        self, source: Any, *, method: str | None = None, target_class: str | None = None
    ) -> list[dict[str, Any]]:
        """What each of both looked at, as `FittedModel.explain` tells it, with its "contender" and "side"."""
        from nikti.model.side_by_side import side_by_side

        return side_by_side(self.parts, source, method, target_class)

    def save(self, folder: str | Path) -> Path:
        """Write a model folder that holds both; whole or not at all. Raises UsageError if it is there."""
        target = Path(folder)
        if target.exists():
            raise UsageError(_TAKEN.format(folder=target))
        with folder_atomic(target) as beside:
            for side in SIDES:
                shutil.copytree(self.of_sides[side].folder, beside / side)
            models.seal(beside, self.card)
        return target


def of_run(folder: Path, **own: Any) -> FittedTogether:
    """The champions of a run as one model. own: the user's files, as `FittedModel` takes them.

    Raises ModelError where the champions' answers were not measured together, or a model was not kept.
    """
    store = Store.look(folder)
    try:
        found = together(store.run())
    finally:
        store.close()
    if isinstance(found, Note):
        raise ModelError(_NOT_BOTH.format(folder=folder, why=Words(found.text, found.text_bn)))
    of_sides = {
        side: FittedModel(model_folder(folder, name), **own) for side, name in found.champions.items()
    }
    return FittedTogether(folder, _card(found, of_sides["deep"].card), of_sides)


def is_saved(folder: Path) -> bool:
    """Whether a model folder is one that `FittedTogether.save` wrote."""
    return all((folder / side / "checksums.json").is_file() for side in SIDES)


def load(folder: Path, **own: Any) -> FittedTogether:
    """Read what `FittedTogether.save` wrote. Raises ModelError if a file was changed."""
    card = cards.check(folder, together=True)
    of_sides = {side: FittedModel(folder / side, **own) for side in SIDES}
    with told(ModelError, cards.DAMAGED, folder=folder):
        return FittedTogether(folder, card, of_sides)


def _card(found: Together, of_one: Card) -> Card:
    """The card of both: what one of them says of the data, and how both are averaged."""
    score = found.scores["together"]
    facts = Averaging(
        contenders=found.champions,
        weight=found.pool.weight,
        temperatures=found.pool.temperatures,
        metric=found.metric,
        score=score["value"],
        interval=(score["low"], score["high"]),
        n=found.n,
    )
    return replace(of_one, name=NAME, contender=ContenderSpec(NAME, SIDE, {}), together=facts)
