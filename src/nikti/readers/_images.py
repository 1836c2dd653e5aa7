"""Picture files looked at before they are used: what cannot be decoded is dropped and said."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from nikti.core import images
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words, joined
from nikti.readers._folders import PICTURE, files_below

LISTED = 5  # paths named in a note

_ENDINGS = {
    "PNG": {".png"},
    "JPEG": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "MPO": {".jpg", ".jpeg", ".mpo"},
    "BMP": {".bmp", ".dib"},
    "GIF": {".gif"},
    "WEBP": {".webp"},
    "TIFF": {".tif", ".tiff"},
    "PPM": {".ppm", ".pgm", ".pbm", ".pnm"},
    "HEIF": {".heic", ".heif", ".hif"},
    "AVIF": {".avif"},
}

#: What is done to pictures of a kind, by the note's code.
_REPAIRS = {
    "first_frame": Words(
        en="{count} files hold several pictures; the first of each was used ({listed}).",
        bn="{count}টি ফাইলে একাধিক ছবি আছে; প্রতিটির প্রথমটি নেওয়া হয়েছে।",
    ),
    "turned_upright": Words(
        en="{count} pictures were turned upright as their EXIF data say ({listed}).",
        bn="EXIF অনুযায়ী {count}টি ছবি সোজা করা হয়েছে।",
    ),
    "sixteen_bits": Words(
        en="{count} pictures have more than 8 bits per pixel; they were scaled to 8 ({listed}).",
        bn="{count}টি ছবিতে প্রতি পিক্সেলে ৮ বিটের বেশি; ৮ বিটে নামানো হয়েছে।",
    ),
    "cmyk": Words(
        en="{count} pictures are in printing colours (CMYK); they were turned into RGB ({listed}).",
        bn="{count}টি ছবি ছাপার রঙে (CMYK); RGB করা হয়েছে।",
    ),
    "transparent": Words(
        en="{count} pictures have transparency; they were laid over white ({listed}).",
        bn="{count}টি ছবিতে স্বচ্ছ অংশ আছে; সাদার ওপর বসানো হয়েছে।",
    ),
    "grey_among_colour": Words(
        en="{count} pictures are grey among others in colour ({listed}).",
        bn="রঙিন ছবির মধ্যে {count}টি সাদাকালো।",
    ),
}
_WRONG_EXTENSION = Words(
    en="{count} pictures are of another format than their names say; they were read as what they are "
    "({listed}).",
    bn="{count}টি ছবির নামে এক ধরন, ভেতরে অন্য ধরন; ভেতরে যা আছে সেভাবেই পড়া হয়েছে।",
)
_GONE = Words(
    en="{count} classes have no {unit} that can be read, and vanished ({listed}).",
    bn="{count}টি শ্রেণির কোনো {unit} পড়া যায়নি, তাই শ্রেণিগুলো বাদ গেছে ({listed})।",
)
_NONE_READ = Words(
    en="{name}: none of {count} pictures can be read: {reasons}.",
    bn="{name}: {count}টি ছবির একটিও পড়া যায়নি: {reasons}।",
)
_AND_MORE = Words(en="{reason} (and {count} more)", bn="{reason} (এবং আরও {count}টি)")
_UNREADABLE = Words(
    en="{count} pictures cannot be read and were dropped: {listed}.",
    bn="{count}টি ছবি পড়া যায়নি, তাই বাদ গেছে: {listed}।",
)


def is_image(path: Path) -> bool:
    """Whether a file's name says that it is a picture."""
    return path.suffix.lower() in images.ENDINGS


def readable(data: Data, root: Path) -> Data:
    """The samples whose files decode, with notes on the others; paths are named as below `root`.

    Every file is decoded once, in threads. Raises DataError if none is left. Data whose inputs are no
    files come back as they are.
    """
    if not isinstance(data.inputs, ImageFiles):
        return data
    paths = data.inputs.paths
    with ThreadPoolExecutor(threads()) as pool:
        found = list(pool.map(_look, paths))
    whole = np.array([isinstance(result, images.Facts) for result in found], dtype=bool)
    if not whole.any():
        reasons = joined([one.bare() for one in found[:LISTED] if isinstance(one, Words)], "; ")
        raise DataError(_NONE_READ.format(name=data.name, count=len(paths), reasons=reasons))
    notes = []
    if not whole.all():
        bad = [(path, result) for path, result in zip(paths, found, strict=True) if isinstance(result, Words)]
        notes += [dropped(bad, root, _UNREADABLE), *vanished(data, whole, PICTURE)]
    kinds = [(path, facts) for path, facts in zip(paths, found, strict=True) if not isinstance(facts, Words)]
    notes += _repaired(kinds, root)
    return data.subset(np.flatnonzero(whole)).noted(*notes)


def vanished(data: Data, whole: np.ndarray, unit: Words) -> list[Note]:
    """The note on classes none of whose samples can be read. whole: bool [n]; unit: what a sample is."""
    if not isinstance(data.targets, np.ndarray) or data.targets.dtype.kind not in "OU":
        return []
    gone = sorted(set(map(str, data.targets.tolist())) - set(map(str, data.targets[whole].tolist())))
    if not gone:
        return []
    values = {"count": len(gone), "classes": gone}
    return [Note.of("warning", "classes_unreadable", _GONE, values, unit=unit, listed=_list(gone))]


def _repaired(kinds: Sequence[tuple[Path, images.Facts]], root: Path) -> list[Note]:
    """What `images.decode` does to pictures that are not plain, a note for each kind of them."""
    lying = [(path, f) for path, f in kinds if path.suffix.lower() not in _ENDINGS.get(f.format, ())]
    notes = []
    if lying:
        listed = _list([f"{below_root(path, root)} is {f.format}" for path, f in lying])
        values = {"count": len(lying), "paths": [below_root(path, root) for path, _ in lying[:LISTED]]}
        notes.append(Note.of("info", "wrong_extension", _WRONG_EXTENSION, values, listed=listed))
    grey = [_is_grey(facts) for _, facts in kinds]
    odd = {
        "first_frame": [f.frames > 1 for _, f in kinds],
        "turned_upright": [f.turn > 1 for _, f in kinds],
        "sixteen_bits": [f.mode.startswith("I") or f.mode == "F" for _, f in kinds],
        "cmyk": [f.mode == "CMYK" for _, f in kinds],
        "transparent": [f.clear for _, f in kinds],
        "grey_among_colour": grey if not all(grey) else [],
    }
    for code, which in odd.items():
        paths = [below_root(path, root) for (path, _), yes in zip(kinds, which, strict=False) if yes]
        if paths:
            values = {"count": len(paths), "paths": paths[:LISTED]}
            notes.append(Note.of("info", code, _REPAIRS[code], values, listed=_list(paths)))
    return notes


def _is_grey(facts: images.Facts) -> bool:
    return facts.mode[0] in "1LIF" and facts.mode != "LAB"


def threads() -> int:
    """Threads for decoding: Pillow lets go of the interpreter while it decodes."""
    return min(8, os.cpu_count() or 1)


def below(folder: Path) -> list[Path]:
    """The pictures in a folder and its sub-folders, by name; hidden files are passed over."""
    return [path for path in files_below(folder) if is_image(path)]


def _look(path: Path) -> images.Facts | Words:
    """What the file is, or the reason why it cannot be used."""
    try:
        return images.probe(path)
    except DataError as error:
        return error.words


def dropped(bad: Sequence[tuple[Path, Words]], root: Path, words: Words) -> Note:
    """The note on files that cannot be read; bad: (file, the reason, which names it)."""
    alike: dict[str, list[Words]] = {}  # {what is said of the first file: the reasons of which it is said}
    for path, reason in bad:
        bare, short = reason.bare(), below_root(path, root)
        named = Words(bare.en.replace(str(path), short), bare.bn.replace(str(path), short))
        alike.setdefault(reason.en.replace(str(path), ""), []).append(named)
    firsts = [reasons[0] for reasons in alike.values()]
    paths = [below_root(path, root) for path, _ in bad[:LISTED]]
    values = {"count": len(bad), "paths": paths, "reasons": [one.en for one in firsts[:LISTED]]}
    shown = [
        _AND_MORE.format(reason=reasons[0], count=len(reasons) - 1) if len(reasons) > 1 else reasons[0]
        for reasons in list(alike.values())[:LISTED]
    ]
    listed = joined([*shown, *([Words("...", "...")] if len(alike) > LISTED else [])], "; ")
    return Note.of("warning", "dropped_unreadable", words, values, listed=listed)


def below_root(path: Path, root: Path) -> str:
    """A file's name in a sentence: as below `root` where it is there."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _list(items: Iterable[str]) -> str:
    items = list(items)
    return "; ".join(items[:LISTED]) + ("; ..." if len(items) > LISTED else "")
