"""A long passage as overlapping windows, and the windows' outputs joined per token. A token is read
in the window that shows most on both its sides (Devlin et al.'s script for SQuAD)."""

from __future__ import annotations

import torch
from torch import Tensor


def cut(passages: Tensor, width: int, stride: int) -> tuple[Tensor, Tensor]:
    """[B, P] -> (windows [W, width], row int64 [W]): which passage each is of. Windows that show nothing more
    of a passage are left out."""
    length = passages.shape[1]
    count = 1 + max(0, -(-(length - width) // stride))
    padded = torch.nn.functional.pad(passages, (0, max(0, (count - 1) * stride + width - length)))
    windows = padded.unfold(1, width, stride)  # [B, count, width]
    there = (windows[:, :, width - stride :] != 0).any(2)  # something that the window before does not show
    there[:, 0] = True
    return windows[there], there.nonzero()[:, 0]


def joined(logits: Tensor, row: Tensor, length: int, stride: int) -> Tensor:
    """[W, width, ...] of windows of passages `row` -> [B, length, ...]. -inf where no window reaches."""
    width = logits.shape[1]
    count = torch.bincount(row)  # windows of each passage
    first = count.cumsum(0) - count
    token = torch.arange(length, device=row.device)
    which = torch.div(token - (width - stride) // 2, stride, rounding_mode="floor").clamp(min=0)  # [P]
    which = torch.minimum(which, count[:, None] - 1)  # [B, P]
    place = token - which * stride
    found = logits[first[:, None] + which, place.clamp(max=width - 1)]
    beyond = (place >= width).view(*place.shape, *(1 for _ in logits.shape[2:]))
    return found.masked_fill(beyond, float("-inf"))


def least(values: Tensor, row: Tensor) -> Tensor:
    """[W, ...] -> [B, ...]: the least of the windows of each passage."""
    index = row.view(-1, *(1 for _ in values.shape[1:])).expand_as(values)
    found = values.new_zeros(int(row[-1]) + 1, *values.shape[1:])
    return found.scatter_reduce(0, index, values, "amin", include_self=False)
