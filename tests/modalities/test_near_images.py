"""Candidates for near copies against looking at every pair."""

import numpy as np
import pytest

from nikti.modalities import _near_images


def rows(n, dimensions, copies, seed, fall):
    """Unit rows whose later directions hold less and less, the last `copies` like the first but for noise."""
    rng = np.random.default_rng(seed)
    made = rng.normal(size=(n, dimensions)) * fall ** np.arange(dimensions)
    made[n - copies :] = made[:copies] + 0.05 * rng.normal(size=(copies, dimensions)) * fall ** np.arange(
        dimensions
    )
    made = made @ np.linalg.qr(rng.normal(size=(dimensions, dimensions)))[0]
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("fall", [1.0, 0.9, 0.5])  # no direction before others; some; nearly all in three
@pytest.mark.parametrize("least", [0.6, 0.95])
def test_no_candidate_is_missed(monkeypatch, fall, least):
    monkeypatch.setattr(_near_images, "_BLOCK", 50)
    unit = rows(330, 40, copies=20, seed=1, fall=fall)
    every = np.triu(unit.astype(float) @ unit.T.astype(float), 1)
    sure, ruled_out = every >= least + 1e-5, every < least - 1e-5
    found = _near_images._candidates(unit, least, most=10**6)
    assert sure.sum() >= 15 and (found[:, 0] < found[:, 1]).all()
    there = np.zeros_like(sure)
    there[tuple(found.T)] = True
    assert there[sure].all() and not there[ruled_out].any() and there.sum() == len(found)


def test_of_too_many_the_likeliest_are_kept(monkeypatch):
    monkeypatch.setattr(_near_images, "_BLOCK", 50)
    unit = rows(330, 40, copies=20, seed=2, fall=0.9)
    every = np.sort(np.triu(unit @ unit.T, 1), axis=None)[::-1]
    found = _near_images._candidates(unit, 0.1, most=60)
    values = np.einsum("pd,pd->p", unit[found[:, 0]], unit[found[:, 1]])
    assert len(found) >= 60 and values.min() >= every[len(found) - 1] - 1e-5
