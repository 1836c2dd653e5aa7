"""Which device networks will compute on."""

import pytest

from nikti.core.errors import UsageError
from nikti.jobs import device


def test_the_device_is_the_one_wanted():
    assert device.work(device.Job("cpu"), {}, print) == "cpu"
    assert device.work(device.Job(None), {}, print) in ("cpu", "cuda", "mps")
    with pytest.raises(UsageError, match="abacus"):
        device.work(device.Job("abacus"), {}, print)
