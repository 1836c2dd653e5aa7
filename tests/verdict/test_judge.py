"""Every call the judge can make, on runs whose truth is planted."""

import numpy as np
import pytest

from nikti.verdict.judge import judge

from .runs import make_run


def losses(n, wrong, seed):
    rng = np.random.default_rng(seed)
    return (rng.random(n) < wrong).astype(float)


def two(n, classical, deep, same=False):
    first = losses(n, classical, 1)
    return {("forest", "classical"): first, ("net", "deep"): first if same else losses(n, deep, 2)}


def test_a_planted_gap_is_found_and_called_strong():
    verdict = judge(make_run(two(1000, 0.30, 0.10)))
    assert (verdict.call, verdict.strength, verdict.winner) == ("deep", "strong", "net")
    assert verdict.low > 0 and verdict.gap == pytest.approx(0.2, abs=0.04)


def test_the_other_side_too():
    verdict = judge(make_run(two(1000, 0.10, 0.30)))
    assert verdict.call == "classical" and verdict.high < 0 and verdict.winner == "forest"


def test_equal_answers_on_many_samples_are_a_tie_and_the_faster_is_advised():
    same = losses(4000, 0.1, 0)
    verdict = judge(make_run({("forest", "classical"): same, ("fast_net", "deep"): same}))
    assert verdict.call == "tie"
    assert verdict.winner == "fast_net" and verdict.advice.code == "use_cheaper"


def test_few_samples_cannot_tell():
    verdict = judge(make_run(two(40, 0.2, 0.2)))
    assert verdict.call == "undecided"
    assert verdict.detectable > 0.1


def test_a_tiny_but_certain_gap_is_a_tie():
    n = 100_000
    worse = np.zeros(n)
    worse[: int(0.002 * n)] = 1
    np.random.default_rng(0).shuffle(worse)
    verdict = judge(make_run({("a", "classical"): worse, ("b", "deep"): np.zeros(n)}))
    assert verdict.low > 0 and verdict.call == "tie"


def test_a_missing_side_is_said():
    run = make_run(two(200, 0.2, 0.2), outcomes={("net", k): "failed" for k in range(5)})
    verdict = judge(run)
    assert verdict.call == "undecided" and verdict.gap is None
    assert verdict.winner == "forest"
    assert "it broke" in verdict.reasons[0].text


def test_nothing_at_all():
    outcomes = {(name, k): "killed" for name in ("net", "forest") for k in range(5)}
    verdict = judge(make_run(two(200, 0.2, 0.2), outcomes=outcomes))
    assert verdict.call == "undecided" and verdict.winner is None


def test_non_finite_losses_give_no_verdict():
    table = two(200, 0.2, 0.2)
    table[("net", "deep")][3] = np.nan
    verdict = judge(make_run(table))
    assert verdict.call == "undecided" and verdict.reasons[0].code == "not_finite"


def test_few_groups_give_no_verdict():
    groups = np.arange(500) // 100
    verdict = judge(make_run(two(500, 0.5, 0.1), groups=groups, method="grouped_k_fold"))
    assert verdict.call == "undecided" and verdict.reasons[0].code == "few_groups"


def test_order_of_the_rows_does_not_matter():
    run = make_run(two(300, 0.2, 0.1))
    before = judge(run)
    run.results.reverse()
    assert judge(run) == before


def test_uneven_classes_get_a_gap_in_which_every_class_counts_the_same():
    n = 1000
    truth = (np.arange(n) % 10 == 0).astype(int)
    net, forest = np.zeros(n), np.zeros(n)
    net[truth == 1] = np.arange(100) % 2  # half of the rare class is wrong
    run = make_run({("forest", "classical"): forest, ("net", "deep"): net})
    run.targets, run.data["kind"] = truth, "classification"
    verdict = judge(run)
    assert verdict.gap == pytest.approx(-0.05)
    assert verdict.every_class["gap"] == pytest.approx(-0.25) and verdict.every_class["high"] < 0
    assert (verdict.every_class["rarest"], verdict.every_class["n"]) == (100, n)
    run.targets = np.arange(n) % 2
    assert judge(run).every_class is None


def test_the_band_is_the_one_asked_for():
    run = make_run(two(2000, 0.30, 0.27))
    run.settings["band"] = 0.1
    assert judge(run).call == "tie" and judge(run).band == 0.1
    assert judge(run, band=0.01).call != "tie"
