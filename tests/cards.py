"""Cards of models that tests seal."""

from typing import Any

from nikti.core.contender import ContenderSpec
from nikti.storage.card import Card, DataFacts


def card(name="knn", side="classical", task="tabular_classification", modality="table", **more: Any) -> Card:
    """A card without classes, of no particular data."""
    own = {
        "name": name,
        "contender": ContenderSpec(name, side, {}),
        "task": task,
        "classes": (),
        "input": {"modality": modality},
        "data": DataFacts("made", modality, "0" * 16, "label", 1),
        "versions": {},
    }
    return Card(**own | more)
