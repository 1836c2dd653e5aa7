"""Counters made of files, and of a library that stands for NVML."""

import threading

import pytest

from nikti.protocol.energy import Counter, Meter, Record, Span, cards, counters, idle_watts, packages, shares


def domain(root, name, label, joules=0.0, wraps=1000.0):
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "name").write_text(label + "\n")
    (folder / "max_energy_range_uj").write_text(f"{int(wraps * 1e6)}\n")
    put(root, name, joules)
    return folder


def put(root, name, joules):
    (root / name / "energy_uj").write_text(f"{int(joules * 1e6)}\n")


def test_only_whole_packages_are_counted(tmp_path):
    domain(tmp_path, "intel-rapl:0", "package-0", 5.0)
    domain(tmp_path, "intel-rapl:0:0", "core", 3.0)
    domain(tmp_path, "intel-rapl:1", "package-1", 7.0)
    domain(tmp_path, "intel-rapl:2", "psys", 20.0)
    found = packages(tmp_path)
    assert [c.name for c in found] == ["package-0", "package-1"]
    assert [c.read() for c in found] == [5.0, 7.0] and found[0].wraps == 1000.0


def test_what_cannot_be_read_is_no_counter(tmp_path):
    assert packages(tmp_path / "nowhere") == [] and packages(tmp_path) == []
    (domain(tmp_path, "intel-rapl:0", "package-0") / "energy_uj").unlink()
    (domain(tmp_path, "intel-rapl:1", "package-1") / "energy_uj").write_text("not a number")
    assert counters("cpu", tmp_path) == []


def test_a_counter_that_wraps_goes_on(tmp_path):
    domain(tmp_path, "intel-rapl:0", "package-0", 990.0)
    meter = Meter(packages(tmp_path))
    put(tmp_path, "intel-rapl:0", 998.0)
    assert meter.joules() == pytest.approx(8.0)
    put(tmp_path, "intel-rapl:0", 4.0)  # 1000 was passed
    assert meter.joules() == pytest.approx(14.0)
    put(tmp_path, "intel-rapl:0", 10.0)
    assert meter.joules() == pytest.approx(20.0)


def test_a_meter_looks_often_enough_to_see_every_wrap():
    looked, all_read = [], threading.Event()
    values = iter([0.0, 60.0, 20.0, 80.0, 40.0])  # of a counter that wraps at 100: 240 joules in all

    def read():
        looked.append(next(values, 40.0))
        if len(looked) > 5:
            all_read.set()
        return looked[-1]

    with Meter([Counter("package-0", read, wraps=100.0)], every=0.001) as meter:
        assert all_read.wait(10)
    assert meter.joules() == pytest.approx(240.0)


def test_the_draw_at_rest():
    clock = [0.0]
    meter = Meter([Counter("package-0", lambda: 30.0 * clock[0])])

    def sleep(seconds):
        clock[0] += seconds

    assert idle_watts(meter, 2.0, sleep, lambda: clock[0]) == pytest.approx(30.0)


class Nvml:
    """What of `pynvml` is used: two cards, the second of which counts nothing."""

    class NVMLError(Exception):
        pass

    def __init__(self, driver=True):
        self.driver = driver

    def nvmlInit(self):
        if not self.driver:
            raise self.NVMLError("driver not loaded")

    def nvmlDeviceGetCount(self):
        return 2

    def nvmlDeviceGetHandleByIndex(self, index):
        return index

    def nvmlDeviceGetTotalEnergyConsumption(self, handle):
        if handle:
            raise self.NVMLError("not supported")
        return 12_500  # millijoules


def test_graphics_cards_count_only_where_they_are_used(tmp_path):
    (card,) = cards(Nvml())
    assert (card.name, card.read(), card.wraps) == ("gpu-0", 12.5, None)
    assert cards(Nvml(driver=False)) == []
    assert counters("cpu", tmp_path, Nvml()) == []
    assert [c.name for c in counters("cuda", tmp_path, Nvml())] == ["gpu-0"]


def test_a_trial_alone_gets_all_above_rest():
    # 40 W while it runs for 10 s, 10 W of them at rest
    assert shares([(5.0, 100.0), (15.0, 500.0)], [Span(5.0, 15.0, 9.0)], 10.0) == [pytest.approx(300.0)]


def test_trials_at_once_share_by_their_cpu_seconds_and_nothing_is_lost():
    a, b = Span(0.0, 10.0, 10.0), Span(4.0, 12.0, 4.0)  # one core, and half a core
    readings = [(0.0, 0.0), (4.0, 100.0), (10.0, 400.0), (12.0, 430.0)]
    first, second = shares(readings, [a, b], idle=5.0)
    together = 300.0 - 5.0 * 6
    assert first == pytest.approx(100.0 - 5.0 * 4 + together * 1.0 / 1.5)
    assert second == pytest.approx(together * 0.5 / 1.5 + 30.0 - 5.0 * 2)
    assert first + second == pytest.approx(430.0 - 5.0 * 12)


def test_time_when_nothing_runs_is_nobodys():
    spans = [Span(0.0, 1.0, 1.0), Span(5.0, 6.0, 1.0)]
    readings = [(0.0, 0.0), (1.0, 50.0), (5.0, 1000.0), (6.0, 1020.0)]
    assert shares(readings, spans, 0.0) == [50.0, 20.0]


def test_a_record_joins_clock_counters_and_trials():
    clock = [0.0]
    record = Record(Meter([Counter("package-0", lambda: 20.0 * clock[0])]), lambda: clock[0])
    for now, act in ((1.0, lambda: record.start("a")), (3.0, lambda: record.end("a", 2.0)),
                     (3.0, lambda: record.start("b")), (4.0, lambda: record.end("b", 1.0))):  # fmt: skip
        clock[0] = now
        act()
    assert record.joules(idle=5.0) == {"a": pytest.approx(30.0), "b": pytest.approx(15.0)}
