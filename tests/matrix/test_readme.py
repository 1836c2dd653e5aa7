"""The README's own lines, on made data under the README's own names: every line's data are read and its
contenders are asked what they cost; the important ones are run to their end."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

import nikti
from nikti.cli.main import main
from nikti.core.contender import Budget
from nikti.run import prepare, reading
from nikti.run.request import Request, named_contenders, named_file
from tests import readme
from tests.cli.conftest import FakeApi
from tests.matrix import made as making
from tests.matrix.conftest import document, typed

MY_NET = """
from torch import nn


def build(shape, outputs):
    return nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(16 * shape.channels, outputs))
"""

MY_ESTIMATOR = """
from sklearn.tree import ExtraTreeClassifier, ExtraTreeRegressor


class Mine(ExtraTreeRegressor):
    pass
"""

#: What the lines of the README are run with instead of minutes.
QUICK = ["--preset", "fast", "--time-limit", "5m"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder in which whatever the README names is there."""
    import pandas as pd

    root = tmp_path_factory.mktemp("readme")
    making.photos(root)
    making.texts(root)
    making.values_of_rows(root)
    making.boxes(root)
    making.pairs(root)
    making.questions(root)
    making.sounds(root)
    making.labels_of_texts(root)
    moving = sorted(Path(making.clips(root).labelled).rglob("*.*"))
    sources = [f"{file.relative_to(root / 'clips')},{row % 12}" for row, file in enumerate(moving)]
    (root / "clips" / "clips.csv").write_text("\n".join(["file,source", *sources]) + "\n")
    shutil.copytree(root / "photos", root / "labelled")
    shutil.copy(root / "new" / "0.jpg", root / "new.jpg")
    (root / "GunPoint").mkdir()
    made = Path(making.series(root).labelled)
    for part in ("TRAIN", "TEST"):
        shutil.copy(made, root / "GunPoint" / f"GunPoint_{part}.ts")
    reviews = pd.read_csv(root / "reviews.csv")
    codes = [f"code {label}" for label in reviews.iloc[:, -1]]
    patients = pd.DataFrame({"age": np.arange(len(reviews)) % 70, "discharge_code": codes})
    patients.assign(outcome=reviews.iloc[:, -1]).to_csv(root / "patients.csv", index=False)
    (root / "resumes").mkdir()
    reviews.assign(dup_id=np.arange(len(reviews)) // 2).to_csv(root / "resumes" / "all.csv", index=False)
    for row, (text, label) in enumerate(reviews.itertuples(index=False)):
        (root / "applications" / label).mkdir(parents=True, exist_ok=True)
        (root / "applications" / label / f"{row}.txt").write_text(text, encoding="utf-8")
    (root / "my_features.py").write_text(readme.PYTHON[1])
    (root / "my_net.py").write_text(MY_NET)
    (root / "my.py").write_text(MY_ESTIMATOR)
    _text_encoder(root / "MiniLM", reviews.iloc[:, 0])
    return root


def _text_encoder(folder: Path, texts: Iterable[str]) -> None:
    """A folder as transformers saves one: a tiny BERT that knows no more than the words of texts."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel

    known = sorted({word for text in texts for word in re.findall(r"\w+|[^\w\s]", text.lower())})
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *known]
    vocabulary = {word: number for number, word in enumerate(words)}
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def weights(place):
    """Weights that a network learned from the pictures without their labels, as the README says."""
    words = ["pretrain", str(place / "photos"), "--out", str(place / "weights"), "--epochs", "1", "--quiet"]
    assert main(words) == 0
    return place / "weights"


@pytest.fixture
def here(place, weights, monkeypatch):
    """In that folder, with its cache."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("NIKTI_CACHE", str(place / "cache"))
    return place


@pytest.mark.parametrize("words", readme.COMMANDS, ids=" ".join)
def test_every_line_has_data_and_two_sides_that_say_what_they_cost(words, here):
    api = FakeApi()
    assert main([*words, "--quiet"], api=api) == 0
    ((verb, (source,), named),) = api.asked
    assert verb == "compare"
    named = {key: value for key, value in named.items() if key not in ("lang", "out", "time_limit")}
    named |= {flag: named_file(named[flag]) for flag in ("features", "network") if named.get(flag)}
    named["contenders"] = named_contenders(named["contenders"])
    request = Request(source=source, **named)
    data, task = reading.read(request)
    data = prepare.store_data(data, task, request.preset)
    contenders, _ = reading.candidates(request, task, data)
    assert {contender.side for contender in contenders} == {"classical", "deep"} or len(
        named["contenders"]
    ) == 1
    for contender in contenders:
        assert contender.cost(task, data, 50, Budget()) > 0
        memory = contender.memory(task, data, 50, Budget())
        assert memory is None or memory > 0  # unknown of the user's own
    if request.pretrained == "weights/":
        assert {"small_cnn_frozen", "small_cnn_pretrained"} <= {contender.name for contender in contenders}


@pytest.mark.slow
def test_pictures_are_compared_from_given_weights(here):
    words = ["compare", "photos/", "--pretrained", "weights/", *QUICK, "--out", "run of weights", "--json"]
    done = typed(*words, "--contender", "naive_bayes", "small_cnn_frozen", cwd=here)
    assert done.returncode == 0, done.stderr
    found = document(done.stdout)
    row = next(row for row in found["leaderboard"] if row["contender"] == "small_cnn_frozen")
    assert row["status"] == "ok" and row["pretrained"] and 0 < row["n"] <= 66


@pytest.mark.slow
def test_texts_are_compared_from_a_text_encoder(here):
    words = ["compare", "reviews.csv", "--pretrained", "MiniLM/", *QUICK, "--out", "run of texts", "--json"]
    done = typed(*words, "--contender", "naive_bayes", "bert_frozen", cwd=here)
    assert done.returncode == 0, done.stderr
    assert document(done.stdout)["champions"]["deep"] == "bert_frozen"


@pytest.mark.slow
def test_an_estimator_of_ones_own_is_compared(here):
    words = ["compare", "table.csv", "--target", "price", *QUICK, "--out", "run of mine", "--json"]
    done = typed(*words, "--contender", "my.py:Mine", "mlp", cwd=here)
    assert done.returncode == 0, done.stderr
    assert document(done.stdout)["champions"] == {"classical": "Mine", "deep": "mlp"}


@pytest.mark.slow
def test_the_python_runs_with_features_and_a_network_of_ones_own(here, capsys):
    """The README's block as it stands, but quick, with the features that stand below it and a network."""
    asked = 'time_limit="10m"'
    quick = (
        'time_limit="5m", preset="fast", contenders=["logistic_regression", "small_cnn", "my_net"], '
        'features="my_features.py", network="my_net.py"'
    )
    assert asked in readme.PYTHON[0]
    names: dict = {}
    exec(compile(readme.PYTHON[0].replace(asked, quick), "README.md", "exec"), names)
    run, model = names["run"], names["model"]
    assert run.sentence() in capsys.readouterr().out
    assert 'lang="bn"' in Path("photos.html").read_text(encoding="utf-8")
    rows = {row["contender"]: row["status"] for row in run.leaderboard()}
    assert rows["small_cnn"] == rows["my_net"] == rows["logistic_regression"] == "ok"
    features = [name for name, _ in run.model("logistic_regression")._model.importance()]
    assert {"how_big", "what_colour.red", "what_colour.green"} <= set(features)
    (told,) = model.predict(["new.jpg"])
    assert told["prediction"] in model.classes and model.evaluate("labelled/")["n"] == 66
    assert [one["input"] for one in model.explain(["new.jpg"])] == ["new.jpg"]


@pytest.mark.parametrize(("samples", "network"), [("photos/", "small_cnn"), ("reviews.csv", "transformer")])
def test_pretraining(here, samples, network, tmp_path, capsys):
    out = tmp_path / "weights"
    assert main(["pretrain", samples, "--out", str(out), "--epochs", "1", "--json"]) == 0
    found = document(capsys.readouterr().out)
    assert found["network"] == network and found["folder"] == str(out) and len(found["loss"]) == 1
    assert (
        found["pictures" if network == "small_cnn" else "texts"] > 50
        and (out / "model.safetensors").is_file()
    )


def test_the_same_pictures_in_a_zip(here, tmp_path):
    packed = shutil.make_archive(str(tmp_path / "photos"), "zip", "photos")
    assert nikti.inspect(packed)["n"] == nikti.inspect("photos/")["n"] == 66
    assert os.path.isfile(packed)
