"""Clips to normalised float batches, and their augmentation as whole-batch operations: every frame of a clip
is changed alike, so that what moves is the same after it. Nothing is mirrored, as a direction may be the
answer."""

from __future__ import annotations

import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core import clips
from nikti.core.inputs import Inputs, Stack
from nikti.core.steps import SAMPLE, Clip, Normalise, Value
from nikti.deep.encoders import image
from nikti.deep.shapes import VideoShape

if TYPE_CHECKING:
    import torch

#: Mean and deviation settle long before this many clips.
STATISTICS_SAMPLES = 200


def forecast(data: Any, options: dict[str, Any]) -> VideoShape:
    """The shape `fit` would give to the stored clips of `data`."""
    return _shape(np.shape(data.inputs[0]), options)


def _shape(stored: tuple[int, ...], options: dict[str, Any]) -> VideoShape:
    side = round(min(stored[1:3]) * options.get("zoom", 1.0))
    size = max(options.get("min_size", 1), min(side, options.get("max_size", 1 << 16)))
    return VideoShape(3, options.get("frames", clips.FRAMES), size)


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Any = None) -> VideoEncoder:
    """Mean and deviation of each channel.

    options: "min_size", "max_size" and "zoom" as of pictures, "frames" (fewer than are stored), "mean" and
    "std" of values in 0..1, for weights that were trained on such. seed is not used.
    """
    shape = _shape(np.shape(inputs[0]), options)
    if "mean" in options:
        return VideoEncoder(shape, list(options["mean"]), list(options["std"]))
    rows = np.unique(np.linspace(0, len(inputs) - 1, STATISTICS_SAMPLES).astype(int))
    moments = [(pixels.mean(0), (pixels**2).mean(0)) for pixels in (_pixels(inputs[row]) for row in rows)]
    mean, square = np.mean(moments, axis=0)
    return VideoEncoder(shape, mean.tolist(), np.sqrt(np.maximum(square - mean**2, 1e-4)).tolist())


def _pixels(clip: np.ndarray) -> np.ndarray:
    """float64 [pixels, 3] in 0..1."""
    return clip.reshape(-1, clip.shape[-1]) / 255.0


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> VideoEncoder:
    """The inverse of `VideoEncoder.state`."""
    return VideoEncoder(
        VideoShape(facts["channels"], facts["frames"], facts["size"]), facts["mean"], facts["std"]
    )


class VideoEncoder:
    """See `nikti.deep.encoders` for the verbs."""

    def __init__(self, shape: VideoShape, mean: list[float], std: list[float]):
        self.shape, self.mean, self.std = shape, mean, std
        self.views = (shape.frames, shape.size, shape.size, shape.channels)

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        return asdict(self.shape) | {"mean": self.mean, "std": self.std}, {}

    def graph(self) -> tuple[tuple[Value, ...], tuple[Clip | Normalise, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        frames, size, channels = self.shape.frames, self.shape.size, self.shape.channels
        steps = (
            Clip(SAMPLE, "pixels", frames, size),
            Normalise("pixels", "clips", tuple(self.mean), tuple(self.std)),
        )
        read = Value("clips", "float32", (None, channels, frames, size, size))
        return (Value(SAMPLE, "uint8", (None, None, None, None, None)),), steps, (read,)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """uint8 [n, T, S, S, 3]; a view where the clips are a whole Stack of the right size."""
        import torch

        if isinstance(inputs, Stack) and inputs.sample_shape == self.views:
            array = inputs.array()
        else:
            array = np.empty((len(inputs), *self.views), np.uint8)
            for row, clip in enumerate(inputs):
                array[row] = clips.formed(clip, self.shape.size, self.shape.frames)
        with warnings.catch_warnings():  # torch warns that a read-only memory map must not be written to
            warnings.simplefilter("ignore", UserWarning)
            return (torch.from_numpy(np.ascontiguousarray(array)),)

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """uint8 [B, T, S, S, 3] -> float32 [B, 3, T, S, S], channels last in memory."""
        import torch

        (pixels,) = tensors
        mean = torch.tensor([255 * mean for mean in self.mean], device=pixels.device)
        scale = torch.tensor([1 / (255 * std) for std in self.std], device=pixels.device)
        return (pixels.float().sub_(mean).mul_(scale).permute(0, 4, 1, 2, 3),)

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """Turned a little, zoomed, moved, and in another light, all frames of a clip alike."""
        import torch

        (found,) = batch
        flat = image.affine(found.flatten(1, 2), generator, zooms=(0.8, 1.0))  # [B, 3 * T, S, S]
        return (
            image.light(flat.view(found.shape), generator).contiguous(memory_format=torch.channels_last_3d),
        )


def lay(encoder: VideoEncoder, one: Inputs, parts: Any) -> np.ndarray:
    """See `nikti.deep.encoders`: float64 [T, H, W]."""
    small = parts.inputs[0].sum(0)  # [frames, S, S]
    clip = one[0]
    times = np.arange(len(clip)) * len(small) // len(clip)
    large = np.stack(
        [image.on_picture(Stack(clip[None, row]), small[time]) for row, time in enumerate(times)]
    )
    return large / np.bincount(times, minlength=len(small))[times, None, None]
