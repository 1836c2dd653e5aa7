"""What the user named to be written: never over something that is there."""

from __future__ import annotations

from pathlib import Path

from nikti.core import files, timespan
from nikti.core.errors import UsageError
from nikti.core.words import Words

_TAKEN = Words(
    en="{path} exists already and is not overwritten. Give {flag} another name, or remove it first.",
    bn="{path} আগে থেকেই আছে, তার ওপর লেখা হয় না। {flag} দিয়ে অন্য নাম দিন, বা আগে সেটি সরিয়ে ফেলুন।",
)
_FILLED = Words(
    en="{folder} is not empty, and nothing in it is overwritten. Give {flag} a new folder.",
    bn="{folder} ফোল্ডারটি ফাঁকা নয়, আর ভেতরের কোনো কিছুর ওপর লেখা হয় না। {flag} দিয়ে নতুন ফোল্ডারের নাম দিন।",
)
_BEING_WRITTEN = Words(
    en="another process (number {process}, for {span}) is writing {path}; wait for it, or give {flag} "
    "another name.",
    bn="আরেকটি প্রসেস (নম্বর {process}, {span} ধরে) {path} লিখছে; সেটি শেষ হতে দিন, অথবা {flag} দিয়ে "
    "অন্য নাম দিন।",
)


def refuse_taken(path: str | Path, flag: str = "--out") -> None:
    """Raise UsageError where a file or folder is there already; a device or a pipe is there to be written
    into. To be asked before the work begins."""
    path = Path(path)
    if (path.exists() or path.is_symlink()) and not _takes_anything(path):
        raise UsageError(_TAKEN.format(path=path, flag=flag))


def refuse_filled(folder: str | Path, flag: str) -> None:
    """Raise UsageError where something other than an empty folder is there."""
    folder = Path(folder)
    if folder.is_dir():
        if not any(folder.iterdir()):
            return
        raise UsageError(_FILLED.format(folder=folder, flag=flag))
    refuse_taken(folder, flag)


def refuse_being_written(path: str | Path, flag: str = "--out") -> None:
    """Raise UsageError where another process is making what is to be there."""
    found = files.writer(Path(path))
    if found is not None:
        owner, seconds = found
        raise UsageError(
            _BEING_WRITTEN.format(process=str(owner.pid), span=timespan.both(seconds), path=path, flag=flag)
        )


def write(path: str | Path, content: files.Content, flag: str = "--out", *, replace: bool = False) -> Path:
    """Write what `refuse_taken` has allowed; replace: or what is known to be nikti's own. Raises UsageError
    where another process was faster, OSError as `nikti.core.files.write_atomic`."""
    path = Path(path)
    if _takes_anything(path):
        with path.open("wb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content.encode() if isinstance(content, str) else content)
        return path
    if replace:
        return files.write_atomic(path, content)
    try:
        return files.write_new(path, content)
    except FileExistsError:
        refuse_taken(path, flag)
        raise


def write_numbered(path: str | Path, content: files.Content) -> Path:
    """Write under that name, or where it is taken under the first that is free: a.png, a-2.png, a-3.png ...
    Returns the path."""
    path, number = Path(path), 1
    place = path
    while True:
        try:
            return files.write_new(place, content)
        except FileExistsError:
            number += 1
            place = path.with_name(f"{path.stem}-{number}{path.suffix}")


def free_name(path: str | Path) -> Path:
    """The path, or where it is taken the first such name that is free: explained, explained-2 ..."""
    path, number = Path(path), 1
    place = path
    while place.exists() or place.is_symlink():
        number += 1
        place = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return place


def _takes_anything(path: Path) -> bool:
    """Whether it is a device or a pipe; /dev/stdout may lead to a file, which is meant to be written into."""
    special = path.exists() and not path.is_file() and not path.is_dir()
    return special or path.as_posix().startswith("/dev/")
