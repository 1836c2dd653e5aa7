"""A folder per class with documents (.txt, .pdf, .docx) in it, in train, valid and test folders or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.inputs import Texts
from nikti.core.words import Words
from nikti.readers import _folders, _images
from nikti.readers._documents import LISTED, is_document, read_text, unreadable

TITLE = Words(
    en="folder of class folders with .txt, .pdf or .docx files, with or without train and test folders",
    bn="শ্রেণির ফোল্ডারে .txt, .pdf বা .docx ফাইল, ট্রেন ও টেস্ট ফোল্ডারসহ বা ছাড়া",
)

NONE_READ = Words(
    en="{name}: none of {count} text files can be read; {reason}",
    bn="{name}: {count}টি লেখার ফাইলের একটিও পড়া যায়নি; {reason}",
)
OTHER_ENCODING = Words(
    en="{count} files are not UTF-8; they were read as {encoding} ({paths}).",
    bn="লেখা UTF-8 নয়; {encoding} ধরে পড়া হয়েছে। অক্ষর ভুল দেখালে ফাইলটি UTF-8 করে রাখুন।",
)


def sniff(path: Path) -> bool:
    """Whether the folder holds sub-folders with text files, and no pictures."""
    return (
        path.is_dir()
        and _folders.has_samples(path, is_document)
        and not _folders.has_samples(path, _images.is_image)
    )


def read(path: Path, options: Options) -> Data:
    """Texts with the name of their folder as the answer; `split` from the folders.

    Files that are empty or no text are dropped and noted. Raises DataError when nothing is left.
    """
    found = _folders.scan(path, is_document)
    _folders.refuse_empty(found, path.name, _folders.TEXT)
    if found.no_classes:
        raise _folders.no_classes(found, path.name, _folders.TEXT)
    texts: list[str] = []
    encodings: dict[str, list[Path]] = {}
    bad: dict[Path, Words] = {}
    for file in found.paths:
        try:
            text, encoding = read_text(file)
        except DataError as error:
            text, encoding, bad[file] = "", None, error.words
        texts.append(text)
        if encoding is not None:
            encodings.setdefault(encoding, []).append(file)
    whole = np.flatnonzero([text != "" for text in texts])
    if not len(whole):
        first = bad[found.paths[0]]
        raise DataError(NONE_READ.format(name=path.name, count=len(texts), reason=first))
    data = _folders.labelled(found, path.name, "text", Texts(texts), _folders.TEXT)
    notes = [_encoded(encoding, files, path) for encoding, files in encodings.items()]
    if bad:
        notes.append(unreadable(bad, path))
    return data.subset(whole).noted(*notes)


def _encoded(encoding: str, files: list[Path], root: Path) -> Note:
    names = [str(file.relative_to(root)) for file in files[:LISTED]]
    values = {"count": len(files), "encoding": encoding, "paths": names}
    return Note.of("warning", "encoding_fallback", OTHER_ENCODING, values)
