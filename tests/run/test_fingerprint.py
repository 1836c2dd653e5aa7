"""Data are fingerprinted once, as they are read: whatever a preset makes of them, they are the same data."""

import numpy as np
import pytest

from nikti.run import prepare, reading
from nikti.run.request import Request


def pictures(seed=0):
    rng = np.random.default_rng(seed)
    people = np.array([f"মানুষ {k % 8}" for k in range(24)])
    return rng.integers(0, 255, (24, 130, 130, 3), dtype=np.uint8), people


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path))


def settled(preset, source):
    request = Request(source=None, preset=preset, task="face_verification")
    data, task = reading.read(request, source)
    stored, _, facts = prepare.prepare_data(request, data, task)
    return data, stored, facts


def test_the_same_data_have_one_fingerprint_at_every_preset():
    found = {preset: settled(preset, pictures()) for preset in ("fast", "best")}
    sides = {stored.inputs.sample_shape[0] for _, stored, _ in found.values()}
    assert len(sides) == 2  # they are stored in two sizes
    prints = {data.fingerprint for data, _, _ in found.values()}
    prints |= {stored.fingerprint for _, stored, _ in found.values()}
    prints |= {facts["fingerprint"] for _, _, facts in found.values()}
    assert len(prints) == 1 and len(prints.pop()) == 16


def test_other_data_have_another():
    assert settled("fast", pictures(0))[2]["fingerprint"] != settled("fast", pictures(1))[2]["fingerprint"]


def test_what_a_sample_is_called_is_known_to_people():
    assert settled("fast", pictures())[2]["unit"] == "image"
