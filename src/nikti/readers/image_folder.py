"""A folder per class with pictures in it, inside train, valid and test folders or not."""

from __future__ import annotations

from pathlib import Path

from nikti.core.data import Data, Options
from nikti.core.images import decode
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words
from nikti.readers import _folders, _images, _label_tables

TITLE = Words(
    en="folder of class folders with pictures, with or without train, validation and test folders",
    bn="শ্রেণির ফোল্ডারে ছবি, ট্রেন, যাচাই ও টেস্ট ফোল্ডারসহ বা ছাড়া",
)


def sniff(path: Path) -> bool:
    """Whether the folder holds sub-folders with pictures in them."""
    return path.is_dir() and _folders.has_samples(path, _images.is_image)


def read(path: Path, options: Options) -> Data:
    """Pictures with the name of their folder as the answer; `split` from the folders.

    Raises DataError when there are none, or when the folders are no classes (images beside masks).
    """
    found = _folders.scan(path, _images.is_image)
    _folders.refuse_empty(found, path.name, _folders.PICTURE)
    if found.no_classes:
        raise _folders.no_classes(found, path.name, _folders.PICTURE, _label_tables.unmatched(path))
    _, notes = _label_tables.find(path, _label_tables.pictures_of(path))
    data = _folders.labelled(found, path.name, "image", ImageFiles(found.paths, decode), _folders.PICTURE)
    return data.noted(*notes)
