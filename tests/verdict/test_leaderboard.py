"""Every contender's row against plain sums, the front against its definition."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nikti.core.plan import Refused
from nikti.core.run import Result, Trial
from nikti.core.words import Words
from nikti.verdict.leaderboard import data_curve, leaderboard, pareto_front
from tests.plans import entry, joined

from .runs import make_run


def losses(n, wrong, seed):
    return (np.random.default_rng(seed).random(n) < wrong).astype(float)


def two(n, classical, deep):
    return {("forest", "classical"): losses(n, classical, 1), ("net", "deep"): losses(n, deep, 2)}


def rows(run):
    return {row["contender"]: row for row in leaderboard(run)}


def test_leaderboard_scores_are_the_plain_means():
    run = make_run(two(300, 0.2, 0.1))
    rows = {row["contender"]: row for row in leaderboard(run)}
    for (name, _), loss in two(300, 0.2, 0.1).items():
        assert rows[name]["score"] == pytest.approx(1 - loss.mean())
        assert rows[name]["n"] == 300
        assert rows[name]["interval"][0] < rows[name]["score"] < rows[name]["interval"][1]


def test_the_front_is_what_nothing_beats():
    """Against the definition, on random pairs with ties."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        rows = [(float(a), float(b)) for a, b in rng.integers(0, 5, (8, 2))]
        expected = {
            i
            for i, (score, cost) in enumerate(rows)
            if not any((s >= score and c < cost) or (s > score and c <= cost) for s, c in rows)
        }
        front = pareto_front(rows)
        assert set(front) == expected and [rows[i][1] for i in front] == sorted(rows[i][1] for i in front)


def test_the_best_come_first_and_who_has_no_score_last():
    run = make_run(two(300, 0.3, 0.1))
    run.plan = joined(run.plan, entry("slow", "deep"), entry("later", "classical"))
    run.results.append(Result(Trial("slow", 0, 100), "timeout", "stopped after 60 s", "৬০ সে. পরে থামানো"))
    run.plan = replace(run.plan, refused=(Refused("vit", "deep", Words("too few rows", "সারি কম")),))
    found = leaderboard(run)
    assert [row["contender"] for row in found][:2] == ["net", "forest"]
    assert {row["contender"]: row["status"] for row in found} == {
        "net": "ok",
        "forest": "ok",
        "slow": "timeout",
        "later": "waiting",
        "vit": "refused",
    }
    reasons = {row["contender"]: (row["reason"], row.get("reason_bn")) for row in found[2:]}
    assert reasons["slow"] == ("stopped after 60 s", "৬০ সে. পরে থামানো")
    assert reasons["vit"] == ("too few rows", "সারি কম") and found[-1]["score"] is None


def test_seconds_are_means_over_folds_and_memory_is_the_most():
    run = make_run({("forest", "classical"): losses(50, 0.2, 0)})
    for result in run.results:
        k = result.trial.fold
        result.seconds = {"features": 1.0, "search": 2.0 * k, "fit": 3.0, "predict": 9.0}
        result.peak_mb = 100.0 + k
    row = rows(run)["forest"]
    assert row["seconds"] == {"features": 1.0, "search": 4.0, "fit": 3.0} and row["train_seconds"] == 8.0
    assert row["peak_mb"] == 104.0 and row["wall_seconds"] is None


def test_the_share_that_the_best_model_learned_from():
    run = make_run({("forest", "classical"): losses(200, 0.2, 0)})
    assert rows(run)["forest"]["fitted_share"] == 0.5  # 100 rows of a fold, of 200
    run.results.append(Result(Trial("forest", -1, 200), "ok", scores={"accuracy": 0.75}, bytes=10))
    row = rows(run)["forest"]
    assert (row["fitted_share"], row["handed_over"]) == (1.0, True)
    assert (row["test_split_score"], row["bytes"]) == (0.75, 10)


def test_whose_losses_are_no_numbers_has_failed():
    run = make_run({("forest", "classical"): np.array([math.nan, *[0.0] * 49])})
    row = rows(run)["forest"]
    assert (row["status"], row["score"]) == ("failed", None) and "not finite" in row["reason"]


@pytest.mark.parametrize("finished", [True, False])
def test_who_was_stopped_for_others_is_told_once_the_run_has_ended(finished):
    run = make_run({("forest", "classical"): losses(50, 0.2, 0)})
    run.results, run.finished = run.results[:2], finished
    row = rows(run)["forest"]
    assert row["status"] == "ok" and row["folds"] == 2
    assert row["reason"] == ("stopped after 2 of 5 folds: others were ahead" if finished else "")


def test_points_of_the_data_curve_are_those_of_the_folds_at_each_size():
    run = make_run({("forest", "classical"): losses(100, 0.2, 0)})
    for fold, wrong in ((0, 0.5), (1, 0.25)):
        small = Result(Trial("forest", fold, 40), "ok", rows=np.arange(fold, 100, 5))
        small.losses = np.full(20, wrong)
        run.results.append(small)
    first, last = data_curve(run)["forest"]
    assert (first["size"], first["score"], first["n"], first["folds"]) == (40, 0.625, 40, 2)
    assert (last["size"], last["n"], last["folds"]) == (100, 100, 5)
    assert first["low"] < 0.625 < first["high"]
