"""What a verdict is told to mind, and what that does to it: each condition planted, and its absence."""

from dataclasses import replace

import numpy as np
import pytest

from nikti.core.contender import Budget
from nikti.core.data import Note
from nikti.core.plan import LeftOut, Priced
from nikti.core.run import Result, Trial
from nikti.core.words import Words
from nikti.verdict.conditions import weigh
from nikti.verdict.judge import judge
from tests.plans import altered, entry, joined

from .runs import make_run


def losses(n, wrong, seed):
    return (np.random.default_rng(seed).random(n) < wrong).astype(float)


def compared(classical=0.1, deep=0.3, n=1000, **more):
    """A run in which machine learning is far ahead, with methods named."""
    table = {("forest", "classical"): losses(n, classical, 1), ("net", "deep"): losses(n, deep, 2)}
    run = make_run(table, **more)
    run.plan = replace(run.plan, limit=240.0, enough_seconds=700.0, preset="medium")
    for name, method in (("forest", "forest"), ("net", "convolutional")):
        run.plan = altered(run.plan, name, method=Words.of(method), represents=True)
    return run


def cut_short(run, scores, error=0.01, epochs=None, recipe=40, of="net"):
    """The same run, with a network that had fewer epochs than its recipe takes."""
    for result in run.results:
        if result.trial.contender == of:
            result.inner_error = error
            result.training_curve = [
                {"epoch": e, "valid_score": score} for e, score in enumerate(scores, start=1)
            ]
    planned = Priced(Budget(epochs=epochs or len(scores), inner_folds=1))
    run.plan = altered(run.plan, of, planned=planned, recipe_epochs=recipe)
    return run


def codes(verdict):
    return [note.code for note in verdict.conditions]


RISING = [0.5, 0.56, 0.6, 0.63, 0.655, 0.675, 0.69, 0.705, 0.715, 0.725]
FLAT = [0.5, 0.65, 0.69, 0.70, 0.70, 0.701, 0.70, 0.699, 0.70, 0.70]


def test_a_sound_run_has_no_conditions():
    verdict = judge(compared())
    assert (verdict.call, verdict.strength, codes(verdict)) == ("classical", "strong", [])


@pytest.mark.parametrize("folds", [1, 2])
def test_one_fold_of_each_side_is_a_first_impression(folds):
    run = compared()
    run.results = [r for r in run.results if r.trial.fold < folds]
    verdict = judge(run)
    assert verdict.call == "undecided" and codes(verdict) == ["provisional"]
    assert verdict.interval_call == "classical" and verdict.high < 0
    assert verdict.winner == "forest" and verdict.advice.code == "use_leading"
    assert verdict.n == folds * 200


def test_scores_and_gap_are_of_the_folds_that_both_have():
    run = compared()
    run.results = [r for r in run.results if r.trial.contender == "forest" or r.trial.fold != 2]
    verdict = judge(run)
    assert verdict.n == 800 and codes(verdict) == ["few_folds"] and verdict.strength == "likely"
    scores = [verdict.scores[side]["value"] for side in ("classical", "deep")]
    assert scores[1] - scores[0] == pytest.approx(verdict.gap)


def test_nothing_is_decided_against_a_network_that_was_still_improving():
    verdict = judge(cut_short(compared(), RISING))
    assert verdict.call == "undecided" and verdict.interval_call == "classical"
    (note,) = verdict.conditions
    assert note.code == "starved" and note.values["epochs"] == 10 and note.values["recipe_epochs"] == 40
    assert note.values["enough_seconds"] == 700.0  # less than four times the limit
    assert (
        verdict.low < verdict.gap < verdict.high < 0 < verdict.detectable
    )  # the numbers are there all the same


def test_where_the_preset_asks_for_no_more_it_is_named_and_not_the_time():
    run = cut_short(compared(), RISING)
    run.plan = replace(run.plan, enough_seconds=200.0, preset="fast")
    (note,) = judge(run).conditions
    assert note.values["preset"] == "fast" and "enough_seconds" not in note.values


def test_a_winner_that_was_still_improving_is_likely():
    verdict = judge(cut_short(compared(0.3, 0.1), RISING))
    assert (verdict.call, verdict.strength, codes(verdict)) == ("deep", "likely", ["starved"])


def test_a_network_that_had_converged_can_be_beaten_for_sure():
    verdict = judge(cut_short(compared(), FLAT))
    assert (verdict.call, verdict.strength, codes(verdict)) == ("classical", "strong", [])


def test_a_network_that_never_rose_is_not_beaten_at_all():
    verdict = judge(cut_short(compared(), [0.5] * 10))
    assert (verdict.call, verdict.strength, codes(verdict)) == ("undecided", "", ["hardly_trained"])


def test_a_curve_too_noisy_to_tell_leaves_it_likely():
    verdict = judge(cut_short(compared(0.1, 0.2), FLAT, error=0.1))
    assert (verdict.call, verdict.strength, codes(verdict)) == ("classical", "likely", ["not_converged"])


def test_who_stopped_early_by_itself_was_not_cut_short():
    run = cut_short(compared(), RISING, epochs=30)
    assert codes(judge(run)) == []
    assert codes(judge(cut_short(compared(), RISING, recipe=10))) == []


def test_nothing_is_decided_against_a_side_without_one_of_its_methods():
    run = compared()
    gone = tuple(
        LeftOut(name, "deep", Words.of(method), 900.0)
        for name, method in (("vit", "transformer"), ("resnet", "convolutional"))
    )
    run.plan = replace(run.plan, left_out=gone)
    verdict = judge(run)
    assert verdict.call == "undecided" and codes(verdict) == ["left_out"]
    assert verdict.conditions[0].values["method"] == "transformer"  # the other method is there
    turned = compared(0.3, 0.1)
    turned.plan = replace(turned.plan, left_out=gone)
    assert (judge(turned).call, judge(turned).strength) == ("deep", "likely")


def test_a_method_that_met_its_time_counts_as_absent():
    run = compared()
    run.plan = joined(run.plan, entry("vit", "deep", method="transformer", represents=True))
    run.results.append(Result(Trial("vit", 0, 100), "timeout", "stopped after 60 s"))
    verdict = judge(run)
    assert verdict.call == "undecided" and codes(verdict) == ["timed_out"]
    run.results.append(Result(Trial("vit", 1, 100), "failed", "it broke"))
    run.plan = altered(run.plan, "vit", represents=False)
    assert codes(judge(run)) == []


def test_a_tie_with_a_side_short_of_time_is_no_tie():
    same = losses(4000, 0.1, 0)
    run = make_run({("forest", "classical"): same, ("net", "deep"): same})
    assert judge(run).call == "tie"
    assert judge(cut_short(run, RISING)).call == "undecided"


def with_test_split(run, classical, deep, n=400):
    """The run with the user's own test split, on which the champions are wrong so often."""
    for name, wrong, seed in (("forest", classical, 5), ("net", deep, 6)):
        rows = np.arange(1000, 1000 + n)
        final = Result(Trial(name, -1, 1000), "ok", rows=rows, losses=losses(n, wrong, seed))
        run.results.append(final)
    return run


def test_a_test_split_of_the_same_kind_changes_nothing():
    verdict = judge(with_test_split(compared(), 0.1, 0.3))
    assert (verdict.strength, codes(verdict)) == ("strong", [])


def test_a_test_split_that_differs_leaves_it_likely():
    verdict = judge(with_test_split(compared(), 0.4, 0.6))
    assert (verdict.call, verdict.strength, codes(verdict)) == ("classical", "likely", ["shift"])
    values = verdict.conditions[0].values
    assert values["test_score"] < values["low_score"] < values["cv_score"] and not values["turned"]


def test_two_witnesses_that_contradict_each_other_decide_nothing():
    verdict = judge(with_test_split(compared(), 0.6, 0.4))
    assert verdict.call == "undecided" and verdict.conditions[0].values["turned"]
    assert (verdict.winner, verdict.advice.code) == ("forest", "witnesses_differ")
    assert verdict.advice.values["other"] == "net"


def test_equal_data_are_rarely_taken_for_shifted():
    rng, alarms = np.random.default_rng(0), 0
    for _ in range(200):
        run = make_run(
            {
                ("forest", "classical"): 1.0 * (rng.random(500) < 0.2),
                ("net", "deep"): 1.0 * (rng.random(500) < 0.25),
            }
        )
        for name, wrong in (("forest", 0.2), ("net", 0.25)):
            final = Result(Trial(name, -1, 500), "ok", rows=np.arange(500, 700))
            final.losses = 1.0 * (rng.random(200) < wrong)
            run.results.append(final)
        alarms += "shift" in codes(judge(run))
    assert alarms / 200 <= 0.02 + 2 * np.sqrt(0.02 * 0.98 / 200)


def test_a_suspicious_column_leaves_it_likely():
    run = compared()
    run.data["notes"] = [
        {
            "level": "warning",
            "code": "suspicious_column",
            "text": "Column x tells.",
            "values": {"column": "x"},
        }
    ]
    verdict = judge(run)
    assert (verdict.strength, codes(verdict)) == ("likely", ["leak"])
    assert "Column x tells." in verdict.conditions[0].text
    run.data["notes"][0]["level"] = "info"  # looked at, and harmless
    assert codes(judge(run)) == []


def test_a_tie_in_accuracy_is_none_where_a_class_is_hardly_seen():
    same = losses(4000, 0.02, 0)
    run = make_run({("forest", "classical"): same, ("net", "deep"): same})
    run.data |= {"kind": "classification", "counts": {"fine": 3920, "ill": 80}}
    verdict = judge(run)
    assert verdict.call == "undecided" and codes(verdict) == ["uneven"]
    run.plan = replace(run.plan, metric="average_precision")
    assert judge(run).call == "tie" and judge(run).conditions[0].level == "info"


def with_floor(run, wrong):
    run.plan = joined(run.plan, entry("dummy", "classical"))
    for r in [r for r in run.results if r.trial.contender == "forest"]:
        trial = Trial("dummy", r.trial.fold, r.trial.size)
        result = Result(trial, "ok", rows=r.rows, inner_score=1.0)
        result.losses = losses(len(r.rows), wrong, 9 + r.trial.fold)
        run.results.append(result)
    return run


def test_a_floor_is_never_a_champion_and_what_does_not_beat_it_is_told():
    verdict = judge(with_floor(compared(), 0.5))
    assert verdict.champions["classical"] == "forest" and codes(verdict) == []
    beaten = judge(with_floor(compared(0.5, 0.5), 0.5))
    assert codes(beaten) == ["floor_unbeaten"] and beaten.advice.code == "floor_unbeaten"
    assert beaten.winner in ("forest", "net") and "Nothing beat dummy" in beaten.advice.text


def test_a_side_with_nothing_but_a_floor_is_missing():
    run = with_floor(compared(), 0.5)
    run.results = [r for r in run.results if r.trial.contender != "forest"]
    verdict = judge(run)
    assert verdict.gap is None and verdict.reasons[0].code == "one_by_floor" and verdict.winner == "net"
    run.results = [r for r in run.results if r.trial.contender == "dummy"]
    assert judge(run).winner is None and judge(run).advice.code == "none"


def test_weights_that_may_know_the_samples_are_told():
    run = compared()
    run.plan = altered(run.plan, "net", pretrained_on=Words("ImageNet-1k", "ইমেজনেট"))
    verdict = judge(run)
    assert codes(verdict) == ["weights_overlap"] and verdict.strength == "strong"


def test_weighing_never_makes_a_verdict_stronger():
    notes = [Note("warning", "few_folds", "", {})]
    assert weigh("undecided", "", notes) == ("undecided", "")
    assert weigh("deep", "likely", ()) == ("deep", "likely")
    assert weigh("deep", "strong", notes) == ("deep", "likely")


def test_who_was_ahead_on_the_first_fold_and_had_no_time_for_the_others_counts_as_left_out():
    run = compared()
    assert judge(run).call == "classical"
    rival = replace(run.plan.entries["net"], name="better", method=Words.of("pre-trained convolutional"))
    run.plan = joined(run.plan, rival)
    first = next(r for r in run.results if r.trial.contender == "net" and r.trial.fold == 0)
    for score, called in ((first.inner_score + 0.1, "undecided"), (first.inner_score - 0.1, "classical")):
        row = replace(first, trial=replace(first.trial, contender="better"), inner_score=score)
        with_rival = replace(run, results=[*run.results, row])
        verdict = judge(with_rival)
        assert (verdict.call, "left_out" in codes(verdict)) == (called, called == "undecided")
