"""What a newcomer adds is one file: it is found, listed and used, and nothing else is touched."""

import json

import pytest

pytestmark = pytest.mark.slow


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


#: Two jobs of the new kind in workers: one is done, the other ends with the reason that it raised.
JOBS = """
import json, pathlib, sys
from contextlib import closing
from nikti import executors
from nikti.core.errors import DataError
from nikti.jobs import word_count
from nikti.run.workers import run_job
roots = {"run": pathlib.Path(sys.argv[1])}
with closing(executors.start("nikti.jobs:run", (), 1, 1)) as pool:
    found = run_job(pool, "first", word_count.Job("known.txt"), roots)
    try:
        run_job(pool, "second", word_count.Job("gone.txt"), roots)
    except DataError as error:
        print(json.dumps([found, str(error)]))
"""


def test_a_kind_of_job(house, tmp_path):
    house.add("jobs/word_count.py")
    (tmp_path / "known.txt").write_text("এক দুই তিন\nfour\n", encoding="utf-8")
    assert house.python(JOBS, tmp_path) == [{"words": 4, "lines": 2}, "there is no file gone.txt."]


def test_an_executor(house, tmp_path, monkeypatch):
    house.add("executors/counted.py")
    house.say("plan", "wine", "--preset", "fast", "--time-limit", "1m")
    noted = tmp_path / "jobs.txt"
    monkeypatch.setenv("NIKTI_JOBS", str(noted))
    planned = house.say("plan", "wine", "--preset", "fast", "--time-limit", "1m")
    assert planned["plans"]["fast"]["contenders"]
    assert "plan" in noted.read_text(encoding="utf-8").splitlines()
