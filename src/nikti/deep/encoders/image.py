"""Images to normalised float batches, and their augmentation as whole-batch operations.

Images stay uint8 [n, S, S, C] until they are in a batch on the device: a quarter of the memory of
floats, and the stored memory map is read as it lies.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.inputs import Inputs, Stack
from nikti.core.steps import SAMPLE, Normalise, Resize, Value
from nikti.core.words import Words
from nikti.deep.schedule import SIDE_STEP
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    import torch

#: Mean and deviation settle long before this many images.
STATISTICS_SAMPLES = 2000
#: Photos are at least this wide: below, an image may be a letter or a digit, which a flip changes.
PHOTO_SIZE = 48
#: To save time, pictures are not made smaller than this.
SMALLEST_SCALED = 24
#: Narrower images cannot spare a pixel.
TINY = 16
#: How many times as wide as they are given weights may see images: of those of 8 px nothing is left to know.
MOST_ENLARGED = 4

TOO_SMALL = Words(
    en="its weights were learned on wider pictures: these of {side} px would have to be "
    "enlarged to {size} px",
    bn="এর ওজনগুলো আরও বড় ছবি থেকে শেখা: এই {side} পিক্সেলের ছবিকে টেনে {size} পিক্সেল করতে হতো",
)


def forecast(data: Any, options: dict[str, Any]) -> ImageShape:
    """The shape `fit` would give to the stored images of `data`."""
    return _shape(np.shape(data.inputs[0]), options)


def misfit(inputs: Inputs, options: dict[str, Any]) -> Words | None:
    """The reason why images are too small for given weights, or None."""
    stored = np.shape(inputs[0])
    side, size = min(stored[:2]), _shape(stored, options).size
    if size <= MOST_ENLARGED * side:
        return None
    return TOO_SMALL.format(side=side, size=size)


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Any = None) -> ImageEncoder:
    """Mean and deviation of each channel; whether a mirrored image is as likely as the image.

    options: "min_size" and "max_size" (others are resized), "zoom" (how many times as wide, between these),
    "scale" and "smallest" (see `scaled`), "channels", "mean" and "std" of values in 0..1 (for weights that
    were trained on such), "flip" (True or False instead of the guess). seed is not used.
    """
    stored = np.shape(inputs[0])
    shape = _shape(stored, options)
    mean, std = (options["mean"], options["std"]) if "mean" in options else _statistics(inputs, shape)
    side = min(stored[:2])
    photo = bool(options.get("flip", stored[2] == 3 and side >= PHOTO_SIZE))
    return ImageEncoder(shape, list(mean), list(std), photo, side if side < shape.size else None)


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> ImageEncoder:
    """The inverse of `ImageEncoder.state`."""
    shape = ImageShape(facts["channels"], facts["size"], facts.get("scale", 1.0))
    return ImageEncoder(shape, facts["mean"], facts["std"], facts["photo"], facts["enlarged_from"])


def scaled(options: dict[str, Any], share: float, smallest: int) -> dict[str, Any]:
    """The options under which networks see pictures of a share of the side, at least `smallest` px.

    >>> [_shape((64, 64, 3), scaled({"max_size": 64}, share, 0)).size for share in (0.75, 0.5, 0.1)]
    [48, 32, 24]
    """
    return options | {"scale": share, "smallest": max(SMALLEST_SCALED, smallest)}


def _shape(stored: tuple[int, int, int], options: dict[str, Any]) -> ImageShape:
    side = round(min(stored[:2]) * options.get("zoom", 1.0))
    size = max(options.get("min_size", 1), min(side, options.get("max_size", 1 << 16)))
    seen = size
    if "scale" in options:
        seen = min(size, max(options["smallest"], SIDE_STEP * round(options["scale"] * size / SIDE_STEP)))
    return ImageShape(options.get("channels", stored[2]), seen, seen / size)


def _statistics(inputs: Inputs, shape: ImageShape) -> tuple[list[float], list[float]]:
    """Mean and deviation [channels] of values in 0..1, over evenly spread images."""
    rows = np.unique(np.linspace(0, len(inputs) - 1, STATISTICS_SAMPLES).astype(int))
    total, squares, count = np.zeros(shape.channels), np.zeros(shape.channels), 0
    for row in rows:
        pixels = inputs[row].reshape(-1, shape.channels) / 255.0
        total, squares, count = total + pixels.sum(0), squares + (pixels**2).sum(0), count + len(pixels)
    mean = total / count
    return mean.tolist(), np.sqrt(np.maximum(squares / count - mean**2, 1e-4)).tolist()


class ImageEncoder:
    """See `nikti.deep.encoders` for the verbs. photo: augment as photos, not as letters; enlarged_from: the
    side of the images that it learned from, where they were narrower than it needs: so new ones lose the same
    details."""

    def __init__(
        self, shape: ImageShape, mean: list[float], std: list[float], photo: bool, enlarged_from: int | None
    ):
        self.shape, self.mean, self.std, self.photo = shape, mean, std, photo
        self.enlarged_from = enlarged_from
        self.views = (shape.size, shape.size, shape.channels)

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        facts = asdict(self.shape) | {"mean": self.mean, "std": self.std, "photo": self.photo}
        return facts | {"enlarged_from": self.enlarged_from}, {}

    def graph(self) -> tuple[tuple[Value, ...], tuple[Resize | Normalise, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        size, channels = self.shape.size, self.shape.channels
        steps = (
            Resize(SAMPLE, "pixels", size, channels, self.enlarged_from),
            Normalise("pixels", "images", tuple(self.mean), tuple(self.std)),
        )
        read = Value("images", "float32", (None, channels, size, size))
        return (Value(SAMPLE, "uint8", (None, None, None, None)),), steps, (read,)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """uint8 [n, S, S, C]; a view where the images are a whole Stack of the right size."""
        import torch

        size, channels = self.shape.size, self.shape.channels
        if isinstance(inputs, Stack) and inputs.sample_shape == self.views:
            array = inputs.array()
        else:
            from nikti.core.images import resize

            array = np.empty((len(inputs), size, size, channels), np.uint8)
            for row, image in enumerate(inputs):
                image = resize(image, self.enlarged_from, channels) if self.enlarged_from else image
                array[row] = resize(image, size, channels)
        with warnings.catch_warnings():  # torch warns that a read-only memory map must not be written to
            warnings.simplefilter("ignore", UserWarning)
            return (torch.from_numpy(np.ascontiguousarray(array)),)

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """uint8 [B, S, S, C] -> float32 [B, C, S, S], channels last in memory."""
        import torch

        (pixels,) = tensors
        mean = torch.tensor([255 * mean for mean in self.mean], device=pixels.device)
        scale = torch.tensor([1 / (255 * std) for std in self.std], device=pixels.device)
        return (pixels.float().sub_(mean).mul_(scale).permute(0, 3, 1, 2),)

    def sized(self, batch: tuple[torch.Tensor], side: int) -> tuple[torch.Tensor]:
        """float32 [B, C, S, S] -> [B, C, side, side], each pixel the mean of the area it stands for."""
        import torch.nn.functional as F

        (images,) = batch
        return batch if images.shape[-1] == side else (F.interpolate(images, (side, side), mode="area"),)

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """Photos are mirrored, zoomed, turned a little, change their light and lose a square. Other
        images, which may be letters, are only moved: turning and scaling them too cost a point of
        accuracy on 28 px pictures of clothes. Tiny ones cannot be moved by whole pixels without
        losing an edge that matters, so they are turned, scaled and moved by parts of a pixel (three
        points better on 8 px digits)."""
        import torch

        (images,) = batch
        if self.photo:
            images = affine(images, generator, zooms=(0.7, 1.0), mirrored=True)
            images = _cutout(light(images, generator), generator)
        elif self.shape.size < TINY:
            images = affine(images, generator, zooms=(0.9, 1.1), reach=0.07)
        else:
            images = _shift(images, generator)
        return (images.contiguous(memory_format=torch.channels_last),)

    def view(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """A random view of each image, changed far more than `augment` does, for
        `nikti.deep.pretraining.image`."""
        import torch

        (images,) = batch
        images = affine(images, generator, zooms=(0.5, 1.0), turn=0.3, mirrored=self.photo)
        images = _cutout(light(images, generator, contrast=0.5, offset=0.5), generator)
        return (images.contiguous(memory_format=torch.channels_last),)


def lay(encoder: ImageEncoder, one: Inputs, parts: Any) -> np.ndarray:
    """See `nikti.deep.encoders`."""
    return on_picture(one, parts.inputs[0].sum(0))


def rolled(encoder: ImageEncoder, one: Inputs, attention: np.ndarray, tokens: int) -> np.ndarray:
    """float64 [H, W]: attention of the class token to each patch, or the mean over all tokens where there
    is none, on the raw picture."""
    (found,) = attention
    patches = int(len(found) ** 0.5) ** 2
    reached = found[0, -patches:] if patches < len(found) else found.mean(0)
    return on_picture(one, reached.reshape(int(patches**0.5), -1))


def on_picture(one: Inputs, small: np.ndarray) -> np.ndarray:
    """A map [h, w] on the raw picture [H, W]; the sum stays."""
    import cv2

    height, width = one[0].shape[:2]
    large = cv2.resize(small.astype(np.float64), (width, height), interpolation=cv2.INTER_LINEAR)
    return large * (small.size / large.size)


def uniform(generator: torch.Generator, n: int, low: float, high: float, like: torch.Tensor) -> torch.Tensor:
    """n numbers between low and high, drawn on the CPU and moved to where `like` is."""
    import torch

    return torch.empty(n).uniform_(low, high, generator=generator).to(like.device)


def _shift(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Move each image by whole pixels, up to a 28th of its width; the border is repeated."""
    import torch

    n, _, height, width = images.shape
    reach = max(1, round(width / 28))
    by = torch.randint(-reach, reach + 1, (2, n, 1), generator=generator).to(images.device)
    rows = (torch.arange(height, device=images.device) + by[0]).clamp(0, height - 1)  # [B, H]
    columns = (torch.arange(width, device=images.device) + by[1]).clamp(0, width - 1)  # [B, W]
    each = torch.arange(n, device=images.device)[:, None, None]
    moved = images.permute(0, 2, 3, 1)[each, rows[:, :, None], columns[:, None, :]]  # [B, H, W, C]
    return moved.permute(0, 3, 1, 2)


def affine(
    images: torch.Tensor,
    generator: torch.Generator,
    zooms: tuple[float, float],
    reach: float = 0.0,
    turn: float = 0.15,
    mirrored: bool = False,
) -> torch.Tensor:
    """Turn, zoom and move each image by its own amount, and mirror half of them, in one resampling.

    zooms: share of the image that is seen; reach: how far beyond its edge the view may move; turn: the
    largest angle in radians.
    """
    import torch
    import torch.nn.functional as F

    n = len(images)
    angle = uniform(generator, n, -turn, turn, images)
    zoom = uniform(generator, n, *zooms, images)
    room = (1 - zoom).clamp(min=0) + reach
    across = uniform(generator, n, -1, 1, images) * room
    down = uniform(generator, n, -1, 1, images) * room
    mirror = uniform(generator, n, -1 if mirrored else 0, 1, images).sign()
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    theta = torch.stack(
        [torch.stack([cos * mirror, -sin, across], 1), torch.stack([sin * mirror, cos, down], 1)], 1
    )  # [B, 2, 3]
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def light(
    images: torch.Tensor, generator: torch.Generator, contrast: float = 0.25, offset: float = 0.25
) -> torch.Tensor:
    """Contrast by up to a share, and each channel's brightness by up to so many deviations."""
    n, channels = images.shape[:2]
    places = [1] * (images.ndim - 2)  # of pictures, or of clips
    factor = uniform(generator, n, 1 - contrast, 1 + contrast, images).view(n, 1, *places)
    shift = uniform(generator, n * channels, -offset, offset, images).view(n, channels, *places)
    return images * factor + shift


def _cutout(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Half of the images lose a square of a quarter of their width (DeVries & Taylor 2017,
    https://arxiv.org/abs/1708.04552); 0 is the mean colour here."""
    import torch

    n, _, height, width = images.shape
    half = width // 8
    centre = uniform(generator, 2 * n, 0, 1, images).view(2, n, 1)
    chosen = uniform(generator, n, 0, 1, images) < 0.5
    rows = (torch.arange(height, device=images.device) - centre[0] * height).abs() < half  # [B, H]
    columns = (torch.arange(width, device=images.device) - centre[1] * width).abs() < half
    hole = rows[:, None, :, None] & columns[:, None, None, :] & chosen[:, None, None, None]
    return images.masked_fill(hole, 0.0)
