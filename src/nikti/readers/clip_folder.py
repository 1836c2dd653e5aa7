"""A folder per class with clips in it, inside train, valid and test folders or not; with a table that says of
which source each clip is, or not."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from nikti.core import spelling
from nikti.core.clips import decode
from nikti.core.data import Data, Note, Options
from nikti.core.errors import NiktiError, UsageError
from nikti.core.inputs import ClipFiles
from nikti.core.words import Words
from nikti.readers import _columns, _file_kinds, _folders, _naming, _table_files, _target, csv_table
from nikti.readers._pictures import Pictures

TITLE = Words(
    en="folder of class folders with clips (.mp4, .mov, .avi, .mkv, .webm), with or without a table of their "
    "sources (--group)",
    bn="শ্রেণির ফোল্ডারে ভিডিও (.mp4, .mov, .avi, .mkv, .webm), উৎসের টেবিল (--group) সহ বা ছাড়া",
)
OPTIONS = ("group",)
_CLIPS = _file_kinds.of("video")

#: UCF101's names: class, group (clips of one source video) and clip (K. Soomro et al. 2012, section 2).
_UCF = re.compile(r"v_(\w+)_g(\d+)_c\d+")

SOURCES = Words(
    en="Clips of one {column} never straddle a split (from {file}).",
    bn="একই {column}-এর ভিডিও কখনো দুই ভাগে পড়ে না ({file} থেকে)।",
)
NAMED = Words(
    en="Clips with the same class and group in their names (g01, g02 ...) are of one source; they never "
    "straddle a split.",
    bn="যেসব ভিডিওর নামে শ্রেণি ও দল (g01, g02 ...) একই, সেগুলো এক উৎসের; কখনো দুই ভাগে পড়ে না।",
)
UNKNOWN = Words(
    en="{name} holds no table that names all of its clips and has the column {column!r}, so --group cannot "
    "be used. Put a clips.csv beside the class folders with the columns file and {column}.",
    bn="{name} ফোল্ডারে এমন টেবিল নেই যাতে সব ভিডিওর নাম আর {column} কলাম আছে, তাই --group চলে না। শ্রেণির ফোল্ডারের "
    "পাশে clips.csv রাখুন, কলাম file ও {column}।",
)


def sniff(path: Path) -> bool:
    """Whether the folder holds sub-folders with clips in them."""
    return path.is_dir() and _folders.has_samples(path, _CLIPS.known)


def read(path: Path, options: Options) -> Data:
    """Clips with the name of their folder as the answer; `split` from the folders, groups by the column that
    the user names of a table beside them, or from names as UCF101 has them.

    A folder that holds nothing but one folder of class folders is opened. Raises DataError when there are no
    clips, UsageError where the column of groups is not to be found.
    """
    inner = _inner(path)
    found = _folders.scan(inner, _CLIPS.known)
    _folders.refuse_empty(found, path.name, _folders.CLIP)
    if found.no_classes:
        raise _folders.no_classes(found, path.name, _folders.CLIP)
    data = _folders.labelled(found, path.name, "video", ClipFiles(found.paths, decode), _folders.CLIP)
    if options.group:
        groups, note = _by_table(path, found.paths, options.group)
        data = replace(data, groups=groups).noted(note)
    elif all(_UCF.fullmatch(file.stem) for file in found.paths):
        sources = [_UCF.fullmatch(file.stem).groups() for file in found.paths]  # type: ignore[union-attr]
        codes = np.unique(["/".join(source) for source in sources], return_inverse=True)[1]
        data = replace(data, groups=codes.astype(np.int64)).noted(Note.of("info", "groups_named", NAMED))
    return data


def _inner(path: Path) -> Path:
    """The folder of the class folders: of one folder beside a table, that folder."""
    inner = [
        place for place in _folders.subfolders(path) if any(map(_CLIPS.known, _folders.files_below(place)))
    ]
    alone = len(inner) == 1 and not any(_CLIPS.known(file) for file in inner[0].iterdir())
    return inner[0] if alone else path


def _by_table(path: Path, files: list[Path], column: str) -> tuple[np.ndarray, Note]:
    """(groups int64 [n] of the clips, what is said of them)."""
    for table in csv_table.tables_in(path):
        try:
            raw = _columns.tidy_names(_table_files.load(table).frame)[0]
        except NiktiError:
            continue
        named = _naming.naming(raw, Pictures(files), table, once_each=True)
        if not named or spelling.find(column, raw.columns) is None:
            continue
        clips = Pictures(files)
        meant = _target.named(column, raw, "group", table.name)
        codes = _columns.codes(raw[meant])
        of: dict[Path, int] = {}
        for cell, code in zip(raw[named[0]].astype("string").fillna(""), codes.tolist(), strict=True):
            if (file := clips.of(cell, table)) is not None:
                of[file] = code
        if all(file in of for file in files):
            groups = np.array([of[file] for file in files], dtype=np.int64)
            return groups, Note.of("info", "groups_read", SOURCES, {"column": meant, "file": table.name})
    raise UsageError(UNKNOWN.format(name=path.name, column=column))
