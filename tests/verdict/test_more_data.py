"""What more data would bring, from whole runs with curves that are known."""

import json

import numpy as np
import pytest

from nikti.report.summary import jsonable
from nikti.verdict.judge import judge
from nikti.verdict.more_data import curve_errors, more_data, paired_gaps
from tests.report.made import made_regression, made_run

SIZES = (20, 40, 80, 160, 320)


@pytest.fixture(scope="module")
def run():
    return made_run(n=400, sizes=SIZES)


def test_every_line_is_told(run):
    found = more_data(run, judge(run), [100, 100_000])
    assert [line["line"] for line in found["lines"]] == ["classical", "deep", "pretrained"]
    for line in found["lines"]:
        asked = next(item for item in line["forecast"] if item["more"] == 100)
        far = line["forecast"][-1]
        ratios = [item for item in line["forecast"] if item["more"] is None]
        assert asked["size"] == run.plan.everything + 100 and asked["low"] <= asked["score"]
        assert far["score"] is None and "too far" in far["reason"]
        assert [item["ratio"] for item in ratios] == [2, 4, 8]
        assert all(item["low"] <= item["score"] <= item["high"] for item in ratios)
        assert line["trend"]["call"] in ("saturated", "rising", "undetermined")
    assert all(0 <= item["probability"] <= 1 for item in found["ahead"]) and len(found["ahead"]) == 4
    json.dumps(jsonable(found))


def test_errors_are_fold_means_with_holes_where_a_fold_is_missing(run):
    sizes, errors = curve_errors(run, "svm_rbf")
    assert sizes.tolist() == list(SIZES) and errors.shape == (5, 5)
    trial = next(
        r for r in run.results if (r.trial.contender, r.trial.fold, r.trial.size) == ("svm_rbf", 2, 80)
    )
    assert errors[2, 2] == pytest.approx(trial.losses.mean())
    _, of_mlp = curve_errors(run, "mlp")  # it was killed at the full size in fold 3
    assert np.isnan(of_mlp[4, 3]) and np.isfinite(of_mlp[4, [0, 1, 2, 4]]).all()


def test_the_covariance_of_the_gaps_is_that_of_shared_samples(run):
    """Against the plain formula, from the matrix of per-sample differences."""
    sizes, gaps, covariance = paired_gaps(run, "svm_rbf", "resnet18")
    n, wide = 400, {}
    for k, size in enumerate(SIZES):
        for name in ("svm_rbf", "resnet18"):
            row = np.full(n, np.nan)
            for r in run.results:
                if (
                    r.outcome == "ok"
                    and r.trial.fold >= 0
                    and (r.trial.contender, r.trial.size) == (name, size)
                ):
                    row[r.rows] = r.losses
            wide[name, k] = row
    d = np.stack([wide["svm_rbf", k] - wide["resnet18", k] for k in range(5)])
    np.testing.assert_allclose(gaps, d.mean(axis=1))
    expected = 1.25 * np.cov(d, bias=True) / n
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_allclose(covariance[off], expected[off], atol=1e-12)
    assert (np.diag(covariance) >= np.diag(expected) - 1e-12).all()
    assert np.linalg.eigvalsh(covariance).min() >= -1e-12


def test_one_size_gives_a_reason_and_a_missing_side_no_comparison():
    single = made_run(n=200, sizes=(160,))
    found = more_data(single, judge(single))
    assert all("needs 3" in line["reason"] and not line["forecast"] for line in found["lines"])
    assert found["ahead"] == [] and found["crossover"]["call"] == "undetermined"
    alone = made_run(n=200, sizes=SIZES[:4], without="deep")
    found = more_data(alone, judge(alone))
    assert [line["line"] for line in found["lines"]] == ["classical"]
    assert found["crossover"] is None and found["ahead"] == []


def test_a_regression_is_forecast_in_r2():
    run = made_regression(n=200)
    found = more_data(run, judge(run))
    assert found["lines"] and all(line["score"] < 1 for line in found["lines"])


def test_less_than_one_more_is_refused(run):
    with pytest.raises(ValueError, match="1 or above"):
        more_data(run, judge(run), [0])
