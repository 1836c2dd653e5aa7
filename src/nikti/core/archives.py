"""Zip archives weighed by what they promise, before anything in them is unpacked into memory."""

from __future__ import annotations

import zipfile

from nikti.core import limits


def weigh(archive: zipfile.ZipFile, name: str) -> None:
    """Raise DataError for more files, bytes or growth than the limits allow. `zipfile` stops at the size
    that a member promises, so none can run on."""
    members = archive.infolist()
    total, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    limits.check(name, archive_files=len(members), bytes=total)
    limits.check_growth(name, packed, total)
