"""What features of clips share: grey frames, the flow between them, and averages over blocks of space and
time."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from nikti.classical.features.image._grid import area_weights, cell_names, pool
from nikti.classical.features.image._grid import grey as grey_images

#: Directions of motion, anticlockwise from the right, of 45 degrees each.
DIRECTIONS = ("right", "up right", "up", "up left", "left", "down left", "down", "down right")


def grey(clips: np.ndarray) -> np.ndarray:
    """Brightness uint8 [n, T, S, S] of clips uint8 [n, T, S, S, 3]."""
    n, frames, height, width, channels = clips.shape
    return grey_images(clips.reshape(n * frames, height, width, channels)).reshape(n, frames, height, width)


def flow(clips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far what is seen moves from each frame to the next, (to the right, downwards), float32 [n, T - 1,
    S, S] each, in percent of the frame's side.

    Dense inverse search (T. Kroeger et al., Fast optical flow using dense inverse search, ECCV 2016) as
    OpenCV has it, preset FAST.
    """
    bright = grey(clips)
    n, frames, height, width = bright.shape
    found = np.empty((n, frames - 1, height, width, 2), np.float32)
    for clip, moved in zip(bright, found, strict=True):
        for time in range(frames - 1):
            # A new one each time: one that was used before starts from what it found then.
            search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
            moved[time] = search.calc(clip[time], clip[time + 1], None)  # type: ignore[call-overload]
    found *= 100 / height
    return found[..., 0], found[..., 1]


def by_direction(right: np.ndarray, down: np.ndarray) -> list[np.ndarray]:
    """For each of DIRECTIONS the length of a vector that falls to it, linear between neighbours; all add up
    to the length. right, down: float32 of one shape."""
    length = np.hypot(right, down)
    turn = np.arctan2(-down, right) * (len(DIRECTIONS) / (2 * np.pi))  # one unit per direction
    shares = []
    for direction in range(len(DIRECTIONS)):
        apart = np.abs(turn - direction) % len(DIRECTIONS)
        apart = np.minimum(apart, len(DIRECTIONS) - apart)
        shares.append(np.maximum(1 - apart, 0) * length)
    return shares


def blocks(values: np.ndarray, parts: int, cells: int) -> np.ndarray:
    """Means float32 [n, parts * cells * cells] over equal blocks of [n, T, S, S]: part by part of the time,
    in each row by row."""
    n, times, size, _ = values.shape
    spaces = pool(values.reshape(n * times, size, size), area_weights(size, cells))
    whole = np.einsum("pt,ntc->npc", area_weights(times, parts), spaces.reshape(n, times, -1))
    return whole.reshape(n, -1)


def over_time(values: np.ndarray, parts: int) -> np.ndarray:
    """Means [n, parts] over equal parts of the time of [n, T]."""
    return values @ area_weights(values.shape[1], parts).T


def part_names(parts: int) -> list[str]:
    """ "start of the clip", ... "part 2 of 4"."""
    if parts == 1:
        return ["whole clip"]
    if parts == 2:
        return ["first half", "second half"]
    return [f"part {part} of {parts}" for part in range(1, parts + 1)]


def block_names(parts: int, cells: int) -> list[str]:
    """Of `blocks`, in their order."""
    if cells == 1:
        return part_names(parts)
    return [f"{part}, {cell}" for part in part_names(parts) for cell in cell_names(cells)]


@lru_cache(maxsize=16)
def block_maps(shape: tuple[int, ...], parts: int, cells: int, between: bool) -> np.ndarray:
    """Where `blocks` of clips [T, S, S, 3] look, float32 [parts * cells * cells, T, S, S], each adding up to
    1. between: whether the times are the steps from frame to frame, which both frames share."""
    frames, size = shape[:2]
    times = area_weights(frames - between, parts)
    if between:
        times = (np.pad(times, ((0, 0), (0, 1))) + np.pad(times, ((0, 0), (1, 0)))) / 2  # [parts, T]
    spaces = area_weights(size, cells)
    maps = np.einsum("pt,ri,cj->prctij", times, spaces, spaces)
    return maps.reshape(-1, frames, size, size).astype(np.float32)
