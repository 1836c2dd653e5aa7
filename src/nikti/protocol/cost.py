"""What predicting costs, and how fast this machine is beside the reference."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nikti.core.inputs import Inputs

#: Calls before timing starts, the fewest and most calls timed, and the seconds after which it is enough.
WARM_UPS, FEWEST_CALLS, MOST_CALLS, ENOUGH_SECONDS = 5, 5, 200, 0.6

LARGE_BATCH = 256

#: CPU-seconds of `_reference_work` on the machine the contenders' cost formulas were measured on.
REFERENCE_SECONDS = 0.115


def latency(model: Any, inputs: Inputs) -> dict[str, float]:
    """Median milliseconds per sample, raw input to prediction: {"1": one sample a call, "256": a
    large batch}. Batches larger than the inputs are made by repeating them."""
    found = {}
    for batch in (1, LARGE_BATCH):
        rows = [np.arange(start, start + batch) % len(inputs) for start in range(MOST_CALLS)]
        calls = [inputs.take(rows[i % len(rows)]) for i in range(8)]
        for i in range(WARM_UPS if batch == 1 else 1):
            model.predict(calls[i % len(calls)])
        times: list[float] = []
        began = time.perf_counter()
        while len(times) < MOST_CALLS:
            enough = time.perf_counter() - began > ENOUGH_SECONDS
            if enough and len(times) >= (FEWEST_CALLS if batch == 1 else 2):
                break
            call = calls[len(times) % len(calls)]
            start = time.perf_counter()
            model.predict(call)
            times.append(time.perf_counter() - start)
        found[str(batch)] = 1000 * float(np.median(times)) / batch
    return found


def _reference_work() -> None:
    """A fixed mix of matrix products, elementwise work and interpreted Python."""
    rng = np.random.default_rng(0)
    a = rng.standard_normal((384, 384)).astype(np.float32)
    for _ in range(40):
        a = np.tanh(a @ a.T * 0.01)
    total = 0
    for i in range(1_500_000):
        total += i & 7


def speed() -> float:
    """How many times faster this machine's core is than the reference, from CPU seconds (so that a
    busy machine does not look slow), in steps of a factor of sqrt(2) (so that noise does not change a
    plan)."""
    best = min(_cpu_seconds() for _ in range(3))
    return float(2 ** (round(2 * np.log2(REFERENCE_SECONDS / best)) / 2))


def _cpu_seconds() -> float:
    start = time.process_time()
    _reference_work()
    return time.process_time() - start
