"""What a newcomer adds is one file: it is found, listed and used, and nothing else is touched."""

import json


def names_of(document, side=None):
    """{name: what is said of it} of the listed contenders."""
    return {one["name"]: one for one in document["contenders"] if side in (None, one["side"])}


def test_the_copy_is_used_and_holds_nothing_of_it_yet(house):
    where = house.python("import json, nikti; print(json.dumps(nikti.__file__))")
    assert where == str(house.package / "__init__.py")
    assert "spectrum_net" not in names_of(house.say("contenders", "--task", "series_classification"))


def test_a_network(house, tmp_path):
    house.add("deep/networks/series_classification/spectrum_net.py")
    listed = names_of(house.say("contenders", "waves"), "deep")["spectrum_net"]
    assert listed["accepts"] and "spectrum" in listed["title"]
    house.say("train", "waves", "--contender", "spectrum_net", "--preset", "fast", "--out", tmp_path / "m")
    found = house.say("evaluate", tmp_path / "m", "waves")
    assert found["contender"] == "spectrum_net" and found["scores"]["accuracy"] > 0.6  # chance is 0.25


#: The columns that a linear model learns from.
COLUMNS = """
import json
from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.sides import side
data = catalogue.load("datasets", "waves").load(n=80)
task = catalogue.load("tasks", "series_classification").TASK
linear = side("classical").contender("logistic_regression", task, {})
model = linear.fit(
    task, task.prepare(data), inner=[], seed=0, budget=Budget(tries=0), progress=lambda share, text: None
)
print(json.dumps([name for name, _ in model.importance()]))
"""


def test_a_feature(house):
    assert not [name for name in house.python(COLUMNS) if "turns" in name]
    house.add("classical/features/series/turns.py")
    found = [name for name in house.python(COLUMNS) if "turns" in name]
    assert set(found) == {"turns of channel 1 (per sample)", "turns of channel 2 (per sample)"}


def test_a_classical_model(house, tmp_path):
    house.add("classical/models/nearest_mean.py")
    for source, accepts in (("wine", True), ("messages", False)):
        listed = names_of(house.say("contenders", source), "classical")["nearest_mean"]
        assert listed["accepts"] == accepts
        assert accepts or "n-grams" in listed["reason"]
    assert "nearest_mean" not in names_of(house.say("contenders", "diabetes"))  # it gives no numbers
    house.say("train", "wine", "--contender", "nearest_mean", "--preset", "fast", "--out", tmp_path / "m")
    assert house.say("evaluate", tmp_path / "m", "wine")["scores"]["accuracy"] > 0.9


def test_a_format(house, tmp_path):
    house.add("readers/quotes.py")
    file = tmp_path / "lines.quotes"
    file.write_text("# sad\nthe rain again\n# glad\nsun at last\n" * 20, encoding="utf-8")
    found = house.say("inspect", file)
    assert (found["task"], found["n"], found["classes"]) == ("text_classification", 40, ["glad", "sad"])
    file.write_text("no class\n# sad\nx\n", encoding="utf-8")
    done = house.run("-m", "nikti", "inspect", file, "--json")
    assert done.returncode == 1 and "line 1" in json.loads(done.stdout)["error"]["message"]


def test_a_data_set(house, tmp_path):
    house.add("datasets/rings.py")
    listed = {one["name"]: one for one in house.say("datasets")["datasets"]}
    assert listed["rings"]["task"] == "tabular_classification"
    assert house.say("inspect", "rings")["classes"] == ["inner", "outer"]
    scores = {}
    for name in ("k_nearest_neighbours", "logistic_regression"):
        house.say("train", "rings", "--contender", name, "--preset", "fast", "--out", tmp_path / name)
        scores[name] = house.say("evaluate", tmp_path / name, "rings")["scores"]["accuracy"]
    assert scores["k_nearest_neighbours"] > 0.95 > 0.8 > scores["logistic_regression"]
