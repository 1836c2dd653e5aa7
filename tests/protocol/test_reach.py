"""What a contender could still reach: by hand, and on curves and noise that are known."""

import numpy as np
import pytest

from nikti.core.run import Result, Trial
from nikti.protocol import race
from nikti.protocol.reach import Leader, hopeless, promising
from nikti.protocol.split import aside_rows

FULL = 1600


def losses(wrong, m=1000):
    """0/1 losses of which the first `wrong` are 1: nested, so that paired differences vary little."""
    return (np.arange(m) < wrong).astype(float)


def test_two_rungs_are_continued_along_n():
    """Errors 0.50 at 100 and 0.48 at 200: 14 more steps of 100 at 0.02 would bring it to 0.20."""
    best = hopeless([(100, losses(500)), (200, losses(480))], FULL, Leader("first", 0.99, 0.0))
    values = losses(480) + 14 * (losses(480) - losses(500))
    expected = 1 - values.mean() + 1.645 * values.std() / np.sqrt(1000)
    assert values.mean() == pytest.approx(0.20)
    assert best == pytest.approx(expected) and 0.9 < best < 0.95
    assert hopeless([(100, losses(500)), (200, losses(480))], FULL, Leader("first", 0.9, 0.0)) is None


def test_three_rungs_that_flatten_are_continued_along_log_n():
    """0.50, 0.44, 0.40 at 100, 200, 400: two more doublings of 0.04 leave 0.32."""
    rungs = [(100, losses(500)), (200, losses(440)), (400, losses(400))]
    best = hopeless(rungs, FULL, Leader("first", 0.8, 0.0))
    values = losses(400) + 2 * (losses(400) - losses(440))
    assert values.mean() == pytest.approx(0.32)
    assert best == pytest.approx(0.68 + 1.645 * values.std() / np.sqrt(1000))


def test_three_rungs_that_steepen_are_continued_along_n():
    """0.50, 0.48, 0.44: six steps of 200 at 0.04 would bring it to 0.20."""
    rungs = [(100, losses(500)), (200, losses(480)), (400, losses(440))]
    assert hopeless(rungs, FULL, Leader("first", 0.78, 0.0)) is None
    assert hopeless(rungs, FULL, Leader("first", 0.99, 0.0)) is not None


def test_the_leaders_own_error_counts():
    rungs = [(100, losses(500)), (200, losses(500))]
    assert hopeless(rungs, FULL, Leader("first", 0.6, 0.01)) is not None
    assert hopeless(rungs, FULL, Leader("first", 0.6, 0.1)) is None


def test_what_cannot_be_read_stops_nobody():
    far = Leader("first", 0.999, 0.0)
    worse = [(100, losses(400)), (200, losses(500)), (400, losses(450))]
    assert hopeless(worse, FULL, far) is None  # more data made it worse
    assert hopeless([(100, losses(500))], FULL, far) is None
    assert hopeless([(100, losses(20, 40)), (200, losses(20, 40))], FULL, far) is None  # 40 rows
    broken = np.full(1000, np.nan)
    assert hopeless([(100, broken), (200, losses(500))], FULL, far) is None


def test_promising_is_an_ordinary_line_in_log_n():
    """0.30 at 100 and 0.20 at 200: three doublings of 0.10 would bring it below 0."""
    rungs = [(100, losses(300)), (200, losses(200))]
    assert promising(rungs, FULL, Leader("first", 0.99, 0.0))
    assert not promising([(100, losses(220)), (200, losses(200))], FULL, Leader("first", 0.99, 0.0))


def simulated_side(rng, doublings=(4, 3, 2)):
    """Ten contenders with error a + b n^-c, five of them cheap; who wins in truth, and what the race does."""
    a, b, c = rng.uniform(0.02, 0.3, 10), rng.uniform(0.3, 1.5, 10), rng.uniform(0.2, 1.0, 10)
    full = 8000

    def truth(i, n):
        return min(0.9, a[i] + b[i] * (n / 50) ** -c[i])

    final = np.array([truth(i, full) for i in range(10)])
    inner = [rng.binomial(1600, final[i]) / 1600 for i in range(5)]
    mark = int(np.argmin(inner))
    error = np.sqrt(inner[mark] * (1 - inner[mark]) / 1600)
    leader = Leader("mark", 1 - inner[mark], error)
    stopped, climbed = [], []
    for i in range(5, 10):
        rungs, cost = [], 0.0
        for d in doublings:
            size = full // 2**d
            rungs.append((size, (rng.random(2000) < truth(i, size)).astype(float)))
            cost += size / full
            if hopeless(rungs, full, leader) is not None:
                stopped.append(i)
                break
            if promising(rungs, full, leader):
                break
        climbed.append(cost)
    return int(np.argmin(final)), stopped, climbed


def test_on_power_laws_the_winner_is_hardly_ever_stopped_and_much_is_saved():
    rng = np.random.default_rng(0)
    sides = [simulated_side(rng) for _ in range(300)]
    lost = np.mean([winner in stopped for winner, stopped, _ in sides])
    share = np.mean([len(stopped) / 5 for _, stopped, _ in sides])
    cost = np.mean([np.mean(climbed) for _, _, climbed in sides])
    assert lost <= 0.02
    assert share >= 0.3  # of the dear fits are never made
    assert cost <= 0.35  # of a dear fit is what climbing costs
    assert share > cost


PLAN = {
    "metric": "accuracy",
    "full": FULL,
    "rungs": [100, 200, 400],
    "contenders": [
        {"name": "quick", "side": "deep", "pretrained": False, "seconds": 1.0, "rung_seconds": []},
        {"name": "slow", "side": "deep", "pretrained": False, "seconds": 99.0, "rung_seconds": [5, 9, 20]},
        {"name": "tuned", "side": "deep", "pretrained": True, "seconds": 99.0, "rung_seconds": []},
        {"name": "forest", "side": "classical", "pretrained": False, "seconds": 0.1, "rung_seconds": []},
    ],
}


def opened(quick=0.8):
    scores = {"quick": quick, "tuned": 0.99, "forest": 0.99}
    return [Result(Trial(n, 0, FULL), "ok", inner_score=s, inner_error=0.01) for n, s in scores.items()]


def rung(size, wrong, outcome="ok"):
    return Result(Trial("slow", 0, size), outcome, aside=losses(wrong) if outcome == "ok" else None)


def test_the_dear_climb_first_and_the_others_set_the_mark():
    assert [t.contender for t in race.openers(PLAN)] == ["forest", "quick", "tuned"]
    assert race.climb(PLAN, opened()) == [Trial("slow", 0, size) for size in (100, 200, 400)]


def test_a_hopeless_contender_leaves_a_row_with_its_numbers():
    results = [*opened(), rung(100, 700), rung(200, 700)]
    (row,) = race.stopped(PLAN, results)
    assert row.trial == Trial("slow", 0, FULL) and row.outcome == "stopped"
    for part in ("200 of 1,600", "0.300", "quick has 0.800", "accuracy"):
        assert part in row.reason
    assert race.climb(PLAN, results) == [Trial("slow", 0, size) for size in (100, 200)]
    assert race.stopped(PLAN, [*results, row]) == []  # once


def test_only_its_own_line_sets_the_mark():
    """0.70 is far from the 0.99 of the pre-trained and of the other side, and level with its own kind."""
    results = [*opened(quick=0.7), rung(100, 300), rung(200, 300)]
    assert race.stopped(PLAN, results) == []
    assert race.stopped(PLAN, [*opened(quick=0.99), *results[3:]])


def test_a_promising_contender_climbs_no_further_and_a_broken_rung_ends_the_race():
    assert race.climb(PLAN, [*opened(), rung(100, 300), rung(200, 200)])[-1].size == 200
    assert race.climb(PLAN, [*opened(), rung(100, 0, "failed")])[-1].size == 100
    unset = [r for r in opened() if r.trial.contender != "quick"]
    assert race.climb(PLAN, [*unset, Result(Trial("quick", 0, FULL), "failed")]) == []


def test_rows_set_aside_are_none_that_a_rung_learns_from_nor_their_copies():
    order = np.random.default_rng(0).permutation(1000)
    assert not set(aside_rows(order, None, 250)) & set(order[:250])
    assert len(aside_rows(order, None, 250)) == 250 and len(aside_rows(np.arange(20000), None, 9)) == 2000
    groups = np.arange(1000)
    groups[order[900]] = groups[order[3]]
    left = aside_rows(order, groups, 250)
    assert order[900] not in left and len(left) == 249
