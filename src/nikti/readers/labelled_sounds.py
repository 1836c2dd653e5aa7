"""Sounds in any folders, and tables beside them that say what each is (labels.csv; of ESC-50
meta/esc50.csv)."""

from __future__ import annotations

from pathlib import Path

from nikti.core.data import Data, Note, Options
from nikti.core.errors import UsageError
from nikti.core.inputs import SoundFiles
from nikti.core.words import Words
from nikti.readers import _label_tables, _sounds, labelled_images
from nikti.readers._pictures import Pictures

TITLE = Words(
    en="folder of sounds with a table that names and labels them (labels.csv: path, label)",
    bn="শব্দের ফোল্ডার, সঙ্গে নাম ও লেবেলের টেবিল (labels.csv: path, label)",
)
OPTIONS = ("target", "group", "time", "drop")

UNNAMED = Words(
    en="{count} sounds that the column of samples does not name are not used ({listed}).",
    bn="{count}টি শব্দের নাম টেবিলে নেই, তাই কাজে লাগেনি ({listed})।",
)


def sniff(path: Path) -> bool:
    """Whether the folder holds tables with a column that names sounds lying below it."""
    if not path.is_dir() or not (found := _sounds.below(path)):
        return False
    try:
        return bool(_label_tables.find(path, Pictures(found), None, _sounds.is_sound)[0])
    except UsageError:
        return True  # several tables: `read` says so


def read(path: Path, options: Options) -> Data:
    """Sounds with their answers out of the tables, as pictures have them, see `labelled_images`."""
    sounds = Pictures(_sounds.below(path))
    tables, notes = _label_tables.find(path, sounds, options.target, _sounds.is_sound)
    data = labelled_images.understood(path, tables, sounds, notes, options)
    if not isinstance(data.inputs, SoundFiles):
        return data
    named = {one.resolve() for one in data.inputs.paths}
    rest = [str(one.relative_to(path)) for one in sounds.paths if one.resolve() not in named]
    if not rest:
        return data
    listed = ", ".join(rest[:5]) + (", ..." if len(rest) > 5 else "")
    return data.noted(Note.of("info", "unnamed_sounds", UNNAMED, {"count": len(rest)}, listed=listed))
