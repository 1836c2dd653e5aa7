"""Who stands for a side, chosen without a look at a test row."""

import dataclasses
import math

import numpy as np
import pytest

from nikti.core.run import Result, Trial
from nikti.verdict.champions import Champion, champion, full_results, learned, sides
from tests.plans import entry

from .runs import make_run


def losses(n, wrong, seed):
    return (np.random.default_rng(seed).random(n) < wrong).astype(float)


def test_champions_are_chosen_by_inner_scores_not_by_test_rows():
    good, bad = losses(500, 0.05, 1), losses(500, 0.4, 2)
    run = make_run(
        {("lucky", "classical"): good, ("chosen", "classical"): bad, ("net", "deep"): bad},
        inner={"lucky": 0.6, "chosen": 0.7},
    )
    entry = champion(run, "classical")
    assert entry.name == "chosen"
    np.testing.assert_array_equal(entry.losses, bad)


def test_nested_choice_may_differ_by_fold():
    a, b = np.zeros(500), np.ones(500)
    run = make_run(
        {("a", "classical"): a, ("b", "classical"): b, ("net", "deep"): a},
        inner={"a": [0.9, 0.9, 0.9, 0.9, 0.1], "b": 0.5},
    )
    entry = champion(run, "classical")
    assert entry.per_fold == {0: "a", 1: "a", 2: "a", 3: "a", 4: "b"}
    assert entry.losses.mean() == pytest.approx(0.2)


def test_networks_on_many_samples_are_chosen_once():
    a, b = np.zeros(1000), np.ones(1000)
    run = make_run(
        {("a", "deep"): a, ("b", "deep"): b, ("tree", "classical"): a},
        inner={"a": [0.9, 0.1, 0.1, 0.1, 0.1], "b": 0.5},
    )
    assert set(champion(run, "deep").per_fold.values()) == {"a"}


@pytest.mark.parametrize(("n", "chosen"), [(999, "nested"), (1000, "frozen")])
def test_networks_are_frozen_from_a_thousand_samples_on_and_others_never(n, chosen):
    run = make_run({("net", "deep"): np.zeros(n), ("tree", "classical"): np.zeros(n)})
    assert champion(run, "deep").chosen == chosen and champion(run, "classical").chosen == "nested"


def test_rows_are_in_rising_order_with_the_loss_and_fold_of_each():
    values = np.random.default_rng(0).random(101)
    found = champion(make_run({("tree", "classical"): values}), "classical")
    assert found.rows.tolist() == list(range(101))
    np.testing.assert_array_equal(found.losses, values)
    np.testing.assert_array_equal(found.fold, np.arange(101) % 5)
    assert found.per_fold == dict.fromkeys(range(5), "tree")


def test_only_finished_trials_of_a_fold_at_the_full_size_count():
    run = make_run({("tree", "classical"): np.zeros(50)}, outcomes={("tree", 2): "failed"})
    run.results.append(Result(Trial("tree", 0, 25), "ok"))  # of the data curve
    run.results.append(Result(Trial("tree", -1, 100), "ok"))  # on all rows
    table = full_results(run, "classical")
    assert sorted(table) == [0, 1, 3, 4] and all(row["tree"].trial.size == 100 for row in table.values())
    assert full_results(run, "deep") == {} and full_results(run) == table
    assert champion(run, "deep") is None and sides(run) == {"tree": "classical"}


def test_who_learns_nothing_stands_for_nobody():
    run = make_run({("dummy", "classical"): np.zeros(50), ("tree", "classical"): np.ones(50)})
    assert set(full_results(run, "classical")[0]) == {"dummy", "tree"}
    assert set(learned(run, "classical")[0]) == {"tree"} and champion(run, "classical").name == "tree"
    run.results = [result for result in run.results if result.trial.contender == "dummy"]
    assert learned(run, "classical") == {} and champion(run, "classical") is None


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        # {contender: folds it has}: the best inner score is that of "c", then "b", then "a".
        ({"a": 5, "b": 5, "c": 5}, "c"),
        ({"a": 5, "b": 5, "c": 2}, "b"),  # too few folds, where others have three
        ({"a": 5, "b": 3, "c": 2}, "b"),
        ({"a": 2, "b": 1, "c": 1}, "c"),  # nobody has three yet
    ],
)
def test_a_contender_with_few_folds_is_passed_over_once_anybody_has_three(has, expected):
    table = {(name, "classical"): np.zeros(50) for name in has}
    run = make_run(table, inner={"a": 0.6, "b": 0.7, "c": 0.8})
    run.results = [r for r in run.results if r.trial.fold < has[r.trial.contender]]
    found = champion(run, "classical")
    assert found.name == expected and sorted(found.per_fold) == list(range(has[expected]))


def test_inner_scores_that_are_no_numbers_come_last_and_ties_go_by_name():
    table = {(name, "classical"): np.zeros(50) for name in ("c", "b", "a")}
    assert champion(make_run(table), "classical").name == "a"
    assert champion(make_run(table, inner={"a": math.nan}), "classical").name == "b"


def test_some_of_the_rows_of_a_champion_keep_what_belongs_to_them():
    whole = Champion(
        "tree",
        "nested",
        rows=np.array([2, 5, 7, 9]),
        losses=np.array([0.0, 1.0, 0.5, 0.25]),
        fold=np.array([0, 0, 1, 1]),
        per_fold={0: "tree", 1: "other"},
        predicted=np.array([1, 0, 2, 2]),
    )
    found = whole.at(np.array([2, 3]))
    assert (found.rows.tolist(), found.losses.tolist(), found.fold.tolist()) == ([7, 9], [0.5, 0.25], [1, 1])
    assert found.per_fold == {1: "other"} and found.predicted.tolist() == [2, 2]
    assert dataclasses.replace(whole, predicted=None).at(np.array([0])).predicted is None


def test_contenders_that_are_not_planned_belong_to_no_side():
    run = make_run({("tree", "classical"): np.zeros(50)})
    run.plan = dataclasses.replace(run.plan, contenders=(entry("net", "deep"),))
    assert full_results(run, "classical") == {} and champion(run, "classical") is None
