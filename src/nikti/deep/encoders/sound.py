"""Sounds to float waves of one length: shorter ones are followed by silence, of longer ones the stretch with
most energy is taken. What comes of a wave is the network's own business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.inputs import Inputs
from nikti.core.sounds import RATE
from nikti.core.steps import SAMPLE, CutWave, Value
from nikti.deep.shapes import Shape

if TYPE_CHECKING:
    import torch

#: Seconds that networks hear at least and at most.
SHORTEST, LONGEST = 0.5, 10.0
#: Steps of the whole numbers in which waves are held.
LEVELS = 2**15 - 1
#: Augmentation: share of the length by which a sound is moved either way, deviation of its loudness in
#: natural logarithms.
MOVE, LOUDER = 0.1, 0.5


@dataclass(frozen=True)
class SoundShape(Shape):
    """Float waves [B, samples], RATE a second."""

    samples: int

    BYTES = 2.0

    @property
    def values(self) -> int:
        return self.samples

    def example(self) -> tuple[torch.Tensor, ...]:
        import torch

        return (torch.zeros(2, self.samples),)


def _length(longest: int, options: dict[str, Any]) -> int:
    most = float(options.get("max_seconds", LONGEST))
    return int(np.clip(longest, round(SHORTEST * RATE), round(most * RATE)))


def forecast(data: Any, options: dict[str, Any]) -> SoundShape:
    """The shape `fit` would give, seen from some of the sounds."""
    some = np.unique(np.linspace(0, len(data) - 1, 200).astype(int))
    return SoundShape(_length(max(len(data.inputs[int(row)]) for row in some), options))


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Any = None) -> SoundEncoder:
    """The length of the longest sound, between SHORTEST and LONGEST. options: "max_seconds" instead of the
    latter."""
    samples = _length(max(len(one) for one in inputs), options)
    return SoundEncoder(samples, sum(len(one) > samples for one in inputs))


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> SoundEncoder:
    """The inverse of `SoundEncoder.state`."""
    return SoundEncoder(**facts)


class SoundEncoder:
    """See `nikti.deep.encoders` for the verbs. samples: of what the network hears; cut: how many fitting
    sounds are longer than it."""

    views = None

    def __init__(self, samples: int, cut: int = 0):
        self.shape = SoundShape(samples)
        self.cut = cut

    @property
    def notes(self) -> list[str]:
        """How many sounds are heard in part."""
        if not self.cut:
            return []
        return [f"of {self.cut} sounds the network hears the loudest {self.shape.samples / RATE:g} seconds"]

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        return {"samples": self.shape.samples, "cut": self.cut}, {}

    def graph(self) -> tuple[tuple[Value, ...], tuple[CutWave, ...], tuple[Value, ...]]:
        """(what a raw sample is, the step, what the network reads); see `nikti.core.graph`."""
        samples = self.shape.samples
        step = CutWave(SAMPLE, "wave", samples, LEVELS)
        raw, read = Value(SAMPLE, "float32", (None, None)), Value("wave", "float32", (None, samples))
        return (raw,), (step,), (read,)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """int16 [n, samples], LEVELS for 1."""
        import torch

        array = np.zeros((len(inputs), self.shape.samples), np.int16)
        for row, wave in enumerate(inputs):
            part = loudest(np.asarray(wave), self.shape.samples)
            array[row, : len(part)] = np.rint(np.clip(part, -1, 1) * LEVELS)
        return (torch.from_numpy(array),)

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """float32 [B, samples], -1 to 1."""
        return (tensors[0].float() / LEVELS,)

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """Each sound is moved in time, with silence where it has left, and made louder or quieter."""
        import torch

        (waves,) = batch
        n, samples = waves.shape
        moved = ((2 * torch.rand(n, generator=generator) - 1) * MOVE * samples).long()
        louder = (LOUDER * torch.randn(n, generator=generator)).exp().to(waves.device)
        place = torch.arange(samples).unsqueeze(0) - moved.unsqueeze(1)  # [B, samples]
        inside = ((place >= 0) & (place < samples)).to(waves.device)
        waves = waves.gather(1, place.clamp(0, samples - 1).to(waves.device))
        return (waves * inside * louder.unsqueeze(1),)


def loudest(wave: np.ndarray, samples: int) -> np.ndarray:
    """The stretch of that length with most energy; a shorter sound as it is.

    >>> loudest(np.array([0.0, 1, 1, 0, 0]), 2).tolist()
    [1.0, 1.0]
    """
    if len(wave) <= samples:
        return wave
    energy = np.concatenate([[0.0], np.cumsum(np.square(wave, dtype=np.float64))])
    start = int((energy[samples:] - energy[:-samples]).argmax())
    return wave[start : start + samples]
