"""From waves to the log mel bands that networks look at, as their first layer, with the masks of SpecAugment
in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core import mel
from nikti.core.sounds import RATE
from nikti.deep.encoders.sound import SoundShape

if TYPE_CHECKING:
    from torch import Tensor, nn

BANDS, SIZE = 64, 1024
#: Samples from one spectrum to the next, so that there are about FRAMES; of its window.
SHORTEST_HOP, LONGEST_HOP, FRAMES = 160, 800, 125
#: Added to the power before its logarithm: the noise of 16 bits is about 1e-10 of full scale.
FLOOR = 1e-7
#: Masks of each kind, and the share of the bands and of the frames that one covers at most (Park et al. 2019,
#: https://arxiv.org/abs/1904.08779, section 2, fewer and narrower for sounds of seconds).
MASKS, WIDEST = 2, 0.06


def hop(shape: SoundShape) -> int:
    """Samples from one spectrum to the next.

    >>> hop(SoundShape(16_000)), hop(SoundShape(80_000)), hop(SoundShape(160_000))
    (160, 640, 800)
    """
    return min(LONGEST_HOP, max(SHORTEST_HOP, shape.samples // FRAMES))


def frames(shape: SoundShape) -> int:
    """Spectra of a sound.

    >>> frames(SoundShape(80_000))
    126
    """
    return shape.samples // hop(shape) + 1


def log_mel(shape: SoundShape) -> nn.Module:
    """A layer [B, samples] -> [B, 1, BANDS, frames]: the logarithm of the power of mel bands, each band
    standardised over the batch; in training some bands and frames are hidden."""
    import torch
    from torch import nn

    step = hop(shape)
    window = min(SIZE, max(400, 5 * step // 2))

    class LogMel(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("window", torch.hann_window(window), persistent=False)
            weights = torch.tensor(mel.filters(BANDS, SIZE, RATE))
            self.register_buffer("filters", weights, persistent=False)  # [BANDS, lines]
            self.norm = nn.BatchNorm1d(BANDS)

        def forward(self, waves: Tensor) -> Tensor:
            with torch.autocast(waves.device.type, enabled=False):
                spectra = torch.stft(
                    waves.float(), SIZE, step, window, self.window, pad_mode="constant", return_complex=True
                )  # [B, lines, frames]
                power = spectra.real.square() + spectra.imag.square()
                bands = self.norm((self.filters @ power / self.window.square().sum() + FLOOR).log())
            if self.training:
                bands = hidden(hidden(bands, 1), 2)
            return bands.unsqueeze(1)  # [B, 1, BANDS, frames]

    return LogMel()


def hidden(bands: Tensor, axis: int) -> Tensor:
    """[B, bands, frames] with MASKS stretches along an axis at the mean, which is 0, drawn for each sound."""
    import torch

    n, length = len(bands), bands.shape[axis]
    shape = [n, 1, 1]
    place = torch.arange(length, device=bands.device).view([1, -1, 1] if axis == 1 else [1, 1, -1])
    for _ in range(MASKS):
        wide, start = torch.rand(2, n).to(bands.device)
        wide = (wide * WIDEST * length).view(shape)
        first = (start.view(shape) * (length - wide)).floor()
        bands = bands.masked_fill((place >= first) & (place < first + wide.floor()), 0.0)
    return bands
