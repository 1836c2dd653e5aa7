"""How fast this machine is beside the reference."""

import numpy as np
import pytest

from nikti.jobs import speed


def test_the_speed_is_a_step_of_the_scale():
    found = speed.work(speed.Job(), {}, print)
    assert 0.05 < found < 50
    assert 2 * np.log2(found) == pytest.approx(round(2 * np.log2(found)))
