"""Pictures: uint8 [H, W, C], C = 1 (grey) or 3 (RGB)."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import array_files, images
from nikti.core.errors import DataError
from nikti.core.hashing import hashed
from nikti.core.inputs import ImageFiles, Inputs, Stack
from nikti.core.words import Words
from nikti.modalities import _arrays, _regions, _usual
from nikti.modalities._near_images import near_images

SAMPLE = "image"
RAW, WORDS, NEIGHBOURS, GRID, FILLED = True, False, True, True, True

#: Pictures decoded before they are written.
CHUNK = 256
#: The longer side of a picture on a page; the side of what excites a unit.
MOST_PIXELS, EXCERPT = 480, 44
#: Pixels between small pictures on one sheet; of WebP, 0 to 100.
GAP, QUALITY = 3, 80
#: From little to much attention, RGB: violet, red, yellow; readable over dark and light pictures.
RAMP = ((84, 18, 130), (226, 52, 62), (255, 214, 60))

files = _usual.files
beyond_chance = _usual.beyond_chance
like = _usual.like
card = _usual.card
columns = _usual.columns

_PICTURES = Words(en="pictures", bn="ছবি")
_NO_SAMPLES = Words(
    en="no samples to predict: give at least one",
    bn="উত্তর দেওয়ার মতো নমুনা নেই: অন্তত একটি দিন",
)


def picture_sizes(inputs: Inputs) -> np.ndarray:
    """Height and width of each picture, int64 [n, 2]; files are not decoded for it."""
    if isinstance(inputs, Stack):
        return np.tile(np.array(inputs.sample_shape[:2], dtype=np.int64), (len(inputs), 1))
    if isinstance(inputs, ImageFiles):
        return np.array([images.shape(path) for path in inputs.paths], dtype=np.int64).reshape(-1, 2)
    return np.array([sample.shape[:2] for sample in inputs], dtype=np.int64).reshape(-1, 2)


def store(inputs: Inputs, folder: Path, cap: int) -> None:
    """inputs.npy uint8 [n, S, S, C] with S = `nikti.core.images.working_size` of at most `cap`, C = 1 where
    all are grey. Written as RGB first: whether all are grey shows at the end."""
    heights, widths = picture_sizes(inputs).T
    path, size = folder / "inputs.npy", images.working_size(heights, widths, cap)
    if (
        isinstance(inputs, Stack)
        and len(inputs.sample_shape) == 3
        and inputs.sample_shape[:2] == (size, size)
    ):
        array = inputs.array()
        grey = all(_grey(array[at : at + CHUNK]) for at in range(0, len(array), CHUNK))
        array = array[..., :1] if grey else array
        blocks = (np.ascontiguousarray(array[at : at + CHUNK]) for at in range(0, len(array), CHUNK))
        array_files.save_blocks(path, blocks, array.shape, array.dtype)
        return
    grey, shape = True, (len(inputs), size, size, 3)

    def decoded_blocks() -> Iterator[np.ndarray]:
        nonlocal grey
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            for start in range(0, len(inputs), CHUNK):
                rows = range(start, min(start + CHUNK, len(inputs)))
                block = np.stack(list(pool.map(lambda row: images.resize(inputs[row], size, 3), rows)))
                grey = grey and _grey(block)
                yield block

    array_files.save_blocks(path, decoded_blocks(), shape, np.uint8)
    if grey:
        colour = array_files.mapped(path)
        blocks = (
            np.ascontiguousarray(colour[at : at + CHUNK, :, :, :1]) for at in range(0, len(colour), CHUNK)
        )
        array_files.save_blocks(folder / "grey.npy", blocks, (*shape[:3], 1), np.uint8)
        del colour  # Windows replaces no file that is mapped
        os.replace(folder / "grey.npy", path)


def load(folder: Path) -> Stack:
    """A memory map."""
    return Stack(array_files.mapped(folder / "inputs.npy"))


def _grey(block: np.ndarray) -> bool:
    return block.shape[3] == 1 or bool(
        (block[..., 0] == block[..., 1]).all() and (block[..., 0] == block[..., 2]).all()
    )


def digests(inputs: Inputs, side: int = 0) -> np.ndarray:
    """One digest per picture, of every pixel. side: pixels to which pictures are brought first, as they
    were when they were stored; 0 leaves them."""
    return hashed(_pixels(picture, side) for picture in inputs)


def stored_side(inputs: Stack) -> int:
    """Pixels of a side of stored pictures."""
    return int(inputs.sample_shape[0])


def _pixels(picture: np.ndarray, side: int) -> bytes:
    """A picture's bytes; a grey one's are the same with one channel and with three."""
    if side:
        picture = images.resize(picture, side, picture.shape[2] if picture.ndim == 3 else 1)
    if picture.shape[2] == 3 and (picture == picture[..., :1]).all():
        picture = picture[..., :1]
    return f"{picture.shape}".encode() + np.ascontiguousarray(picture).tobytes()


def near(inputs: Inputs) -> np.ndarray:
    """Pairs of near copies (recompressed, resized, brightened, cropped a little): see `_near_images`.
    Raises TypeError for pictures that are not stored."""
    if not isinstance(inputs, Stack):
        raise TypeError("pictures are compared once they are stored, see nikti.storage.cache.store")
    return near_images(inputs.array())


def in_memory(items: Any, card: dict[str, Any]) -> Inputs:
    """Arrays [H, W] or [H, W, C]."""
    pictures = [np.asarray(picture) for picture in items]
    return _arrays.packed([p[:, :, None] if p.ndim == 2 else p for p in pictures], 3)


def form(inputs: Inputs) -> dict[str, Any]:
    """{"size", "channels"} of square pictures."""
    size, _, channels = inputs[0].shape
    return {"size": int(size), "channels": int(channels)}


def formed(inputs: Inputs, form: dict[str, Any]) -> Stack:
    """Resized. Raises DataError where there is no picture."""
    if not len(inputs):
        raise DataError(_NO_SAMPLES)
    size, channels = form["size"], form["channels"]
    if isinstance(inputs, Stack) and inputs.sample_shape == (size, size, channels):
        return inputs
    return Stack(np.stack([images.resize(image, size, channels) for image in inputs]))


def decoded(inputs: Inputs) -> Inputs:
    """Pictures as arrays. Raises DataError for samples of another modality."""
    return _arrays.checked(inputs, 3, _PICTURES, "[height, width, 1 or 3]")


def places(inputs: Inputs, row: int) -> tuple[int, ...]:
    """(H, W)"""
    return inputs[row].shape[:2]


def regions(inputs: Inputs, row: int, most: int) -> np.ndarray:
    """Cells of a grid: int64 [H, W]."""
    height, width = inputs[row].shape[:2]
    return _regions.grid(height, width, most)


def pool(inputs: Inputs, row: int, donors: Inputs | None) -> Stack:
    """The picture, then others in its size and channels, or its own mean colour: uint8 [1 + draws, H, W,
    C]."""
    image = inputs[row]
    if donors is None:
        fill = [np.broadcast_to(image.mean((0, 1)).round().astype(image.dtype), image.shape)]
    else:
        fill = [_sized(donor, image) for donor in donors]
    return Stack(np.stack([image, *fill]))


def without(pool: Stack, removed: np.ndarray) -> Stack:
    """Cells filled with the same places of other pictures. removed: bool [m, H, W]."""
    image, fill = pool[0], pool.array()[1:]
    filled = np.where(removed[:, None, ..., None], fill[None], image)  # [m, draws, H, W, C]
    return Stack(filled.reshape(-1, *image.shape))


def _sized(other: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Another picture in the size and channels of this one."""
    if other.shape == image.shape:
        return other
    import cv2

    height, width, channels = image.shape
    other = cv2.resize(other, (width, height), interpolation=cv2.INTER_AREA).reshape(height, width, -1)
    if other.shape[2] == channels:
        return other
    mean = other.mean(2, keepdims=True).round().astype(image.dtype)
    return np.repeat(mean, channels, axis=2)


def shown(sample: np.ndarray) -> dict[str, Any]:
    """{"image": a data URI}"""
    return {"image": images.png(sample)}


def visible(shown: dict[str, Any], weights: np.ndarray) -> dict[str, Any]:
    """{"map": what speaks for the answer, 0 to 1, [H][W]}"""
    return {"map": _usual.speaking(weights).tolist()}


def excerpts(
    samples: Sequence[np.ndarray],
    places: Sequence[int | None],
    grid: tuple[int, ...],
    share: float,
    spans: Callable[[Any], Any] | None,
) -> dict[str, Any]:
    """{"picture": a data URI of the parts around the places, side by side}. share: of a picture's side."""
    crops = [_crop(image, place, grid, share) for image, place in zip(samples, places, strict=True)]
    return {"picture": sheet(crops, exact=max(samples[0].shape[:2]) < EXCERPT)}


def _crop(image: np.ndarray, place: int | None, grid: tuple[int, ...], share: float) -> np.ndarray:
    """The square of an image uint8 [H, W, C] around a place of a map [H', W'], a share of its side wide."""
    import cv2

    if place is not None and len(grid) == 2:
        centre = (place // grid[1] + 0.5) / grid[0], (place % grid[1] + 0.5) / grid[1]
        cuts = []
        for at, length in zip(centre, image.shape[:2], strict=True):
            wide = max(3, min(length, round(share * length)))
            start = int(np.clip(round(at * length - wide / 2), 0, length - wide))
            cuts.append(slice(start, start + wide))
        image = image[tuple(cuts)]
    method = cv2.INTER_NEAREST if max(image.shape[:2]) < EXCERPT else cv2.INTER_AREA
    made = cv2.resize(np.ascontiguousarray(image), (EXCERPT, EXCERPT), interpolation=method)
    return made if made.ndim == 3 else made[:, :, None]


def sheet(pictures: Sequence[np.ndarray], exact: bool, across: int | None = None) -> str:
    """Small pictures uint8 [S, S, C] in rows of `across` (all in one row if None), GAP pixels apart, as one
    data URI: an exact PNG where single pixels tell something, else WebP, which is far smaller for photos."""
    import cv2

    across = across or len(pictures)
    side, channels = pictures[0].shape[0], pictures[0].shape[2]
    down = -(-len(pictures) // across)
    whole = np.full((down * (side + GAP) - GAP, across * (side + GAP) - GAP, channels), 255, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = (i // across) * (side + GAP), (i % across) * (side + GAP)
        whole[y : y + side, x : x + side] = picture
    if exact:
        return images.png(whole)
    bgr = whole if channels == 1 else whole[:, :, ::-1]
    body = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])[1].tobytes()
    return "data:image/webp;base64," + base64.b64encode(body).decode()


def small(inputs: Inputs) -> Inputs:
    """With a longer side of at most MOST_PIXELS."""
    import cv2

    made = []
    for image in inputs:
        height, width, channels = image.shape
        scale = MOST_PIXELS / max(height, width)
        if scale < 1:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            shrunk = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            image = shrunk.reshape(size[1], size[0], channels)
        made.append(image)
    return _arrays.packed(made, 3)


def overlay(sample: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What is positive in weights [H, W] laid over the picture: uint8 [H, W, 3]."""
    grid = np.nan_to_num(np.asarray(weights, dtype=np.float64)).clip(min=0)
    grid = (grid / (grid.max() or 1.0))[..., None]
    stops = np.linspace(0, 1, len(RAMP))
    colours = np.concatenate([np.interp(grid, stops, [c[i] for c in RAMP]) for i in range(3)], axis=2)
    opaque = 0.84 * grid**0.8
    return (opaque * colours + (1 - opaque) * sample).round().astype(np.uint8)
