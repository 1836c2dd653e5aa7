"""A folder per class with text files in it, inside train, valid and test folders or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.inputs import Texts
from nikti.readers import _delimited, _folders, _images

TITLE = "folder of class folders with .txt files, with or without train, validation and test folders"

LISTED = 5


def is_text(path: Path) -> bool:
    """Whether a file's name says that it is a text and no README."""
    return path.suffix.lower() == ".txt" and not _folders.paper(path.name)


def sniff(path: Path) -> bool:
    """Whether the folder holds sub-folders with text files, and no pictures."""
    return (
        path.is_dir()
        and _folders.has_samples(path, is_text)
        and not _folders.has_samples(path, _images.is_image)
    )


def read(path: Path, options: Options) -> Data:
    """Texts with the name of their folder as the answer; `split` from the folders.

    Files that are empty or no text are dropped and noted. Raises DataError when nothing is left.
    """
    found = _folders.scan(path, is_text)
    _folders.refuse_empty(found, path.name, "text")
    texts, encodings, bad = [], {}, []
    for file in found.paths:
        text, problem = read_text(file)
        texts.append(text)
        if problem is not None:
            (bad if text is None else encodings.setdefault(problem, [])).append(file)
    whole = np.flatnonzero([text is not None for text in texts])
    if not len(whole):
        raise DataError(f"{path.name}: none of {len(texts)} text files can be read; the first is {bad[0]}.")
    data = _folders.labelled(found, path.name, "text", Texts([text or "" for text in texts]), "text")
    notes = [_encoded(encoding, files, path) for encoding, files in encodings.items()]
    if bad:
        names = [str(file.relative_to(path)) for file in bad[:LISTED]]
        said = f"{len(bad)} text files are empty or hold no text and were dropped ({', '.join(names)})."
        notes.append(Note("warning", "dropped_unreadable", said, {"count": len(bad), "paths": names}))
    return data.subset(whole).noted(*notes)


def read_text(file: Path) -> tuple[str | None, str | None]:
    """(text, None), (text, encoding it was guessed to be in), or (None, the reason why not)."""
    try:
        text, notes = _delimited.decode(file.read_bytes(), file.name)
    except DataError as error:
        return None, str(error)
    except OSError as error:
        return None, f"{file} cannot be read: {error.strerror}"
    if not text.strip():
        return None, f"{file} is empty"
    guessed = [note.values.get("encoding", "damaged UTF-8") for note in notes]
    return text.strip(), guessed[0] if guessed else None


def _encoded(encoding: str, files: list[Path], root: Path) -> Note:
    names = [str(file.relative_to(root)) for file in files[:LISTED]]
    text = f"{len(files)} files are not UTF-8; they were read as {encoding} ({', '.join(names)})."
    values = {"count": len(files), "encoding": encoding, "paths": names}
    return Note("warning", "encoding_fallback", text, values)
