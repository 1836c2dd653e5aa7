"""Files whole in memory, gzipped ones unpacked in pieces, so that one that grows without end is refused
before memory is gone."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

from nikti.core import limits
from nikti.core.errors import DataError
from nikti.core.foreign import reason
from nikti.core.words import Words

MAGIC = b"\x1f\x8b"
PIECE = 2**20  # bytes unpacked at a time

BROKEN = Words(
    en="{file} cannot be read, as it is damaged or cut short: {reason}. Pack or download it again.",
    bn="{file} নষ্ট বা অসম্পূর্ণ, খোলা যাচ্ছে না: {reason}। ফাইলটি আবার প্যাক বা ডাউনলোড করুন।",
)
UNREADABLE = Words(en="{file} cannot be read: {reason}.", bn="{file} পড়া যাচ্ছে না: {reason}।")
TOO_LARGE = Words(en="{file} is larger than {most} MB.", bn="{file} ফাইলটি {most} এমবির চেয়ে বড়।")


def content(path: Path) -> bytes:
    """A file's bytes. Raises DataError for a file that is larger than the limits allow or cannot be read."""
    try:
        limits.check(path.name, bytes=path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise DataError(UNREADABLE.format(file=path.name, reason=str(error))) from error


def gunzip(packed: bytes, name: str) -> bytes:
    """What is in a gzip file. Raises DataError for one that is damaged, or grows beyond the limits."""
    found = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            while piece := stream.read(PIECE):
                found.write(piece)
                limits.check(name, more=True, bytes=found.tell())
                limits.check_growth(name, len(packed), found.tell(), more=True)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(BROKEN.format(file=name, reason=reason(error))) from error
    return found.getvalue()
