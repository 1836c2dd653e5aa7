"""The plan keeps the time and gives up things in the promised order."""

from dataclasses import replace

import numpy as np
import pytest

from nikti.core.contender import Budget
from nikti.protocol import race
from nikti.protocol.fit_level import fit_level
from nikti.protocol.plan import (
    OVERHEAD_SECONDS,
    SIDES,
    dear,
    memory,
    overhead,
    rungs_of,
    side_seconds,
    timing_seconds,
)

NAMES = {"classical": ("tree", "forest", "svm"), "deep": ("mlp", "cnn")}
SECONDS = {"tree": 0.001, "forest": 0.01, "svm": 0.02, "mlp": 0.01, "cnn": 0.05}
SIZES = [100, 200, 400, 800]


def cost(name, size, effort):
    epochs = effort.epochs
    return (
        (1 + effort.tries * (0.4 + 0.2 * effort.inner_folds))
        / 2
        * SECONDS[name]
        * size
        * (1.0 if epochs is None or name not in NAMES["deep"] else epochs / 100)
    )


def level(budget, names=NAMES):
    return fit_level(names, SIZES, 1000, budget, cost)


def codes(found):
    return [item["code"] for item in found.given_up]


def test_with_time_enough_nothing_is_given_up():
    found = level(1e6)
    assert found.given_up == () and found.folds == 5 and found.curve_folds == 5 and found.tries == 8
    assert found.curve_sizes == (100, 200, 400) and found.epochs is None
    assert found.survivors == {"classical": 3, "deep": 2}


def test_every_level_keeps_the_budget():
    for budget in (600, 300, 200, 120, 80, 60, 40, 20):
        found = level(budget)
        for side in SIDES:
            assert side_seconds(found, side, 800, 1000, cost) <= budget, (budget, side)


def test_sizes_go_first():
    need = max(side_seconds(level(1e6), side, 800, 1000, cost) for side in SIDES)
    assert codes(level(need * 0.95)) == ["fewer_sizes"]


def test_then_tuning_before_any_contender():
    found = level(500)
    assert found.tries < 8 and found.names["classical"] == NAMES["classical"]


def test_frozen_settings_cost_no_search_after_the_first_fold():
    free, frozen = (fit_level(NAMES, SIZES, 1000, 1e6, cost, frozen=sides) for sides in ((), ("deep",)))
    assert side_seconds(frozen, "deep", 800, 1000, cost) < side_seconds(free, "deep", 800, 1000, cost)
    assert side_seconds(frozen, "classical", 800, 1000, cost) == side_seconds(
        free, "classical", 800, 1000, cost
    )


def test_the_race_is_for_the_dear_and_its_worst_case_is_counted():
    assert dear({"tree": 0.8, "forest": 8.0, "svm": 16.0}) == ["forest", "svm"]
    assert dear({"mlp": 90.0, "cnn": 100.0}) == ["cnn"] and dear({"mlp": 90.0}) == [] and dear({}) == []
    assert dear({"mlp": 1.0, "cnn": 4.0}) == []
    free, raced = (fit_level(NAMES, SIZES, 1000, 1e6, cost, rungs=r) for r in ((), rungs_of(SIZES)))
    assert raced.rungs == (100, 200)
    more = side_seconds(raced, "deep", 800, 1000, cost) - side_seconds(free, "deep", 800, 1000, cost)
    assert more == 0  # each rung is a cell of the curve at the same price ...
    few = replace(raced, survivors={"classical": 3, "deep": 1}, names={**NAMES, "deep": ("a", "mlp", "cnn")})
    lone = replace(few, rungs=())
    SECONDS["a"] = 0.06
    more = side_seconds(few, "deep", 800, 1000, cost) - side_seconds(lone, "deep", 800, 1000, cost)
    assert more == pytest.approx(cost("cnn", 300, Budget(tries=8)))  # ... but for those that may not go on


def test_the_race_goes_before_the_second_fold_of_the_curve():
    need = side_seconds(fit_level(NAMES, SIZES, 1000, 1e6, cost), "deep", 800, 1000, cost)
    for budget in np.linspace(0.3, 1.0, 30) * need:
        found = fit_level(NAMES, SIZES, 1000, budget, cost, rungs=rungs_of(SIZES))
        assert not found.rungs or (found.curve_folds > 1 and found.tries == 8)
        assert all(side_seconds(found, side, 800, 1000, cost) <= budget for side in SIDES) or budget < 60


def test_more_time_never_means_less():
    kept = [sum(len(level(b).names[s]) for s in SIDES) for b in (40, 80, 160, 320, 640)]
    assert kept == sorted(kept)


def test_a_hopelessly_dear_contender_is_left_out_with_its_price():
    names = {"classical": ("tree", "forest"), "deep": ("mlp", "huge")}
    SECONDS["huge"] = 0.0
    found = fit_level(names, SIZES, 1000, 100, lambda n, s, e: 50.0 * s if n == "huge" else cost(n, s, e))
    assert "huge" not in found.names["deep"]
    item = next(i for i in found.given_up if i["code"] == "contender_too_dear")
    assert item["values"]["contender"] == "huge" and "core-seconds" in item["text"]


def test_a_side_keeps_somebody_however_short_the_time():
    found = level(0.001)
    assert all(len(found.names[side]) >= 1 for side in SIDES)
    assert found.folds == 3


def test_networks_lose_epochs_rather_than_their_side():
    found = level(40)
    assert found.names["deep"] and (
        found.epochs is not None or side_seconds(found, "deep", 800, 1000, cost) <= 40
    )


def test_only_leaders_are_run_on_every_fold_of_the_curve():
    plan = {"curve_sizes": [100, 200], "curve_folds": 5}
    names = ["forest", "svm", "net"]
    trials = race.curve(plan, names, ["svm", "net"])
    folds = {name: [t.fold for t in trials if t.contender == name and t.size == 100] for name in names}
    assert folds == {"forest": [0], "svm": [0, 1, 2, 3, 4], "net": [0, 1, 2, 3, 4]}
    assert [t.size for t in trials] == sorted(t.size for t in trials)  # small sizes first
    assert race.curve({"curve_sizes": [], "curve_folds": 0}, ["svm"], ["svm"]) == []


def test_timing_the_models_is_part_of_the_plan_and_small_beside_the_limit():
    for preset, limit in (("fast", 120.0), ("medium", 600.0), ("best", 7200.0), ("best", 30.0)):
        each = timing_seconds(preset, limit)
        spent = overhead(2, each) - OVERHEAD_SECONDS
        assert spent > 2 * 2 * each and spent - 2 <= 0.05 * limit + 1e-9, (preset, limit)
    assert timing_seconds("medium", 600.0) >= 2.0  # room for what the full method asks for


def test_memory_is_the_dearest_trial_in_every_worker_whatever_is_not_known():
    alone = memory(10.0, {"mine": None}, 2)
    assert memory(10.0, {"tree": 50.0, "cnn": 300.0, "mine": None}, 2) == alone + 2 * 300.0
    assert memory(110.0, {}, 2) - memory(10.0, {}, 2) >= 100.0
