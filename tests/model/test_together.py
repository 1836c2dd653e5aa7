"""Both champions of a run as one model: predicting, scoring, explaining, saved and read again."""

import json
import subprocess
import sys

import numpy as np
import pytest

import nikti
from nikti.core import catalogue
from nikti.core.errors import ModelError, UsageError
from nikti.model.together import Averaged
from nikti.verdict.pool import Pool, average

pytestmark = pytest.mark.slow  # a whole run


class Says:
    """A model with these answers: probabilities, or values."""

    def __init__(self, said, values=False):
        self.said, self.values = np.asarray(said), values

    def predict_proba(self, inputs):
        return None if self.values else self.said

    def predict(self, inputs):
        return self.said if self.values else self.said.argmax(axis=1)


def test_answers_are_averaged_by_the_weight_and_values_too():
    both = Averaged({"classical": Says([[0.9, 0.1]]), "deep": Says([[0.3, 0.7]])}, Pool(0.75))
    assert both.predict_proba(None) == pytest.approx(np.array([[0.45, 0.55]])) and both.predict(None) == [1]
    both = Averaged({"classical": Says([2.0], values=True), "deep": Says([4.0], values=True)}, Pool(0.25))
    assert both.predict_proba(None) is None and both.predict(None).tolist() == [2.5]


@pytest.fixture(scope="module")
def pictures():
    return catalogue.load("datasets", "digits").load()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("together")
    patch = pytest.MonkeyPatch()
    patch.setenv("NIKTI_CACHE", str(place / "cache"))
    names = ["logistic_regression", "mlp"]
    yield nikti.compare("digits", preset="fast", contenders=names, out=place / "run")
    patch.undo()


def command(*words):
    done = subprocess.run([sys.executable, "-m", "nikti", *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_run_tells_what_both_reach(run):
    found = json.loads(json.dumps(run.document()))["together"]
    assert found["champions"] == {"classical": "logistic_regression", "deep": "mlp"}
    assert found["n"] == run.verdict.n == 1797 and sum(found["shares"].values()) == pytest.approx(1)
    for side in ("classical", "deep"):
        assert found["scores"][side]["value"] == pytest.approx(run.verdict.scores[side]["value"])
    assert found["low"] <= found["gap"] <= found["high"] and found["ms"] > 0
    assert run.verdict.winner != "together"
    for lang in ("en", "bn"):
        assert 'id="together"' in run.report(lang=lang).read_text(encoding="utf-8")


def test_the_model_of_both_averages_what_both_say(run, pictures):
    both, inputs = run.together, pictures.inputs.take(range(50))
    facts = run.document()["together"]
    assert both.weight == facts["pool"]["weight"] and both.score == facts["scores"]["together"]["value"]
    assert both.interval[0] <= both.score <= both.interval[1]
    sides = [run.model(name) for name in ("logistic_regression", "mlp")]
    asked = [
        np.array([[row["probabilities"][c] for c in side.classes] for row in side.predict(inputs)])
        for side in sides
    ]
    expected = average(*asked, Pool(both.weight, tuple(facts["pool"]["temperatures"])))
    assert both.predict_proba(inputs) == pytest.approx(expected, abs=1e-9)
    rows = both.predict(inputs)
    assert [row["prediction"] for row in rows] == [both.classes[i] for i in expected.argmax(axis=1)]
    assert both.evaluate(pictures)["contender"] == "together"


def test_it_is_saved_read_again_and_not_overwritten(run, pictures, tmp_path):
    both, inputs = run.together, pictures.inputs.take(range(20))
    folder = both.save(tmp_path / "both")
    again = nikti.load_model(folder)
    assert again.predict(inputs) == both.predict(inputs)
    assert (again.weight, again.score, again.interval) == (both.weight, both.score, both.interval)
    with pytest.raises(UsageError, match="exists already"):
        both.save(folder)
    card = folder / "deep" / "card.json"
    card.write_text(card.read_text() + " ")
    with pytest.raises(ModelError, match="deep/card.json"):
        nikti.load_model(folder)


def test_the_command_line_takes_it_like_a_contender(run, pictures, tmp_path):
    import base64

    from nikti.core import images

    picture = tmp_path / "seven.png"
    picture.write_bytes(base64.b64decode(images.png(pictures.inputs[7]).partition(",")[2]))
    told = json.loads(command("predict", run.folder, picture, "--contender", "together", "--json"))
    assert told["contender"] == "together" and sum(told["predictions"][0]["probabilities"].values()) > 0.999
    out = tmp_path / "explained"
    words = ("--contender", "together", "--method", "occlusion", "--out", out, "--json")
    rows = json.loads(command("explain", run.folder, picture, *words))["explanations"]
    assert [row["contender"] for row in rows] == ["logistic_regression", "mlp"]
    folder = run.together.save(tmp_path / "both")
    rows = json.loads(command("explain", folder, picture, "--out", tmp_path / "again", "--json"))[
        "explanations"
    ]
    assert [row["side"] for row in rows] == ["classical", "deep"]


def test_it_explains_itself_by_its_parts(run, pictures):
    rows = run.together.explain(pictures.inputs.take([3]))
    assert [row["side"] for row in rows] == ["classical", "deep"]
    with pytest.raises(UsageError, match="logistic_regression or mlp"):
        run.together.explain(pictures.inputs.take([3]), method="tea_leaves")


def test_why_there_is_no_model_of_both(run, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(run.folder, copy)
    for kept in ("models", "first_fold"):
        shutil.rmtree(copy / kept / "mlp")
    with pytest.raises(ModelError, match="no fitted model of mlp"):
        nikti.load_model(copy, contender="together")
