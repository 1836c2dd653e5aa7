"""A fitted model in the user's hands: texts in, named answers out."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.errors import DataError, ModelError, NiktiError, UnknownName, UsageError
from nikti.core.inputs import Texts
from nikti.model.fitted import FittedModel
from nikti.storage.models import kept

MESSAGES = ["the lamp arrived broken", "how long does delivery of a lamp take", "thank you for the lamp"]


@pytest.fixture(scope="module", params=["logistic_regression", "text_cnn"])
def model(request, texts_run):
    return FittedModel(kept(texts_run, request.param))


def test_every_input_gets_a_class_with_probabilities_of_all(model):
    rows = json.loads(json.dumps(model.predict(MESSAGES)))
    assert [row["input"] for row in rows] == ["0", "1", "2"]
    for row in rows:
        assert set(row["probabilities"]) == set(model.classes)
        assert sum(row["probabilities"].values()) == pytest.approx(1.0, abs=1e-3)
        assert row["prediction"] == max(row["probabilities"], key=row["probabilities"].get)


@pytest.mark.parametrize("as_what", [np.array, tuple, Texts])
def test_however_the_same_texts_are_held_the_answer_is_the_same(model, as_what):
    assert model.predict(as_what(MESSAGES)) == model.predict(MESSAGES)


def test_texts_in_files_are_named_by_their_files(model, tmp_path):
    for number, text in enumerate(MESSAGES):
        (tmp_path / f"{number} বার্তা.txt").write_text(text, encoding="utf-8")
    rows = model.predict(tmp_path)
    assert [Path(row["input"]).name for row in rows] == [f"{k} বার্তা.txt" for k in range(3)]
    assert [row["prediction"] for row in rows] == [row["prediction"] for row in model.predict(MESSAGES)]


@pytest.mark.parametrize("nothing", [[], Texts([])])
def test_nothing_to_predict_or_explain_is_said(model, nothing):
    with pytest.raises(NiktiError, match="nothing to predict|no input"):
        model.predict(nothing)
    with pytest.raises(NiktiError, match="nothing to explain|no input"):
        model.explain(nothing)


def test_explanations_weigh_every_character_of_the_answer_that_is_given(model):
    method = model.methods[0]
    for text, found in zip(MESSAGES, model.explain(MESSAGES), strict=True):
        assert found["method"] == method and found["weights"].shape == (len(text),)
        assert found["class"] in model.classes
    (other,) = model.explain(MESSAGES[:1], target_class="thanks", method="occlusion")
    assert other["class"] == "thanks" and other["method"] == "occlusion"


@pytest.mark.parametrize(
    ("more", "error", "text"),
    [
        ({"method": "crystal_ball"}, UsageError, "cannot be explained by 'crystal_ball'.*--method"),
        ({"target_class": "thank"}, UnknownName, "thanks"),
    ],
)
def test_what_it_does_not_know_is_refused_with_what_it_knows(model, more, error, text):
    with pytest.raises(error, match=text):
        model.explain(MESSAGES, **more)


def labelled(tmp_path, rows):
    import csv

    path = tmp_path / "new.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def test_new_labelled_data_are_scored_and_what_was_learned_from_is_known(model, tmp_path):
    data = catalogue.load("datasets", "messages").load(n=90)
    learned = list(data.inputs)[:10]
    names = np.asarray(catalogue.load("datasets", "messages").CLASSES)
    answers = [
        str(names[code]) if np.issubdtype(type(code), np.integer) else str(code) for code in data.targets
    ]
    rows = [(text, answer) for text, answer in zip(learned, answers, strict=False)]
    new = [("the kettle arrived broken on a rainy Tuesday, number 71", "complaint")] * 3
    found = model.evaluate(labelled(tmp_path, rows + new), target="label")
    right = [row["prediction"] for row in model.predict([text for text, _ in rows + new])]
    expected = np.mean([said == truth for said, (_, truth) in zip(right, rows + new, strict=True)])
    assert found["n"] == 13 and found["metric"] == "accuracy"
    assert found["score"] == pytest.approx(expected) == found["scores"]["accuracy"]
    assert found["interval"][0] <= found["score"] <= found["interval"][1]
    assert found["met"] == 10 and found["unmet"]["n"] == 3


def test_answers_that_are_none_of_its_classes_are_refused(model, tmp_path):
    with pytest.raises(DataError, match="praise"):
        model.evaluate(labelled(tmp_path, [("a b c", "praise"), ("d e f", "thanks")]), target="label")


def test_data_of_another_kind_are_refused(model):
    with pytest.raises(NiktiError, match="text"):
        model.evaluate("wine")


def test_a_damaged_folder_is_not_loaded(texts_run, tmp_path):
    folder = shutil.copytree(kept(texts_run, "text_cnn"), tmp_path / "m")
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"classes": ["a", "b", "c"]}), encoding="utf-8")
    with pytest.raises(ModelError, match="card.json"):
        FittedModel(folder)


def test_its_graph_ends_with_the_names_of_its_classes(model):
    assert model.graph().decoding[-1].classes == model.classes
