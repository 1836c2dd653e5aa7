"""Series in the formats of the UCR and UEA archives: `.ts`, and `.tsv`/`.txt` with the label first.

A `.ts` file has a header (`@classLabel true a b`, `@univariate false` ...) and then, per line, the
channels separated by ":", values by ",", "?" for a missing one, the label last. Name_TRAIN and
Name_TEST belong together, whichever of them, their folder or their common stem is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import limits
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Inputs, Ragged, Stack
from nikti.core.words import Words
from nikti.readers import _delimited, _frame

TITLE = Words(
    en="series: UCR/UEA .ts, or .tsv and .txt with the label first",
    bn="সময়ক্রম: UCR/UEA .ts, অথবা .tsv ও .txt, যার শুরুতে লেবেল",
)

ENDINGS = (".ts", ".tsv", ".txt")
MIN_VALUES = 9  # a numeric table without a header and with fewer columns is no series
SAMPLE_ROWS = 60  # rows looked at to tell series from a table
_PART = re.compile(r"(.*)_(TRAIN|TEST)", re.IGNORECASE)
_MISSING = {"?", "nan", "NaN", "NAN", ""}

UNEQUAL = Words(
    en="The series have unequal lengths, {shortest} to {longest} values.",
    bn="সময়ক্রমগুলো সমান লম্বা নয়: {shortest} থেকে {longest}টি মান।",
)
MISSING_VALUES = Words(en="{count} values of {of} are missing.", bn="{count}টি মান নেই।")
SPLIT_FILES = Words(en="The split was read from {files}.", bn="ট্রেন ও টেস্ট ভাগ ফাইল থেকেই নেওয়া হয়েছে।")
UNREADABLE = Words(
    en="{count} rows of {file} cannot be read as series and were dropped (line {listed}).",
    bn="{count}টি সারি সময়ক্রম হিসেবে পড়া যায়নি, তাই বাদ গেছে।",
)
NO_SERIES = Words(
    en="{path} is no series file, and no {name}_TRAIN.ts or .tsv lies there.",
    bn="{path} সময়ক্রমের ফাইল নয়, সেখানে {name}_TRAIN.ts বা .tsv-ও নেই।",
)
OTHER_CHANNELS = Words(
    en="{name}: train and test files have different numbers of channels, {channels}.",
    bn="{name}: ট্রেন ও টেস্ট ফাইলে চ্যানেলের সংখ্যা এক নয়, {channels}।",
)
OTHER_MODALITY = Words(
    en="{file} holds series, and the model predicts {modality}.",
    bn="{file} ফাইলে সময়ক্রম আছে, অথচ মডেলটি অন্য ধরনের নমুনার ({modality})।",
)
NOTHING_READ = Words(en="{file} holds no readable series.", bn="{file} ফাইলে পড়ার মতো একটি সময়ক্রমও নেই।")
NO_DATA_LINE = Words(
    en="{file} has no @data line with series below it; it is not in the .ts format.",
    bn="{file} ফাইলে @data লাইন ও তার নিচে সময়ক্রম নেই; এটি .ts ধরনের ফাইল নয়।",
)
TIME_STAMPS = Words(
    en="{file} has time stamps, which are not read. Write the values alone, at equal steps.",
    bn="{file} ফাইলে সময়ের ছাপ (timestamp) আছে, যা পড়া হয় না। সমান ব্যবধানে শুধু মানগুলো লিখুন।",
)
NO_LABELS = Words(
    en="{file} has no class labels (@classLabel true ...), so there is nothing to learn.",
    bn="{file} ফাইলে শ্রেণির লেবেল নেই (@classLabel true ...), তাই শেখার কিছু নেই।",
)


def sniff(path: Path) -> bool:
    """Whether this reader takes the file, the folder of a pair, or the common stem of a pair.

    A `.tsv` or `.txt` file counts as series if it has no header, only numbers, at least nine values a
    row after a whole-numbered label that comes back, and values with fractions.
    """
    path = Path(path)
    if not path.is_file():
        return bool(parts_of(path))
    kind = path.suffix.lower()
    if kind == ".ts":
        with path.open("rb") as file:
            return file.read(1) != b"G"  # 0x47 begins a video stream (MPEG-TS)
    return kind in (".tsv", ".txt") and _looks_ucr(path)


def _looks_ucr(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(400_000).split(b"\n")
    rows = [_split(line.decode("latin-1")) for line in head[:SAMPLE_ROWS] if line.strip()]
    if 2 < len(rows) == len(head):
        rows.pop()  # may be cut short
    try:
        values = [[_number(cell) for cell in row] for row in rows]
    except ValueError:
        return False
    if not values or min(map(len, values)) < MIN_VALUES + 1:
        return False
    labels = [row[0] for row in values]
    whole = bool(np.isfinite(labels).all()) and all(label == int(label) for label in labels)
    fractions = any(value % 1 for row in values for value in row[1:] if value == value)
    return (
        whole
        and fractions
        and (bool(_PART.fullmatch(path.stem)) or len(set(labels)) <= max(2, len(labels) / 2))
    )


def parts_of(path: Path) -> dict[int, Path]:
    """{0: train file, 2: test file} of a pair given by a file, its folder or its stem; else {} (a
    single file that has no partner: {0: file})."""
    if path.is_dir():
        stems = {
            m.group(1)
            for p in path.iterdir()
            if p.suffix.lower() in ENDINGS and (m := _PART.fullmatch(p.stem))
        }
        return _pair(path, stems.pop()) if len(stems) == 1 else {}
    if path.is_file():
        match = _PART.fullmatch(path.stem)
        pair = _pair(path.parent, match.group(1), path.suffix) if match else {}
        return pair if len(pair) == 2 else {0: path}
    return _pair(path.parent, path.name) if path.parent.is_dir() else {}


def _pair(folder: Path, stem: str, only: str = "") -> dict[int, Path]:
    for ending in (only,) if only else ENDINGS:
        pair = {}
        for file in sorted(folder.iterdir()):
            match = _PART.fullmatch(file.stem)
            if match and match.group(1) == stem and file.suffix.lower() == ending.lower():
                pair[0 if match.group(2).upper() == "TRAIN" else 2] = file
        if pair:
            return pair
    return {}


@dataclass
class _Series:
    samples: list[np.ndarray] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    name: str = ""


def read(path: Path, options: Options) -> Data:
    """Labelled series float32 [channels, length], NaN where a value is missing.

    Raises DataError for files without class labels, with time stamps, or without readable rows.
    """
    path = Path(path)
    files = parts_of(path)
    if not files:
        raise DataError(NO_SERIES.format(path=str(path), name=path.name))
    parts = {code: _load(file, labelled=True) for code, file in sorted(files.items())}
    samples = [sample for part in parts.values() for sample in part.samples]
    labels = [label for part in parts.values() for label in part.labels]
    notes = [note for part in parts.values() for note in part.notes]
    channels = {len(sample) for sample in samples}
    if len(channels) > 1:
        raise DataError(OTHER_CHANNELS.format(name=path.name, channels=str(channels)))
    lengths = [sample.shape[1] for sample in samples]
    if min(lengths) != max(lengths):
        values = {"shortest": min(lengths), "longest": max(lengths)}
        notes.append(Note.of("info", "unequal_lengths", UNEQUAL, values))
    if missing := sum(int(np.isnan(sample).sum()) for sample in samples):
        of = sum(sample.size for sample in samples)
        notes.append(Note.of("info", "missing_values", MISSING_VALUES, {"count": missing}, of=of))
    split = np.repeat(list(parts), [len(part.samples) for part in parts.values()]).astype(np.uint8)
    if len(parts) > 1:
        listed = ", ".join(f"{files[code].name} ({len(part.samples)} series)" for code, part in parts.items())
        sizes = {"train": len(parts[0].samples), "test": len(parts[2].samples)}
        notes.append(Note.of("info", "split_files", SPLIT_FILES, sizes, files=listed))
    name = _PART.sub(r"\1", files[min(files)].stem)
    return Data(
        name=name,
        modality="series",
        inputs=pack(samples),
        targets=np.array(labels, dtype=object),
        split=split if len(parts) > 1 else None,
        notes=tuple(notes),
    )


def read_inputs(path: Path, modality: str, hint: Mapping[str, Any]) -> tuple[Inputs, list[str]]:
    """(series, row numbers from 1) of one file, labels left aside if it has any.

    hint: {"length": n} tells rows of n values from rows of a label and n values in `.tsv` and `.txt`.
    """
    path = Path(path)
    if modality != "series":
        raise UsageError(OTHER_MODALITY.format(file=path.name, modality=modality))
    loaded = _load(path, labelled=False, length=hint.get("length"))
    return pack(loaded.samples), [str(row) for row in range(1, len(loaded.samples) + 1)]


def pack(samples: Sequence[np.ndarray]) -> Inputs:
    """A Stack where all shapes agree, else a Ragged."""
    if len({sample.shape for sample in samples}) == 1:
        return Stack(np.stack(samples))
    return Ragged.of(samples)


def _load(path: Path, labelled: bool, length: int | None = None) -> _Series:
    text, notes = _delimited.decode(_delimited.read_bytes(path), path.name)
    if path.suffix.lower() == ".ts":
        loaded = _parse_ts(text, path.name, labelled)
    else:
        loaded = _parse_rows(text, path, labelled, length)
    loaded.notes = notes + loaded.notes
    if not loaded.samples:
        raise DataError(NOTHING_READ.format(file=path.name))
    return loaded


def _parse_ts(text: str, name: str, labelled: bool) -> _Series:
    lines = text.splitlines()
    header = {}
    start = None
    for number, line in enumerate(lines):
        if line.strip().lower() == "@data":
            start = number + 1
            break
        if line.strip().startswith("@"):
            key, *values = line.strip()[1:].split() or [""]
            header[key.lower()] = values
    if start is None:
        raise DataError(NO_DATA_LINE.format(file=name))
    if _yes(header, "timestamps"):
        raise DataError(TIME_STAMPS.format(file=name))
    has_label = _yes(header, "classlabel")
    if labelled and not has_label:
        raise DataError(NO_LABELS.format(file=name))
    loaded, bad, width = _Series(), [], None
    for number, line in enumerate(lines[start:], start=start + 1):
        if not line.strip() or line.lstrip().startswith(("#", "%")):
            continue
        fields = line.strip().split(":")
        label = fields.pop().strip() if has_label else ""
        sample = _channels(fields, name)
        width = width or (len(fields) if sample is not None else None)
        if sample is None or len(fields) != width or (has_label and label in _MISSING):
            bad.append(number)
            continue
        loaded.samples.append(sample)
        loaded.labels.append(label)
    if bad:
        loaded.notes.append(_dropped(bad, name))
    return loaded


def _yes(header: Mapping[str, Sequence[str]], key: str) -> bool:
    return [value.lower() for value in header.get(key, ())[:1]] == ["true"]


def _channels(fields: list[str], name: str) -> np.ndarray | None:
    """float32 [channels, length], shorter channels filled up with NaN; None if it cannot be read."""
    try:
        rows = [[_number(cell) for cell in channel.split(",")] for channel in fields]
    except ValueError:
        return None
    length = max((len(row) for row in rows), default=0)
    limits.check(name, cells=len(rows) * length)
    sample = np.full((len(rows), length), np.nan, dtype=np.float32)
    for place, row in enumerate(rows):
        sample[place, : len(row)] = row
    return None if not sample.size or np.isnan(sample).all() else sample


def _parse_rows(text: str, path: Path, labelled: bool, length: int | None) -> _Series:
    """One channel a row; NaN at the end of a row is filling and cut off."""
    loaded, bad = _Series(), []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = _split(line)
        if not cells:
            continue
        first = (
            labelled or bool(_PART.fullmatch(path.stem)) or (length is not None and len(cells) == length + 1)
        )
        sample = _channels([",".join(cells[1:] if first else cells)], path.name)
        label = _label(cells[0])
        if sample is None or (labelled and not label):
            bad.append(number)
            continue
        end = int(np.flatnonzero(~np.isnan(sample[0])).max()) + 1
        loaded.samples.append(sample[:, :end])
        loaded.labels.append(label)
    if bad:
        loaded.notes.append(_dropped(bad, path.name))
    return loaded


def _dropped(lines: list[int], name: str) -> Note:
    return _frame.listing(lines, name, UNREADABLE, "dropped_ragged_rows")


def _split(line: str) -> list[str]:
    return re.split(r"[\t,;]\s*|\s+", line.strip()) if line.strip() else []


def _number(cell: str) -> float:
    cell = cell.strip()
    return float("nan") if cell in _MISSING else float(cell)


def _label(cell: str) -> str:
    """The label as text: "1" for 1.0000000e+00; "" for none."""
    try:
        value = _number(cell)
    except ValueError:
        return cell.strip()
    if value != value:
        return ""
    return str(int(value)) if np.isfinite(value) and value == int(value) else cell.strip()
