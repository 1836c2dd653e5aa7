"""What only one side got right, or nearer, on a run whose losses are planted."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.run import Result, Trial
from nikti.insight.gallery import GALLERY, samples, shown
from nikti.storage import cache
from nikti.verdict.judge import judge
from tests.run.made import FOLDS, N, stored


def a_run(folder, name, task_name, **facts):
    """A run on 100 rows of a data set that comes along; (store, its data)."""
    task = catalogue.load("tasks", task_name).TASK
    data = task.prepare(catalogue.load("datasets", name).load()).subset(np.arange(N))
    store = stored(folder)
    found = cache.store(data, folder / "data" / "stored", 0)
    store.put("task", task_name)
    store.put("data", store.get("data") | {"classes": list(data.classes), "task": task_name} | facts)
    return store, found


def answered(store, name, predicted, losses):
    for fold in range(FOLDS):
        rows = np.flatnonzero(np.arange(N) % FOLDS == fold)
        result = Result(
            Trial(name, fold, 80), "ok", rows=rows, losses=losses[rows], predicted=predicted[rows]
        )
        result.inner_score = 0.5
        store.add(result)


def found_in(store):
    run = store.run()
    data = cache.load(Path(store.get("home")))
    return samples(run, judge(run), data, store.contenders())["one_side_right"]


def test_of_labels_what_only_one_side_got_right(tmp_path):
    store, data = a_run(tmp_path / "run", "breast_cancer", "tabular_classification")
    truth = np.asarray(data.targets)
    tree, net = truth.copy(), truth.copy()
    tree[:3], net[2:15] = 1 - tree[:3], 1 - net[2:15]  # 2 is wrong for both
    with closing(store):
        answered(store, "tree", tree, (tree != truth) * 1.0)
        answered(store, "net", net, (net != truth) * 1.0)
        found = found_in(store)
    assert found["counts"] == {"classical": 12, "deep": 2}
    assert {one["row"] for one in found["deep"]} == {0, 1}
    assert len(found["classical"]) == GALLERY
    assert {one["row"] for one in found["classical"]} <= set(range(3, 15))
    for one in found["classical"]:
        row = one["row"]
        assert one["classical"] == one["truth"] == data.classes[truth[row]] != one["deep"]


def test_of_values_what_one_side_got_nearer_by_how_much(tmp_path):
    store, data = a_run(tmp_path / "run", "diabetes", "tabular_regression", kind="regression", classes=[])
    truth = np.asarray(data.targets, float)
    tree, net = np.full(N, 0.5), np.full(N, 0.5)
    net[[7, 8, 9]] = 0.1, 0.0, 0.4  # losses: nearer by 0.4, 0.5 and 0.1
    tree[20] = 0.2
    with closing(store):
        answered(store, "tree", truth + tree, tree)
        answered(store, "net", truth + net, net)
        found = found_in(store)
    assert [one["row"] for one in found["deep"]] == [8, 7, 9]
    assert [one["row"] for one in found["classical"]] == [20]
    assert found["counts"] == {"classical": 1, "deep": 3}


def test_a_side_that_is_missing_leaves_nothing_to_compare(tmp_path):
    store, data = a_run(tmp_path / "run", "breast_cancer", "tabular_classification")
    with closing(store):
        answered(store, "tree", np.asarray(data.targets), np.zeros(N))
        assert found_in(store) == {"classical": [], "deep": [], "counts": {}}


@pytest.mark.parametrize(
    ("name", "held"), [("messages", "text"), ("digits", "image"), ("wine", "row_values")]
)
def test_a_sample_is_shown_with_its_row(name, held):
    data = catalogue.load("datasets", name).load()
    found = shown(data, 4)
    assert found["row"] == 4 and found[held]
