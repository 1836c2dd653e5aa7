"""What several networks of clips begin with: convolutions on each frame, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.deep.shapes import VideoShape

if TYPE_CHECKING:
    from torch import nn

#: Training seconds per multiplication, and per value of a feature map, one thread; a guess on the slow side.
SECONDS_PER_PRODUCT, SECONDS_PER_VALUE = 1.5e-10, 2.0e-9


def convolutions(shape: VideoShape, width: int) -> list[tuple[int, int, int]]:
    """(channels before, channels after, side before halving) of each convolution, until few pixels
    are left."""
    before, size, found = shape.channels, shape.size, []
    while size >= 6:
        found.append((before, width, size))
        before, size, width = width, size // 2, min(2 * width, 128)
    return found or [(before, width, size)]


def layers(shape: VideoShape, width: int) -> list[nn.Module]:
    """[B, C, T, S, S] -> [B, features, T, s, s]: no frame sees another one."""
    from torch import nn

    made: list[nn.Module] = []
    for before, after, size in convolutions(shape, width):
        made += [nn.Conv3d(before, after, (1, 3, 3), padding=(0, 1, 1), bias=False)]
        made += [nn.BatchNorm3d(after), nn.ReLU()]
        if size > 1:
            made.append(nn.MaxPool3d((1, 2, 2)))
    return made


def seconds(shape: VideoShape, width: int) -> float:
    """Training seconds of `layers` for one clip."""
    return shape.frames * sum(
        size**2 * (9 * before * after * SECONDS_PER_PRODUCT + after * SECONDS_PER_VALUE)
        for before, after, size in convolutions(shape, width)
    )
