"""Sounds to waves of one length, the mel bands as a layer, and the networks that hear them."""

import json

import numpy as np
import pytest

from nikti.core import catalogue, mel
from nikti.core.inputs import Ragged
from nikti.core.sounds import RATE
from nikti.deep.encoders import sound
from nikti.deep.encoders.sound import SoundShape

FOLDER = "deep/networks/sound_classification"
NETWORKS = [name for name in catalogue.names(FOLDER)]


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)


def sounds(*lengths):
    rng = np.random.default_rng(0)
    return Ragged.of([rng.normal(0, 0.1, length).astype(np.float32) for length in lengths])


def fit(inputs, **options):
    return sound.fit(inputs, seed=0, options=options)


def test_shorter_sounds_are_followed_by_silence():
    inputs = sounds(9000, 12_000)
    encoder = fit(inputs)
    (waves,) = encoder.batch(encoder.encode(inputs))
    assert encoder.shape == SoundShape(12_000) and waves.shape == (2, 12_000)
    np.testing.assert_allclose(waves[0, :9000], inputs[0], atol=1e-4)
    assert not waves[0, 9000:].any() and not encoder.notes


@pytest.mark.parametrize(("lengths", "options", "samples"), [
    ((100,), {}, 8_000),
    ((40_000, 100), {}, 40_000),
    ((RATE * 30,), {}, 160_000),
    ((RATE * 30,), {"max_seconds": 2}, 32_000),
])  # fmt: skip
def test_lengths(lengths, options, samples):
    inputs = sounds(*lengths)
    assert fit(inputs, **options).shape.samples == samples


def test_the_loudest_part_of_a_longer_sound_is_heard_and_that_is_said():
    long = np.zeros(RATE * 12, np.float32)
    long[RATE * 7 : RATE * 8] = 0.5
    encoder = fit(Ragged.of([long]), max_seconds=1)
    (waves,) = encoder.batch(encoder.encode(Ragged.of([long])))
    np.testing.assert_allclose(waves[0], 0.5, atol=1e-4)
    assert encoder.notes == ["of 1 sounds the network hears the loudest 1 seconds"]


def test_state_round_trip():
    encoder = fit(sounds(9000))
    facts, tensors = encoder.state()
    again = sound.from_state(json.loads(json.dumps(facts)), tensors)
    assert again.shape == encoder.shape and not tensors


def test_augmentation_moves_and_repeats_itself():
    import torch

    inputs = sounds(9000, 12_000, 10_000)
    encoder = fit(inputs)
    batch = encoder.batch(encoder.encode(inputs))
    first, second = (encoder.augment(batch, torch.Generator().manual_seed(5))[0] for _ in range(2))
    assert torch.equal(first, second) and not torch.equal(first, batch[0])
    scale = first.square().sum(1) / batch[0].square().sum(1)
    assert (scale > 0.02).all() and (scale < 50).all()


def test_the_front_layer_is_the_log_mel_spectrogram_by_hand():
    import torch

    from nikti.deep.networks.sound_classification import _front

    shape = SoundShape(RATE)
    layer = _front.log_mel(shape).eval()
    wave = sounds(RATE)[0]
    found = layer(torch.from_numpy(wave[None]))[0, 0].detach().numpy()  # [bands, frames]
    hop, window = _front.hop(shape), len(layer.window)
    assert found.shape == (_front.BANDS, _front.frames(shape))
    weights = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    filters = mel.filters(_front.BANDS, _front.SIZE, RATE)
    for frame in (0, 10, 57):
        part = np.zeros(_front.SIZE)
        start = (_front.SIZE - window) // 2
        for k in range(window):
            at = frame * hop - window // 2 + k
            part[start + k] = weights[k] * wave[at] if 0 <= at < len(wave) else 0
        power = np.abs(np.fft.rfft(part)) ** 2 / (weights**2).sum()
        expected = np.log(filters @ power + _front.FLOOR) / np.sqrt(1 + layer.norm.eps)
        np.testing.assert_allclose(found[:, frame], expected, atol=2e-3)


def test_stretches_are_hidden_in_training_only():
    import torch

    from nikti.deep.networks.sound_classification import _front

    layer = _front.log_mel(SoundShape(RATE))
    waves = torch.from_numpy(np.stack(list(sounds(RATE, RATE))))
    hidden = (layer.train()(waves) == 0).float().mean()
    assert 0 < hidden < 0.6
    assert (layer.eval()(waves) != 0).all()


@pytest.mark.parametrize("samples", [8_000, 21_111, 80_000])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_take_sounds_of_any_length(name, samples):
    import torch

    file, shape = catalogue.load(FOLDER, name), SoundShape(samples)
    assert file.accepts(shape, 3, 100) is None
    for candidate in file.CANDIDATES:
        params = {key: value for key, value in candidate.items() if key not in ("lr", "weight_decay")}
        network = file.build(shape, 3, **params)
        waves = 0.1 * torch.randn(2, samples)
        logits = network(waves)
        assert logits.shape == (2, 3)
        logits.sum().backward()
        assert all(weight.grad is not None for weight in network.parameters())
        assert torch.isfinite(network.eval()(torch.zeros(2, samples))).all()  # silence
        assert file.seconds_per_sample(shape, 3, **params) > 0
    costs = [file.seconds_per_sample(SoundShape(n), 3) for n in (8_000, 16_000, 80_000)]
    assert costs == sorted(costs)
