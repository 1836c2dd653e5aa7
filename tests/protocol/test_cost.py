"""Latency against numpy on a model whose every call takes a known time, on a clock that only it moves."""

import numpy as np
import pytest

from nikti.core.inputs import Stack
from nikti.protocol.cost import CALLS_FOR_P99, REFERENCE_SECONDS, SHORT, busy_beside, full, latency, speed


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Model:
    """Each call takes the next of `seconds`, per sample; afterwards it starts again."""

    def __init__(self, clock, seconds, start=0.0):
        self.clock, self.seconds, self.start = clock, seconds, start
        self.sizes = []

    def predict(self, inputs):
        self.clock.now += self.start + len(inputs) * self.seconds[len(self.sizes) % len(self.seconds)]
        self.sizes.append(len(inputs))
        return np.zeros(len(inputs))


INPUTS = Stack(np.zeros((10, 2, 2, 1), np.uint8))


def timed(seconds, method, start=0.0, others=lambda: 0.0):
    clock = Clock()
    model = Model(clock, seconds, start)
    return (*latency(model, INPUTS, method, clock=clock, others=others), model)


def test_the_full_method_makes_its_calls_and_fills_its_seconds():
    medians, facts, model = timed([0.001], full(5.0))
    assert medians == {"1": pytest.approx(1.0), "256": pytest.approx(1.0)}
    assert facts["1"]["warm_ups"] == 20 and facts["1"]["complete"]
    assert facts["1"]["calls"] == pytest.approx(2000, abs=1) and facts["1"]["seconds"] >= 2.0 - 1e-9
    one, many = model.sizes.count(1), model.sizes.count(256)
    assert (one, many) == (20 + facts["1"]["calls"], facts["256"]["warm_ups"] + facts["256"]["calls"])


def test_slow_calls_go_on_until_there_are_two_hundred():
    _, facts, _ = timed([0.05], full(20.0))
    assert facts["1"]["calls"] == 200 and facts["1"]["seconds"] == pytest.approx(10.0)


def test_what_is_too_slow_is_cut_short_and_says_so():
    _, facts, _ = timed([0.1], full(1.0))
    assert facts["1"]["calls"] == 11 and not facts["1"]["complete"]
    assert facts["1"]["warm_ups"] == 3  # a quarter of the time at most
    assert facts["256"]["calls"] == 3 and facts["256"]["warm_ups"] == 1
    assert facts["asked"] == {"calls": 200, "seconds": 2.0, "p99_calls": 1000}


def test_a_large_batch_of_a_slow_model_is_smaller_and_says_so():
    medians, facts, model = timed([0.3], full(5.0))
    assert facts["256"]["samples"] == 8 and not facts["256"]["complete"]
    assert medians["256"] == pytest.approx(300.0) and max(model.sizes) == 8
    assert facts["256"]["seconds"] < 3 * 8 * 0.3 + 1e-6
    _, facts, _ = timed([0.01], full(5.0))  # 166 samples in each of three calls
    assert facts["256"]["samples"] == 166 and facts["256"]["seconds"] <= 5.0 + 1.66 + 1e-6


def test_the_percentiles_are_numpys():
    seconds = np.random.default_rng(0).gamma(2.0, 0.0005, 1777)
    medians, facts, _ = timed(list(seconds), full(5.0))
    took = np.resize(np.roll(seconds, -20), facts["1"]["calls"])
    assert medians["1"] == pytest.approx(1000 * np.median(took))
    assert facts["1"]["p99_ms"] == pytest.approx(1000 * np.percentile(took, 99))
    assert facts["1"]["p99_ms"] > 2 * medians["1"]


def test_no_p99_of_few_calls():
    _, facts, _ = timed([2.0 / (CALLS_FOR_P99 - 1.5)], full(5.0))
    assert facts["1"]["calls"] == CALLS_FOR_P99 - 1 and facts["1"]["p99_ms"] is None
    _, facts, _ = timed([2.0 / (CALLS_FOR_P99 - 0.5)], full(5.0))
    assert facts["1"]["calls"] == CALLS_FOR_P99 and facts["1"]["p99_ms"] is not None


def test_the_short_method_stays_short():
    _, facts, model = timed([0.02], SHORT)
    assert facts["method"] == "short" and facts["1"]["seconds"] < 0.65
    assert model.clock.now < 2 * 1.25 * 0.6 + 5 * 256 * 0.02


def test_a_batch_is_told_per_sample():
    medians, _, _ = timed([0.0], full(5.0), start=0.256)
    assert medians == {"1": pytest.approx(256.0), "256": pytest.approx(1.0)}


def test_the_load_is_what_others_did_meanwhile():
    clock = Clock()
    model = Model(clock, [0.001])
    _, facts = latency(model, INPUTS, full(5.0), clock=clock, others=lambda: 1.5 * clock.now + 100.0)
    assert facts["load"] == pytest.approx(1.5)


def test_other_processes_are_seen_and_this_one_is_not():
    before = busy_beside()
    sum(i * i for i in range(2_000_000))
    assert busy_beside() >= before - 0.1  # counters move in hundredths


class Unsteady(Model):
    """The first call after the single ones is a probe that takes `probe` seconds, whatever is in it."""

    def __init__(self, clock, one, probe):
        super().__init__(clock, [0.0], one)
        self.probe = probe

    def predict(self, inputs):
        first_of_many = len(inputs) > 1 and max(self.sizes, default=1) == 1
        self.start, before = self.probe if first_of_many else self.start, self.start
        answers = super().predict(inputs)
        self.start = before
        return answers


@pytest.mark.parametrize("probe", [0.0, 1.0, 3.0], ids=["faster", "a bit faster", "as fast"])
@pytest.mark.parametrize(("one", "samples"), [(3.0, 8), (1.0, 256)], ids=["no call fits", "three calls fit"])
def test_a_probe_that_is_no_slower_than_a_single_call_divides_by_nothing(probe, one, samples):
    clock = Clock()
    model = Unsteady(clock, one, min(probe, one))
    medians, facts = latency(model, INPUTS, full(5.0), clock=clock, others=lambda: 0.0)
    assert facts["256"]["samples"] == samples
    assert medians["256"] == pytest.approx(1000 * one / samples)


@pytest.mark.parametrize("probe", [3.0, 3.1, 4.0, 40.0])
def test_a_batch_is_never_larger_than_asked_nor_smaller_than_the_probe(probe):
    for one in (0.01, 0.5, 1.6, 1.67, 3.0):
        clock = Clock()
        _, facts = latency(Unsteady(clock, one, probe), INPUTS, full(5.0), clock=clock, others=lambda: 0.0)
        assert 8 <= facts["256"]["samples"] <= 256


@pytest.mark.parametrize(
    ("passes", "times_faster"),
    [
        ([9.0, 1.0, 1.0, 1.0], 1.0),  # a slow start is not this machine's speed
        ([0.1, 1.0, 1.0, 1.0], 1.0),  # nor a lucky one
        ([1.0, 5.0, 1.1, 7.0], 1.0),  # noise below the step of sqrt(2)
        ([1.0, 2.0, 2.1, 2.2], 0.5),
        ([0.5, 0.25, 0.25, 0.25], 4.0),
    ],
)
def test_the_speed_is_that_of_a_warm_core(passes, times_faster):
    clock, took = Clock(), iter(passes)

    def work():
        clock.now += REFERENCE_SECONDS * next(took)

    assert speed(work, clock) == pytest.approx(times_faster)
