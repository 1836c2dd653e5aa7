"""Features of clips against motions of known size, slow formulas, and clips in another order."""

import numpy as np
import pytest

from nikti.classical.features.video import _space_time as space_time
from nikti.core import catalogue

NAMES = catalogue.names("classical/features/video")
SIDE, FRAMES = 40, 16


def pattern(seed=0, side=SIDE):
    """A smooth picture that fits itself when it is moved round, float [S, S]."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] * (2 * np.pi / side)
    waves = [
        np.sin(a * x + b * y + rng.uniform(0, 6))
        for a in range(-3, 4)
        for b in range(1, 4)
        if (a, b) != (0, 0)
    ]
    whole = np.sum(waves, axis=0)
    return 127 + 100 * whole / np.abs(whole).max()


def moving(right=0, down=0, seed=0):
    """uint8 [T, S, S, 3] of a pattern that moves so many pixels a frame."""
    frames = [np.roll(pattern(seed), (time * down, time * right), (0, 1)) for time in range(FRAMES)]
    return np.repeat(np.round(frames)[..., None], 3, axis=-1).astype(np.uint8)


def named(name, clips):
    module = catalogue.load("classical/features/video", name)
    return dict(zip(module.names(clips.shape[1:]), module.measure(clips).T, strict=True))


@pytest.mark.parametrize(
    ("right", "down", "way"), [(1, 0, "right"), (-1, 0, "left"), (0, -1, "up"), (1, 1, "down right")]
)
def test_the_flow_of_a_known_translation(right, down, way):
    clip = moving(right, down)[None]
    flow = space_time.flow(clip)
    inner = (slice(None), slice(None), slice(8, -8), slice(8, -8))  # what comes in at the edge is new
    for found, true in zip(flow, (right, down), strict=True):
        assert abs(np.median(found[inner]) - 100 * true / SIDE) < 0.3
    shares = {w: named("flow", clip)[f"flow, whole clip, share of {w}"][0] for w in space_time.DIRECTIONS}
    assert max(shares, key=shares.get) == way and shares[way] > 0.5


def test_directions_by_a_slow_formula():
    rng = np.random.default_rng(0)
    right, down = rng.normal(0, 1, (2, 50)).astype(np.float32)
    found = np.stack(space_time.by_direction(right, down), axis=1)
    for row, (x, y) in enumerate(zip(right, down, strict=True)):
        angle = np.degrees(np.arctan2(-y, x)) % 360
        lower = int(angle // 45)
        share = angle / 45 - lower
        expected = np.zeros(8)
        expected[lower % 8] += (1 - share) * np.hypot(x, y)
        expected[(lower + 1) % 8] += share * np.hypot(x, y)
        np.testing.assert_allclose(found[row], expected, atol=1e-5)


def test_blocks_are_means():
    values = np.random.default_rng(0).random((2, 4, 6, 6)).astype(np.float32)
    found = space_time.blocks(values, 2, 3).reshape(2, 2, 3, 3)
    expected = values.reshape(2, 2, 2, 3, 2, 3, 2).mean((2, 4, 6))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_frames_in_another_order_change_motion_and_not_colour():
    clip = moving(1, 0)
    mixed = clip[np.random.default_rng(1).permutation(FRAMES)]
    for name in NAMES:
        measure = catalogue.load("classical/features/video", name).measure
        one, other = measure(clip[None]), measure(mixed[None])
        alike = np.allclose(one, other, atol=1e-4)
        assert alike == (name in ("appearance", "colour")), name


def test_a_growing_disc_comes_nearer_and_a_shrinking_one_does_not():
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    ripples = np.cos(np.hypot(x, y)[None] * 1.2 / (1 + 0.05 * np.arange(FRAMES))[:, None, None])
    grows = np.repeat((127 + 90 * ripples)[..., None], 3, axis=-1).astype(np.uint8)
    found = named("flow", np.stack([grows, grows[::-1]]))
    nearer = np.sum([v for k, v in found.items() if "divergence" in k], axis=0)
    assert nearer[0] > 0 > nearer[1]


def test_the_centre_of_change_goes_where_the_change_goes():
    clip = np.zeros((1, FRAMES, SIDE, SIDE, 3), np.uint8)
    for time in range(FRAMES):
        clip[0, time, 2 * time : 2 * time + 4, 10:14] = 250
    found = named("differences", clip)
    assert found["change, whole clip: centre, way down"][0] > 0.4
    assert abs(found["change, whole clip: centre, way to the right"][0]) < 0.01
    assert abs(found["change, part 1 of 4, centre, from left to right"][0] - 12 / SIDE) < 0.02


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_keeps_its_promises(name):
    module = catalogue.load("classical/features/video", name)
    clips = np.stack(
        [moving(1, 0, seed) for seed in range(3)] + [np.zeros((FRAMES, SIDE, SIDE, 3), np.uint8)]
    )
    feature = module.build().fit(clips)
    found, names = feature.transform(clips), list(feature.get_feature_names_out())
    assert found.shape == (4, len(names)) and len(set(names)) == len(names) and np.isfinite(found).all()
    np.testing.assert_allclose(found[1:2], feature.transform(clips[1:2]), rtol=1e-4, atol=1e-5)
    maps, which = module.locations(clips.shape[1:])
    assert maps.shape[1:] == clips.shape[1:4] and which.shape == (len(names),)
    np.testing.assert_allclose(maps.sum((1, 2, 3)), 1, rtol=1e-4)
    laid = feature.lay(clips[0], np.full(len(names), 1 / len(names)))
    assert laid.shape == clips.shape[1:4] and abs(laid.sum() - 1) < 1e-3


def test_names_are_unique_across_features():
    shape = (FRAMES, SIDE, SIDE, 3)
    every = [n for name in NAMES for n in catalogue.load("classical/features/video", name).names(shape)]
    assert len(set(every)) == len(every) < 1000
