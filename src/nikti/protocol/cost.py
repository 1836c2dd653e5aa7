"""What predicting costs, and how fast this machine is beside the reference."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.core.inputs import Inputs
from nikti.protocol.plan import WARM_UP_SHARE

#: Samples in a call: one, and a large batch.
BATCHES = (1, 256)

#: Samples in the call that shows what a large batch of a slow model would take, and its fewest.
_PROBE = 8

#: From so many timed calls on, the slowest hundredth of them is told.
CALLS_FOR_P99 = 1000

#: Different batches that are called in turn, so that no cache remembers an answer.
_IN_TURN = 8

#: CPU-seconds of `_reference_work` on the machine the contenders' cost formulas were measured on.
REFERENCE_SECONDS = 0.115


@dataclass(frozen=True)
class Method:
    """How a latency is measured: calls are timed until there are `calls` of them and `seconds` have
    passed; but no longer than `most_seconds`, if at least `fewest` were timed. warm_ups: calls before,
    for at most WARM_UP_SHARE of `most_seconds`."""

    name: str
    warm_ups: int
    calls: int
    seconds: float
    fewest: int
    most_seconds: float


#: What every contender gets once, while other trials run beside it.
SHORT = Method("short", warm_ups=5, calls=200, seconds=0.0, fewest=3, most_seconds=0.3)


def full(most_seconds: float) -> Method:
    """The method for the final models, timed while nothing else of the run is at work."""
    return Method("full", warm_ups=20, calls=200, seconds=2.0, fewest=3, most_seconds=most_seconds)


def latency(
    model: Any,
    inputs: Inputs,
    method: Method,
    *,
    clock: Callable[[], float] = time.perf_counter,
    others: Callable[[], float] | None = None,
) -> tuple[dict[str, float], dict[str, Any]]:
    """Milliseconds per sample, raw input to prediction: (the median by batch, how it was measured).

    The medians: {"1": one sample a call, "256": a large batch}; batches larger than the inputs are made
    by repeating them. The rest: {"method", "asked": {"calls", "seconds", "p99_calls"}, "load": cores that
    other processes kept busy meanwhile, "1" and "256": {"calls", "samples" in a call, "seconds", "warm_ups",
    "complete": whether there were as many of all four as the method has, "p99_ms": None of fewer than
    p99_calls}}.
    """
    others = others or busy_beside
    medians: dict[str, float] = {}
    planned = {"calls": method.calls, "seconds": method.seconds, "p99_calls": CALLS_FOR_P99}
    facts: dict[str, Any] = {"method": method.name, "asked": planned}
    began, busy = clock(), others()
    for most in BATCHES:
        batch = most if most == 1 else _batch(model, inputs, most, medians["1"] / 1000, method, clock)
        rows = [np.arange(start, start + batch) % len(inputs) for start in range(_IN_TURN)]
        warm_ups, times = _timed(model.predict, [inputs.take(each).fresh() for each in rows], method, clock)
        each_ms = 1000 * np.array(times) / batch
        spent = float(np.sum(times))
        medians[str(most)] = float(np.median(each_ms))
        facts[str(most)] = {
            "calls": len(times),
            "samples": batch,
            "seconds": spent,
            "warm_ups": warm_ups,
            "complete": batch == most
            and warm_ups == method.warm_ups
            and len(times) >= method.calls
            and spent >= method.seconds,
            "p99_ms": float(np.percentile(each_ms, 99)) if len(times) >= CALLS_FOR_P99 else None,
        }
    facts["load"] = max(0.0, (others() - busy) / max(1e-9, clock() - began))
    return medians, facts


def _batch(
    model: Any, inputs: Inputs, most: int, one: float, method: Method, clock: Callable[[], float]
) -> int:
    """Samples of a large batch: `most`, or as many that the fewest calls fit into the time, from what
    one sample and a few in one call take."""
    room = method.most_seconds / method.fewest
    if one * most <= room:
        return most
    began = clock()
    model.predict(inputs.take(np.arange(_PROBE) % len(inputs)).fresh())
    more = max(0.0, clock() - began - one) / (_PROBE - 1)  # what a further sample takes; maybe nothing
    if one + (most - 1) * more <= room:
        return most
    return _PROBE if one >= room else max(_PROBE, 1 + int((room - one) / more))


def _timed(
    call: Callable[[Inputs], Any], batches: list[Inputs], method: Method, clock: Callable[[], float]
) -> tuple[int, list[float]]:
    """(warm-ups made, seconds of each timed call)."""
    began, warm_ups = clock(), 0
    while warm_ups < method.warm_ups:
        call(batches[warm_ups % len(batches)])
        warm_ups += 1
        if clock() - began > WARM_UP_SHARE * method.most_seconds:
            break
    times: list[float] = []
    spent = 0.0
    while len(times) < method.calls or spent < method.seconds:
        if spent > method.most_seconds and len(times) >= method.fewest:
            break
        batch = batches[len(times) % len(batches)]
        start = clock()
        call(batch)
        times.append(clock() - start)
        spent += times[-1]
    return warm_ups, times


def busy_beside() -> float:
    """Core-seconds that all other processes of the machine have used since it was started."""
    import psutil

    spent = psutil.cpu_times()
    busy = sum(getattr(spent, part, 0.0) for part in ("user", "nice", "system", "irq", "softirq", "steal"))
    mine = os.times()
    return busy - mine.user - mine.system


def _reference_work() -> None:
    """A fixed mix of matrix products, elementwise work and interpreted Python."""
    rng = np.random.default_rng(0)
    a = rng.standard_normal((384, 384)).astype(np.float32)
    for _ in range(40):
        a = np.tanh(a @ a.T * 0.01)
    total = 0
    for i in range(1_500_000):
        total += i & 7


def speed(
    work: Callable[[], None] = _reference_work, clock: Callable[[], float] = time.process_time
) -> float:
    """How many times faster this machine's core is than the reference, from CPU seconds (so that a
    busy machine does not look slow), in steps of a factor of sqrt(2) (so that noise does not change a
    plan). The first pass is not counted: it starts the threads of numpy's libraries, touches its memory
    for the first time and wakes the core."""
    work()
    best = min(_seconds(work, clock) for _ in range(3))
    return float(2 ** (round(2 * np.log2(REFERENCE_SECONDS / best)) / 2))


def _seconds(work: Callable[[], None], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start
