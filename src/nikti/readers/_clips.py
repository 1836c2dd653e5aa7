"""Clips looked at before they are used: what cannot be decoded is dropped and said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from nikti.core import clips
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import ClipFiles
from nikti.core.words import Words
from nikti.readers import _folders, _images

LISTED = 5  # paths named in a note

UNREADABLE = Words(
    en="{count} clips cannot be read and were dropped: {listed}.",
    bn="{count}টি ভিডিও পড়া যায়নি, তাই বাদ গেছে।",
)
TURNED = Words(
    en="{count} clips were turned upright as their files say ({listed}).",
    bn="ফাইলে যেমন বলা আছে সেভাবে {count}টি ভিডিও সোজা করা হয়েছে।",
)
NONE_LEFT = Words(
    en="{name}: none of {count} clips can be read: {reasons}",
    bn="{name}: {count}টি ভিডিওর একটিও পড়া যায়নি: {reasons}",
)


def is_clip(path: Path) -> bool:
    """Whether a file's name says that it is a clip."""
    return path.suffix.lower() in clips.ENDINGS


def below(folder: Path) -> list[Path]:
    """The clips in a folder and its sub-folders, by name."""
    return [path for path in _folders.files_below(folder) if is_clip(path)]


def inputs(path: Path) -> tuple[ClipFiles, list[str]]:
    """A clip, or those of a folder, without answers, and their names."""
    files = below(path) if path.is_dir() else [path]
    return ClipFiles(files, clips.decode), [str(file) for file in files]


def readable(data: Data, files: list[Path], root: Path) -> Data:
    """The samples of these files whose first frame decodes, with notes on the others. Raises DataError if
    none is left."""
    with ThreadPoolExecutor(_images.threads()) as pool:
        found = list(pool.map(_look, files))
    bad = {file: one for file, one in zip(files, found, strict=True) if isinstance(one, str)}
    whole = [row for row, one in enumerate(found) if not isinstance(one, str)]
    if not whole:
        reasons = "; ".join(list(bad.values())[:LISTED])
        raise DataError(NONE_LEFT.format(name=data.name, count=len(files), reasons=reasons))
    notes = []
    if bad:
        reasons = [reason.replace(str(file), _named(file, root)) for file, reason in bad.items()]
        notes.append(_note("warning", "dropped_unreadable", UNREADABLE, list(bad), root, reasons))
    turned = [
        file for file, one in zip(files, found, strict=True) if isinstance(one, clips.Facts) and one.turn
    ]
    if turned:
        notes.append(_note("info", "turned_upright", TURNED, turned, root))
    return data.subset(np.array(whole)).noted(*notes)


def _look(path: Path) -> clips.Facts | str:
    """What a clip is, or the reason why it cannot be used."""
    try:
        return clips.facts(path)
    except DataError as error:
        return str(error)


def _note(
    level: str, code: str, words: Words, files: list[Path], root: Path, said: list[str] | None = None
) -> Note:
    names = [_named(file, root) for file in files]
    listed = [one.rstrip(".") for one in said or names]
    values = {"count": len(files), "paths": names[:LISTED]}
    shown = "; ".join(listed[:LISTED]) + ("; ..." if len(listed) > LISTED else "")
    return Note.of(level, code, words, values, listed=shown)


def _named(file: Path, root: Path) -> str:
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)
