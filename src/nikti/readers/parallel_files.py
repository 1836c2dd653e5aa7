"""Two files whose lines belong together, as Moses and OPUS have them: `train.en` and `train.de`, in a folder
with `valid` and `test` ones or alone; or `source.txt` and `target.txt`."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import numpy as np

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _languages, _pairs, _places

TITLE = Words(
    en="two files with one sentence a line and its translation (train.en and train.de), or a folder of them",
    bn="লাইনে লাইনে বাক্য ও তার অনুবাদের দুটি ফাইল (train.en ও train.de), অথবা তেমন ফাইলের ফোল্ডার",
)
OPTIONS = ("target",)
TASKS = ("translation",)

SEVERAL = Words(
    en="{name} holds several pairs of files ({listed}). Call them train, valid and test, or give one file.",
    bn="{name} ফোল্ডারে একাধিক জোড়া ফাইল আছে ({listed})। সেগুলোর নাম দিন train, valid ও test, বা একটি ফাইল দিন।",
)
OTHER_LANGUAGES = Words(
    en="{name} holds pairs of different languages ({listed}). Give one pair.",
    bn="{name} ফোল্ডারে ভিন্ন ভিন্ন ভাষার জোড়া আছে ({listed})। একটি জোড়া দিন।",
)
UNEVEN = Words(
    en="{source} has {sources} lines and {target} {targets}; line by line they must say the same. Mend the "
    "files: an empty line stands for none.",
    bn="{source} ফাইলে {sources}টি লাইন, {target} ফাইলে {targets}টি; লাইনে লাইনে একই কথা থাকতে হবে। ফাইল দুটি মিলিয়ে "
    "নিন: কিছু না থাকলে লাইনটি খালি রাখুন।",
)
NO_SIDE = Words(
    en="no side is called {asked!r} to use as --target: {sides}.",
    bn="--target হিসেবে নেওয়ার মতো {asked} নামে কোনো ভাষা নেই; আছে: {sides}।",
)

_BARE = (".txt", ".gz")


def _named(file: Path) -> tuple[str, str] | None:
    """(stem, side) of a file of such a pair: ("train", "en") of train.en, train.en.txt and train.en.gz."""
    parts = file.name.split(".")
    while len(parts) > 1 and f".{parts[-1].lower()}" in _BARE:
        parts = parts[:-1]
    stem, side = ".".join(parts[:-1]), parts[-1]
    known = side.lower() in _languages.SOURCES | _languages.TARGETS or _languages.language(side)
    return (stem, side) if known else None


def _found(path: Path) -> dict[str, dict[str, Path]]:
    """{stem: {side: file}} of the pairs that a folder holds, or that a file is of."""
    folder = path if path.is_dir() else path.parent
    if path.is_file() and _named(path) is None:
        return {}
    files = [p for p in sorted(folder.iterdir()) if p.is_file() and not _folders.junk(p.name)]
    sides: dict[str, dict[str, Path]] = defaultdict(dict)
    for file in files:
        if named := _named(file):
            sides[named[0]][named[1]] = file
    if path.is_file():
        sides = {stem: some for stem, some in sides.items() if path in some.values()}
    return {stem: some for stem, some in sides.items() if len(some) == 2}


def sniff(path: Path) -> bool:
    """Whether there are two files that differ in the name of a language."""
    return (path.is_dir() or path.is_file()) and bool(_found(path))


def read(path: Path, options: Options) -> Data:
    """Texts with one translation each; `split` from the names of the files.

    Raises DataError for files of uneven numbers of lines, UsageError where it is not clear what is meant.
    """
    found = _found(path)
    roles = {stem: _places.role(stem.split(".")[0].split("_")[0]) for stem in found}
    if len(found) > 1 and (None in roles.values() or len(set(roles.values())) < len(found)):
        raise UsageError(SEVERAL.format(name=path.name, listed=", ".join(found)))
    if len({frozenset(some) for some in found.values()}) > 1:
        listed = "; ".join(f"{stem}: {', '.join(some)}" for stem, some in found.items())
        raise DataError(OTHER_LANGUAGES.format(name=path.name, listed=listed))
    source, target = _direction(*next(iter(found.items())), options)
    notes = [_pairs.direction(source, target, options)]
    sources, answers, parts = [], [], []
    for stem in sorted(found, key=lambda stem: roles[stem] or 0):
        files, lines = found[stem], []
        for side in (source, target):
            some, more = _lines(files[side])
            lines.append(some)
            notes += more
        if len(lines[0]) != len(lines[1]):
            both = {"source": files[source].name, "target": files[target].name}
            raise DataError(UNEVEN.format(sources=len(lines[0]), targets=len(lines[1]), **both))
        sources += lines[0]
        answers += lines[1]
        parts += [roles[stem] or 0] * len(lines[0])
    split = np.array(parts, np.uint8) if len(found) > 1 else None
    name = path.name if path.is_dir() else path.name.split(".")[0]
    return _pairs.pairs(name, sources, answers, target, split=split, notes=notes)


def _direction(stem: str, files: dict[str, Path], options: Options) -> tuple[str, str]:
    """(source, target): as the user, the sides or the stem say ("Tatoeba.bn-en"), else English first."""
    sides = list(files)
    if options.target is not None:
        target = next((side for side in sides if side.lower() == options.target.lower()), None)
        if target is None:
            raise UsageError(NO_SIDE.format(asked=options.target, sides=", ".join(sides)))
        return next(side for side in sides if side != target), target
    parts = re.split(r"[._-]", stem)
    source = min(sides, key=lambda side: (side.lower() not in _languages.SOURCES, _place(side, parts)))
    return source, next(side for side in sides if side != source)


def _place(side: str, parts: list[str]) -> tuple[bool, int, bool]:
    """Sides that the stem names come first, in its order; then English."""
    return side not in parts, parts.index(side) if side in parts else 0, side.lower()[:2] != "en"


def _lines(file: Path) -> tuple[list[str], list[Note]]:
    """Lines end at line feeds alone: other separators stand inside of sentences."""
    text, notes = _delimited.decode(_delimited.read_bytes(file), file.name)
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")], notes
