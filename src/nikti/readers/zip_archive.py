"""A .zip of anything that nikti reads, unpacked once into the cache. What is inside is read as if it were a
folder by who knows all readers, `nikti.readers._open`."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from nikti.core import limits
from nikti.core.errors import DataError
from nikti.core.files import folder_atomic
from nikti.core.foreign import BAD_ARCHIVE, reason
from nikti.core.places import cache_dir
from nikti.core.words import Words
from nikti.readers import _folders

TITLE = Words(en=".zip archive of a folder that nikti reads", bn="নিক্তি পড়তে পারে এমন ফোল্ডারের .zip আর্কাইভ")

DAMAGED = Words(
    en="{file} is damaged or no zip archive: {reason}. Pack it again.",
    bn="{file} নষ্ট বা জিপ আর্কাইভ নয়: {reason}। আবার প্যাক করুন।",
)
_UTF8_FLAG = 0x800
_ENCRYPTED = 0x1


def sniff(path: Path) -> bool:
    """Whether the file is called .zip."""
    return path.is_file() and path.suffix.lower() == ".zip"


def unpack(path: Path) -> Path:
    """The folder with the archive's content, in the cache under the content's hash; unpacked the first
    time. Nothing is written outside of it, and nothing half-written stays.

    Raises DataError for an archive that is damaged, encrypted, or unsafe to unpack.
    """
    with path.open("rb") as file:
        key = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    folder = cache_dir() / "unpacked" / key
    if folder.is_dir():
        return folder
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive, path)
            with folder_atomic(folder) as beside:
                _refuse_size(members, path, shutil.disk_usage(beside).free)
                _extract(archive, members, beside)
    except OSError as error:
        if folder.is_dir():  # another process was faster
            return folder
        raise DataError(f"{path.name} cannot be unpacked into {folder.parent}: {error.strerror}.") from error
    except BAD_ARCHIVE as error:
        raise DataError(DAMAGED.format(file=path.name, reason=reason(error))) from error
    return folder


def _checked(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """{path in the archive: member} of the files worth unpacking. Raises DataError for unsafe ones."""
    members = {}
    for member in archive.infolist():
        name = _name(member)
        if _escapes(name):
            raise DataError(
                f"{path.name} holds {name!r}, which would be written outside of its folder; "
                "it was not unpacked."
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise DataError(f"{path.name} holds {name!r}, a link to another place; it was not unpacked.")
        if member.flag_bits & _ENCRYPTED:
            raise DataError(f"{path.name} is protected by a password. Unpack it and give the folder.")
        parts = PurePosixPath(name).parts
        if not member.is_dir() and parts and not any(_folders.junk(part) for part in parts):
            members[name] = member
    return members


def _name(member: zipfile.ZipInfo) -> str:
    """The member's path with forward slashes. Names in UTF-8 that are not marked as such (macOS) come
    out of `zipfile` as code page 437."""
    name = member.filename
    if not member.flag_bits & _UTF8_FLAG:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass  # it is code page 437
    return name.replace("\\", "/")


def _escapes(name: str) -> bool:
    windows = PureWindowsPath(name)
    return name.startswith("/") or bool(windows.drive) or ".." in windows.parts


def _refuse_size(members: dict[str, zipfile.ZipInfo], path: Path, free: int) -> None:
    total = sum(member.file_size for member in members.values())
    limits.check(path.name, archive_files=len(members), archive_bytes=total)
    limits.check_growth(path.name, path.stat().st_size, total)
    if total > free:
        raise DataError(
            f"{path.name} needs {total / 1e9:.1f} GB and {free / 1e9:.1f} GB are free at {cache_dir()}. "
            "Make room, or set NIKTI_CACHE to a folder on a larger disk."
        )


def _extract(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], folder: Path) -> None:
    for name, member in members.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # zipfile stops at the size that the archive declares, so a lying member cannot run on.
        with archive.open(member) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 2**20)
