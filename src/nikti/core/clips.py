"""Clips of moving pictures to arrays: a few frames, evenly spread over a clip, of bounded size.

Storing a data set and predicting on new files go through the same functions, so that a clip is the same to a
model both times. A clip is a video file, which OpenCV decodes by FFmpeg, or a folder of numbered pictures.
Frames are counted, not timed: where a phone took more of them in a second, more are taken from it. OpenCV is
imported where it is used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nikti.core import images, limits
from nikti.core.errors import DataError
from nikti.core.foreign import reason
from nikti.core.natural import natural
from nikti.core.words import Words

#: File name endings of clips. Not .ts, which series have too.
ENDINGS = frozenset(".mp4 .m4v .mov .avi .mkv .webm .mpg .mpeg .wmv .flv .3gp .ogv".split())
#: Frames that are taken of a clip, and their longer side in pixels.
FRAMES, MOST_SIDE = 16, 128
#: From so many frames on the places are sought instead of decoding all that lies between.
SEEK_FROM = 2000

#: What files begin with: {where: beginnings}. A playlist or a text that is called .mp4 is never given to
#: FFmpeg, which would open what such a file names, over the network too.
_BEGINNINGS = {
    0: (b"\x1a\x45\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV", b"OggS", b"\x30\x26\xb2\x75"),
    4: (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"),
    8: (b"AVI ",),
}
_HEAD = 12

NO_CLIP = Words(
    en="{path} is no clip that can be read (mp4, mov, avi, mkv, webm, mpg): it begins as no video does.",
    bn="{path} পড়ার মতো ভিডিও নয় (mp4, mov, avi, mkv, webm, mpg): কোনো ভিডিও এভাবে শুরু হয় না।",
)
EMPTY = Words(en="{path} is empty (zero bytes).", bn="{path} ফাঁকা (শূন্য বাইট)।")
UNOPENED = Words(
    en="{path} is damaged or cut short: what tells how it is packed is not there, or cannot be decoded here. "
    "Save it as {packed} in .mp4.",
    bn="{path} নষ্ট বা অসম্পূর্ণ: কীভাবে রাখা আছে সেই তথ্য নেই, বা এখানে পড়া যায় না। {packed} করে .mp4 হিসেবে রাখুন।",
)
NO_FRAME = Words(
    en="{path} is damaged or cut short: none of its frames can be decoded.",
    bn="{path} নষ্ট বা অসম্পূর্ণ: এর একটি ফ্রেমও পড়া যায় না।",
)
TOO_LARGE = Words(
    en="{path} has frames of {width} x {height} pixels, more than {most} million; make it smaller.",
    bn="{path} ফাইলের ফ্রেম {width} × {height} পিক্সেলের, {most} মিলিয়নের বেশি; ছোট করুন।",
)
UNREAD = Words(en="{path} cannot be read: {reason}.", bn="{path} পড়া যায় না: {reason}।")
NO_FRAMES = Words(en="{path} is a folder without pictures.", bn="{path} ফোল্ডারে কোনো ছবি নেই।")


# FFmpeg would write of each flaw of a file to the terminal; it is asked once in a process.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


class Facts(NamedTuple):
    """What a clip says of itself. frames: 0 where it does not say; second: frames in a second, 0 likewise;
    height, width: of an upright frame, in pixels; turn: degrees by which frames are turned upright; codec:
    four letters, "" for a folder of pictures; short: whether it ends before it says."""

    frames: int
    second: float
    height: int
    width: int
    turn: int = 0
    codec: str = ""
    short: bool = False

    @property
    def seconds(self) -> float:
        """How long it is, 0 where it does not say."""
        return self.frames / self.second if self.second > 0 else 0.0


def picked(count: int, wanted: int = FRAMES) -> list[int]:
    """Which of `count` frames are taken: the middle of each of `wanted` equal parts; of fewer, some again.

    >>> picked(32, 4), picked(3, 4), picked(1, 2)
    ([4, 12, 20, 28], [0, 1, 1, 2], [0, 0])
    """
    return [(2 * part + 1) * count // (2 * wanted) for part in range(wanted)]


def formed(clip: np.ndarray, size: int, frames: int = FRAMES) -> np.ndarray:
    """uint8 [T, H, W, 1 or 3] to uint8 [frames, size, size, 3]: evenly picked, squashed to squares as
    pictures are."""
    if clip.shape == (frames, size, size, 3):
        return clip
    return np.stack([images.resize(clip[place], size, 3) for place in picked(len(clip), frames)])


def frames_in(folder: Path) -> list[Path]:
    """The pictures of a folder in the order of their numbers."""
    files = {path.name: path for path in folder.iterdir() if path.suffix.lower() in images.ENDINGS}
    return [files[name] for name in natural(set(files)) if not name.startswith(".")]


def decode(path: str | Path) -> np.ndarray:
    """A clip as uint8 [FRAMES, H, W, 3], RGB, upright, its longer side at most MOST_SIDE.

    Of a file that is cut short, what is there of it. Raises DataError, naming it, if it is no clip, none of
    its frames can be decoded, or they are too large.
    """
    path = Path(path)
    frames = _of_folder(path) if path.is_dir() else _of_file(path)
    height, width = frames[0].shape[:2]
    return np.stack([_sized(frame, (width, height)) for frame in frames])


def facts(path: str | Path) -> Facts:
    """From the head of a clip, whose first frame and last picked one are decoded to see that they can be.
    Raises DataError where the first cannot."""
    path = Path(path)
    if path.is_dir():
        files = _pictures(path)
        height, width = images.shape(files[0])[:2]
        return Facts(len(files), 0.0, height, width)
    with _opened(path) as capture:
        done, frame = capture.read()
        if not done:
            raise DataError(NO_FRAME.format(path=path))
        count, second, turn, codec = (capture.get(what) for what in _asked())
        letters = int(codec).to_bytes(4, "little").decode("latin-1").strip("\0 ")
        rate = second if 0 < second < 1000 else 0.0  # some say the ticks of their clock
        frames = max(0, int(count))
        short = frames > 1 and not _there(capture, picked(frames)[-1])
        height, width = frame.shape[:2]
        return Facts(frames, rate, height, width, int(turn), letters, short)


def _there(capture: Any, place: int) -> bool:
    """Whether the frame at a place can be decoded."""
    import cv2

    capture.set(cv2.CAP_PROP_POS_FRAMES, place)
    return bool(capture.grab())


def _asked() -> tuple[int, ...]:
    import cv2

    return cv2.CAP_PROP_FRAME_COUNT, cv2.CAP_PROP_FPS, cv2.CAP_PROP_ORIENTATION_META, cv2.CAP_PROP_FOURCC


def _shrunk(frame: np.ndarray) -> np.ndarray:
    """uint8 [H, W, C] with a longer side of at most MOST_SIDE. At once, as frames of a film are large."""
    height, width = frame.shape[:2]
    share = min(1.0, MOST_SIDE / max(height, width))
    return _sized(frame, (max(1, round(width * share)), max(1, round(height * share))))


def _sized(frame: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """uint8 [H, W, C] as uint8 [height, width, C]; size: (width, height)."""
    import cv2

    if frame.shape[1::-1] == size:
        return frame
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA).reshape(*size[::-1], -1)


def _pictures(folder: Path) -> list[Path]:
    if not (files := frames_in(folder)):
        raise DataError(NO_FRAMES.format(path=folder))
    return files


def _of_folder(folder: Path) -> list[np.ndarray]:
    files = _pictures(folder)
    places = picked(len(files))
    read = {place: _shrunk(images.with_channels(images.decode(files[place]), 3)) for place in set(places)}
    return [read[place] for place in places]


def _of_file(path: Path) -> list[np.ndarray]:
    """Its picked frames, as many as are wanted, RGB."""
    import cv2

    with _opened(path) as capture:
        count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        if count >= SEEK_FROM:
            return _sought(capture, picked(count), path)
        if count > 0:
            found, there = _read(capture, picked(count))
            if len(found) == FRAMES:
                return found
        else:  # a stream does not say how long it is
            there = _counted(capture, path)
    if there == 0:
        raise DataError(NO_FRAME.format(path=path))
    with _opened(path) as capture:
        found, _ = _read(capture, picked(there))
    if not found:
        raise DataError(NO_FRAME.format(path=path))
    return [found[place] for place in picked(len(found))]


def _read(capture: Any, places: list[int]) -> tuple[list[np.ndarray], int]:
    """(the frames at rising places, as far as the clip goes; how many frames went by)."""
    found: list[np.ndarray] = []
    at = 0
    for number, place in enumerate(places):
        if number and place == places[number - 1]:
            found.append(found[-1])
            continue
        while at <= place:
            if not capture.grab():
                return found, at
            at += 1
        done, frame = capture.retrieve()
        if not done:
            return found, at - 1
        found.append(_rgb(frame))
    return found, at


def _sought(capture: Any, places: list[int], path: Path) -> list[np.ndarray]:
    """The frames of a long clip at these places; of one that is cut short, of what is there."""
    import cv2

    found = []
    for place in places:
        capture.set(cv2.CAP_PROP_POS_FRAMES, place)
        done, frame = capture.read()
        if not done:
            break
        found.append(_rgb(frame))
    if not found:
        raise DataError(NO_FRAME.format(path=path))
    return [found[place] for place in picked(len(found))]


def _counted(capture: Any, path: Path) -> int:
    """Frames up to the end. Raises DataError where there are more than the limit."""
    count = 0
    while capture.grab():
        count += 1
        limits.check(path.name, more=True, frames=count)
    return count


def _rgb(frame: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(_shrunk(frame)[:, :, ::-1])  # OpenCV gives BGR


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A `cv2.VideoCapture`, closed at the end."""
    _refuse_others(path)
    import cv2

    logging = cv2.utils.logging
    before = logging.setLogLevel(logging.LOG_LEVEL_ERROR)  # what went wrong is said in an error
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened():
            raise DataError(UNOPENED.format(path=path, packed="H.264"))
        width, height = (int(capture.get(w)) for w in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > images.PIXEL_LIMIT:
            most = images.PIXEL_LIMIT // 10**6
            raise DataError(TOO_LARGE.format(path=path, width=width, height=height, most=most))
        yield capture
    finally:
        capture.release()
        logging.setLogLevel(before)


def _refuse_others(path: Path) -> None:
    """Raise DataError where the first bytes are those of no video."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise DataError(UNREAD.format(path=path, reason=reason(error))) from error
    if not head:
        raise DataError(EMPTY.format(path=path))
    if not any(head[at:].startswith(starts) for at, starts in _BEGINNINGS.items()):
        raise DataError(NO_CLIP.format(path=path))
