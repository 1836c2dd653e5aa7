"""Clips of moving pictures: uint8 [T, H, W, 3], RGB; stored as squares of one size."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import array_files, clips, images
from nikti.core.errors import DataError
from nikti.core.hashing import hashed
from nikti.core.inputs import ClipFiles, Inputs, Stack
from nikti.core.words import Words
from nikti.modalities import _arrays, _near_clips, _regions, _usual, image

SAMPLE = "clip"
#: A cell of a frame is one of many moments, so that regions are no GRID.
RAW, WORDS, NEIGHBOURS, GRID, FILLED = True, False, True, False, True

#: Clips decoded before they are written.
CHUNK = 32
#: Frames of a filmstrip, the longer side of each in pixels, and cells on a side of what marks them.
STRIP, STRIP_SIDE, CELLS = 8, 96, 6

files = _usual.files
beyond_chance = _usual.beyond_chance
like = _usual.like
card = _usual.card
columns = _usual.columns

_CLIPS = Words(en="clips", bn="ভিডিও")
_NO_SAMPLES = Words(
    en="no samples to predict: give at least one",
    bn="উত্তর দেওয়ার মতো নমুনা নেই: অন্তত একটি দিন",
)


def store(inputs: Inputs, folder: Path, cap: int) -> None:
    """inputs.npy uint8 [n, FRAMES, S, S, 3] with S = `nikti.core.images.working_size` of at most `cap`."""
    sides = _longer_sides(inputs)
    size = images.working_size(sides, sides, cap)

    def blocks() -> Iterator[np.ndarray]:
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            for start in range(0, len(inputs), CHUNK):
                rows = range(start, min(start + CHUNK, len(inputs)))
                yield np.stack(list(pool.map(lambda row: clips.formed(inputs[row], size), rows)))

    shape = (len(inputs), clips.FRAMES, size, size, 3)
    array_files.save_blocks(folder / "inputs.npy", blocks(), shape, np.uint8)


def _longer_sides(inputs: Inputs) -> np.ndarray:
    """Pixels of the longer side of each clip, int64 [n]; files are not decoded for it."""
    if isinstance(inputs, ClipFiles):
        found = [clips.facts(path) for path in inputs.paths]
        return np.array([min(clips.MOST_SIDE, max(one.height, one.width)) for one in found])
    return np.array([max(clip.shape[1:3]) for clip in inputs])


def load(folder: Path) -> Stack:
    """A memory map."""
    return Stack(array_files.mapped(folder / "inputs.npy"))


def digests(inputs: Inputs, side: int = 0) -> np.ndarray:
    """One digest per clip, of every pixel. side: pixels to which frames are brought first, as they were when
    they were stored; 0 leaves them."""
    return hashed(_pixels(clip, side) for clip in inputs)


def _pixels(clip: np.ndarray, side: int) -> bytes:
    clip = clips.formed(clip, side) if side else clip
    return f"{clip.shape}".encode() + np.ascontiguousarray(clip).tobytes()


def stored_side(inputs: Stack) -> int:
    """Pixels of a side of stored frames."""
    return int(inputs.sample_shape[1])


def near(inputs: Inputs) -> np.ndarray:
    """Pairs of near copies (recompressed, resized, brightened): see `_near_clips`. Raises TypeError for clips
    that are not stored."""
    if not isinstance(inputs, Stack):
        raise TypeError("clips are compared once they are stored, see nikti.storage.cache.store")
    return _near_clips.near_clips(inputs.array())


def in_memory(items: Any, card: dict[str, Any]) -> Inputs:
    """Arrays [T, H, W] or [T, H, W, 1 or 3]."""
    given = [np.asarray(clip) for clip in items]
    given = [clip[..., None] if clip.ndim == 3 else clip for clip in given]
    coloured = [np.repeat(clip, 3, axis=-1) if clip.shape[-1:] == (1,) else clip for clip in given]
    return _arrays.packed(coloured, 4)


def form(inputs: Inputs) -> dict[str, Any]:
    """{"size", "frames"} of clips of square frames."""
    frames, size = inputs[0].shape[:2]
    return {"size": int(size), "frames": int(frames)}


def formed(inputs: Inputs, form: dict[str, Any]) -> Stack:
    """Resized. Raises DataError where there is no clip."""
    if not len(inputs):
        raise DataError(_NO_SAMPLES)
    return Stack(np.stack([clips.formed(clip, form["size"], form["frames"]) for clip in inputs]))


def decoded(inputs: Inputs) -> Inputs:
    """In memory. Raises DataError for samples of another modality."""
    return _arrays.checked(inputs, 4, _CLIPS, "[frames, height, width, 3]")


def places(inputs: Inputs, row: int) -> tuple[int, ...]:
    """(T, H, W)"""
    return inputs[row].shape[:3]


def regions(inputs: Inputs, row: int, most: int) -> np.ndarray:
    """Blocks of space and time: int64 [T, H, W]."""
    frames, height, width = inputs[row].shape[:3]
    return _regions.blocks(frames, height, width, most)


def pool(inputs: Inputs, row: int, donors: Inputs | None) -> Stack:
    """The clip, then others in its size, or its own mean colour: uint8 [1 + draws, T, H, W, 3]."""
    clip = inputs[row]
    if donors is None:
        mean = clip.mean((0, 1, 2)).round().astype(clip.dtype)
        return Stack(np.stack([clip, np.broadcast_to(mean, clip.shape)]))
    return Stack(np.stack([clip, *(_sized(donor, clip.shape) for donor in donors)]))


def _sized(other: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Another clip in a shape [T, H, W, 3]."""
    if other.shape == shape:
        return other
    import cv2

    frames, height, width, _ = shape
    return np.stack(
        [
            cv2.resize(other[place], (width, height), interpolation=cv2.INTER_AREA)
            for place in clips.picked(len(other), frames)
        ]
    )


def without(pool: Stack, removed: np.ndarray) -> Stack:
    """Blocks filled with the same places and moments of other clips. removed: bool [m, T, H, W]."""
    clip, fill = pool[0], pool.array()[1:]
    filled = np.where(removed[:, None, ..., None], fill[None], clip)  # [m, draws, T, H, W, 3]
    return Stack(filled.reshape(-1, *clip.shape))


def strip(clip: np.ndarray) -> np.ndarray:
    """A filmstrip: STRIP frames of a clip side by side, uint8 [H, STRIP * W, 3]."""
    return np.concatenate([clip[place] for place in clips.picked(len(clip), STRIP)], axis=1)


def _strip_weights(weights: np.ndarray) -> np.ndarray:
    """Weights [T, H, W] under a filmstrip, [H, STRIP * W]: each frame stands for all of its part of the
    clip."""
    length = len(weights)
    parts = []
    for part in range(STRIP):
        start = part * length // STRIP
        parts.append(weights[start : max(start + 1, (part + 1) * length // STRIP)].sum(0))
    return np.concatenate(parts, axis=1)


def shown(sample: np.ndarray) -> dict[str, Any]:
    """{"strip": a data URI}"""
    frames = strip(sample)
    exact = max(sample.shape[1:3]) < image.EXCERPT
    return {"strip": images.png(frames) if exact else image.webp(frames)}


def visible(shown: dict[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """{"map": what speaks for the answer, 0 to 1, of CELLS x CELLS cells of each frame of the strip, [CELLS][
    STRIP * CELLS]}"""
    cells = np.stack([_in_cells(frame) for frame in weights])
    return {"map": _usual.speaking(_strip_weights(cells)).tolist()}


def _in_cells(weights: np.ndarray) -> np.ndarray:
    """[H, W] -> [CELLS, CELLS], the mean over each cell; of fewer pixels some again."""
    for axis in (0, 1):
        length = weights.shape[axis]
        starts = [part * length // CELLS for part in range(CELLS)]
        ends = [max(start + 1, (part + 1) * length // CELLS) for part, start in enumerate(starts)]
        means = [weights.take(range(a, b), axis).mean(axis) for a, b in zip(starts, ends, strict=True)]
        weights = np.stack(means, axis)
    return weights


def excerpts(
    samples: Sequence[np.ndarray],
    places: Sequence[int | None],
    grid: tuple[int, ...],
    share: float,
    spans: Callable[[Any], Any] | None,
) -> dict[str, Any]:
    """{"picture": a data URI of the parts around the places, side by side}: of the frame of that moment, or
    the middle one. grid: (T, H, W) of the layer's map; share: of a frame's side."""
    crops = []
    for clip, place in zip(samples, places, strict=True):
        moment, spot = 0.5, None
        if place is not None and len(grid) == 3:
            time, spot = divmod(place, grid[1] * grid[2])
            moment = (time + 0.5) / grid[0]
        crops.append(image.crop(clip[int(moment * len(clip))], spot, grid[1:], share))
    return {"picture": image.sheet(crops, exact=max(samples[0].shape[1:3]) < image.EXCERPT)}


def small(inputs: Inputs) -> Inputs:
    """The frames of a filmstrip, with a longer side of at most STRIP_SIDE."""
    made = []
    for clip in inputs:
        height, width = clip.shape[1:3]
        scale = min(1.0, STRIP_SIDE / max(height, width))
        size = (max(1, round(height * scale)), max(1, round(width * scale)))
        made.append(_sized(clip, (STRIP, *size, 3)))
    return _arrays.packed(made, 4)


def overlay(sample: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What is positive in weights [T, H, W] laid over the filmstrip: uint8 [H, STRIP * W, 3]."""
    return image.overlay(strip(sample), _strip_weights(np.asarray(weights, dtype=np.float64)))
