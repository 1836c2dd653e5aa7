"""Labels as they are kept: one name for what is the same to the eye, a warning where names look alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from nikti.core import spelling
from nikti.core.data import Data, Note
from nikti.core.words import Words

LISTED = 3  # groups named in a note

MERGED = Words(
    en="Names that differ only in what cannot be seen were taken as one: {listed}.",
    bn="যে নামগুলোর পার্থক্য চোখে দেখা যায় না, সেগুলোকে একই ধরা হয়েছে: {listed}।",
)
ALIKE = Words(
    en="Some classes have names that look alike: {listed}. They are kept apart; if they mean the same, give "
    "them one name.",
    bn="কিছু শ্রেণির নাম দেখতে একই রকম: {listed}। এগুলো আলাদা রাখা হয়েছে; অর্থ একই হলে এক নাম দিন।",
)


def one_name_each(data: Data) -> Data:
    """The same data, with labels that are the same to the eye under one name, and notes on them and on names
    that look alike. Answers that are no strings stay as they are; of those with classes the names are looked
    at."""
    targets = data.targets
    if not isinstance(targets, np.ndarray) or targets.dtype.kind not in "OU" or targets.ndim != 1:
        return data.noted(*looking_alike(data.classes))
    counts = Counter(label for label in targets.tolist() if isinstance(label, str))
    names = spelling.merged(counts)
    if any(spelled != name for spelled, name in names.items()):
        kept = [names[label] if isinstance(label, str) else label for label in targets.tolist()]
        data = replace(data, targets=np.array(kept, dtype=object))
    return data.noted(*merged(names), *looking_alike(names.values()))


def merged(names: dict[str, str]) -> list[Note]:
    """The note on spellings that were taken as one name; names: as `spelling.merged` gives them."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for spelled, name in names.items():
        spellings[name].append(spelled)
    groups = [sorted(group) for group in spellings.values() if len({one.strip() for one in group}) > 1]
    if not groups:
        return []
    values = {"count": len(groups), "names": groups}
    return [Note.of("info", "names_merged", MERGED, values, listed=_listed(groups))]


def looking_alike(names: Iterable[str]) -> list[Note]:
    """The warning on classes whose names look alike."""
    groups = spelling.alike(names)
    if not groups:
        return []
    values = {"count": len(groups), "names": groups}
    return [Note.of("warning", "names_look_alike", ALIKE, values, listed=_listed(groups))]


def _listed(groups: list[list[str]]) -> str:
    return "; ".join(map(spelling.apart, groups[:LISTED])) + ("; ..." if len(groups) > LISTED else "")
