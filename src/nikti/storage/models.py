"""A model folder as it leaves the run: what the side wrote, a card, and checksums over everything.

model/
  card.json        what it is, see `nikti.storage.card`
  checksums.json   SHA-256 of every other file, and nikti's format number
  training.npz     digests of the training samples (`nikti.storage.digests`); older models have none
  ...              the side's own files (safetensors, skops, JSON)
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import npz
from nikti.core.data import Data
from nikti.core.errors import DataError, ModelError
from nikti.core.foreign import reason
from nikti.core.words import Words
from nikti.storage import digests
from nikti.storage.card import Card
from nikti.storage.card import read as read_card

#: Raised when a folder written by this version could not be read by an older one.
FORMAT = 1

DAMAGED = Words(en="the model in {folder} is damaged: {reason}.", bn="{folder} ফোল্ডারের মডেলটি নষ্ট: {reason}।")

_CARD, _SUMS, _TRAINING = "card.json", "checksums.json", "training.npz"

_NO_MODEL = Words(
    en="{folder} is no model folder: it holds no {name}. Give a run, or a folder that `nikti train` or "
    "`nikti compare` has written.",
    bn="{folder} মডেলের ফোল্ডার নয়: এতে {name} নেই। একটি রানের ফোল্ডার দিন, বা `nikti train` কিংবা "
    "`nikti compare` যে ফোল্ডার লিখেছে সেটি।",
)
_OTHER_FORMAT = Words(
    en="the model in {folder} has format {version}; this version reads format {format}. Train it "
    "again, or install the version that wrote it.",
    bn="{folder} ফোল্ডারের মডেলটির ফরম্যাট {version}; এই সংস্করণ পড়ে ফরম্যাট {format}। আবার শেখান, "
    "অথবা যে সংস্করণ লিখেছিল সেটি ইনস্টল করুন।",
)
_CHANGED = Words(
    en="the model in {folder} is not as it was written: {names} changed. It is not loaded; copy it "
    "again from where it came.",
    bn="{folder} ফোল্ডারের মডেলটি যেমন লেখা হয়েছিল তেমন নেই: {names} বদলে গেছে। এটি খোলা হয়নি; যেখান "
    "থেকে এসেছে সেখান থেকে আবার কপি করুন।",
)


def first_fold(run: Path, contender: str) -> Path:
    """Where a run keeps the model of a contender's first fold."""
    return run / "first_fold" / _safe(contender)


def kept(run: Path, contender: str) -> Path | None:
    """The folder of a run's model of a contender: of its fit on all rows, else of its first fold, which
    learned from fewer; None where neither was kept."""
    for folder in (run / "models" / contender, first_fold(run, contender)):
        if (folder / _SUMS).is_file():
            return folder
    return None


def all_kept(run: Path, contenders: Iterable[str]) -> list[str]:
    """Those of the contenders that the run has a model of, by name."""
    return sorted(name for name in contenders if kept(run, name) is not None)


def _safe(contender: str) -> str:
    return contender.replace("/", "_").replace(":", "_")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != _SUMS)


def keep_digests(folder: Path, train: Data) -> None:
    """Write the digests of the training samples into a model folder, before it is sealed. Pictures must be
    stored ones."""
    kept: dict[str, Any] = {**digests.to_keep(train)}
    np.savez(folder / _TRAINING, **kept)


def seen_in_training(folder: Path, data: Data) -> np.ndarray | None:
    """bool [n]: the samples that the model has learned from, pixel by pixel, cell by cell; None where its
    folder does not say. Table rows of few different values, which are equal by chance, count as new."""
    if not (folder / _TRAINING).is_file():
        return None
    try:
        return digests.seen_in_training(npz.read(folder / _TRAINING, _TRAINING), data)
    except (DataError, LookupError, TypeError, ValueError) as error:
        raise ModelError(DAMAGED.format(folder=folder, reason=reason(error))) from error


def seal(folder: Path, card: Card) -> None:
    """Write the card and the checksums, and flush everything to disk."""
    card.write(folder / _CARD)
    sums = {path.relative_to(folder).as_posix(): _digest(path) for path in _files(folder)}
    (folder / _SUMS).write_text(json.dumps({"format": FORMAT, "files": sums}, indent=1))
    for path in [*_files(folder), folder / _SUMS]:
        with open(path, "rb+") as handle:  # Windows flushes only what may be written
            os.fsync(handle.fileno())


def check(folder: Path) -> Card:
    """The card of a model folder after checking every file.

    Raises ModelError if it is no model folder, is of another format, any file was changed, added
    or removed since it was written, or its card is none.
    """
    folder = Path(folder)
    try:
        sealed = json.loads((folder / _SUMS).read_text())
        expected, version = dict(sealed["files"]), sealed["format"]
    except FileNotFoundError:
        raise ModelError(_NO_MODEL.format(folder=folder, name=_SUMS)) from None
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise ModelError(DAMAGED.format(folder=folder, reason=reason(error))) from None
    if version != FORMAT:
        raise ModelError(_OTHER_FORMAT.format(folder=folder, version=version, format=FORMAT))
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    wrong = sorted(set(expected) ^ set(found))
    wrong += [name for name in sorted(set(expected) & set(found)) if _digest(found[name]) != expected[name]]
    if wrong:
        raise ModelError(_CHANGED.format(folder=folder, names=", ".join(wrong[:5])))
    return read_card(folder / _CARD)
