"""What the report shows of the data, against the rows of the run."""

import json
import shutil
from contextlib import closing

import pytest

from nikti.jobs import samples
from nikti.run.workers import roots_of, stored_data
from nikti.storage.store import Store


@pytest.fixture(scope="module")
def found(texts_run):
    with closing(Store.open(texts_run)) as store:
        return json.loads(json.dumps(work(store)))


def work(store):
    job = samples.Job(stored_data(store), store.contenders(), threads=1)
    return samples.work(job, roots_of(store), print)


def right(run, name):
    """{row: whether a contender was right about it}, over the folds."""
    table = {}
    for result in run.results:
        if result.trial.contender == name and result.trial.fold >= 0 and result.trial.size == run.plan.full:
            table |= dict(
                zip(result.rows.tolist(), result.predicted == run.targets[result.rows], strict=True)
            )
    return table


def test_shown_is_what_one_side_alone_got_right(found, texts_run):
    with closing(Store.open(texts_run)) as store:
        run = store.run()
    classical, deep = right(run, "logistic_regression"), right(run, "text_cnn")
    assert len(classical) == len(deep) == 90
    alone = {
        "classical": {row for row in classical if classical[row] and not deep[row]},
        "deep": {row for row in deep if deep[row] and not classical[row]},
    }
    for side, rows in alone.items():
        shown = found["one_side_right"][side]
        assert found["one_side_right"]["counts"][side] == len(rows)
        assert len(shown) == min(8, len(rows)) and {one["row"] for one in shown} <= rows
        for one in shown:
            assert one["truth"] == run.data["classes"][run.targets[one["row"]]] == one[side] and one["text"]
    assert any(found["one_side_right"]["counts"].values())


def test_the_words_that_tell_are_those_of_the_class(found):
    told = found["top_words"]
    assert told["contender"] == "logistic_regression" and told["left_out"] == 0
    words = {one["class"]: " ".join(one["words"]) for one in told["classes"]}
    assert set(words) == {"complaint", "question", "thanks"} and all(words.values())
    assert len(set(words.values())) == 3


def test_where_the_data_are_gone_nothing_is_shown(texts_run, tmp_path):
    shutil.copytree(texts_run, tmp_path / "run")
    with closing(Store.open(tmp_path / "run")) as store:
        store.put("home", str(tmp_path / "gone"))
        assert work(store) == {}
