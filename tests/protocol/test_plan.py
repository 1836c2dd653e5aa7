"""What of a run's time and memory is no trial's."""

import pytest

from nikti.protocol.plan import PRESETS, closing, memory, trial_seconds


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("limit", [30.0, 60.0, 240.0, 600.0, 7200.0])
def test_the_end_of_a_run_takes_a_small_part_of_it(preset, limit):
    end = closing(preset, limit).total(2, workers=2)
    assert end <= 0.13 * limit + 3.6
    assert trial_seconds(preset, limit, 2, 2) == pytest.approx(limit - 8.0 - end)


def test_a_longer_limit_leaves_more_for_trials():
    left = [trial_seconds("medium", limit, 2, 2) for limit in (30, 60, 240, 600, 3600)]
    assert left == sorted(left) and left[0] > 10


def test_memory_is_the_most_demanding_trial_in_every_worker_whatever_is_not_known():
    alone = memory(10.0, [None], 2)
    assert memory(10.0, [50.0, 300.0, None], 2) == alone + 2 * 300.0
    assert memory(110.0, [], 2) - memory(10.0, [], 2) >= 100.0
