"""Clips as folders of their frames: class folders, in each a folder of numbered pictures for a clip."""

from __future__ import annotations

from pathlib import Path

from nikti.core.clips import decode
from nikti.core.data import Data, Note, Options
from nikti.core.inputs import ClipFiles
from nikti.core.words import Words
from nikti.readers import _folders, _frame_sequences, _images

TITLE = Words(
    en="class folders with a folder of numbered frames for each clip",
    bn="শ্রেণির ফোল্ডারে প্রতি ভিডিওর জন্য ক্রমিক ফ্রেমের একটি ফোল্ডার",
)
TASKS = ("video_classification",)

FRAMES = Words(
    en="Each folder of numbered pictures was read as one clip ({count} clips of {pictures} pictures). If "
    "every picture is a sample of its own, type --task image_classification.",
    bn="ক্রমিক ছবির প্রতিটি ফোল্ডারকে একটি ভিডিও ধরা হয়েছে ({count}টি ভিডিও, {pictures}টি ছবি)। প্রতিটি ছবিই আলাদা "
    "নমুনা হলে লিখুন --task image_classification",
)


def sniff(path: Path) -> bool:
    """Whether all pictures lie in folders of frames in class folders, see `_frame_sequences.are_clips`."""
    return path.is_dir() and _frame_sequences.are_clips(path)


def read(path: Path, options: Options) -> Data:
    """Clips with the name of their class folder as the answer; `split` from the folders.

    Raises DataError when the folders are no classes."""
    found = _folders.scan(path, _images.is_image)
    _folders.refuse_empty(found, path.name, _folders.CLIP)
    if found.no_classes:
        raise _folders.no_classes(found, path.name, _folders.CLIP)
    first: dict[Path, int] = {}
    for row, file in enumerate(found.paths):
        first.setdefault(file.parent, row)
    values = {"count": len(first), "pictures": len(found.paths)}
    found.paths, rows = list(first), list(first.values())
    found.labels = [found.labels[row] for row in rows]
    found.split = None if found.split is None else [found.split[row] for row in rows]
    clips = ClipFiles(found.paths, decode)
    data = _folders.labelled(found, path.name, "video", clips, _folders.CLIP)
    return data.noted(Note.of("info", "frames_read", FRAMES, values))
