"""Efforts fit the time, the sides share it, and methods are cut before they are left out."""

from dataclasses import replace

import pytest

from nikti.core.contender import FLOOR, Budget
from nikti.core.words import Words
from nikti.protocol.efforts import (
    CUTS,
    FEWEST_EPOCHS,
    Cut,
    Offer,
    Sizes,
    case_seconds,
    effort_of,
    fit,
    shared,
)

SIZES = Sizes(full=800, everything=1000)


def network(name, seconds, method="convolutional", represents=True, epochs=20, scales=True):
    """A network that takes so many core-seconds for one whole training of a fold."""

    def price(size, budget):
        trainings = 1 if budget.tries == 0 else 1 + budget.tries * (0.8 if budget.inner_folds == 1 else 2.0)
        share = (budget.epochs or epochs) / epochs * (budget.scale**2 if scales else 1.0)
        return 0.1 + seconds * trainings * share * size / SIZES.full

    return Offer(name, "deep", Words.of(method), represents, price, epochs=epochs, scales=scales)


def model(name, seconds, method="linear", represents=True):
    def price(size, budget):
        return seconds * (1 + budget.tries * (0.8 if budget.inner_folds == 1 else 2.0)) * size / SIZES.full

    return Offer(name, "classical", Words.of(method), represents, price)


TREES, LINEAR = model("boosting", 4.0, "boosted trees"), model("svm", 1.0)
DUMMY = model("dummy", 0.01, FLOOR, represents=False)
CNN, MLP = network("cnn", 60.0), network("mlp", 5.0, "perceptron", represents=False)
EVERYBODY = [DUMMY, LINEAR, TREES, MLP, CNN]


def seconds_of(side, offers, fitted):
    standing = [o for o in offers if o.side == side and o.represents and o.name in fitted.efforts]
    return case_seconds(standing, fitted.efforts, SIZES)


def test_with_time_enough_nothing_is_cut():
    found = fit(EVERYBODY, 1e6, SIZES, tries=3)
    assert {effort.budget for effort in found.efforts.values()} == {Budget(tries=3)}
    assert {effort.folds for effort in found.efforts.values()} == {5}
    assert found.left_out == () and found.too_expensive == ()


@pytest.mark.parametrize("seconds", [4000, 2000, 1000, 700, 500, 400, 300, 200, 100, 60, 40])
def test_the_case_of_each_side_fits_and_no_method_is_missing(seconds):
    found = fit(EVERYBODY, seconds, SIZES, tries=3)
    spent = [seconds_of(side, EVERYBODY, found) for side in ("classical", "deep")]
    assert sum(spent) <= seconds + 1e-9
    assert {"svm", "boosting", "cnn"} <= set(found.efforts)


def test_more_time_never_means_less_of_a_network():
    limits = (60, 100, 200, 300, 500, 800, 1600)
    trained = [fit(EVERYBODY, seconds, SIZES, tries=1).efforts["cnn"].budget for seconds in limits]
    work = [(budget.epochs or 20) * budget.scale**2 for budget in trained]
    pairs = zip(work, work[1:], strict=False)
    assert all(later >= 0.7 * earlier for earlier, later in pairs)  # what is lost has gone into more folds
    assert work[0] < 0.2 * work[-1] and work[-1] == 20


def test_tuning_goes_before_epochs_and_is_the_same_for_both_sides():
    whole = fit(EVERYBODY, 1e6, SIZES, tries=3)
    needs = sum(whole.needs.values())
    found = fit(EVERYBODY, 0.9 * needs, SIZES, tries=3)
    budgets = {effort.budget for effort in found.efforts.values()}
    assert len({budget.tries for budget in budgets}) == 1
    assert found.efforts["cnn"].budget.epochs is None and found.efforts["cnn"].budget.tries < 3


@pytest.mark.parametrize(("seconds", "folds"), [(100.0, 1), (200.0, 3)])
def test_a_cheap_side_validates_on_all_folds_where_the_expensive_one_cannot(seconds, folds):
    found = fit([CNN, LINEAR], seconds, SIZES)
    assert found.efforts["cnn"].budget.inner_folds == 1
    assert found.efforts[LINEAR.name].budget.inner_folds == folds


def test_a_side_gets_what_the_other_does_not_need():
    alone = fit([CNN, DUMMY, LINEAR], 500.0, SIZES)
    crowded = fit([CNN, DUMMY, LINEAR, model("slow", 60.0, "kernel")], 500.0, SIZES)
    work = [f.efforts["cnn"].budget for f in (alone, crowded)]
    done = [(budget.epochs or 20) * budget.scale**2 for budget in work]
    assert done[0] > done[1]
    assert shared({"deep": 10.0}, 100.0) == {"deep": 100.0}


def test_the_expensive_are_cut_before_the_cheap():
    bag = network("bag", 3.0, "bag of tokens")
    found = fit([LINEAR, bag, network("transformer", 80.0, "transformer")], 300.0, SIZES)
    assert found.efforts["bag"].budget.epochs is None
    assert found.efforts["transformer"].budget.epochs < 20


def test_a_second_contender_of_a_method_stands_back_first_and_may_still_run():
    big = network("big_cnn", 90.0)
    found = fit([LINEAR, CNN, big], 250.0, SIZES)
    alone = fit([LINEAR, CNN], 250.0, SIZES)
    assert found.efforts["cnn"] == alone.efforts["cnn"] and "big_cnn" in found.efforts
    assert found.left_out == ()


def test_a_method_is_left_out_only_where_its_shortest_fit_does_not_fit_and_never_the_last():
    huge = network("huge", 1e5, "transformer")
    found = fit([LINEAR, CNN, huge], 200.0, SIZES)
    assert [offer.name for offer, _ in found.left_out] == ["huge"] and "cnn" in found.efforts
    ((_, needs),) = found.left_out
    assert needs > 100.0
    last = fit([LINEAR, huge], 200.0, SIZES)
    assert last.left_out == () and last.efforts["huge"].budget.epochs == FEWEST_EPOCHS


def test_who_represents_nobody_and_cannot_finish_one_fold_is_too_expensive():
    extra = replace(network("extra", 1e4, "vision"), represents=False)
    found = fit([LINEAR, CNN, extra], 200.0, SIZES)
    assert [offer.name for offer, _ in found.too_expensive] == ["extra"]


def test_a_floor_alone_does_not_stand_for_a_side_that_has_others():
    found = fit([DUMMY, model("forest", 2.0, "forest", represents=False), CNN], 1e5, SIZES)
    assert found.needs["classical"] > 2.0


def test_frozen_settings_cost_no_search_after_the_first_fold():
    free, frozen = (fit([LINEAR, replace(CNN, frozen=f)], 1e6, SIZES, tries=3) for f in (False, True))
    assert frozen.needs["deep"] < free.needs["deep"]


@pytest.mark.parametrize(
    "cut, epochs",
    [(Cut(5, 1.0, 1.0), None), (Cut(3, 0.5, 1.0), 10), (Cut(3, 0.15, 0.5), 3), (Cut(1, 0.01, 0.5), 2)],
)
def test_a_cut_is_a_share_of_the_recipes_epochs(cut, epochs):
    assert effort_of(CNN, Budget(), cut).budget.epochs == epochs
    assert effort_of(LINEAR, Budget(), cut).budget.epochs is None


def test_pictures_get_smaller_only_where_that_makes_a_network_cheaper():
    text = network("transformer", 60.0, scales=False)
    assert effort_of(text, Budget(), Cut(3, 0.25, 0.5)).budget.scale == 1.0
    assert effort_of(CNN, Budget(), Cut(3, 0.25, 0.5)).budget.scale == 0.5


def test_who_has_nobody_to_be_chosen_from_does_without_validation_unless_it_compares_settings():
    lone = replace(model("windows", 18.0, "windows"), without_validation=True)
    assert effort_of(lone, Budget(tries=1), CUTS[0]).budget.tries == 0
    assert effort_of(lone, Budget(tries=3), CUTS[0]).budget.tries == 3
    assert effort_of(LINEAR, Budget(tries=1), CUTS[0]).budget.tries == 1


def test_a_presets_ceiling_stays():
    for cut in CUTS:
        assert effort_of(CNN, Budget(epochs=10), cut).budget.epochs <= 10


def test_cuts_get_shorter():
    work = [(cut.folds + 1) * cut.epochs * cut.scale**2 for cut in CUTS]
    assert work == sorted(work, reverse=True)
