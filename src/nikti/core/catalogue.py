"""What nikti holds, by name: a folder's Python files are its entries.

The path is the registration. `names("tasks")` lists a folder without importing anything in it;
`load("tasks", "image_classification")` imports that one file. Files whose name begins with `_`,
and the packages' own plumbing (`PLUMBING`), are not entries.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

from nikti.core import own_code
from nikti.core.errors import UnknownName, UsageError
from nikti.core.words import Words

ROOT = Path(__file__).resolve().parent.parent

#: What one entry is called in Bangla, of the folders whose entries people name.
_BANGLA = {
    "answers": "উত্তরের ধরন",
    "cli/verbs": "কমান্ড",
    "datasets": "ডেটাসেট",
    "executors": "কাজ চালানোর উপায়",
    "modalities": "নমুনার ধরন",
    "readers": "ফাইলের ধরন",
    "tasks": "কাজ",
}

NO_FILE = Words(
    en="no such file: {path}. Give the path of a Python file.",
    bn="{path} নামে কোনো ফাইল নেই। একটি পাইথন ফাইলের পাথ দিন।",
)
_NOT_PYTHON = Words(
    en="{path} is not a Python file; its name must end in .py.",
    bn="{path} পাইথন ফাইল নয়; নামের শেষে .py থাকতে হবে।",
)
_NOT_IMPORTED = Words(
    en="{path} cannot be imported: {kind}: {error}",
    bn="{path} চালাতে গিয়ে ভুল হয়েছে: {kind}: {error}",
)


def names(folder: str) -> list[str]:
    """Names of the entries in a folder of the package, sorted; [] when there is no such folder.

    >>> "image_classification" in names("tasks")
    True
    """
    place = ROOT / folder
    if not place.is_dir():
        return []
    return sorted(p.stem for p in place.glob("*.py") if not p.stem.startswith("_"))


def folders(folder: str) -> list[str]:
    """Names of the sub-folders that may hold entries, sorted."""
    place = ROOT / folder
    return sorted(p.name for p in place.iterdir() if p.is_dir() and not p.name.startswith("_"))


def load(folder: str, name: str) -> ModuleType:
    """Import one entry.

    Raises UnknownName (with the nearest known name) if the folder has no such entry.
    """
    available = names(folder)
    if name not in available:
        raise UnknownName(_entry(folder), name, available)
    return importlib.import_module("nikti." + folder.replace("/", ".") + "." + name)


def _entry(folder: str) -> Words:
    """What one entry of a folder is called, for people."""
    return Words(en=_singular(folder).replace("/", " "), bn=_BANGLA.get(folder, "অংশ"))


def _singular(folder: str) -> str:
    """What one entry of a folder is called.

    >>> _singular("modalities"), _singular("tasks")
    ('modality', 'task')
    """
    return folder.removesuffix("ies") + "y" if folder.endswith("ies") else folder.rstrip("s")


def load_file(path: str | Path) -> ModuleType:
    """Import a user's own Python file (`--features`, `--network`, `--contender file.py:Name`).

    Raises UsageError if the file is missing, was not named by this user (`nikti.core.own_code`) or raises
    while it is imported.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(NO_FILE.format(path=path))
    if path.suffix != ".py":
        raise UsageError(_NOT_PYTHON.format(path=path))
    text = own_code.source(path)
    module = ModuleType(f"nikti_user_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    try:
        # Compiled from the text each time: a cached .pyc could be older than what is recorded of it.
        exec(compile(text, str(path), "exec"), module.__dict__)
    except Exception as error:
        raise UsageError(_NOT_IMPORTED.format(path=path, kind=type(error).__name__, error=error)) from error
    return module
