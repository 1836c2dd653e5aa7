"""Facts of picture files that tell the class: the format, the size, how it was packed.

Pictures of one class from one camera or one web page share what has nothing to do with what they show, and
it survives in the pixels: a stretched shape, the blur of enlarging, the blocks of JPEG. Names of files are
passed over, since no model sees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import images
from nikti.core.data import Data, Note
from nikti.core.words import Words
from nikti.protocol.leaks import _file_facts

#: Lambda from which a fact tells too much. What is in a picture makes its shape too, as dresses are taller
#: than shoes: on photos of ten kinds of clothes and of dogs and cats no fact tells more than 0.10.
TELLING = 0.3


def notes(data: Data, fold: np.ndarray, classes: bool, files: Sequence[Path] | None) -> list[Note]:
    """At most one warning, for the fact that tells most of the classes."""
    return _telling_facts(files, data.targets, fold) if classes and files else []


def _telling_facts(files: Sequence[Path], answers: np.ndarray, fold: np.ndarray) -> list[Note]:
    """answers: class codes int64 [n]."""
    read = _file_facts.read(files, _file_facts.drawn(len(files)), _facts)
    if not read:
        return []
    rows = np.array([row for row, _ in read])
    plain = answers[rows], fold[rows]
    heads = [head for _, head in read]
    found = {name: _file_facts.of_names([head[name] for head in heads], *plain) for name in heads[0]}
    found["shape"] = _file_facts.of_numbers([head["width"] / head["height"] for head in heads], *plain)
    found["pixels"] = _file_facts.of_numbers([head["width"] * head["height"] for head in heads], *plain)
    return _file_facts.strongest(found, dict.fromkeys(found, TELLING), TELLS, _FACTS)


def _facts(file: Path) -> dict[str, Any]:
    """What the head of a file says. Raises DataError where it cannot be read."""
    head = images.facts(file)
    height, width = head.upright
    told = {"format": head.format, "colours": head.mode, "camera": head.camera, "packing": head.packing}
    return {**told, "width": width, "height": height}


TELLS = Words(
    en="The {fact} of a picture file alone tells its class in {percent}% of the pictures ({base}% by "
    "guessing). Models can learn that instead of what the pictures show: save the pictures of all classes "
    "the same way, or take them the same way.",
    bn="{fact} দেখেই {percent}% ছবির শ্রেণি বলা যায় (আন্দাজে {base}%)। মডেল ছবির বদলে এটাই "
    "শিখে ফেলতে পারে: সব শ্রেণির ছবি একইভাবে তুলুন ও একইভাবে রাখুন।",
)
_FACTS = {
    "format": Words("file format", "ছবির ফাইলের ধরন"),
    "colours": Words("number of colour channels", "ছবি সাদা-কালো না রঙিন, তা"),
    "width": Words("width in pixels", "ছবি কত পিক্সেল চওড়া, তা"),
    "height": Words("height in pixels", "ছবি কত পিক্সেল উঁচু, তা"),
    "camera": Words("having camera data (EXIF)", "ছবির ফাইলে ক্যামেরার তথ্য (EXIF) আছে কি না, তা"),
    "packing": Words("JPEG quality", "ছবির JPEG মান"),
    "shape": Words("ratio of width to height", "ছবির প্রস্থ ও উচ্চতার অনুপাত"),
    "pixels": Words("number of pixels", "ছবিতে মোট কত পিক্সেল, তা"),
}
