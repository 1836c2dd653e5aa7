"""A .zip of anything that nikti reads, unpacked once into the cache. What is inside is read as if it were a
folder by who knows all readers, `nikti.readers._open`."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from nikti.core import files, limits, seals
from nikti.core.errors import DataError
from nikti.core.foreign import BAD_ARCHIVE, reason
from nikti.core.numerals import digits
from nikti.core.places import cache_dir
from nikti.core.words import LANGUAGES, Words
from nikti.readers import _folders

TITLE = Words(en=".zip archive of a folder that nikti reads", bn="নিক্তি পড়তে পারে এমন ফোল্ডারের .zip আর্কাইভ")

STORED_AGAIN = Words(
    en="Unpacked files of {archive} were damaged on the disk ({names}); it was unpacked again.",
    bn="ডিস্কে {archive} থেকে খোলা কিছু ফাইল নষ্ট হয়ে গিয়েছিল ({names}); আবার খোলা হয়েছে।",
)

#: Unpacked files have this time of change (2000-01-01), which tells that nobody has touched them since.
_UNPACKED_AT = 946684800

#: Seconds between two looks at what another process is unpacking.
_LOOK_EVERY = 0.1

DAMAGED = Words(
    en="{file} is damaged or no zip archive: {reason}. Pack it again.",
    bn="{file} নষ্ট বা জিপ আর্কাইভ নয়: {reason}। আবার প্যাক করুন।",
)
NOT_UNPACKED = Words(
    en="{file} cannot be unpacked into {folder}: {reason}. Make room or make the folder writable, or set "
    "NIKTI_CACHE to another one.",
    bn="{file} {folder} ফোল্ডারে খোলা যাচ্ছে না: {reason}। জায়গা খালি করুন, বা ফোল্ডারটিতে লেখার অনুমতি দিন, বা "
    "NIKTI_CACHE-এ অন্য ফোল্ডার দিন।",
)
ESCAPES = Words(
    en="{file} holds {name!r}, which would be written outside of its folder; it was not unpacked.",
    bn="{file} আর্কাইভে {name} আছে, যা খুললে নিজের ফোল্ডারের বাইরে লেখা হতো; তাই খোলা হয়নি।",
)
LINK = Words(
    en="{file} holds {name!r}, a link to another place; it was not unpacked.",
    bn="{file} আর্কাইভে {name} আছে, যা অন্য জায়গার লিংক; তাই খোলা হয়নি।",
)
LOCKED = Words(
    en="{file} is protected by a password. Unpack it and give the folder.",
    bn="{file} পাসওয়ার্ড দিয়ে আটকানো। খুলে নিয়ে ফোল্ডারটি দিন।",
)
NO_ROOM = Words(
    en="{file} needs {needed} GB and {free} GB are free at {place}. Make room, or set NIKTI_CACHE to a "
    "folder on a larger disk.",
    bn="{file} খুলতে {needed} জিবি লাগে, {place}-এ খালি আছে {free} জিবি। জায়গা খালি করুন, বা NIKTI_CACHE-এ বড় ডিস্কের "
    "একটি ফোল্ডার দিন।",
)
_UTF8_FLAG = 0x800
_ENCRYPTED = 0x1


def sniff(path: Path) -> bool:
    """Whether the file is called .zip."""
    return path.is_file() and path.suffix.lower() == ".zip"


def unpack(path: Path) -> Path:
    """The folder with the archive's content: the first of what `unpacked` gives."""
    return unpacked(path)[0]


def unpacked(path: Path) -> tuple[Path, list[str]]:
    """(the folder with the archive's content, the files in it that had changed since): in the cache under the
    content's hash, unpacked the first time, and again where a file there is not what the archive holds.
    Nothing is written outside of it, and nothing half-written stays.

    Raises DataError for an archive that is damaged, encrypted, or unsafe to unpack.
    """
    with path.open("rb") as file:
        key = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    folder = cache_dir() / "unpacked" / key
    while files.writer(folder) is not None and not folder.is_dir():  # another process unpacks the same
        time.sleep(_LOOK_EVERY)
    wrong: list[str] = []
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive, path)
            if folder.is_dir() and not (wrong := _changed(folder, members)):
                return folder, []
            with files.folder_atomic(folder, replace=True) as beside:
                _refuse_size(members, path, shutil.disk_usage(beside).free)
                _extract(archive, members, beside)
                if folder.is_dir() and not _changed(folder, members):  # another process was faster
                    raise FileExistsError(errno.EEXIST, "unpacked meanwhile", str(folder))
    except OSError as error:
        if folder.is_dir() and not _changed(folder, members):
            return folder, wrong
        facts = {"folder": str(folder.parent), "reason": error.strerror}
        raise DataError(NOT_UNPACKED.format(file=path.name, **facts)) from error
    except BAD_ARCHIVE as error:
        raise DataError(DAMAGED.format(file=path.name, reason=reason(error))) from error
    return folder, wrong


def _changed(folder: Path, members: dict[str, zipfile.ZipInfo]) -> list[str]:
    """The files that are not what the archive holds: of another size, or, where the time was changed or all
    are small, of another checksum."""
    there = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    small = sum(member.file_size for member in members.values()) <= seals.READ_ANYWAY
    wrong = set(there) ^ set(members)
    for name in set(there) & set(members):
        facts = there[name].stat()
        if facts.st_size != members[name].file_size:
            wrong.add(name)
        elif (small or facts.st_mtime != _UNPACKED_AT) and _crc(there[name]) != members[name].CRC:
            wrong.add(name)
    return sorted(wrong)


def _crc(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while block := file.read(2**20):
            found = zlib.crc32(block, found)
    return found


def _checked(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """{path in the archive: member} of the files worth unpacking. Raises DataError for unsafe ones."""
    members = {}
    for member in archive.infolist():
        name = _name(member)
        if _escapes(name):
            raise DataError(ESCAPES.format(file=path.name, name=name))
        if stat.S_ISLNK(member.external_attr >> 16):
            raise DataError(LINK.format(file=path.name, name=name))
        if member.flag_bits & _ENCRYPTED:
            raise DataError(LOCKED.format(file=path.name))
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
        sizes = {"needed": _gigabytes(total), "free": _gigabytes(free)}
        raise DataError(NO_ROOM.format(file=path.name, place=str(cache_dir()), **sizes))


def _gigabytes(count: int) -> Words:
    return Words(*(digits(f"{count / 1e9:.1f}", lang) for lang in LANGUAGES))


def _extract(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], folder: Path) -> None:
    for name, member in members.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # zipfile stops at the size that the archive declares, so a lying member cannot run on.
        with archive.open(member) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 2**20)
        os.utime(target, (_UNPACKED_AT, _UNPACKED_AT))
