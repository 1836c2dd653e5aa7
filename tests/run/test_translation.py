"""What people get of translations: texts for texts, scores on new pairs, and what both sides said beside the
right one."""

import numpy as np
import pytest

from nikti.answers import phrases
from nikti.classical.tasks._translation.model import TranslationModel
from nikti.classical.tasks._translation.translator import Translator, Weights, learn
from nikti.core import catalogue
from nikti.core.answers import Phrases
from nikti.core.errors import ModelError
from nikti.insight import gallery
from nikti.model.fitted import FittedModel
from nikti.storage.models import seal
from tests.cards import card

CARD = card(
    "phrase_based",
    task="translation",
    modality="text",
    input={"modality": "text", "text_column": "en"},
    target_column="bn",
)


@pytest.fixture(scope="module")
def data():
    task = catalogue.load("tasks", "translation").TASK
    return task.prepare(catalogue.load("datasets", "phrasebook").load(n=80))


@pytest.fixture
def model(tmp_path, data):
    translations = [data.targets[row][0] for row in range(len(data))]
    folder = tmp_path / "model"
    TranslationModel("phrase_based", Translator(learn(list(data.inputs), translations), Weights())).save(
        folder
    )
    seal(folder, CARD)
    return FittedModel(folder)


def test_a_text_for_each_text(model, data, tmp_path):
    first = list(data.inputs)[:3]
    rows = model.predict(first)
    assert [row["input"] for row in rows] == ["0", "1", "2"]
    assert all(isinstance(row["prediction"], str) and row["prediction"].endswith("।") for row in rows)
    file = tmp_path / "new.txt"
    file.write_text("\n".join(first), encoding="utf-8")
    assert [row["prediction"] for row in model.predict(file)] == [row["prediction"] for row in rows]
    table = tmp_path / "new.csv"
    table.write_text("id,en\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(first)), encoding="utf-8")
    assert [row["prediction"] for row in model.predict(table)] == [row["prediction"] for row in rows]


def test_scores_on_new_pairs(model, data, tmp_path):
    pairs = [(data.inputs[row], data.targets[row][0]) for row in range(40)]
    file = tmp_path / "new.tsv"
    lines = [f"{text}\t{said}" for text, said in [*pairs, ("Nothing said.", "")]]
    file.write_text("en\tbn\n" + "\n".join(lines) + "\n", encoding="utf-8")
    found = model.evaluate(file)
    assert found["n"] == 40 and found["metric"] == "bleu"
    low, high = found["interval"]
    assert low < found["score"] < high and found["scores"]["bleu"] == pytest.approx(found["score"])
    turned = model.evaluate(([text for text, _ in pairs], [said for _, said in pairs]))
    assert turned["score"] == pytest.approx(found["score"])


def test_a_damaged_model_is_said_to_be(model, tmp_path):
    (model.folder / "translation.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelError):
        FittedModel(model.folder)


def test_both_sides_are_shown_beside_the_right_translation(data):
    shown = gallery._answered(data, 2, {"classical": ["এক"], "deep": []}, phrases)
    assert shown["text"] == data.inputs[2] and shown["truth"] == data.targets[2][0]
    assert shown["classical"] == "এক" and shown["deep"] == ""
    chosen = {
        side: {row: ([side], loss, 1.0) for row, loss in enumerate((0.5, value, 0.5))}
        for side, value in (("classical", 0.9), ("deep", 0.1))
    }
    found = gallery._gallery(data.subset(np.arange(3)), chosen, phrases)
    assert found["counts"] == {"classical": 0, "deep": 1} and found["deep"][0]["deep"] == "deep"
    assert isinstance(data.targets, Phrases)
