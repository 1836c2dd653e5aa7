"""Every verb on every task, on data whose samples are alike in nothing: exit codes, one document on stdout,
and in it what a user would look for. Whether anything was learned is asked elsewhere."""

from pathlib import Path

import pytest

from nikti.cli.main import main
from nikti.core import catalogue
from nikti.report.summary import summarize
from nikti.storage.store import Store
from nikti.verdict.judge import judge
from tests.english import latin_words, names_of
from tests.matrix.conftest import document
from tests.matrix.made import EVERY

#: Words of both languages that no page of a report lacks.
SHOWN = {"en": 'lang="en"', "bn": 'lang="bn"'}


def test_every_task_has_made_data():
    assert set(EVERY) == set(catalogue.names("tasks"))


def test_inspect(made, say):
    found = say("inspect", made.labelled, *made.words)
    assert found["task"] == made.task and found["n"] > 0 and found["duplicates"] is not None


def test_contenders(made, say):
    words = ["--task", made.task] if "--task" in made.words else made.words
    found = say("contenders", made.labelled, *words)["contenders"]
    assert {one["task"] for one in found} == {made.task}
    accepted = {one["name"] for one in found if one["accepts"]}
    assert set(made.contenders) <= accepted
    assert all(one["reason"] for one in found if not one["accepts"])


def test_compare(made, compared):
    assert compared.code == 0, compared.err
    found = document(compared.out)
    assert found["task"] == made.task and found["run"] == compared.folder
    assert list(found["champions"].values()) == made.contenders
    assert found["verdict"]["sentence"] and Path(found["report"]).is_file()
    for row in found["leaderboard"]:
        if row["contender"] in made.contenders:
            low, high = row["interval"]
            assert row["status"] == "ok" and low <= row["score"] <= high  # a busy machine has fewer folds
            assert 0 < row["n"] <= found["data"]["n"]
    assert "this is a fault" not in compared.err


@pytest.mark.parametrize("lang", ["en", "bn"])
def test_report(compared, say, lang, tmp_path):
    found = say("report", compared.folder, "--lang", lang, "--out", tmp_path / "page.html")
    page = Path(found["report"]).read_text(encoding="utf-8")
    assert SHOWN[lang] in page and page.rstrip().endswith("</html>") and "{{" not in page
    if lang == "bn":
        assert latin_words(page, names_of(summary_of(Path(compared.folder)))) == []


def summary_of(folder):
    """What the report of a run shows."""
    store = Store.open(folder)
    try:
        run, layers = store.run(), store.get("layers")
        shown = store.get("samples", {}) | {"explained": store.get("explained", {})}
    finally:
        store.close()
    return summarize(run, judge(run), shown, layers)


def test_curve(made, compared, say):
    found = say("curve", compared.folder, "--more", 40)
    assert set(found["data_curve"]) >= set(made.contenders)
    assert {line["contender"] for line in found["lines"]} == set(made.contenders)


@pytest.mark.parametrize("side", [0, 1], ids=["classical", "deep"])
def test_predict(made, compared, say, side, capfd, tmp_path):
    words = ["predict", compared.folder, "--contender", made.contenders[side], made.new]
    found = say(*words)
    assert found["n"] == made.answers == len(found["predictions"]) and found["failed"] == 0
    assert found["contender"] == made.contenders[side]
    assert main(["predict", compared.folder, made.new, "--out", str(tmp_path / "answers.csv")]) == 0
    assert len((tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()) > made.answers // 2


@pytest.mark.parametrize("side", [0, 1], ids=["classical", "deep"])
def test_evaluate(made, compared, say, side):
    target = made.words if "--target" in made.words else []
    words = ["evaluate", compared.folder, made.labelled, *target]
    found = say(*words, "--contender", made.contenders[side])
    assert found["n"] > 0 and found["interval"][0] <= found["score"] <= found["interval"][1]
    assert found["scores"]


def test_explain(made, compared, say, tmp_path):
    found = say("explain", compared.folder, made.one, "--out", tmp_path / "explained", "--lang", "bn")
    assert all(Path(file).is_file() for file in found["files"])
    assert {one["contender"] for one in found["explanations"]} <= set(made.contenders)
    told = say("explain", compared.folder)["explained"]
    assert "failed" not in told


@pytest.mark.slow
def test_plan(made, say):
    found = say("plan", made.labelled, *made.words, "--preset", "fast", "--time-limit", "10m")
    plan = found["plans"]["fast"]
    assert {one["side"] for one in plan["contenders"]} == {"classical", "deep"}
    assert plan["seconds"] > 0 and plan["memory_mb"] > 0 and found["data"]["task"] == made.task


@pytest.mark.slow
def test_train(made, say, tmp_path):
    words = ["train", made.labelled, *made.words, "--preset", "fast", "--out", tmp_path / "model"]
    found = say(*words, "--contender", made.contenders[0])
    assert found["task"] == made.task
    told = say("predict", found["model"], made.new)
    assert told["n"] == made.answers and told["failed"] == 0
