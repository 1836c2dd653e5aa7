"""Copies of one sample, exact and near, found before anything is split.

In a measured case 20% of copies across folds turned a loss of 7.3 points into a win of 0.8, so
copies become groups that never straddle a split. A missed copy makes a verdict too good; a wrong match
only ties two samples together. Near copies are therefore looked for in pictures and texts, where they
can be told from look-alikes; table rows and series count as copies only if equal, and table rows only
if it would be odd that they are equal by chance.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from nikti.core.answers import is_plain
from nikti.core.data import Data
from nikti.core.inputs import Frame, Stack

#: Digits that count when series are compared: stored as text and read again, the rest may differ.
SERIES_DIGITS = 5

#: Equal table rows are copies if fewer equals than this were expected of a row, its cells drawn at
#: random from their columns (over distinct rows). Rows of a few yes-or-no columns are equal all the time.
CHANCE = 0.05

_CHUNK = 1024


def duplicate_groups(data: Data) -> tuple[np.ndarray, dict[str, Any]]:
    """(groups int64 [n], facts): one code for all copies of a sample, joined with `data.groups`.

    Samples without a copy have a code of their own. facts: "exact" and "near", the copies beyond the
    first of each group; "groups", how many groups have several members; "conflicting", the samples
    that carry another answer than most of their group, in "conflicting_groups" groups. Pictures must be stored (a `Stack`).
    """
    exact = _first_seen(_keys(data))
    firsts = np.unique(exact, return_index=True)[1]
    links = np.stack([firsts[exact], np.arange(len(data))], axis=1)
    links = np.concatenate([links, _near(data, firsts)])
    copies = components(len(data), links)
    sizes = np.bincount(copies)
    facts = {
        "exact": len(data) - len(firsts),
        "near": len(firsts) - len(sizes),
        "groups": int((sizes > 1).sum()),
        **_conflicting(data, copies),
    }
    if data.groups is None:
        return copies, facts
    _, first, own = np.unique(data.groups, return_index=True, return_inverse=True)
    links = np.concatenate([links, np.stack([first[own], np.arange(len(data))], axis=1)])
    return components(len(data), links), facts


def components(n: int, links: np.ndarray) -> np.ndarray:
    """Connected components of n nodes under links int64 [m, 2]: codes int64 [n] from 0."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(links), dtype=np.int8)
    graph = coo_array((ones, (links[:, 0], links[:, 1])), shape=(n, n)).tocsr()
    return connected_components(graph, directed=False)[1].astype(np.int64)


def normalised(text: str) -> str:
    """What counts of a text: NFC, white space as single blanks, case folded.

    >>> normalised("Straße  \\n 9 ") == normalised("STRASSE 9")
    True
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).casefold()).strip()


def _near(data: Data, firsts: np.ndarray) -> np.ndarray:
    """Links [m, 2] between near copies among the rows `firsts`."""
    if data.modality == "image":
        from nikti.protocol._near_images import near_images

        pairs = near_images(data.inputs.take(firsts).array())
    elif data.modality == "text":
        from nikti.protocol._near_texts import near_texts

        pairs = near_texts([normalised(data.inputs[int(row)]) for row in firsts])
    else:
        return np.zeros((0, 2), dtype=np.int64)
    return firsts[pairs]


def _keys(data: Data) -> Iterable[Any]:
    """A hashable for each sample; equal samples have equal ones."""
    inputs = data.inputs
    if isinstance(inputs, Frame):
        return _row_keys(inputs)
    if data.modality == "text":
        return (normalised(text) for text in inputs)
    if data.modality == "question":
        return ((normalised(asked.question), normalised(asked.passage)) for asked in inputs)
    if data.modality == "image":
        if not isinstance(inputs, Stack):
            raise TypeError("pictures are compared once they are stored, see nikti.runs.cache.store")
        return _digests(inputs)
    return ((sample.shape, _digest(_rounded(sample))) for sample in inputs)


def _row_keys(inputs: Frame) -> list[Any]:
    """A hash per row; the row number where equals are to be expected (see `CHANCE`)."""
    from pandas.util import hash_pandas_object

    hashes = hash_pandas_object(inputs.frame, index=False).to_numpy()
    _, distinct = np.unique(hashes, return_index=True)
    chance = np.full(len(hashes), np.log(len(hashes)))
    for place in range(inputs.frame.shape[1]):
        codes = inputs.frame.iloc[:, place].factorize(use_na_sentinel=False)[0]
        chance += np.log(np.bincount(codes[distinct])[codes] / len(distinct))
    odd = chance < np.log(CHANCE)
    return [("row", row) if not odd[row] else value for row, value in enumerate(hashes.tolist())]


def _digests(stack: Stack) -> Iterator[bytes]:
    for start in range(0, len(stack), _CHUNK):
        block = stack.take(np.arange(start, min(start + _CHUNK, len(stack)))).array()
        yield from (_digest(sample) for sample in block)


def _digest(sample: np.ndarray) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(sample).data, digest_size=16).digest()


def _rounded(series: np.ndarray) -> np.ndarray:
    """Whole multiples of 10^-SERIES_DIGITS of the series' order of magnitude; missing ones alike."""
    series = np.asarray(series, dtype=np.float64)
    largest = np.nanmax(np.abs(series), initial=0.0, where=np.isfinite(series))
    step = 10.0 ** (np.floor(np.log10(largest)) - SERIES_DIGITS + 1) if largest > 0 else 1.0
    missing = np.iinfo(np.int64).min
    return np.where(np.isfinite(series), np.rint(np.nan_to_num(series) / step), missing).astype(np.int64)


def _first_seen(keys: Iterable[Any]) -> np.ndarray:
    """Codes int64 [n] from 0 in the order in which keys first appear."""
    seen: dict[Any, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys], dtype=np.int64)


def _conflicting(data: Data, copies: np.ndarray) -> dict[str, int]:
    """How many samples are outvoted by their copies, and in how many groups."""
    if not is_plain(
        data.targets
    ):  # drawn by hand, two boxes or masks of one picture never agree to the pixel
        return {"conflicting": 0, "conflicting_groups": 0}
    answers = np.unique(data.targets, return_inverse=True)[1]
    (group, _), votes = np.unique(np.stack([copies, answers]), axis=1, return_counts=True)
    most = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(most, group, votes)
    outvoted = np.bincount(group, votes).astype(np.int64) - most
    return {"conflicting": int(outvoted.sum()), "conflicting_groups": int((outvoted > 0).sum())}
