"""A card that names what nikti does not have is refused by the field, before anything is loaded."""

import pytest

from nikti.core import plain
from nikti.core.errors import ModelError
from nikti.model import card as cards
from nikti.storage import models
from nikti.storage.card import Card

WHOLE = {
    "contender": {"name": "dummy", "side": "classical", "options": {}},
    "task": "tabular_classification",
    "classes": ["a", "b"],
    "input": {"modality": "table"},
    "target_column": None,
    "data": {"name": "t", "modality": "table", "fingerprint": "", "target": "y", "n": 9},
    "versions": {},
}


def sealed(folder, **changed):
    models.seal(folder, plain.read(Card, WHOLE | changed))
    return folder


def test_a_whole_card_is_read(tmp_path):
    assert cards.check(sealed(tmp_path)).classes == ("a", "b")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"task": "cooking"}, "task"),
        ({"input": {"modality": "../table"}}, "input.modality"),
        ({"contender": {"name": "dummy", "side": "os", "options": {}}}, "contender.side"),
        ({"contender": {"name": "dummy", "side": "both", "options": {}}}, "contender.side"),
    ],
)
def test_a_name_that_nikti_does_not_have(tmp_path, changed, place):
    with pytest.raises(ModelError, match=f"in card.json {place} is ") as refused:
        cards.check(sealed(tmp_path, **changed))
    assert "নষ্ট" in refused.value.words.shown("bn")
