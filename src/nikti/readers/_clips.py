"""Clips looked at before they are used: what cannot be decoded is dropped and said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from nikti.core import clips
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import ClipFiles
from nikti.core.words import Words, joined
from nikti.readers import _folders, _images

LISTED = 5  # paths named in a note

UNREADABLE = Words(
    en="{count} clips cannot be read and were dropped: {listed}.",
    bn="{count}টি ভিডিও পড়া যায়নি, তাই বাদ গেছে: {listed}।",
)
NONE_LEFT = Words(
    en="{name}: none of {count} clips can be read: {reasons}.",
    bn="{name}: {count}টি ভিডিওর একটিও পড়া যায়নি: {reasons}।",
)

#: What is done to clips that are not plain, by the note's code: (level, words, whether a clip is such).
REPAIRS = {
    "turned_upright": (
        "info",
        Words(
            en="{count} clips were turned upright as their files say ({listed}).",
            bn="ফাইলে যেমন বলা আছে সেভাবে {count}টি ভিডিও সোজা করা হয়েছে ({listed})।",
        ),
        lambda facts: facts.turn != 0,
    ),
    "cut_short": (
        "warning",
        Words(
            en="{count} clips end before their files say; what is there of them was used ({listed}).",
            bn="{count}টি ভিডিও মাঝপথে শেষ হয়ে গেছে; যতটুকু আছে ততটুকু নেওয়া হয়েছে ({listed})।",
        ),
        lambda facts: facts.short,
    ),
    "one_frame": (
        "info",
        Words(
            en="{count} clips have one frame only; nothing moves in them ({listed}).",
            bn="{count}টি ভিডিওতে একটিমাত্র ফ্রেম; তাতে কিছুই নড়ে না ({listed})।",
        ),
        lambda facts: facts.frames == 1,
    ),
}


def readable(data: Data, root: Path) -> Data:
    """The samples whose first frame decodes, with notes on the others; paths are named as below `root`.

    Raises DataError if none is left. Data whose inputs are no clip files come back as they are."""
    if not isinstance(data.inputs, ClipFiles):
        return data
    files = data.inputs.paths
    with ThreadPoolExecutor(_images.threads()) as pool:
        found = list(pool.map(_look, files))
    whole = np.array([isinstance(one, clips.Facts) for one in found], dtype=bool)
    bad = [(file, one) for file, one in zip(files, found, strict=True) if isinstance(one, Words)]
    if not whole.any():
        reasons = joined([reason.bare() for _, reason in bad[:LISTED]], "; ")
        raise DataError(NONE_LEFT.format(name=data.name, count=len(files), reasons=reasons))
    notes = []
    if bad:
        gone = _images.vanished(data, whole, _folders.CLIP)
        notes += [_images.dropped(bad, root, UNREADABLE), *gone]
    for code, (level, words, is_such) in REPAIRS.items():
        such = [
            _images.below_root(file, root)
            for file, one in zip(files, found, strict=True)
            if isinstance(one, clips.Facts) and is_such(one)
        ]
        if such:
            values = {"count": len(such), "paths": such[:LISTED]}
            listed = "; ".join(such[:LISTED]) + ("; ..." if len(such) > LISTED else "")
            notes.append(Note.of(level, code, words, values, listed=listed))
    return data.subset(np.flatnonzero(whole)).noted(*notes)


def _look(path: Path) -> clips.Facts | Words:
    """What a clip is, or the reason why it cannot be used."""
    try:
        return clips.facts(path)
    except DataError as error:
        return error.words
