"""Sound files looked at before they are used: what cannot be decoded is dropped and said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import numpy as np

from nikti.core import sounds
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import SoundFiles
from nikti.core.words import Words, joined
from nikti.readers import _folders
from nikti.readers._images import below_root, dropped, threads, vanished

LISTED = 5

NONE_READ = Words(
    en="{name}: none of {count} sounds can be read: {reasons}.",
    bn="{name}: {count}টি শব্দের একটিও পড়া যায়নি: {reasons}।",
)
RESAMPLED = Words(
    en="{count} sounds were brought to {rate} Hz and one channel, as all are ({listed}).",
    bn="{count}টি শব্দ {rate} হার্টজ ও এক চ্যানেলে আনা হয়েছে, সবগুলো যেমন ({listed})।",
)
SILENT = Words(
    en="In {count} sounds nothing is to be heard ({listed}).", bn="{count}টি শব্দে কিছুই শোনা যায় না ({listed})।"
)
UNREADABLE = Words(
    en="{count} sounds cannot be read and were dropped: {listed}.",
    bn="{count}টি শব্দের ফাইল পড়া যায়নি, তাই বাদ গেছে: {listed}।",
)


def readable(data: Data, root: Path) -> Data:
    """The samples whose files decode, with notes on the others; paths are named as below `root`.

    Every file is read to its end once, in threads. Raises DataError if none is left, MissingExtra without the
    library that reads them. Data whose inputs are no sound files come back as they are.
    """
    if not isinstance(data.inputs, SoundFiles):
        return data
    paths = data.inputs.paths
    with ThreadPoolExecutor(threads()) as pool:  # each with the limits that hold here
        looks = [pool.submit(copy_context().run, _look, path) for path in paths]
        found = [look.result() for look in looks]
    bad = [(path, one) for path, one in zip(paths, found, strict=True) if isinstance(one, Words)]
    kept = [(path, one) for path, one in zip(paths, found, strict=True) if not isinstance(one, Words)]
    if not kept:
        reasons = joined([one.bare() for _, one in bad[:LISTED]], "; ")
        raise DataError(NONE_READ.format(name=data.name, count=len(paths), reasons=reasons))
    whole = np.array([not isinstance(one, Words) for one in found], dtype=bool)
    notes = [dropped(bad, root, UNREADABLE), *vanished(data, whole, _folders.SOUND)] if bad else []
    notes += _resampled([facts for _, (facts, _) in kept])
    silent = [below_root(path, root) for path, (_, quiet) in kept if quiet]
    if silent:
        values = {"count": len(silent), "paths": silent[:LISTED]}
        notes.append(Note.of("warning", "silent_sounds", SILENT, values, listed=_list(silent)))
    return data.subset(np.flatnonzero(whole)).noted(*notes)


def _look(path: Path) -> tuple[sounds.Facts, bool] | Words:
    """What the file is, or the reason why it cannot be used."""
    try:
        return sounds.probe(path)
    except DataError as error:
        return error.words


def _resampled(facts: Sequence[sounds.Facts]) -> list[Note]:
    """The note on sounds that are of another rate or have several channels."""
    kinds = Counter((one.rate, one.channels) for one in facts)
    del kinds[(sounds.RATE, 1)]
    if not kinds:
        return []
    listed = [f"{count}: {rate} Hz x {channels}" for (rate, channels), count in kinds.most_common()]
    values = {"count": kinds.total(), "rate": sounds.RATE, "kinds": listed[:LISTED]}
    return [Note.of("info", "resampled", RESAMPLED, values, listed=_list(listed))]


def _list(items: Sequence[str]) -> str:
    return ", ".join(items[:LISTED]) + (", ..." if len(items) > LISTED else "")
