"""The doctor's facts are those of this machine."""

import json
import platform

import psutil
import pytest

from nikti.doctor import facts


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    (cache / "decoded").write_bytes(b"x" * 5_000_000)
    return facts(cache)


def test_versions_are_those_that_are_installed(found):
    import sklearn
    import torch

    assert found["versions"]["python"] == platform.python_version()
    assert found["versions"]["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert found["versions"]["scikit-learn"] == sklearn.__version__


def test_the_machine_and_its_room(found):
    assert found["machine"]["memory_gb"] == pytest.approx(psutil.virtual_memory().total / 1e9, abs=0.1)
    assert 1 <= found["machine"]["cores"] <= psutil.cpu_count()
    assert found["room"]["cache_gb"] == 0.005 and found["room"]["cache_writable"]


def test_the_chosen_device_is_there(found):
    import torch

    chosen = found["devices"]["chosen"]
    assert torch.zeros(1, device=chosen).device.type == torch.device(chosen).type


def test_reports_carry_a_bangla_font(found):
    assert any("bengali" in name for name in found["fonts"]["in_reports"])


def test_a_cache_that_does_not_exist_yet(tmp_path):
    room = facts(tmp_path / "a" / "b")["room"]
    assert room["cache_gb"] == 0 and room["cache_writable"]
    assert not (tmp_path / "a").exists()


def test_facts_are_json(found):
    assert json.loads(json.dumps(found, allow_nan=False)) == found
