"""Folders that hold the frames of one clip: numbered pictures that follow each other and look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from nikti.core import clips, images
from nikti.core.errors import DataError
from nikti.readers import _folders

#: Fewer pictures are no clip.
FEWEST = 4
#: Folders looked into before a whole data set is believed to be made of clips.
LOOKED_AT = 12
#: Neighbouring frames differ by less than this share of what the first frames of two clips differ by.
ALIKE = 0.5
#: Pixels of a side on which pictures are compared.
SIDE = 32

_NUMBERED = re.compile(r"(?P<name>.*?)(?P<number>\d+)")
#: What frames are called that were taken out of a clip.
_CALLED = re.compile(r"(frame|frm|img|image)s?[-_ ]?", re.IGNORECASE)


def folders(place: Path) -> list[Path]:
    """The folders of frames in a folder, or that folder itself, by name; [] where there are none."""
    return [one for one in _holding_pictures(place) if is_sequence(one)] if place.is_dir() else []


def is_sequence(folder: Path) -> bool:
    """Whether the pictures of a folder are called alike but for numbers that follow each other."""
    names = [_NUMBERED.fullmatch(path.stem) for path in clips.frames_in(folder)]
    if len(names) < FEWEST or any(one is None for one in names):
        return False
    found = [one for one in names if one is not None]
    steps = {int(later["number"]) - int(before["number"]) for before, later in pairwise(found)}
    return len({one["name"] for one in found}) == 1 and len(steps) == 1 and min(steps) > 0


def are_clips(place: Path) -> bool:
    """Whether all pictures of a folder of class folders lie in folders of frames: class/clip/frame.

    A folder of numbered photos is none: frames are called so, or look like the one before."""
    found: list[Path] = []
    for folder in _holding_pictures(place):
        if len(folder.relative_to(place).parts) < 2:
            return False  # at once: of a hundred thousand photos all folders would take long
        found.append(folder)
    if len(found) < FEWEST:
        return False
    some = found[:: -(-len(found) // LOOKED_AT)]
    if not all(map(is_sequence, some)):
        return False
    return all(_CALLED.match(clips.frames_in(one)[0].stem) for one in some) or _alike(some)


def _holding_pictures(place: Path) -> Iterator[Path]:
    """The folders, of this one and those below, that hold pictures themselves, by name."""
    last = None
    for path in _folders.files_below(place):  # the files of a folder one after another
        if path.parent != last and path.suffix.lower() in images.ENDINGS:
            last = path.parent
            yield last


def _alike(sequences: list[Path]) -> bool:
    """Whether the first two frames of a clip differ less than the first ones of two clips, by mean."""
    try:
        pairs = [[images.decode(path) for path in clips.frames_in(one)[:2]] for one in sequences]
    except DataError:
        return False
    if any(first.shape != second.shape for first, second in pairs):
        return False
    firsts, seconds = (np.stack([_small(pair[at]) for pair in pairs]) for at in (0, 1))
    inside = np.abs(firsts - seconds).mean()
    across = np.abs(firsts[1:] - firsts[:-1]).mean()
    return bool(inside < ALIKE * across)


def _small(picture: np.ndarray) -> np.ndarray:
    import cv2

    grey = picture.mean(axis=2, dtype=np.float32)
    return cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
