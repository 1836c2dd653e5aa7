"""Class folders: which files there are, and which class and split the folders say they belong to."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import Inputs
from nikti.core.words import Words

LISTED = 5

_ROLE = re.compile(
    r"(train|training|val|valid|validation|dev|test|testing)([ _-]?(set|data|split|images|imgs|texts))?",
    re.IGNORECASE,
)
_CODES = {"train": 0, "training": 0, "val": 1, "valid": 1, "validation": 1, "dev": 1, "test": 2, "testing": 2}
_JUNK = frozenset({"thumbs.db", "desktop.ini", "__macosx", "icon\r", "ehthumbs.db"})
_PAPERS = frozenset(
    "source.txt sources.txt labels.txt classes.txt class_names.txt citation.txt notes.txt attribution.txt "
    "changelog.txt copying".split()
)

UNLABELLED = Words(
    en="{count} {unit}s lie in no class folder and were left out ({listed}).",
    bn="{count}টি নমুনা কোনো শ্রেণির ফোল্ডারে নেই, তাই বাদ গেছে।",
)
OTHER_FILES = Words(
    en="{count} files that are no {unit}s were passed over ({listed}).",
    bn="অন্য ধরনের {count}টি ফাইল ধরা হয়নি।",
)
EMPTY_CLASS = Words(
    en="{count} class folders hold no {unit} ({listed}).", bn="কিছু শ্রেণির ফোল্ডার খালি: {classes}।"
)
ENCODED = Words(
    en="Names of class folders are not UTF-8; they were read as Windows-1252: {classes}.",
    bn="কিছু শ্রেণির ফোল্ডারের নাম UTF-8 নয়; Windows-1252 ধরে পড়া হয়েছে: {classes}।",
)
OUTSIDE = Words(
    en="Folders beside the train and test folders were not read ({listed}).",
    bn="ট্রেন ও টেস্ট ফোল্ডারের পাশের এই ফোল্ডারগুলো পড়া হয়নি: {folders}।",
)


@dataclass
class Found:
    """What lies in a folder of class folders.

    paths, labels, split: one entry per sample, sorted; split None where the folders show none.
    unlabelled: samples in no class folder. others: {ending: count} of files that are no samples.
    empty: class folders without a sample. outside: folders beside train/test that were not read.
    renamed: classes whose folders' names are not in UTF-8.
    """

    paths: list[Path] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    split: list[int] | None = None
    unlabelled: list[Path] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    empty: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)


def junk(name: str) -> bool:
    """Whether a file or folder is hidden or left behind by an operating system."""
    return name.startswith((".", "~$")) or name.lower() in _JUNK


def paper(name: str) -> bool:
    """Whether a file tells about the data rather than being of them (README, LICENSE ...)."""
    return name.lower() in _PAPERS or name.lower().startswith(("readme", "license", "licence", "attribution"))


def files_below(folder: Path) -> Iterator[Path]:
    """All files in a folder and its sub-folders in the order of their names, without junk. Links to
    folders are followed, but no folder is read twice."""
    seen: set[tuple[int, int]] = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        stat = os.stat(place)
        if (stat.st_dev, stat.st_ino) in seen:
            folders.clear()
            continue
        seen.add((stat.st_dev, stat.st_ino))
        folders[:] = sorted(name for name in folders if not junk(name))
        yield from (Path(place, name) for name in sorted(files) if not junk(name))


def subfolders(folder: Path) -> list[Path]:
    """The folders in a folder, by name, without junk."""
    return sorted(p for p in folder.iterdir() if p.is_dir() and not junk(p.name))


def role(name: str) -> int | None:
    """0, 1 or 2 where a folder's name means train, valid or test.

    >>> role("Training_set"), role("val"), role("testing"), role("tests on cats")
    (0, 1, 2, None)
    """
    match = _ROLE.fullmatch(name.strip())
    return _CODES[match.group(1).lower()] if match else None


def readable_name(name: str) -> str:
    """A file's name as text, also where its bytes are no UTF-8: those are taken for Windows-1252, as of
    texts.

    >>> readable_name("caf\\udce9"), readable_name("বিড়াল")
    ('café', 'বিড়াল')
    """
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        content = name.encode("utf-8", "surrogateescape")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def has_samples(folder: Path, is_sample: Callable[[Path], bool]) -> bool:
    """Whether any class folder (in a split folder or not) holds a sample."""
    return any(is_sample(path) for place in subfolders(folder) for path in files_below(place))


def scan(folder: Path, is_sample: Callable[[Path], bool]) -> Found:
    """Sort what lies in `folder` into samples with classes and splits, and the rest.

    The class is the first folder below `folder`, or below a train, valid or test folder in it.
    """
    splits = _split_folders(folder, is_sample)
    found = Found(split=[] if splits else None)
    tops = subfolders(folder)
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not junk(p.name)):
        _put_aside(found, path, is_sample)
    if not splits:
        for place in tops:
            _collect(found, place, None, is_sample)
        return found
    for place in tops:
        if place not in splits:
            if any(is_sample(path) for path in files_below(place)):
                found.outside.append(place.name)
            continue
        for path in sorted(p for p in place.iterdir() if p.is_file() and not junk(p.name)):
            _put_aside(found, path, is_sample)
        for class_folder in subfolders(place):
            _collect(found, class_folder, splits[place], is_sample)
    found.empty = sorted(set(found.empty) - set(found.labels))
    return found


def _split_folders(folder: Path, is_sample: Callable[[Path], bool]) -> dict[Path, int]:
    """{folder: code}, or {} where no folder means train and holds class folders. A folder "train"
    with samples of its own beside "car" and "bus" is a class."""
    splits = {place: code for place in subfolders(folder) if (code := role(place.name)) is not None}
    trains = [place for place, code in splits.items() if code == 0]
    whole = any(has_samples(place, is_sample) for place in trains)
    return splits if whole else {}


def _put_aside(found: Found, path: Path, is_sample: Callable[[Path], bool]) -> None:
    if is_sample(path) and not paper(path.name):
        found.unlabelled.append(path)
    elif not paper(path.name):
        found.others[path.suffix.lower() or path.name] += 1


def _collect(found: Found, folder: Path, code: int | None, is_sample: Callable[[Path], bool]) -> None:
    label = unicodedata.normalize("NFC", readable_name(folder.name).strip())
    if label != unicodedata.normalize("NFC", folder.name.strip()):
        found.renamed.append(label)
    before = len(found.paths)
    for path in files_below(folder):
        if not is_sample(path):
            found.others[path.suffix.lower() or path.name] += 1
            continue
        found.paths.append(path)
        found.labels.append(label)
        if code is not None and found.split is not None:
            found.split.append(code)
    if len(found.paths) == before:
        found.empty.append(label)


def labelled(found: Found, name: str, modality: str, inputs: Inputs, unit: str) -> Data:
    """`Data` of what was found, with notes on everything else; unit is "picture" or "text"."""
    split = None if found.split is None else np.array(found.split, dtype=np.uint8)
    if split is not None and len(np.unique(split)) < 2:
        split = None  # a train folder alone is no split
    targets = np.array(found.labels, dtype=object)
    return Data(
        name, modality, inputs, targets, target_name="class", split=split, notes=tuple(_notes(found, unit))
    )


def _notes(found: Found, unit: str) -> list[Note]:
    notes = []
    if found.unlabelled:
        names = [p.name for p in found.unlabelled[:LISTED]]
        values = {"count": len(found.unlabelled), "paths": names}
        more = {"unit": unit, "listed": _list(names)}
        notes.append(Note.of("warning", "dropped_unlabelled", UNLABELLED, values, **more))
    if found.others:
        listed = ", ".join(f"{count} {ending}" for ending, count in found.others.most_common(LISTED))
        values = {"count": found.others.total(), "endings": dict(found.others)}
        notes.append(Note.of("info", "other_files", OTHER_FILES, values, unit=unit, listed=listed))
    if found.empty:
        more = {"unit": unit, "listed": _list(found.empty)}
        values = {"count": len(found.empty), "classes": found.empty}
        notes.append(Note.of("warning", "empty_class", EMPTY_CLASS, values, **more))
    if found.renamed:
        values = {"classes": sorted(set(found.renamed))}
        notes.append(Note.of("warning", "class_names_encoded", ENCODED, values))
    if found.outside:
        values = {"folders": found.outside}
        notes.append(Note.of("warning", "folders_not_read", OUTSIDE, values, listed=_list(found.outside)))
    return notes


def refuse_empty(found: Found, name: str, unit: str) -> None:
    """Raise DataError where nothing with a class was found."""
    if not found.paths:
        raise DataError(
            f"{name}: no {unit} lies in a class folder. Make one folder per class: {name}/cat, ..."
        )


def _list(items: list[str]) -> str:
    return ", ".join(items[:LISTED]) + (", ..." if len(items) > LISTED else "")
