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
}


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
    whole = np.array([isinstance(result, tuple) for result in found], dtype=bool)
    if not whole.any():
        reasons = "; ".join(str(result) for result in found[:LISTED])
        raise DataError(f"{data.name}: none of {len(paths)} pictures can be read: {reasons}")
    notes = []
    if not whole.all():
        bad = [(path, result) for path, result in zip(paths, found, strict=True) if isinstance(result, str)]
        notes.append(_dropped(bad, root))
    kinds = [(path, *result) for path, result in zip(paths, found, strict=True) if isinstance(result, tuple)]
    lying = [(path, kind) for path, kind, _ in kinds if path.suffix.lower() not in _ENDINGS.get(kind, ())]
    if lying:
        text = f"{len(lying)} pictures are of another format than their names say; they were read as what "
        text += f"they are ({_list([f'{_below(path, root)} is {kind}' for path, kind in lying])})."
        values = {"count": len(lying), "paths": [_below(path, root) for path, _ in lying[:LISTED]]}
        notes.append(Note("info", "wrong_extension", text, values))
    moving = [path for path, _, frames in kinds if frames > 1]
    if moving:
        listed = [_below(path, root) for path in moving]
        text = f"{len(moving)} files hold several pictures; the first of each was used ({_list(listed)})."
        values = {"count": len(moving), "paths": listed[:LISTED]}
        notes.append(Note("info", "first_frame", text, values))
    return data.subset(np.flatnonzero(whole)).noted(*notes)


def threads() -> int:
    """Threads for decoding: Pillow lets go of the interpreter while it decodes."""
    return min(8, os.cpu_count() or 1)


def below(folder: Path) -> list[Path]:
    """The pictures in a folder and its sub-folders, by name; hidden files are passed over."""
    from nikti.readers._folders import files_below

    return [path for path in files_below(folder) if is_image(path)]


def _look(path: Path) -> tuple[str, int] | str:
    """(format, frames), or the reason why the file cannot be used."""
    try:
        return images.probe(path)
    except DataError as error:
        return str(error)


def _dropped(bad: Sequence[tuple[Path, str]], root: Path) -> Note:
    reasons = [reason.replace(str(path), _below(path, root)) for path, reason in bad]
    text = f"{len(bad)} pictures cannot be read and were dropped: {_list([r.rstrip('.') for r in reasons])}."
    values = {"count": len(bad), "paths": [_below(path, root) for path, _ in bad[:LISTED]]}
    return Note("warning", "dropped_unreadable", text, values | {"reasons": reasons[:LISTED]})


def _below(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _list(items: Iterable[str]) -> str:
    items = list(items)
    return "; ".join(items[:LISTED]) + ("; ..." if len(items) > LISTED else "")
