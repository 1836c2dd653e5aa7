"""Which part of the data a place or a name speaks of: train, valid or test."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from nikti.core import images, spelling

_SPOKEN = re.compile(
    r"(?:^|[^a-z])(train|training|val|valid|validation|dev|test|testing)\d*(?:[^a-z]|$)", re.I
)

_CODES = dict.fromkeys("train training ট্রেন প্রশিক্ষণ".split(), 0)
_CODES |= dict.fromkeys("val valid validation dev যাচাই".split(), 1)
_CODES |= dict.fromkeys("test testing eval evaluation holdout টেস্ট পরীক্ষা".split(), 2)
#: Words that say what a folder holds and nothing of a class.
_HOLDS = frozenset(
    "set sets split data dataset datasets file files folder dir image images img imgs jpegimages picture "
    "pictures photo photos text texts doc docs document documents label labels labelled labeled annotation "
    "annotations class classes mask masks original resized "
    "ছবি লেবেল লেখা".split()
)
_BETWEEN = re.compile(r"[\s\d_.,;:+()\[\]{}&'\"-]+")
_GLUED = re.compile(r"(train|training|val|valid|validation|dev|test|testing)(set|data|images?|imgs?|texts?)")


def role(name: str) -> int | None:
    """0, 1 or 2 where a folder's name means train, valid or test: such a word alone, or with words that say
    what the folder holds.

    >>> role("Training_set"), role("images_val"), role("testing"), role("train2017"), role("tests on cats")
    (0, 1, 2, 0, None)
    """
    code, rest = _read(name)
    return code if code is not None and _HOLDS.issuperset(rest) else None


def roles(names: Iterable[str]) -> dict[str, int]:
    """{name: 0, 1 or 2} of the folders beside each other that mean train, valid or test, by `role` or because
    they differ in such a word at either end alone.

    >>> roles(["seg_train", "seg_test", "seg_pred", "test_tube"]), roles(["train_station", "bus_station"])
    ({'seg_train': 0, 'seg_test': 2}, {})
    """
    names = list(names)
    found = {name: code for name in names if (code := role(name)) is not None}
    beside: dict[tuple[str, ...], dict[str, int]] = {}
    for name in names:
        code, rest = _read(name)
        if code is not None:
            beside.setdefault(rest, {})[name] = code
    for same in beside.values():
        if len(set(same.values())) > 1:
            found |= same
    return found


def speaks_of_split(name: str) -> bool:
    """Whether any word of a name means train, valid or test.

    >>> speaks_of_split("cats-train"), speaks_of_split("cats")
    (True, False)
    """
    return any(word in _CODES for word in _words(name))


def _read(name: str) -> tuple[int | None, tuple[str, ...]]:
    """(the code of the word for a split at the start or the end of a name, its other words)."""
    words = _words(name)
    for place in (0, -1):
        if words and words[place] in _CODES:
            rest = words[1:] if place == 0 else words[:-1]
            return (None if any(word in _CODES for word in rest) else _CODES[words[place]]), tuple(rest)
    return None, tuple(words)


def _words(name: str) -> list[str]:
    """The words of a name in small letters: of snake_case, camelCase, with blanks; digits are none."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", spelling.key(name))
    words = [word.lower() for word in _BETWEEN.split(spaced) if word]
    glued = (_GLUED.fullmatch(word) for word in words)
    return [
        part
        for word, match in zip(words, glued, strict=True)
        for part in (match.groups() if match else (word,))
    ]


def role_below(path: Path, root: Path) -> int | None:
    """0, 1 or 2 where a folder between `root` and the file means train, valid or test."""
    inside = path.relative_to(root).parts[:-1] if path.is_relative_to(root) else ()
    return next((code for part in inside if (code := role(part)) is not None), None)


def spoken_role(name: str) -> int | None:
    """0, 1 or 2 where a name contains train, valid or test; else None.

    >>> spoken_role("instances_val2017.json"), spoken_role("train"), spoken_role("trainable.csv")
    (1, 0, None)
    """
    match = _SPOKEN.search(name)
    return role(match.group(1)) if match else None


def listed(folder: Path) -> dict[str, int]:
    """{stem of a picture: 0, 1 or 2} from train.txt, val.txt and test.txt in a folder (VOC's ImageSets);
    {} where there are none. trainval.txt stands in for a missing train.txt."""
    files = {path.stem.lower(): path for path in sorted(folder.glob("*.txt"))} if folder.is_dir() else {}
    train = files.get("train") or files.get("trainval")
    lists = [(0, train), (1, files.get("val") or files.get("valid")), (2, files.get("test"))]
    found: dict[str, int] = {}
    for code, path in lists:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path else ():
            if line.strip():
                found[PurePosixPath(line.strip()).stem if _has_ending(line) else line.strip()] = code
    return found


def _has_ending(line: str) -> bool:
    return PurePosixPath(line.strip()).suffix.lower() in images.ENDINGS
