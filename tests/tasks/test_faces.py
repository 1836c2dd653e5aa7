"""Pairs, what verification scores and how sure it is: against scikit-learn, by hand and by simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.inputs import Stack
from nikti.core.pairs import MOST_PARTNERS, best_threshold, distances, nearest, pairs
from nikti.datasets import faces
from nikti.protocol.inner import inner_splits
from nikti.protocol.splits import make_split
from nikti.tasks._choose import choose
from nikti.tasks.face_verification import TASK


def people(names, **more):
    pixels = np.random.default_rng(0).integers(0, 255, (len(names), 8, 8, 3), dtype=np.uint8)
    return Data("people", "image", Stack(pixels), np.array(names, dtype=object), **more)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_pairs_are_what_they_say(codes):
    persons = np.array(codes)
    found = pairs(persons)
    assert ((persons[found.left] == persons[found.right]) == found.same).all()
    assert (found.left < found.right).all()
    assert len(set(zip(found.left.tolist(), found.right.tolist(), strict=True))) == len(found)
    counts = np.bincount(persons)
    if counts.max() <= MOST_PARTNERS + 1:
        assert found.same.sum() == (counts * (counts - 1) // 2).sum()
    kinds = [found.weight[kind].sum() for kind in (found.same, ~found.same) if kind.any()]
    np.testing.assert_allclose(kinds, 1 / max(1, len(kinds)))
    again = pairs(persons)
    np.testing.assert_array_equal(found.left, again.left)
    np.testing.assert_array_equal(found.right, again.right)


def test_people_with_many_pictures_do_not_decide_alone():
    found = pairs(np.repeat([0, 1], [100, 30]))
    ends = np.concatenate([found.left[found.same], found.right[found.same]])
    assert (np.bincount(ends) == MOST_PARTNERS).all() and found.same.mean() == 0.5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_scores_are_scikit_learns(seed):
    import sklearn.metrics as sk

    rng = np.random.default_rng(seed)
    persons = rng.integers(0, 6, 40)
    embeddings = (rng.normal(size=(6, 3))[persons] + rng.normal(size=(40, 3))).round(1)  # with ties
    found = pairs(persons)
    distance = distances(embeddings, found)
    scores = TASK.score(persons, embeddings)
    assert scores["roc_auc"] == pytest.approx(sk.roc_auc_score(found.same, -distance))
    false, true, _ = sk.roc_curve(found.same, -distance, drop_intermediate=False)
    assert scores["tar_at_far_1pct"] == pytest.approx(true[false <= 0.01].max())
    grid = np.linspace(0, 1, 20001)
    crossing = grid[np.argmin(np.abs(1 - grid - np.interp(grid, false, true)))]
    assert scores["eer"] == pytest.approx(crossing, abs=1e-4)
    right = (distance < 1) == found.same
    wanted = sk.balanced_accuracy_score(found.same, distance < 1)
    assert scores["verification_accuracy"] == pytest.approx(wanted)
    assert right.any() and 1 - TASK.losses(persons, embeddings).mean() == pytest.approx(wanted, abs=1e-12)


def test_a_case_by_hand():
    persons = np.array([0, 0, 1, 1])
    line = np.array([[0.0], [0.5], [0.9], [3.0]])  # pairs 01 right, 23 missed; of 02 03 12 13 two are used
    found = pairs(persons)
    assert found.same.sum() == 2 and len(found) == 4
    different = [tuple(p) for p in np.stack([found.left, found.right], 1)[~found.same].tolist()]
    false = sum(pair in ((0, 2), (1, 2)) for pair in different)
    scores = TASK.score(persons, line)
    assert scores["verification_accuracy"] == pytest.approx(1 - (1 + false) / 4)
    assert scores["rank1_identification"] == 0.75 - 0.25  # 0 and 3 find their own, 1 and 2 each other
    assert nearest(line)[0].tolist() == [1, 2, 1, 2]


def test_perfect_random_and_constant_embeddings():
    persons = np.repeat(np.arange(20), 8)
    perfect = TASK.score(persons, 2.0 * np.eye(20)[persons])
    assert {name: value for name, value in perfect.items() if name != "eer"} == dict.fromkeys(
        ("verification_accuracy", "roc_auc", "tar_at_far_1pct", "rank1_identification"), 1.0
    )
    assert perfect["eer"] == 0.0 and not TASK.losses(persons, 2.0 * np.eye(20)[persons]).any()
    noise = np.random.default_rng(0).normal(size=(160, 8))
    threshold, _ = best_threshold(distances(noise, pairs(persons)), pairs(persons))
    chance = TASK.score(persons, noise / threshold)
    assert abs(chance["verification_accuracy"] - 0.5) < 0.06 and abs(chance["roc_auc"] - 0.5) < 0.06
    assert TASK.score(persons, np.zeros((160, 1)))["verification_accuracy"] == 0.5
    assert TASK.losses(np.array([4]), np.zeros((1, 2))).tolist() == [0.5]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_the_best_threshold_is_the_best(seed):
    rng = np.random.default_rng(seed)
    found = pairs(rng.integers(0, 4, 12))
    distance = rng.integers(0, 5, len(found)).astype(float)
    threshold, accuracy = best_threshold(distance, found)
    assert threshold > 0 and 1 - found.error(distance < threshold) == pytest.approx(accuracy)
    tried = [1 - found.error(distance < t) for t in np.arange(0.25, 6, 0.5)]
    assert accuracy == pytest.approx(max(tried))


def test_losses_spread_as_the_accuracy_does_when_people_are_drawn_anew():
    means, errors = [], []
    for seed in range(250):
        rng = np.random.default_rng(seed)
        persons = np.repeat(np.arange(20), 4)
        spread = rng.gamma(2, 0.35, 20)[persons][:, None]  # some people change more than others
        losses = TASK.losses(
            persons, (rng.normal(size=(20, 3))[persons] + spread * rng.normal(size=(80, 3))) / 1.4
        )
        sums = np.bincount(persons, losses - losses.mean())
        means.append(losses.mean())
        errors.append(np.sqrt((sums**2).sum() * 20 / 19) / 80)
    # Were each pair's loss only shared out among its pictures, this would be about 0.75.
    assert 0.9 < np.mean(errors) / np.std(means) < 1.25


def test_nobody_is_in_training_and_test():
    data = TASK.prepare(faces.load(persons=15, pictures=4))
    groups, rows = data.groups, np.arange(len(data))
    split = make_split(
        *(TASK.strata(data.targets),),
        rows=rows,
        groups=groups,
        grouped_by_user=True,
        times=None,
        folds=5,
        seed=0,
    )
    assert split.method == "grouped_k_fold"
    for fold, order in split.order.items():
        assert not set(data.targets[order]) & set(data.targets[split.test_rows(fold)])
        for fit, valid in inner_splits(
            TASK.strata(data.targets[order]), groups=groups[order], times=None, seed=0
        ):
            assert not set(data.targets[order][fit]) & set(data.targets[order][valid])


def test_people_join_the_users_groups():
    groups = np.array([7, 8, 8, 9, 9, 3])  # b is in groups 8 and 9, which makes them one; a is in 7 and 8
    data = TASK.prepare(people(["a", "a", "b", "b", "c", "d"], groups=groups))
    assert len(set(data.groups[:5])) == 1 and data.groups[5] != data.groups[0]
    assert data.classes == ("a", "b", "c", "d")


def test_prepare_keeps_single_pictures_and_says_what_it_drops():
    split = np.array([0, 0, 0, 2, 2, 0], dtype=np.uint8)
    data = TASK.prepare(people(["a", "a", "b", "b", "c", ""], split=split))
    assert len(data) == 5
    assert {n.code: n.values.get("count") for n in data.notes} == {
        "dropped_no_answer": 1,
        "persons_of_one": 1,
        "persons_in_both": 1,
    }
    assert TASK.prepare(data) is data
    with pytest.raises(DataError, match="two pictures of at least two persons"):
        TASK.prepare(people(["a", "a", "b", "c"]))


def test_it_must_be_asked_for():
    data = people(["a", "a", "b", "b"])
    assert choose(data).name == "image_classification"
    assert choose(data, "face_verification") is TASK
