"""One cell of the grid: who learns from which rows, and what is scored on which."""

from dataclasses import replace

import numpy as np
import pytest

from nikti.core.contender import ContenderSpec
from nikti.jobs import trial
from nikti.storage.models import check
from nikti.storage.store import unpack
from tests.cards import card


def job(place, name="k_nearest_neighbours", side="classical", **more):
    """A fit of one setting on all training rows of the first fold."""
    full = max(map(len, place.split.order.values()))
    defaults = {
        "contender": ContenderSpec(name, side, {}),
        "task": place.task.name,
        "metric": "accuracy",
        "data": place.name,
        "fold": 0,
        "size": full,
        "full": full,
        "seed": 3,
        "tries": 0,
        "inner_folds": 1,
        "params": {"k": 1} if name == "k_nearest_neighbours" else None,
        "stop": None,
        "epochs": None,
        "scale": 1.0,
        "threads": 1,
        "device": "cpu",
        "measure": False,
        "model": None,
        "card": None,
        "scratch": "scratch",
        "arrays": "result.npz",
    }
    return trial.Job(name, **defaults | more)


def done(place, one, emitted):
    """The result of a job, as the run reads it."""
    body = trial.work(one, place.roots, emitted.append)
    with np.load(place.folder / one.arrays, allow_pickle=False) as arrays:
        return unpack(body, dict(arrays))


def test_a_fold_is_tested_on_its_rows_and_on_no_others(place, emitted):
    seen = []
    for fold in place.split.order:
        result = done(place, job(place, fold=fold), emitted)
        assert result.outcome == "ok" and result.trial.fold == fold
        np.testing.assert_array_equal(result.rows, np.flatnonzero(place.split.fold == fold))
        seen += result.rows.tolist()
    assert sorted(seen) == list(range(40, 178))  # each once; the user's own test rows never


def test_the_score_is_that_of_the_answers(place, emitted):
    result = done(place, job(place), emitted)
    right = result.predicted == place.data.targets[result.rows]
    assert result.scores["accuracy"] == pytest.approx(right.mean()) and right.mean() > 0.8
    np.testing.assert_array_equal(result.losses, 1.0 - right)
    np.testing.assert_array_equal(result.proba.argmax(axis=1), result.predicted)


def test_smaller_sizes_learn_from_the_first_rows_of_the_folds_order(place, emitted):
    """Neighbours of one row answer its class everywhere: so it was that row alone."""
    order = place.split.order[2]
    result = done(place, job(place, fold=2, size=1, params={"k": 1}), emitted)
    assert set(result.predicted.tolist()) == {int(place.data.targets[order[0]])}


def test_the_final_fit_learns_from_everything_and_is_tested_on_the_users_own_split(place, emitted):
    everything = len(place.data) - 40
    result = done(place, job(place, fold=-1, size=everything), emitted)
    np.testing.assert_array_equal(result.rows, np.arange(40))
    assert result.scores["accuracy"] > 0.8


def test_a_model_that_is_kept_is_sealed_with_its_card(place, emitted):
    knn = card("knn")
    result = done(place, job(place, model="models/knn", card=knn), emitted)
    folder = place.folder / "models" / "knn"
    assert check(folder).name == "knn"
    assert result.bytes == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) > 0
    again = done(place, job(place, model="models/knn", card=knn, size=20), emitted)  # in place of the first
    assert check(folder).name == "knn" and again.bytes < result.bytes
    assert not [path for path in folder.parent.iterdir() if path != folder]


def test_what_is_not_asked_for_is_not_measured(place, emitted):
    plain, timed = (done(place, job(place, measure=measure), emitted) for measure in (False, True))
    assert plain.predict_ms == {} and plain.bytes is None
    assert timed.predict_ms["1"] > 0 and timed.timing["method"] == "short"


def test_settings_are_compared_on_inner_rows_where_there_are_tries(place, emitted):
    result = done(place, job(place, tries=3, params=None, inner_folds=3), emitted)
    assert result.params["k"] in (1, 5, 15) and 0.8 < result.inner_score <= 1
    assert result.seconds["search"] > 0


def test_the_same_cell_gives_the_same_and_another_seed_another(place, emitted):
    one = job(place, "random_forest")
    first, second = (done(place, replace(one, arrays=f"{k}.npz"), emitted) for k in range(2))
    np.testing.assert_array_equal(first.proba, second.proba)
    other = done(place, replace(one, seed=4), emitted)
    assert not np.array_equal(first.proba, other.proba)


def test_progress_is_told_in_shares(place, emitted):
    done(place, job(place, "mlp", side="deep", epochs=2), emitted)
    assert emitted and all(0 <= message["fraction"] <= 1 and message["text"] for message in emitted)
