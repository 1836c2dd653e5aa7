"""A run in the user's hands."""

import json
import shutil
from contextlib import closing

import pytest

from nikti.comparison import Comparison
from nikti.core.errors import RunError, UsageError
from nikti.storage.store import Store
from nikti.verdict.judge import judge


@pytest.fixture(scope="module")
def found(texts_run):
    return Comparison(texts_run)


def test_the_verdict_is_that_of_its_rows(found, texts_run):
    with closing(Store.open(texts_run)) as store:
        run = store.run()
    assert found.finished and found.verdict == judge(run) and found.folder == texts_run


def test_its_document_is_plain_and_agrees_with_its_parts(found):
    told = json.loads(json.dumps(found.document(), allow_nan=False))
    assert told["task"] == "text_classification" and told["data"]["n"] == 90 and told["finished"]
    assert told["champions"] == {"classical": "logistic_regression", "deep": "text_cnn"}
    verdict = told["verdict"]
    assert verdict["interval"][0] <= verdict["gap"] <= verdict["interval"][1] and verdict["n"] == 90
    assert verdict["winner"] == found.verdict.winner and verdict["sentence"] == found.sentence()
    assert told["leaderboard"] == json.loads(json.dumps(found.leaderboard()))
    assert told["report"] is None or told["report"].endswith("report.html")
    both = told["together"]
    assert "reason" in both or 0 <= both["pool"]["weight"] <= 1


def test_it_speaks_both_languages(found):
    assert found.sentence("en") != found.sentence("bn") and repr(found).endswith(f"{found.sentence()}>")
    assert [one["code"] for one in found.conditions("en")] == [one["code"] for one in found.conditions("bn")]


def test_curves_rise_in_size_and_end_with_the_score(found):
    scores = {row["contender"]: row["score"] for row in found.leaderboard()}
    for name, points in found.data_curve().items():
        sizes = [point["size"] for point in points]
        assert sizes == sorted(sizes) and points[-1]["score"] == scores[name]


@pytest.mark.parametrize("more", [(0,), (100, -1)])
def test_no_samples_are_no_more_samples(found, more):
    with pytest.raises(UsageError, match=f"not {min(more)}"):
        found.more_data(*more)


def test_more_samples_are_told_for_each_line(found):
    told = found.more_data(50)
    assert {line["line"] for line in told["lines"]} == {"classical", "deep"}


def test_its_models_are_those_that_were_kept(found):
    assert found.best.contender == found.verdict.winner
    assert found.model("text_cnn").side == "deep" and found.together.contender == "together"


def test_a_report_is_written_where_it_is_wanted(found, tmp_path):
    path = found.report(tmp_path / "deep" / "my report.html", lang="bn")
    assert path == tmp_path / "deep" / "my report.html" and "<html" in path.read_text(encoding="utf-8")


def test_what_was_not_explained_is_empty(found):
    assert found.explained() == {}


def test_without_any_model_there_is_no_best(texts_run, tmp_path):
    folder = shutil.copytree(texts_run, tmp_path / "run")
    with closing(Store.open(folder)) as store:
        store.forget(("ok",))
    with pytest.raises(RunError, match="no model came out"):
        _ = Comparison(folder).best


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(RunError, match="no run of nikti"):
        Comparison(tmp_path)
