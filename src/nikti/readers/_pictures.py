"""Which picture a name in a table or an annotation means.

Names come from other machines: with other folders before them, backslashes, escapes of a URL, another letter
case or ending, and numbers that lost their leading zeros. A name that could be several pictures is none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from nikti.core import spelling
from nikti.core.data import Note
from nikti.core.words import Words
from nikti.readers._places import role_below, spoken_role

LISTED = 3  # names shown in a note

_WAYS = {
    "moved": Words(en="by their last folders", bn="শেষের ফোল্ডার দেখে"),
    "case": Words(en="but for letter case", bn="ছোট-বড় হাতের অক্ষর বাদ দিয়ে"),
    "ending": Words(en="but for the ending", bn="শেষের অংশ বাদ দিয়ে"),
    "escapes": Words(en="with the escapes of a URL undone", bn="URL-এর সংকেত খুলে"),
    "zeros": Words(en="with leading zeros that the name lacks", bn="শুরুর শূন্য যোগ করে"),
}
FOUND = Words(
    en="{count} names of pictures were found {how} ({listed}).",
    bn="{count}টি ছবির নাম মেলানো হয়েছে {how} ({listed})।",
)
SEVERAL = Words(
    en="{count} names could each be several pictures and were not used ({listed}). Write the folders before "
    "them.",
    bn="{count}টি নামে একাধিক ছবি বোঝাতে পারে, তাই ধরা হয়নি ({listed})। নামের আগে ফোল্ডার লিখুন।",
)

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


class Pictures:
    """Pictures by their names. `notes` tells how those asked for were found.

    >>> found = Pictures([Path("d/train/1.jpg"), Path("d/test/1.jpg")])
    >>> found.of("C:\\\\work\\\\1.jpg", near=Path("d/test/labels/1.xml")).as_posix()
    'd/test/1.jpg'
    """

    def __init__(self, paths: Iterable[Path]):
        self.paths = list(paths)
        self._found: dict[str, dict[str, Path]] = defaultdict(dict)
        self._several: dict[str, list[Path]] = {}

    def of(self, name: str, near: Path) -> Path | None:
        """The picture called `name` (a path of any machine, a URL, a file name with or without ending); None
        where there is none or it could be several.

        Of several the one that shares most folders with the name, then the one of the part of the data that
        the file `near` speaks of, which names it, then the one that lies closest to that.
        """
        found = self.find(name, near)
        if found is None:
            return None
        way, picture, rivals = found
        if picture is None:
            self._several[name] = rivals
        elif way:
            self._found[way][name] = picture
        return picture

    def find(self, name: str, near: Path) -> tuple[str, Path | None, list[Path]] | None:
        """(the way, "" where the name is written as it is; the picture, None where it could be several; those
        that it could be), or None where there is none. Unlike `of` it leaves nothing for `notes`."""
        for way, rivals, parts in self._candidates(name):
            return way, _best(rivals, parts, near), rivals
        return None

    def like(self, file: Path) -> Path | None:
        """The picture with the stem of an annotation file, the nearest one of several."""
        for names, change in ((self._by_stem, _same), (self._by_folded_stem, _folded)):
            if there := names.get(change(file.stem)):
                return max(there, key=lambda path: _closeness(path, file))
        return None

    def notes(self) -> list[Note]:
        """How names were found that are not written as their pictures are, and which could be several."""
        notes = []
        for way, words in _WAYS.items():
            if names := self._found.get(way):
                listed = _listed(f"{name} is {path.name}" for name, path in names.items())
                values = {"count": len(names), "way": way}
                notes.append(Note.of("info", "pictures_found", FOUND, values, how=words, listed=listed))
        if self._several:
            rivals = self._several.items()
            listed = _listed(f"{name}: {' or '.join(map(str, paths[:2]))}" for name, paths in rivals)
            values = {"count": len(self._several), "names": list(self._several)[:LISTED]}
            notes.append(Note.of("warning", "pictures_ambiguous", SEVERAL, values, listed=listed))
        return notes

    def _candidates(self, name: str) -> Iterator[tuple[str, list[Path], tuple[str, ...]]]:
        """(way, pictures that it could be, the parts of the name), the surest way first."""
        for escaped, parts in _written(name):
            last, folded = parts[-1], _folded(parts[-1])
            stem = PurePosixPath(last).stem if _ENDING.fullmatch(PurePosixPath(last).suffix) else last
            tries = (
                ("", self._by_name.get(last)),
                ("", self._by_stem.get(last)),
                ("case", self._by_folded_name.get(folded) or self._by_folded_stem.get(folded)),
                ("ending", self._by_stem.get(stem) or self._by_folded_stem.get(_folded(stem))),
                (
                    "zeros",
                    self._by_number.get(without_zeros(last)) or self._by_number.get(without_zeros(stem)),
                ),
            )
            for way, there in tries:
                if there:
                    moved = len(parts) > 1 and all(
                        _shared_end(path, parts) < len(parts) - 1 for path in there
                    )
                    yield way or ("escapes" if escaped else "moved" if moved else ""), there, parts

    def _by(self, change: Callable[[Path], str]) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = defaultdict(list)
        for path in self.paths:
            found[change(path)].append(path)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Path]]:
        return self._by(lambda path: path.name)

    @cached_property
    def _by_stem(self) -> dict[str, list[Path]]:
        return self._by(lambda path: path.stem)

    @cached_property
    def _by_folded_name(self) -> dict[str, list[Path]]:
        return self._by(lambda path: _folded(path.name))

    @cached_property
    def _by_folded_stem(self) -> dict[str, list[Path]]:
        return self._by(lambda path: _folded(path.stem))

    @cached_property
    def _by_number(self) -> dict[str, list[Path]]:
        return self._by(lambda path: without_zeros(path.stem))


def _same(name: str) -> str:
    return name


def _folded(name: str) -> str:
    return spelling.key(name).casefold()


def without_zeros(name: str) -> str:
    """A name in small letters without leading zeros of its numbers, nor the ".0" of a number that was read as
    one with a fraction.

    >>> without_zeros("IMG_0007"), without_zeros("7.0"), without_zeros("000")
    ('img_7', '7', '0')
    """
    whole = re.fullmatch(r"(\d+)\.0", name)
    return _ZEROS.sub("", _folded(whole.group(1) if whole else name))


def _written(name: str) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """(whether escapes were undone, the parts) of a name as it is written, and of what a URL means by it."""
    plain = name.strip().strip("\"'").strip()
    tries = [(False, plain)]
    if "://" in plain:
        url = urlsplit(plain)
        inside = parse_qs(url.query).get("d", [url.path])[0]  # Label Studio's ?d=folder/file
        tries = [(False, inside), (True, unquote(inside))]
    elif "%" in plain:
        tries.append((True, unquote(plain)))
    for escaped, path in tries:
        path = re.sub(r"^[A-Za-z]:", "", path.replace("\\", "/"))
        if parts := tuple(part for part in path.split("/") if part.strip() not in ("", ".", "..")):
            yield escaped, parts


def _best(rivals: list[Path], parts: tuple[str, ...], near: Path) -> Path | None:
    """The likeliest picture; None where two are as likely."""
    if len(rivals) == 1:
        return rivals[0]
    role = spoken_role(near.name)

    def likely(path: Path) -> tuple[int, bool, int, int]:
        spoken = role is not None and role_below(path, near.parent) == role
        return _shared_end(path, parts), spoken, *_closeness(path, near)

    ranked = sorted(rivals, key=likely, reverse=True)
    return None if likely(ranked[0]) == likely(ranked[1]) else ranked[0]


def _shared_end(path: Path, parts: tuple[str, ...]) -> int:
    """Folders that a path and a name have in common right above their files."""
    count = 0
    for one, other in zip(reversed(path.parts[:-1]), reversed(parts[:-1]), strict=False):
        if _folded(one) != _folded(other):
            break
        count += 1
    return count


def _closeness(path: Path, near: Path) -> tuple[int, int]:
    """Folders in common from the top, then folders of the same name anywhere."""
    start = 0
    for one, other in zip(path.parts[:-1], near.parts[:-1], strict=False):
        if one != other:
            break
        start += 1
    return start, len(set(path.parts[:-1]) & set(near.parts[:-1]))


def _listed(items: Iterable[str]) -> str:
    items = list(items)
    return ", ".join(items[:LISTED]) + (", ..." if len(items) > LISTED else "")
