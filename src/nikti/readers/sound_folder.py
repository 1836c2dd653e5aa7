"""A folder per class with sounds in it, inside train, valid and test folders or not."""

from __future__ import annotations

from pathlib import Path

from nikti.core.data import Data, Options
from nikti.core.inputs import SoundFiles
from nikti.core.sounds import decode
from nikti.core.words import Words
from nikti.readers import _file_kinds, _folders, _images, _label_tables
from nikti.readers._pictures import Pictures

_SOUNDS = _file_kinds.of("sound")

TITLE = Words(
    en="folder of class folders with sounds, with or without train, validation and test folders",
    bn="শ্রেণির ফোল্ডারে শব্দ, ট্রেন, যাচাই ও টেস্ট ফোল্ডারসহ বা ছাড়া",
)


def sniff(path: Path) -> bool:
    """Whether the folder holds sub-folders with sounds, and no pictures."""
    return (
        path.is_dir()
        and _folders.has_samples(path, _SOUNDS.known)
        and not _folders.has_samples(path, _images.is_image)
    )


def read(path: Path, options: Options) -> Data:
    """Sounds with the name of their folder as the answer; `split` from the folders.

    Raises DataError when there are none, or when the folders are no classes.
    """
    found = _folders.scan(path, _SOUNDS.known)
    _folders.refuse_empty(found, path.name, _folders.SOUND)
    if found.no_classes:
        raise _folders.no_classes(found, path.name, _folders.SOUND, _label_tables.unmatched(path))
    _, notes = _label_tables.find(path, Pictures(_SOUNDS.below(path)), None, _SOUNDS.known)
    data = _folders.labelled(found, path.name, "sound", SoundFiles(found.paths, decode), _folders.SOUND)
    return data.noted(*notes)
