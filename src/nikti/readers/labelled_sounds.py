"""Sounds in any folders, and tables beside them that say what each is (of ESC-50 meta/esc50.csv)."""

from __future__ import annotations

from pathlib import Path

from nikti.core.data import Data, Options
from nikti.core.words import Words
from nikti.readers import _file_kinds, _labelled_files
from nikti.readers._labelled_files import OPTIONS as OPTIONS

TITLE = Words(
    en="folder of sounds with a table that names and labels them (labels.csv: path, label)",
    bn="শব্দের ফোল্ডার, সঙ্গে নাম ও লেবেলের টেবিল (labels.csv: path, label)",
)

_KIND = _file_kinds.of("sound")


def sniff(path: Path) -> bool:
    """See `_labelled_files.sniff`."""
    return _labelled_files.sniff(path, _KIND)


def read(path: Path, options: Options) -> Data:
    """See `_labelled_files.read`."""
    return _labelled_files.read(path, options, _KIND)
