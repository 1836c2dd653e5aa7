"""Finding the picture that a name in an annotation means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from nikti.core import images
from nikti.readers import _folders

_ROLE = re.compile(r"(?:^|[^a-z])(train|training|val|valid|validation|dev|test|testing)\d*(?:[^a-z]|$)", re.I)


class Pictures:
    """Pictures by name and by stem.

    >>> found = Pictures([Path("d/train/1.jpg"), Path("d/test/1.jpg")])
    >>> found.of("C:\\\\work\\\\1.jpg", near=Path("d/test/labels/1.xml")).as_posix()
    'd/test/1.jpg'
    """

    def __init__(self, paths: Iterable[Path]):
        self.paths = list(paths)
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        self._by_stem: dict[str, list[Path]] = defaultdict(list)
        for path in self.paths:
            self._by_name[path.name].append(path)
            self._by_stem[path.stem].append(path)

    def of(self, name: str, near: Path) -> Path | None:
        """The picture called `name` (a path of any machine, a file name, or one without ending).

        Of several the one that shares most folders with the name, then with `near`, the file that names
        it.
        """
        wanted = PurePosixPath(name.replace("\\", "/"))
        named = self._by_name.get(wanted.name) or self._by_stem.get(wanted.name)
        if not named:
            named = self._by_stem.get(wanted.stem) if wanted.suffix else None
        if not named:
            return None
        return max(named, key=lambda path: (_shared_end(path, wanted), *_closeness(path, near)))

    def like(self, file: Path) -> Path | None:
        """The picture with the stem of an annotation file, the nearest one of several."""
        named = self._by_stem.get(file.stem)
        return max(named, key=lambda path: _closeness(path, file)) if named else None


def _shared_end(path: Path, wanted: PurePosixPath) -> int:
    """Folders that two paths have in common right above their files."""
    count = 0
    for one, other in zip(reversed(path.parts[:-1]), reversed(wanted.parts[:-1]), strict=False):
        if one != other:
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


def role_below(path: Path, root: Path) -> int | None:
    """0, 1 or 2 where a folder between `root` and the file means train, valid or test."""
    inside = path.relative_to(root).parts[:-1] if path.is_relative_to(root) else ()
    return next((code for part in inside if (code := _folders.role(part)) is not None), None)


def spoken_role(name: str) -> int | None:
    """0, 1 or 2 where a name contains train, valid or test; else None.

    >>> spoken_role("instances_val2017.json"), spoken_role("train"), spoken_role("trainable.csv")
    (1, 0, None)
    """
    match = _ROLE.search(name)
    return _folders.role(match.group(1)) if match else None


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
