"""The loudest words of a class are those that the texts were made of."""

import numpy as np
import pytest

from nikti.classical import side
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.tasks.text_classification import TASK

OWN = [("ভালো", "অসাধারণ"), ("বাজে", "বিরক্তিকর"), ("refund", "card")]
SHARED = ["নাটক", "the", "আজ", "was", "গল্প"]


def made(classes, n=90):
    rng = np.random.default_rng(0)
    codes = np.arange(n) % classes
    texts = [" ".join([*rng.permutation(SHARED)[:4], rng.choice(OWN[code])]) for code in codes]
    names = ("good", "bad", "money", "never met")
    return Data("x", "text", Texts(texts), codes, classes=names[:classes] if classes == 2 else names)


@pytest.mark.parametrize("name", ["linear_svm", "nb_svm", "logistic_regression"])
@pytest.mark.parametrize("classes", [2, 3])
def test_of_each_class(name, classes, tmp_path):
    from nikti.classical import top_words

    data = made(classes)
    model = side.contender(name, TASK, {}).fit(
        TASK, data, inner=[], seed=0, budget=Budget(), progress=lambda *a: None
    )
    model.save(tmp_path / "m")
    for one in (model, side.load_model(tmp_path / "m", {})):
        found = top_words.words(one, 2)
        assert [set(words) for words in found] == [*map(set, OWN[:classes]), *[set()] * (classes == 3)]


def test_trees_say_nothing_of_single_words():
    from nikti.classical import top_words

    model = side.contender("random_forest", TASK, {}).fit(
        TASK, made(2, 40), inner=[], seed=0, budget=Budget(), progress=lambda *a: None
    )
    assert top_words.words(model) is None
