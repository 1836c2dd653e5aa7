"""Energy from counters in the hardware, less what the machine draws when it does nothing.

A counter is RAPL's of a processor package (Linux, most often readable by root only) or NVML's of a
graphics card (where `pynvml` is installed). Where none can be read nothing is measured; power ratings
times seconds are never used in their place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

#: Where Linux shows RAPL counters: one folder `intel-rapl:N` a domain (AMD processors too).
POWERCAP = Path("/sys/class/powercap")

#: Seconds for which the draw at rest is measured.
IDLE_SECONDS = 1.5

#: Seconds between looks at the counters: they wrap, at full power after a few minutes, and two wraps
#: between looks could not be told from one.
LOOK_EVERY = 10.0


@dataclass(frozen=True)
class Counter:
    """read() -> joules since some moment; wraps: the joules at which it begins again, None if it
    does not."""

    name: str
    read: Callable[[], float]
    wraps: float | None = None


def counters(device: str = "cpu", root: Path = POWERCAP, library: Any = None) -> list[Counter]:
    """All that can be read and have to do with a run on the device ("cpu", "cuda", ...)."""
    return packages(root) + (cards(library) if device == "cuda" else [])


def packages(root: Path = POWERCAP) -> list[Counter]:
    """RAPL's package domains that can be read. The domains inside a package (cores, memory) and the
    whole platform's (psys) would count the same joules twice."""
    found = []
    for folder in sorted(root.glob("intel-rapl:*")):
        try:
            name = (folder / "name").read_text().strip()
            if not name.startswith("package"):
                continue
            wraps = float((folder / "max_energy_range_uj").read_text()) / 1e6
            counter = Counter(name, partial(_joules_in, folder / "energy_uj"), wraps)
            counter.read()
        except (OSError, ValueError):  # not ours to read, or no counter
            continue
        found.append(counter)
    return found


def _joules_in(file: Path) -> float:
    return float(file.read_text()) / 1e6


def cards(library: Any = None) -> list[Counter]:
    """The graphics cards whose total energy NVML tells; [] without `pynvml` or a driver. library: what
    stands for `pynvml`."""
    try:
        if library is None:
            import importlib

            library = importlib.import_module("pynvml")  # not ours to ask for: used where it is there
        library.nvmlInit()
        handles = [library.nvmlDeviceGetHandleByIndex(i) for i in range(library.nvmlDeviceGetCount())]
    except ImportError:
        return []
    except library.NVMLError:
        return []
    found = []
    for number, handle in enumerate(handles):
        read = lambda card=handle: library.nvmlDeviceGetTotalEnergyConsumption(card) / 1e3  # noqa: E731
        try:
            read()
        except library.NVMLError:
            continue
        found.append(Counter(f"gpu-{number}", read))
    return found


class Meter:
    """Joules that the counters have counted since it was started, wraps undone. Use as a context
    manager: a thread looks at the counters often enough."""

    def __init__(self, counters: Sequence[Counter], every: float = LOOK_EVERY):
        self.counters, self._every = tuple(counters), every
        self._last = [counter.read() for counter in self.counters]
        self._sum = 0.0
        self._lock, self._over = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Meter:
        if self.counters:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self.counters:
            self._thread.join()

    def joules(self) -> float:
        """Since the start."""
        with self._lock:
            now = [counter.read() for counter in self.counters]
            for counter, before, after in zip(self.counters, self._last, now, strict=True):
                self._sum += _since(before, after, counter.wraps)
            self._last = now
            return self._sum

    def _look_on(self) -> None:
        while not self._over.wait(self._every):
            self.joules()


def _since(before: float, after: float, wraps: float | None) -> float:
    """Joules between two readings at most one wrap apart.

    >>> _since(10.0, 12.5, 100.0), _since(99.0, 1.5, 100.0)
    (2.5, 2.5)
    """
    if after >= before or wraps is None:
        return after - before
    return after + wraps - before


def idle_watts(meter: Meter, seconds: float = IDLE_SECONDS, sleep: Callable[[float], None] = time.sleep,
               clock: Callable[[], float] = time.monotonic) -> float:  # fmt: skip
    """The draw while this process waits; measure it when nothing of the run is at work."""
    began, before = clock(), meter.joules()
    sleep(seconds)
    return (meter.joules() - before) / max(1e-9, clock() - began)


@dataclass(frozen=True)
class Span:
    """When a trial ran, on the clock of the readings, and its CPU seconds."""

    start: float
    end: float
    cpu: float


class Record:
    """What the counters said whenever a trial started or ended."""

    def __init__(self, meter: Meter, clock: Callable[[], float] = time.monotonic):
        self._meter, self._clock = meter, clock
        self._readings: list[tuple[float, float]] = []
        self._starts: dict[Any, float] = {}
        self._spans: dict[Any, Span] = {}

    def start(self, key: Any) -> None:
        """The trial `key` starts now."""
        self._starts[key] = self._read()

    def end(self, key: Any, cpu: float) -> None:
        """It has ended now, after so many CPU seconds."""
        self._spans[key] = Span(self._starts[key], self._read(), cpu)

    def joules(self, idle: float) -> dict[Any, float]:
        """Joules above rest of every trial that has ended; idle: watts at rest."""
        return dict(zip(self._spans, shares(self._readings, list(self._spans.values()), idle), strict=True))

    def _read(self) -> float:
        now = self._clock()
        self._readings.append((now, self._meter.joules()))
        return now


def shares(readings: Sequence[tuple[float, float]], spans: Sequence[Span], idle: float) -> list[float]:
    """Joules of each trial above rest.

    readings: (seconds, joules) at least at every start and end of a trial, in order; idle: watts. What
    is counted between two readings belongs to the trials that ran then, in proportion to their CPU
    seconds per second; a trial that runs alone gets all of it.
    """
    found = [0.0] * len(spans)
    for (start, before), (end, after) in zip(readings, readings[1:], strict=False):
        rates = [s.cpu / (s.end - s.start) if s.start <= start and end <= s.end else 0.0 for s in spans]
        total = sum(rates)
        if total > 0:
            above = after - before - idle * (end - start)
            found = [joules + above * rate / total for joules, rate in zip(found, rates, strict=True)]
    return [max(0.0, joules) for joules in found]
