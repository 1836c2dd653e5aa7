"""Memory of one job in a process that did others before."""

import time

import pytest

from nikti.executors import _peak
from nikti.executors._peak import Peak

MB = 2**20


def touched(mb):
    """So much memory that is really there."""
    block = bytearray(mb * MB)
    block[::4096] = b"x" * len(block[::4096])
    return block


def test_the_peak_is_that_above_the_start_also_where_it_is_gone_again():
    kept = touched(60)  # of before
    with Peak() as peak:
        touched(150)
    assert 140 * MB < peak.bytes < 200 * MB and peak.before > len(kept)


def test_a_later_smaller_peak_is_not_the_one_before():
    with Peak():
        touched(200)
    with Peak() as peak:
        touched(80)
    assert 70 * MB < peak.bytes < 130 * MB


def test_memory_that_a_job_before_freed_counts_for_the_job_that_uses_it_again():
    small = [bytearray(50_000) for _ in range(4_000)]  # 200 MB of the heap
    last = bytearray(50_000)  # what follows stands in the way of giving it back
    del small
    with Peak() as peak:
        again = [b"x" * 50_000 for _ in range(2_000)]
    assert 80 * MB < peak.bytes < 130 * MB and len(again) == 2_000 and last is not None


def test_nothing_needs_nothing():
    with Peak() as peak:
        pass
    assert 0 <= peak.bytes < 10 * MB


def test_where_the_system_keeps_no_peak_a_thread_looks(monkeypatch):
    monkeypatch.setattr(_peak, "_of_linux", lambda: 0)
    monkeypatch.setattr(_peak, "_set_back", lambda: False)
    with Peak() as peak:
        kept = touched(120)
        deadline = time.monotonic() + 10
        while peak._most - peak.before < 100 * MB and time.monotonic() < deadline:
            time.sleep(0.02)
    assert len(kept) == 120 * MB and 100 * MB < peak.bytes < 200 * MB


def test_an_error_inside_comes_out():
    with pytest.raises(ValueError, match="no good"), Peak():
        raise ValueError("no good")
