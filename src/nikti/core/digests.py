"""Digests of samples: equal samples have equal ones, and no sample can be read from them.

Copies within a data set are found by them (`nikti.protocol.duplicates`), and a model keeps those of its
training samples, so that it can say later which samples it has met.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from nikti.core import columns, images
from nikti.core.data import Data
from nikti.core.inputs import Frame

if TYPE_CHECKING:
    import pandas as pd

#: Digits that count when series are compared: stored as text and read again, the rest may differ.
SERIES_DIGITS = 5

#: Equal table rows are copies if fewer equals than this were expected of a row, its cells drawn at
#: random from their columns (over distinct rows). Rows of a few yes-or-no columns are equal all the time.
CHANCE = 0.05

_PRIME = np.uint64(1_099_511_628_211)  # FNV's


def digests(data: Data, side: int = 0) -> np.ndarray:
    """uint64 [n], one for each sample; answers do not enter.

    side: pixels to which pictures are brought first, as they were when they were stored; 0 leaves them.
    Texts are compared by `normalised`, series to `SERIES_DIGITS`, table rows by the values of their cells.
    """
    inputs = data.inputs
    if isinstance(inputs, Frame):
        return _of_rows(inputs.frame)
    if data.modality == "text":
        return _hashed(normalised(text).encode("utf-8", "surrogatepass") for text in inputs)
    if data.modality == "question":
        parts = (normalised(asked.question) + "\0" + normalised(asked.passage) for asked in inputs)
        return _hashed(part.encode("utf-8", "surrogatepass") for part in parts)
    if data.modality == "image":
        return _hashed(_pixels(picture, side) for picture in inputs)
    return _hashed(f"{np.shape(one)}".encode() + _rounded(one).tobytes() for one in inputs)


def beyond_chance(frame: pd.DataFrame, hashes: np.ndarray) -> np.ndarray:
    """bool [n]: table rows of which an equal would be odd, see `CHANCE`. hashes: their `digests`."""
    _, distinct = np.unique(hashes, return_index=True)
    chance = np.full(len(hashes), np.log(len(hashes)))
    for place in range(frame.shape[1]):
        codes = frame.iloc[:, place].factorize(use_na_sentinel=False)[0]
        chance += np.log(np.bincount(codes[distinct])[codes] / len(distinct))
    return chance < np.log(CHANCE)


def to_keep(data: Data) -> dict[str, np.ndarray]:
    """What a model keeps of its training data: {"digests": uint64 [m], sorted, "side": int64 []}.

    Table rows whose equals are to be expected are left out (m <= n). Pictures must be stored ones.
    """
    side = data.inputs.sample_shape[0] if data.modality == "image" else 0
    found = digests(data)
    if isinstance(data.inputs, Frame):
        found = found[beyond_chance(data.inputs.frame, found)]
    return {"digests": np.unique(found), "side": np.array(side, dtype=np.int64)}


def met(kept: dict[str, np.ndarray], data: Data) -> np.ndarray:
    """bool [n]: the samples that are among those of which `to_keep` kept the digests."""
    return np.isin(digests(data, int(kept["side"])), kept["digests"])


def normalised(text: str) -> str:
    """What counts of a text: NFC, white space as single blanks, case folded.

    >>> normalised("Straße  \\n 9 ") == normalised("STRASSE 9")
    True
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).casefold()).strip()


def _hashed(samples: Iterable[bytes]) -> np.ndarray:
    found = [hashlib.blake2b(sample, digest_size=8).digest() for sample in samples]
    return np.frombuffer(b"".join(found), dtype="<u8").astype(np.uint64)


def _pixels(picture: np.ndarray, side: int) -> bytes:
    """A picture's bytes; a grey one's are the same with one channel and with three."""
    if side:
        picture = images.resize(picture, side, picture.shape[2] if picture.ndim == 3 else 1)
    if picture.shape[2] == 3 and (picture == picture[..., :1]).all():
        picture = picture[..., :1]
    return f"{picture.shape}".encode() + np.ascontiguousarray(picture).tobytes()


def _rounded(series: np.ndarray) -> np.ndarray:
    """Whole multiples of 10^-SERIES_DIGITS of the series' order of magnitude; missing ones alike."""
    series = np.asarray(series, dtype=np.float64)
    largest = np.nanmax(np.abs(series), initial=0.0, where=np.isfinite(series))
    step = 10.0 ** (np.floor(np.log10(largest)) - SERIES_DIGITS + 1) if largest > 0 else 1.0
    missing = np.iinfo(np.int64).min
    return np.where(np.isfinite(series), np.rint(np.nan_to_num(series) / step), missing).astype(np.int64)


def _of_rows(frame: pd.DataFrame) -> np.ndarray:
    """uint64 [n]: each column's values by their kind, whatever the dtype, then one after another."""
    from pandas.util import hash_array

    found = np.zeros(len(frame), dtype=np.uint64)
    for place, kind in enumerate(columns.kinds(frame.set_axis(range(frame.shape[1]), axis=1)).values()):
        values = _values(frame.iloc[:, place], kind)
        found = found * _PRIME + hash_array(values)
    return found


def _values(column: pd.Series, kind: str) -> np.ndarray:
    """float64, or strings with "" for none."""
    if kind in ("numeric", "boolean"):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0  # -0 as 0
        return np.where(np.isnan(numbers), np.nan, numbers)  # one NaN of the many that there are
    if kind == "datetime":
        return column.to_numpy().astype("datetime64[us]").astype(np.int64)
    return column.astype("string").fillna("").to_numpy(dtype=object)
