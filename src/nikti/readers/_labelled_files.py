"""Files in any folders, each a sample, and tables beside them that say what each is (labels.csv; of ESC-50
meta/esc50.csv)."""

from __future__ import annotations

from pathlib import Path

from nikti.core.data import Data, Note, Options
from nikti.core.errors import UsageError
from nikti.core.inputs import Files
from nikti.core.words import Words
from nikti.readers import _label_tables, labelled_images
from nikti.readers._file_kinds import FileKind
from nikti.readers._pictures import Pictures

OPTIONS = ("target", "group", "time", "drop")

UNNAMED = Words(
    en="{count} files that the column of samples does not name are not used ({listed}).",
    bn="{count}টি ফাইলের নাম টেবিলে নেই, তাই কাজে লাগেনি ({listed})।",
)


def sniff(path: Path, kind: FileKind) -> bool:
    """Whether the folder holds tables with a column that names files of the kind lying below it."""
    if not path.is_dir() or not (found := kind.below(path)):
        return False
    try:
        return bool(_label_tables.find(path, Pictures(found), None, kind.known)[0])
    except UsageError:
        return True  # several tables: `read` says so


def read(path: Path, options: Options, kind: FileKind) -> Data:
    """The files with their answers out of the tables, as pictures have them, see `labelled_images`."""
    files = Pictures(kind.below(path))
    tables, notes = _label_tables.find(path, files, options.target, kind.known)
    data = labelled_images.understood(path, tables, files, notes, options)
    if not isinstance(data.inputs, Files):
        return data
    named = {one.resolve() for one in data.inputs.paths}
    rest = [str(one.relative_to(path)) for one in files.paths if one.resolve() not in named]
    if not rest:
        return data
    listed = ", ".join(rest[:5]) + (", ..." if len(rest) > 5 else "")
    return data.noted(Note.of("info", "unnamed_files", UNNAMED, {"count": len(rest)}, listed=listed))
