"""What a run expects of its trials after those that have ended."""

import time

import pytest

from nikti.run.clock import LEAST, Clock


def clock(limit=100.0, ago=0.0, **more):
    return Clock(limit, time.monotonic() - ago, **more)


def test_what_is_left_and_what_has_passed_add_up_to_the_limit():
    one = clock(limit=100.0, ago=30.0)
    left, elapsed = one.left(), one.elapsed()
    assert left == pytest.approx(70, abs=5) and elapsed == pytest.approx(30, abs=5)
    assert left + elapsed == pytest.approx(100, abs=1)
    assert one.end == pytest.approx(one.now() + left, abs=1)


def test_nothing_is_left_beyond_the_limit():
    assert clock(limit=10.0, ago=30.0).left() < -15


def test_a_trial_costs_what_was_planned_until_one_of_its_contender_has_ended():
    one = clock()
    assert one.cpu("mlp", 5.0) == one.wall("mlp", 5.0) == 5.0
    one.learn("mlp", planned=10.0, cpu=20.0, wall=20.0)
    assert one.cpu("mlp", 5.0) == 10.0
    assert one.cpu("svm", 5.0) == 5.0  # a wrong price is a contender's own


def test_long_trials_tell_most():
    one = clock()
    one.learn("mlp", planned=1.0, cpu=4.0, wall=4.0)
    one.learn("mlp", planned=9.0, cpu=9.0, wall=9.0)
    assert one.cpu("mlp", 10.0) == pytest.approx(13.0)  # not the mean of 4 and 1 times as long


def test_a_busy_machine_slows_everybody_and_is_forgotten_by_halves():
    one = clock()
    one.learn("mlp", planned=2.0, cpu=2.0, wall=6.0)  # three times as long on the wall: half way from 1
    assert one.slowdown == pytest.approx(2.0)
    assert one.wall("svm", 5.0) == pytest.approx(10.0) and one.cpu("svm", 5.0) == 5.0
    one.learn("mlp", planned=2.0, cpu=2.0, wall=2.0)
    assert one.slowdown == pytest.approx(1.5)


def test_short_trials_tell_nothing_of_the_machine():
    one = clock()
    one.learn("dummy", planned=0.1, cpu=LEAST / 2, wall=9.0)
    assert one.slowdown == 1.0 and one.cpu("dummy", 0.1) == pytest.approx(LEAST / 2)


def test_no_machine_is_faster_than_its_processor():
    one = clock(slowdown=1.0)
    one.learn("mlp", planned=4.0, cpu=4.0, wall=1.0)  # on several cores
    assert one.slowdown == 1.0
