"""DOTA's text files: labelTxt/ beside images/, a line per object with the four corners of a turned box."""

from __future__ import annotations

import math
from itertools import islice
from pathlib import Path

from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _images, _marked
from nikti.readers._boxes import below
from nikti.readers._marked import Marked
from nikti.readers._pictures import Pictures
from nikti.readers._places import role_below
from nikti.readers._tally import Tally

TITLE = Words(
    en="DOTA: labelTxt/*.txt with turned boxes, beside images/",
    bn="DOTA: images/-এর পাশে labelTxt/*.txt, তাতে হেলানো ঘর",
)
TASKS = ("object_detection", "semantic_segmentation")

LOOKED_AT = 20  # text files among which one must be of this form
_HEADERS = ("imagesource", "gsd")


def sniff(path: Path) -> bool:
    """Whether text files of a folder hold eight numbers and a class a line."""
    if not path.is_dir():
        return False
    files = (file for file in _folders.files_below(path) if file.suffix.lower() == ".txt")
    return any(_is_dota(file) for file in islice(files, LOOKED_AT))


def _is_dota(file: Path) -> bool:
    with file.open("rb") as opened:
        lines = opened.read(4096).decode("utf-8", "replace").splitlines()
    first = next((line for line in lines if line.strip() and not _is_header(line)), "")
    return _parsed(first) is not None


def _is_header(line: str) -> bool:
    return line.strip().lower().startswith(_HEADERS)


def _parsed(line: str) -> tuple[list[float], str] | None:
    """(corners, class) of one line.

    >>> _parsed("9 5 30 5 30 19 9 19 small-vehicle 0")
    ([9.0, 5.0, 30.0, 5.0, 30.0, 19.0, 9.0, 19.0], 'small-vehicle')
    """
    words = line.split()
    if len(words) not in (9, 10) or _is_number(words[8]) or not all(map(_is_number, words[:8])):
        return None
    return [float(word) for word in words[:8]], words[8]


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def read(path: Path, options: Options) -> Data:
    """Pictures with the upright boxes around the turned ones; masks of these where they are asked for. Raises
    DataError where nothing is left."""
    tally, pictures = Tally(), Pictures(_images.below(path))
    found = {picture: Marked(picture, split=role_below(picture, path)) for picture in pictures.paths}
    for file in sorted(_folders.files_below(path)):
        if file.suffix.lower() != ".txt" or _folders.paper(file.name) or not _is_dota(file):
            continue
        picture = pictures.like(file)
        if picture is None:
            tally.add("annotation_alone", below(file, path))
            continue
        _read_file(file, path, found[picture], tally)
    return _marked.data(path.name, list(found.values()), tally, path, options)


def _read_file(file: Path, root: Path, one: Marked, tally: Tally) -> None:
    try:
        text, _ = _delimited.decode(_delimited.read_bytes(file), file.name)
    except DataError as error:
        tally.add("annotation_damaged", str(error).rstrip("."))
        return
    for number, line in enumerate(text.splitlines(), start=1):
        place = f"{below(file, root)} line {number}"
        if not line.strip() or _is_header(line):
            continue
        told = _parsed(line)
        if told is None:
            tally.add("boxes_unreadable", place)
            continue
        corners, label = told
        one.outlined(label, corners, place, boxed=True)
        if len(set(corners[::2])) > 2 or len(set(corners[1::2])) > 2:
            tally.add("boxes_turned", place)
