"""YouTube-8M's TFRecords (S. Abu-El-Haija et al. 2016, https://arxiv.org/abs/1609.08675): features of videos,
as a whole or frame by frame, and which of thousands of labels each video has."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import Inputs
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _tfrecord
from nikti.readers._tfrecord import Example, Values

ENDINGS = (".tfrecord", ".tfrecords", ".tfrec")
#: What is seen and heard of a video as a whole, and frame by frame.
WHOLE, FRAMES = ("mean_rgb", "mean_audio"), ("rgb", "audio")
#: Frames hold bytes that stand for values from LEAST to MOST (youtube-8m/utils.py, `Dequantize`).
LEAST, MOST = -2.0, 2.0
VOCABULARY = "vocabulary.csv"

NO_LABELS = Words(
    en="{count} videos have no labels and are left out.",
    bn="{count}টি ভিডিওর কোনো লেবেল নেই, তাই বাদ গেছে।",
)
ALL_WITHOUT = Words(
    en="{name}: none of {count} videos has labels; they are to stand in the feature {feature!r}.",
    bn="{name}: {count}টি ভিডিওর একটিরও লেবেল নেই; থাকার কথা {feature} ফিচারে।",
)
UNLIKE = Words(
    en="video {number} of {name} has {has} values where the others have {of}.",
    bn="{name}-এর {number} নম্বর ভিডিওতে {has}টি মান, অথচ বাকিগুলোতে {of}টি।",
)


def files(path: Path) -> list[Path]:
    """The TFRecord files of a folder and those below, or the one that a path names; [] for none."""
    found = list(_folders.files_below(path)) if path.is_dir() else [path]
    return [file for file in found if file.suffix.lower() in ENDINGS and file.is_file()]


def holds(path: Path, features: Sequence[str]) -> bool:
    """Whether the first example of the first file has one of these features or lists of features."""
    named = next(iter(files(path)), None)
    if named is None or not _tfrecord.is_tfrecord(named):
        return False
    try:
        first = next(_tfrecord.examples(named), None)
    except DataError:
        return True  # damaged: reading it says so
    return first is not None and any(name in first.features or name in first.lists for name in features)


def examples(path: Path) -> tuple[list[Example], np.ndarray]:
    """(all examples, uint8 [n] the split that their file's name says)."""
    found: list[Example] = []
    codes: list[int] = []
    for file in files(path):
        here = list(_tfrecord.examples(file))
        found += here
        codes += [_split(file, path)] * len(here)
    return found, np.array(codes, dtype=np.uint8)


def _split(file: Path, root: Path) -> int:
    """train0093.tfrecord, validate0a.tfrecord, test/...: 0, 1, 2; by the folder where the name is silent."""
    spoken = [file.name, *([] if file.parent == root else [file.parent.name])]
    parts = (("train", 0), ("valid", 1), ("test", 2))
    return next((code for name in spoken for word, code in parts if name.lower().startswith(word)), 0)


def labelled(name: str, modality: str, inputs: Inputs, found: Sequence[Example], codes: np.ndarray) -> Data:
    """The videos that have labels, with which of them each has: bool [n, labels]."""
    sets = [_numbers(example.features.get("labels")) for example in found]
    there = np.array([len(one) > 0 for one in sets], dtype=bool)
    if not there.any():
        raise DataError(ALL_WITHOUT.format(name=name, count=len(found), feature="labels"))
    known = sorted({number for one in sets for number in one})
    place = {number: at for at, number in enumerate(known)}
    targets = np.zeros((len(found), len(known)), dtype=bool)
    for row, one in enumerate(sets):
        targets[row, [place[number] for number in one]] = True
    kept = np.flatnonzero(there)
    split = codes[kept] if len(np.unique(codes[kept])) > 1 else None
    names = tuple(map(str, known))
    data = Data(name, modality, inputs.take(kept), targets[kept], names, target_name="labels", split=split)
    if there.all():
        return data
    return data.noted(Note.of("warning", "dropped_unlabelled", NO_LABELS, {"count": int((~there).sum())}))


def named(data: Data, path: Path) -> Data:
    """The labels by their names, where YouTube-8M's vocabulary.csv lies beside the files."""
    table = (path if path.is_dir() else path.parent) / VOCABULARY
    if not table.is_file():
        return data
    try:
        text = _delimited.decode(_delimited.read_bytes(table), table.name)[0]
        rows = list(csv.DictReader(text.splitlines()))
    except csv.Error:
        return data
    names = {row["Index"]: row["Name"] for row in rows if row.get("Index") and row.get("Name")}
    classes = tuple(names.get(one, one) for one in data.classes)
    return data if len(set(classes)) < len(classes) else replace(data, classes=classes)


def identifiers(found: Sequence[Example]) -> list[str]:
    """What each video is called: its `id`, else its number from 1."""
    return [
        bytes(one[0]).decode("utf-8", "replace") if one is not None and len(one) else str(number)
        for number, one in enumerate((example.features.get("id") for example in found), 1)
    ]


def whole(found: Sequence[Example], name: str) -> np.ndarray:
    """float32 [n, values] of what is seen and heard of each video. Raises DataError for one unlike others."""
    return np.stack(_alike([_joined([e.features.get(one) for one in WHOLE]) for e in found], name))


def frames(found: Sequence[Example], name: str) -> list[np.ndarray]:
    """float32 [values, frames] of each video."""
    made = []
    for number, example in enumerate(found, 1):
        parts = [_levels(example.lists.get(part, []), number, name) for part in FRAMES]
        there = [part for part in parts if part.size]
        length = min((len(part) for part in there), default=0)
        seen = np.concatenate([part[:length] for part in there], axis=1) if there else np.zeros((0, 0))
        made.append(dequantised(seen.T))
    return _alike(made, name)


def _levels(part: Sequence[Values], number: int, name: str) -> np.ndarray:
    """uint8 [frames, values]."""
    rows = [b"".join(one) if isinstance(one, list) else b"" for one in part]
    for row in rows:
        if len(row) != len(rows[0]):
            raise DataError(UNLIKE.format(number=number, name=name, has=len(row), of=len(rows[0])))
    return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1) if rows else np.zeros((0, 0))


def dequantised(levels: np.ndarray) -> np.ndarray:
    """float32: the middle of the step that each byte stands for.

    >>> [round(float(value), 3) for value in dequantised(np.array([0, 255]))]
    [-1.992, 2.008]
    """
    reach = MOST - LEAST
    return (levels * (reach / 255) + reach / 512 + LEAST).astype(np.float32)


def _joined(parts: Sequence[Values | None]) -> np.ndarray:
    there = [one for one in parts if isinstance(one, np.ndarray)]
    return np.concatenate(there, dtype=np.float32) if there else np.zeros(0, np.float32)


def _alike(made: list[np.ndarray], name: str) -> list[np.ndarray]:
    """The same, where all have as many values as the first."""
    for number, one in enumerate(made, 1):
        if len(one) != len(made[0]) or not one.size:
            raise DataError(UNLIKE.format(number=number, name=name, has=len(one), of=len(made[0])))
    return made


def _numbers(values: Values | None) -> list[int]:
    return values.tolist() if isinstance(values, np.ndarray) and values.dtype.kind == "i" else []
