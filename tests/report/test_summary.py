"""The summary holds the numbers that a recount of the raw rows gives."""

import json

import numpy as np
import pytest

from nikti.answers import label
from nikti.report.measures import wilson
from nikti.report.summary import jsonable, summarize
from nikti.verdict.judge import judge
from tests.report.made import made_regression, made_run, made_samples


@pytest.fixture(scope="module")
def run():
    return made_run(n=400, sizes=(20, 40, 80, 160, 320))


@pytest.fixture(scope="module")
def summary(run):
    return summarize(run, judge(run), made_samples())


def test_it_is_plain_json(summary):
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_it_is_pure(run, summary):
    assert summarize(run, judge(run), made_samples()) == summary


def test_scores_of_a_curve_are_means_over_samples(run, summary):
    curve = next(c for c in summary["curves"] if c["contender"] == "lightgbm")
    assert [point["size"] for point in curve["points"]] == list(run.plan.sizes)
    for point in curve["points"]:
        losses = np.concatenate(
            [
                r.losses
                for r in run.results
                if r.trial.contender == "lightgbm" and r.trial.size == point["size"]
            ]
        )
        assert point["value"] == pytest.approx(1 - losses.mean())
        assert point["n"] == len(losses)
        assert point["low"] < point["value"] < point["high"] <= 1


def test_paired_gaps_agree_with_the_verdict_at_the_full_size(run, summary):
    last, verdict = summary["curve_gaps"][-1], judge(run)
    assert last["size"] == 320
    assert last["low"] < verdict.gap < last["high"]
    a, b = (
        {
            int(row): loss
            for r in run.results
            if r.trial.contender == verdict.champions[side] and r.trial.size == 20 and r.losses is not None
            for row, loss in zip(r.rows, r.losses, strict=True)
        }
        for side in ("classical", "deep")
    )
    assert summary["curve_gaps"][0]["gap"] == pytest.approx(np.mean([a[row] - b[row] for row in a]))


def test_three_lines_lead(summary):
    leading = [c["line"] for c in summary["curves"] if c["leading"]]
    assert leading == ["classical", "deep", "pretrained"]
    assert {c["contender"] for c in summary["curves"]} >= set(summary["verdict"]["champions"].values())


def test_the_board_is_sorted_and_tells_what_is_missing(summary):
    scores = [r["score"] for r in summary["leaderboard"] if r["score"] is not None]
    assert scores == sorted(scores, reverse=True)
    absent = [r for r in summary["leaderboard"] if r["score"] is None]
    assert [(r["contender"], r["status"]) for r in absent] == [("vgg11", "refused")]
    assert sum(r["champion"] for r in summary["leaderboard"]) == 2


def test_failures_are_counted(summary):
    (failure,) = summary["protocol"]["failures"]
    assert failure == {
        "contender": "mlp",
        "outcome": "killed",
        "reason": "out of memory: the system stopped it",
        "count": 1,
        "all": 25,
    }


def test_confusions_count_every_tested_sample_once(run, summary):
    assert set(summary["answers"]) == {"classical", "deep"}
    for answers in summary["answers"].values():
        counts = np.array(answers["counts"])
        assert counts.sum() == 400
        assert counts.sum(axis=1).tolist() == np.bincount(run.targets).tolist()


def test_confusion_counts_agree_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 7, 500), rng.integers(0, 7, 500)
    expected = metrics.confusion_matrix(truth, said, labels=range(7))
    assert (label.tested(truth, said, range(7))["counts"] == expected).all()


@pytest.mark.parametrize(("right", "n"), [(0, 10), (10, 10), (3, 17), (95, 100)])
def test_wilson_agrees_with_scipy(right, n):
    from scipy.stats import binomtest

    expected = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right, n) == pytest.approx((expected.low, expected.high), abs=1e-7)


def test_per_class_shares_are_recalls(summary):
    counts = np.array(summary["answers"]["deep"]["counts"])
    for i, row in enumerate(summary["per_class"]):
        assert row["deep"]["value"] == pytest.approx(counts[i, i] / counts[i].sum())
        assert row["n"] == counts[i].sum()


def test_importance_is_a_share_and_falls(summary):
    shares = [share for _, share in summary["importance"]["features"]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) + summary["importance"]["rest_share"] == pytest.approx(1)
    assert summary["importance"]["kinds"] == []


def test_regression_has_points_and_no_classes():
    run = made_regression(n=200)
    summary = summarize(run, judge(run))
    assert summary["per_class"] == []
    points = np.array(summary["answers"]["classical"]["points"])
    assert np.isin(points[:, 0], run.targets.round(6)).all()
    assert summary["curves"][0]["points"][0]["high"] <= 1


def test_a_missing_side_and_losses_that_are_not_finite_are_survived():
    run = made_run(n=200, sizes=(40, 160), without="deep")
    for result in run.results:
        if result.trial.contender == "knn" and result.losses is not None:
            result.losses = result.losses * np.nan
    summary = summarize(run, judge(run))
    assert summary["champions"].keys() == {"classical"}
    assert "knn" not in {c["contender"] for c in summary["curves"]}
    assert len(summary["protocol"]["failures"]) == 4


def test_plain_turns_everything_into_json():
    value = {1: (np.float64(0.5), np.int64(2), float("nan"), np.array([1.0, np.inf])), "s": {"x": True}}
    assert jsonable(value) == {"1": [0.5, 2, None, [1.0, None]], "s": {"x": True}}


def test_samples_that_were_tested_are_counted_and_a_first_folds_model_tells_its_share():
    run = made_run(n=400, sizes=(20, 40, 80, 160, 320))
    run.results = [r for r in run.results if r.trial.fold in (0, 2)]
    found = summarize(run, judge(run))
    protocol = found["protocol"]
    assert (protocol["tested"], protocol["folds_run"], protocol["folds_dealt"]) == (
        int(np.isin(run.folds, (0, 2)).sum()),
        2,
        5,
    )
    best = next(row for row in found["leaderboard"] if row["contender"] == found["verdict"]["winner"])
    assert not best["handed_over"] and best["fitted_share"] == pytest.approx(0.8)
