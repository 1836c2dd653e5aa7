"""The order of trials: a first answer at once, each side's case, what may change the verdict, in time."""

from dataclasses import replace

import pytest

from nikti.core.run import Result, Trial
from nikti.protocol.schedule import FINAL, Board, curve, next_trial, play, price
from tests import plans


def entry(name, side, seconds, method, represents=True, **more):
    more = {"later": seconds / 2} | more
    return plans.entry(name, side, seconds, method=method, represents=represents, **more)


ENTRIES = [
    entry("dummy", "classical", 0.02, "floor", represents=False),
    entry("svm", "classical", 2.0, "linear"),
    entry("boosting", "classical", 8.0, "boosted trees"),
    entry("neighbours", "classical", 1.0, "neighbours", represents=False),
    entry("mlp", "deep", 3.0, "perceptron", represents=False),
    entry("cnn", "deep", 40.0, "convolutional"),
]
PLAN = plans.plan(ENTRIES, sizes=(100, 200, 800), everything=1000, survivors={"classical": 2, "deep": 2})


def done(name, fold, score, size=800, outcome="ok"):
    return Result(Trial(name, fold, size), outcome, inner_score=score, inner_error=0.01)


def expect(board):
    return lambda trial: price(board, trial)


def walk(board, left, workers=1):
    cells, ends = play(board, expect(board), left, workers)
    return [(cell.contender, cell.fold, cell.size) for cell in cells], ends


def test_the_cheapest_of_each_side_come_first_and_no_floor_opens():
    cells, _ = walk(Board(PLAN), 1e4)
    assert [name for name, _, _ in cells[:2]] == ["neighbours", "mlp"]
    assert set(cells[2:6]) >= {("svm", 0, 800), ("boosting", 0, 800), ("cnn", 0, 800), ("dummy", 0, 800)}


def test_with_time_enough_all_of_the_preset_is_done():
    cells, _ = walk(Board(PLAN), 1e5)
    full = [cell for cell in cells if cell[2] == 800]
    assert {(n, f) for n, f, _ in full if n in ("cnn", "boosting")} == {
        (n, f) for n in ("cnn", "boosting") for f in range(5)
    }
    assert {n for n, f, _ in cells if f == FINAL} == {"cnn", "boosting"}
    assert {size for _, _, size in cells} == {100, 200, 800, 1000}
    assert len(cells) == len(set(cells))


@pytest.mark.parametrize("left", [20, 60, 120, 200, 400, 900])
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_time_is_kept(left, workers):
    cells, ends = walk(Board(PLAN), left, workers)
    assert ends <= max(left, 40.0 if ("cnn", 0, 800) in cells else 0.0) + 1e-9


def test_three_folds_of_each_side_come_before_rivals_and_final_fits():
    board = Board(PLAN)
    cells, _ = walk(board, 250.0)
    for name in ("boosting", "cnn"):
        assert {fold for n, fold, size in cells if n == name and size == 800} >= {0, 1, 2}
    finals = [number for number, cell in enumerate(cells) if cell[1] == FINAL]
    core = [cells.index((name, 2, 800)) for name in ("boosting", "cnn")]
    assert finals and min(finals) > max(core)


def test_networks_from_scratch_get_their_folds_beside_those_from_given_weights():
    given = entry("frozen", "deep", 1.0, "pretrained convolutional", pretrained=True)
    plan = plans.joined(PLAN, given)
    rows = [done(n, 0, s) for n, s in (("frozen", 0.95), ("cnn", 0.7), ("mlp", 0.6), ("boosting", 0.8))]
    cells, _ = walk(Board(plan, rows + [done("svm", 0, 0.7), done("dummy", 0, 0.1)]), 180.0)
    for name in ("frozen", "boosting", "cnn"):
        assert {fold for n, fold, size in cells if n == name and size == 800} >= {1, 2}
    assert cells.index(("frozen", 2, 800)) < cells.index(("cnn", 1, 800))


def test_time_for_the_final_fits_is_kept_back():
    for left in (190, 220, 260, 320):
        cells, _ = walk(Board(PLAN), left)
        assert ("cnn", FINAL, 1000) in cells, left


def test_a_busy_worker_may_still_bring_a_leader_so_others_work_for_the_other_side():
    board = Board(PLAN, [done("mlp", 0, 0.6), done("svm", 0, 0.8), done("dummy", 0, 0.1)])
    for result in (done("boosting", 0, 0.7), done("neighbours", 0, 0.6)):
        board.add(result.trial, True, result.inner_score, result.inner_error)
    running = [Trial("cnn", 0, 800)]
    assert next_trial(board, expect(board), 1e4, 2, running) == Trial("svm", 1, 800)


def test_a_rival_that_is_close_gets_folds_and_one_far_behind_does_not_before_the_curve():
    def order(score):
        rows = [done("svm", k, 0.9) for k in range(5)] + [done("cnn", k, 0.5) for k in range(5)]
        rows += [done("boosting", 0, score), done("neighbours", 0, 0.2), done("mlp", 0, 0.1)]
        rows += [done("dummy", 0, 0.0)]
        cells, _ = walk(Board(PLAN, rows), 1e4)
        return [c for c in cells if c[0] == "boosting" and c[2] == 800]

    assert len(order(0.899)) == 4 and len(order(0.3)) == 4  # the preset runs both on all folds ...
    rows = [done("svm", k, 0.9) for k in range(3)] + [done("cnn", k, 0.5) for k in range(3)]
    rows += [done("boosting", 0, 0.3), done("neighbours", 0, 0.895), done("mlp", 0, 0.1), done("dummy", 0, 0)]
    cells, _ = walk(Board(replace(PLAN, survivors={"classical": 3, "deep": 2}), rows), 1e4)
    assert cells.index(("neighbours", 4, 800)) < cells.index(("boosting", 1, 800))  # ... the close one first


def test_what_failed_is_not_tried_again_and_another_leads():
    rows = [done("cnn", 0, float("nan"), outcome="killed"), done("mlp", 0, 0.7)]
    board = Board(PLAN, rows)
    assert board.leader("deep") == "mlp"
    assert not any(name == "cnn" and fold == 0 and size == 800 for (name, fold, size) in walk(board, 1e4)[0])


def test_a_trial_that_does_not_fit_is_passed_over_for_one_that_does():
    board = Board(PLAN, [done("mlp", 0, 0.7), done("neighbours", 0, 0.7)])
    cells, _ = walk(board, 15.0)
    assert ("cnn", 0, 800) not in cells and ("svm", 0, 800) in cells


def test_the_champion_of_the_verdict_is_the_one_that_is_fitted_on_all_rows():
    rows = [done(n, k, 0.9) for n in ("svm", "cnn", "boosting", "mlp", "neighbours") for k in range(5)]
    cells, _ = walk(Board(PLAN, rows, {"classical": "boosting", "deep": "mlp"}), 1e4)
    assert {n for n, fold, _ in cells if fold == FINAL} == {"boosting", "mlp"}


def test_a_leader_with_too_few_folds_to_be_champion_keeps_time_for_its_final_fit_too():
    rows = [done(n, k, 0.6) for n in ("svm", "mlp", "boosting", "neighbours") for k in range(5)]
    rows += [done("cnn", 0, 0.9), done("dummy", 0, 0.0)]
    board = Board(replace(PLAN, sizes=(800,)), rows, {"classical": "svm", "deep": "mlp"})
    assert board.finalists("deep") == ["cnn", "mlp"]
    cells, _ = walk(board, 100.0, workers=2)  # 20 s a fold, 25 s the fit on all rows
    assert ("cnn", FINAL, 1000) in cells and {k for n, k, _ in cells if n == "cnn"} >= {1, 2}


def test_a_fold_of_the_champion_itself_does_not_hold_up_its_final_fit():
    rows = [done(n, k, 0.6) for n in ("svm", "boosting", "neighbours") for k in range(5)]
    rows += [done("cnn", k, 0.9) for k in range(3)] + [done("mlp", 0, 0.1), done("dummy", 0, 0.0)]
    plan = replace(PLAN, sizes=(800,), survivors={"classical": 2, "deep": 1})
    board = Board(plan, rows, {"classical": "svm", "deep": "cnn"})
    board.add(Trial("svm", FINAL, 1000), True, 0.6, 0.01)
    for busy, wanted in (("cnn", "cnn"), ("mlp", None)):
        found = next_trial(board, expect(board), 30.0, 2, [Trial(busy, 4, 800)])
        assert (found and found.contender) == wanted and (found is None or found.fold == FINAL)


def test_going_on_is_the_same_as_not_having_stopped():
    board = Board(PLAN)
    whole = walk(board, 1e5)[0]
    half = Board(PLAN)
    for name, fold, size in whole[:10]:
        score = -1.0 / (1.0 + half.entries[name].planned.seconds)
        half.add(Trial(name, fold, size), True, score, 0.02)
    assert set(walk(half, 1e5)[0]) == set(whole[10:])


def test_only_leaders_are_run_on_every_fold_of_the_curve_small_sizes_first():
    rows = [done(n, 0, s) for n, s in (("svm", 0.9), ("boosting", 0.8), ("cnn", 0.7), ("mlp", 0.6))]
    trials = curve(Board(PLAN, rows))
    folds = {n: [t.fold for t in trials if t.contender == n and t.size == 100] for n in ("svm", "boosting")}
    assert folds == {"svm": [0, 1, 2, 3, 4], "boosting": [0]}
    assert [t.size for t in trials] == sorted(t.size for t in trials)
    assert curve(Board(replace(PLAN, sizes=(800,)), rows)) == []


def test_learning_shrinks_with_the_rows_and_answering_does_not():
    slow = entry("slow", "deep", 100.0, "x", later=70.0, answer=40.0)
    board = Board(plans.plan([slow], sizes=(1000,)))
    assert [price(board, Trial("slow", f, s)) for f, s in ((0, 1000), (1, 1000), (1, 500))] == [100, 70, 55]


def test_one_side_alone_is_run_to_the_end():
    alone = Board(replace(PLAN, contenders=tuple(ENTRIES[:4])))
    cells, _ = walk(alone, 1e4)
    assert {fold for n, fold, size in cells if n == "boosting" and size == 800} == set(range(5))
