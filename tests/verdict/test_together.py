"""Both champions averaged: against brute force, and on answers whose truth is known."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import norm

from nikti.core.data import Note
from nikti.core.run import Result, Run, Trial
from nikti.verdict.pool import average, best_pool
from nikti.verdict.statistics import gap
from nikti.verdict.together import together
from tests.plans import entry, plan


def made(truth, classical, deep, folds=5, groups=None, seed=0):
    """A run whose champions gave these probabilities [n, C], or values [n]."""
    rng = np.random.default_rng(seed)
    fold = rng.permutation(len(truth)) % folds if groups is None else groups % folds
    values = classical.ndim == 1
    results = []
    for name, said in (("forest", classical), ("network", deep)):
        for k in range(folds):
            rows = np.flatnonzero(fold == k)
            codes = said[rows] if values else said[rows].argmax(axis=1)
            wrong = (codes - truth[rows]) ** 2 / truth.var() if values else (codes != truth[rows]) * 1.0
            proba = None if values else said[rows].astype(np.float32)
            results.append(
                Result(Trial(name, k, 80), "ok", rows=rows, losses=wrong, predicted=codes, proba=proba,
                       inner_score=0.5, predict_ms={"1": 1.5})
            )  # fmt: skip
    method = "pooled_k_fold" if groups is None else "grouped_k_fold"
    made = plan(
        [entry("forest", "classical"), entry("network", "deep")],
        metric="r2" if values else "accuracy",
        folds=folds,
        sizes=(80,),
        method=method,
    )
    data = {"n": len(truth), "kind": "regression" if values else "classification"}
    return Run(None, {}, data, made, {}, {}, results, truth, fold, groups)


def signals(n, seed, strength=0.85, sharpness=(1.0, 1.0)):
    """(truth, two classifiers' probabilities): each sees the class through noise of its own, and knows how
    sure it may be (sharpness 1) or is too sure of itself (above)."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n)
    found = []
    for sharp in sharpness:
        seen = strength * (2 * truth - 1) + rng.standard_normal(n)
        p = 1 / (1 + np.exp(-2 * strength * sharp * seen))
        found.append(np.column_stack([1 - p, p]))
    return truth, *found


def coins(n, seed, accuracy=(0.8, 0.8), sure=None):
    """Two classifiers with errors of their own whose sureness says nothing of whether they are right: no
    average of both is truly better than the better one."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n)
    found = []
    for share in accuracy:
        right = rng.random(n) < share
        p = rng.uniform(0.55, 0.95, n) if sure is None else np.full(n, sure)
        p = np.where(right == (truth == 1), p, 1 - p)
        found.append(np.column_stack([1 - p, p]))
    return truth, *found


def test_independent_errors_gain_what_theory_says():
    truth, *sides = signals(4000, 3)
    found = together(made(truth, *sides))
    alone, both = norm.cdf(0.85), norm.cdf(0.85 * np.sqrt(2))  # two looks at one signal
    assert found.ahead and found.low < both - alone < found.high
    assert found.scores["together"]["low"] < both < found.scores["together"]["high"]
    assert 0.35 < found.pool.weight < 0.65 and found.advice.code == "use_together"
    assert found.advice.values["contenders"] == ["forest", "network"]


def test_a_side_that_is_too_sure_does_not_get_the_last_word():
    truth, *sides = signals(2000, 4, sharpness=(1.0, 8.0))
    found = together(made(truth, *sides))
    assert found.pool.temperatures[1] == pytest.approx(8 * found.pool.temperatures[0], rel=0.3)
    assert found.ahead and 0.35 < found.pool.weight < 0.65


def test_scores_and_gap_are_those_of_a_loop_by_hand():
    truth, *sides = signals(250, 5)
    run = made(truth, *sides)
    sides = [side.astype(np.float32).astype(float) for side in sides]  # as results keep them
    said = np.zeros(250, int)
    for k in range(5):
        test = run.folds == k
        pool = best_pool(*(side[~test] for side in sides), truth[~test])
        said[test] = average(*(side[test] for side in sides), pool).argmax(axis=1)
    found = together(run)
    right = [side.argmax(axis=1) == truth for side in sides]
    better = right[0] if right[0].mean() >= right[1].mean() else right[1]
    by_hand = gap((said == truth) * 1.0 - better, run.folds)
    assert found.scores["together"]["value"] == pytest.approx((said == truth).mean())
    assert (found.gap, found.low, found.high) == pytest.approx((by_hand.estimate, by_hand.low, by_hand.high))
    shares = {
        "both": right[0] & right[1], "classical": right[0] & ~right[1], "deep": right[1] & ~right[0],
        "neither": ~right[0] & ~right[1],
    }  # fmt: skip
    assert found.shares == pytest.approx({who: share.mean() for who, share in shares.items()})
    assert found.ms == 3.0 and found.n == 250 and found.correlation is None


def test_no_sample_helps_to_choose_the_weight_that_it_is_tested_with():
    truth, classical, deep = signals(300, 6)
    run = made(truth, classical, deep)
    mine = run.folds == 2
    deep[mine] = deep[mine][:, ::-1]  # wrong wherever it was right, in this fold alone
    other = together(made(truth, classical, deep))
    before = together(run)
    assert other.weights[2] == before.weights[2]
    assert all(other.weights[k] < before.weights[k] for k in (0, 1, 3, 4))


@pytest.mark.parametrize("how", [{}, {"sure": 0.8}, {"accuracy": (0.85, 0.75)}])
def test_an_average_that_is_no_better_is_not_called_ahead(how):
    called = [together(made(*coins(200, seed, **how), seed=seed)).ahead for seed in range(40)]
    assert sum(called) <= 2  # 5%; benchmarks/verdict/together.py counts more of them


def test_it_must_beat_both_champions_and_the_band():
    truth, *sides = signals(4000, 3)
    run = made(truth, *sides)
    assert not together(run, band=0.2).ahead and together(run, band=0.2).advice is None
    assert not together(dataclasses.replace(run, settings={"band": 0.2})).ahead


def test_few_groups_are_not_enough():
    truth, *sides = signals(4000, 3)
    groups = np.arange(4000) % 5
    assert not together(made(truth, *sides, groups=groups)).ahead
    assert together(made(truth, *sides, groups=np.arange(4000) % 200)).ahead


def test_values_are_averaged_too():
    rng = np.random.default_rng(1)
    truth = 100 + 10 * rng.standard_normal(1000)
    sides = [truth + 5 * rng.standard_normal(1000) for _ in range(2)]
    found = together(made(truth, *sides))
    assert found.ahead and found.shares is None and abs(found.correlation) < 0.1
    assert found.scores["together"]["value"] == pytest.approx(1 - 12.5 / 100, abs=0.03)
    assert found.gap == pytest.approx(0.125, abs=0.03)


@pytest.mark.parametrize("metric", ["macro_f1", "average_precision"])
def test_uneven_classes_are_scored_by_their_own_metric(metric):
    from sklearn.metrics import average_precision_score, f1_score

    from nikti.core import catalogue

    rng = np.random.default_rng(0)
    truth = (rng.random(3000) < 0.08).astype(int)
    seen = [1.2 * truth + rng.standard_normal(3000) for _ in range(2)]
    sides = [1 / (1 + np.exp(-(1.2 * (x - 0.6) + np.log(0.08 / 0.92)))) for x in seen]
    sides = [np.column_stack([1 - p, p]) for p in sides]
    run = made(truth, *sides)
    task = catalogue.load("tasks", "tabular_classification").TASK.measured_by(metric, np.bincount(truth))
    for result in run.results:
        result.losses = task.losses(truth[result.rows], result.predicted, 1.0, result.proba)
    run.plan = dataclasses.replace(run.plan, metric=metric)
    found = together(run)
    sides = [side.astype(np.float32).astype(float) for side in sides]
    scores = []
    for k in range(5):
        test = run.folds == k
        joint = average(*(s[test] for s in sides), best_pool(*(s[~test] for s in sides), truth[~test]))
        if metric == "macro_f1":
            scores.append(f1_score(truth[test], joint.argmax(axis=1), average="macro"))
        else:
            scores.append(average_precision_score(truth[test], joint[:, 1]))
    assert found.scores["together"]["value"] == pytest.approx(np.mean(scores), abs=1e-9)
    if metric == "average_precision":  # of macro F1 an average of both loses: it says "rare" less often
        assert found.ahead and found.gap > 0.03


def test_why_nothing_is_averaged():
    truth, *sides = signals(200, 0)
    run = made(truth, *sides)

    def code(run):
        found = together(run)
        assert isinstance(found, Note)
        return found.code

    assert code(dataclasses.replace(run, plan=dataclasses.replace(run.plan, metric="map"))) == "together_kind"
    forest = [r for r in run.results if r.trial.contender == "forest"]
    assert code(dataclasses.replace(run, results=forest)) == "together_one_side"
    network = [r for r in run.results if r.trial.contender == "network"]
    shifted = [dataclasses.replace(r, trial=Trial("network", r.trial.fold + 3, 80)) for r in network]
    assert code(dataclasses.replace(run, results=forest + shifted)) == "together_few_folds"
    silent = [dataclasses.replace(r, proba=None) for r in network]
    assert code(dataclasses.replace(run, results=forest + silent)) == "together_no_average"
    broken = [dataclasses.replace(r, proba=r.proba * np.nan) for r in network]
    assert code(dataclasses.replace(run, results=forest + broken)) == "together_no_average"


def test_what_was_not_timed_has_no_price():
    truth, *sides = signals(200, 0)
    run = made(truth, *sides)
    for result in run.results[:5]:
        result.predict_ms = {}
    assert together(run).ms is None
