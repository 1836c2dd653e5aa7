"""Clips in any folders, and tables beside them that say what each is and of which source."""

from __future__ import annotations

from pathlib import Path

from nikti.core.data import Data, Options
from nikti.core.words import Words
from nikti.readers import _file_kinds, _labelled_files
from nikti.readers._labelled_files import OPTIONS as OPTIONS

TITLE = Words(
    en="folder of clips with a table that names and labels them (labels.csv: path, label, source)",
    bn="ভিডিওর ফোল্ডার, সঙ্গে নাম, লেবেল ও উৎসের টেবিল (labels.csv: path, label, source)",
)

_KIND = _file_kinds.of("video")


def sniff(path: Path) -> bool:
    """See `_labelled_files.sniff`."""
    return _labelled_files.sniff(path, _KIND)


def read(path: Path, options: Options) -> Data:
    """See `_labelled_files.read`."""
    return _labelled_files.read(path, options, _KIND)
