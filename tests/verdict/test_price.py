"""Which of two measurements of a price is shown, and which is compared."""

import numpy as np

from nikti.core.run import Result, Trial
from nikti.verdict.judge import judge
from nikti.verdict.leaderboard import leaderboard
from nikti.verdict.speed import predict_ms
from tests.verdict.runs import make_run

LOSS = (np.random.default_rng(0).random(400) < 0.2).astype(float)


def run(*finals, method="full"):
    """Two sides that are exactly as good; finals: (name, ms) of those timed on their final model."""
    found = make_run({("fast_tree", "classical"): LOSS, ("net", "deep"): LOSS})
    for result in found.results:
        result.timing = {"method": "short"}
        result.seconds = {"wall": 3.0 + result.trial.fold, "cpu": 2.0, "fit": 1.0}
    for name, ms in finals:
        timing = {"method": method}
        found.results.append(
            Result(Trial(name, -1, 400), "ok", predict_ms={"1": ms}, timing=timing, joules=12.5)
        )
    return found


def rows(found):
    return {row["contender"]: row for row in leaderboard(found)}


def test_a_row_prefers_the_full_measurement_and_keeps_the_short_one():
    tree = rows(run(("fast_tree", 0.4)))["fast_tree"]
    assert tree["predict_ms"] == {"1": 0.4} and tree["timing"]["method"] == "full"
    assert tree["predict_ms_short"] == {"1": 1.0} and tree["joules"] == 12.5
    net = rows(run(("fast_tree", 0.4)))["net"]
    assert net["predict_ms"] == net["predict_ms_short"] == {"1": 2.0} and net["joules"] is None
    assert net["timing"]["method"] == "short"


def test_wall_and_cpu_seconds_are_means_of_whole_trials():
    tree = rows(run())["fast_tree"]
    assert (tree["wall_seconds"], tree["cpu_seconds"]) == (5.0, 2.0)


def test_only_what_was_measured_alike_is_compared():
    assert predict_ms(run(), ["fast_tree", "net"]) == ([1.0, 2.0], "short")
    assert predict_ms(run(("net", 0.5)), ["fast_tree", "net"]) == ([1.0, 2.0], "short")
    both = run(("net", 0.5), ("fast_tree", 0.7))
    assert predict_ms(both, ["fast_tree", "net"]) == ([0.7, 0.5], "full")
    assert predict_ms(run(), ["fast_tree", "nobody"]) == ([1.0, None], "short")


def test_a_tie_goes_to_the_faster_one_by_the_better_measurement():
    assert judge(run()).winner == "fast_tree"
    both = judge(run(("net", 0.5), ("fast_tree", 0.7)))
    assert (both.call, both.winner, both.advice.code) == ("tie", "net", "use_cheaper")
    values = both.advice.values
    assert (values["ms"], values["other_ms"], values["how"]) == (0.5, 0.7, "full")


def test_nobody_is_faster_where_it_was_not_measured():
    found = run()
    for result in found.results:
        if result.trial.contender == "net":
            result.predict_ms, result.seconds = {}, {"cpu": 1.5}
    quicker = judge(found)
    assert (quicker.winner, quicker.advice.code) == ("net", "use_quicker")
    assert (quicker.advice.values["seconds"], quicker.advice.values["other_seconds"]) == (1.5, 2.0)
    for result in found.results:
        result.seconds = {}
    assert judge(found).advice.code == "use_leading"
