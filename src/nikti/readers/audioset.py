"""AudioSet's lists of segments (J. F. Gemmeke et al. 2017): which seconds of which video hold which sounds.

The lists hold no sound; where sound files lie below them, called after the video as the usual tools save
them, these are the samples: YTID.wav, Y<YTID>.wav, YTID_START.wav, YTID_START_END.wav, in seconds or
milliseconds. A file that names no start is taken for its segment.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _columns, _delimited, _file_kinds

TITLE = Words(
    en="AudioSet's lists of segments (*_segments.csv) with sound files below them",
    bn="AudioSet-এর অংশের তালিকা (*_segments.csv), নিচে শব্দের ফাইল",
)
OPTIONS = ("target", "group", "drop")

_SOUND = re.compile(r"Y?(?P<video>[\w-]{11})(?:_(?P<start>\d+(?:\.\d+)?)(?:[_-]\d+(?:\.\d+)?)?)?")
_HEAD = re.compile(r"#?\s*YTID\s*,", re.IGNORECASE)
_NAMES = "class_labels_indices.csv"
_ONTOLOGY = "ontology.json"

MISSING = Words(
    en="{missing} of {count} segments of {file} have no sound file below {folder} and are left out.",
    bn="{file}-এর {count}টি অংশের মধ্যে {missing}টির শব্দের ফাইল {folder} ফোল্ডারে নেই, তাই বাদ গেছে।",
)
NONE_THERE = Words(
    en="{folder} lists {count} segments and holds none of their sounds. AudioSet is published as lists; put "
    "the sounds below {folder} under the name of their video, such as {example}.",
    bn="{folder} ফোল্ডারে {count}টি অংশের তালিকা আছে, কিন্তু কোনো শব্দ নেই। AudioSet শুধু তালিকা হিসেবে প্রকাশিত; শব্দগুলো "
    "{folder} ফোল্ডারে ভিডিওর নামে রাখুন, যেমন {example}।",
)
BAD_ROW = Words(
    en="line {line} of {file} is no segment: YTID, start_seconds, end_seconds, positive_labels are to stand "
    "in it, the labels in quotes.",
    bn="{file}-এর {line} নম্বর লাইন কোনো অংশ নয়: এতে থাকবে YTID, start_seconds, end_seconds, positive_labels, "
    "লেবেলগুলো উদ্ধৃতিচিহ্নে।",
)


class Segment(NamedTuple):
    """video: its identifier; start: in seconds; labels: identifiers of sounds."""

    video: str
    start: float
    labels: tuple[str, ...]


def sniff(path: Path) -> bool:
    """Whether it is such a list, or a folder that holds one."""
    return bool(_lists(path))


def read(path: Path, options: Options) -> Data:
    """The sounds that are there, with all labels of their segment; eval lists are the test split. Segments of
    one video never straddle a split.

    Raises DataError where no sound is there, or for a row that is no segment.
    """
    import pandas as pd

    root = path if path.is_dir() else path.parent
    names, there = _label_names(root), _by_video(root)
    rows: list[tuple[str, str, str]] = []
    codes: list[int] = []
    notes: list[Note] = []
    first, count = None, 0
    for table in _lists(path):
        segments = list(_segments(table))
        found = [_of(there.get(one.video, []), one.start) for one in segments]
        first, count = first or next(iter(segments), None), count + len(segments)
        kept = [(file, one) for file, one in zip(found, segments, strict=True) if file is not None]
        if kept and len(kept) < len(segments):
            values = {"count": len(segments), "missing": len(segments) - len(kept), "file": table.name}
            notes.append(Note.of("warning", "sounds_missing", MISSING, values, folder=root.name))
        for file, one in kept:
            told = json.dumps([names.get(label, label) for label in one.labels])
            rows.append((file.relative_to(root).as_posix(), told, one.video))
        codes += [2 * ("eval" in table.stem.lower() or "test" in table.stem.lower())] * len(kept)
    if not rows:
        example = "YTID_START.wav" if first is None else f"{first.video}_{first.start:g}.wav"
        raise DataError(NONE_THERE.format(folder=root.name, count=count, example=example))
    raw = pd.DataFrame(rows, columns=["sound", "labels", "video"])
    split = np.array(codes, dtype=np.uint8)
    options = replace(options, target=options.target or "labels", group=options.group or "video")
    return _columns.understand(
        raw, root.name, options, split=split if len(set(codes)) > 1 else None, base=root, notes=notes
    )


def _lists(path: Path) -> list[Path]:
    """The lists of segments in a folder, train first; or the one that a path names."""
    if path.is_file():
        return [path] if path.suffix.lower() == ".csv" and _is_list(path) else []
    if not path.is_dir():
        return []
    found = [file for file in sorted(path.glob("*segments*.csv")) if _is_list(file)]
    return sorted(found, key=lambda file: "eval" in file.stem.lower())


def _is_list(file: Path) -> bool:
    """Whether one of its first lines is the head of such a list."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            return any(_HEAD.match(line) for _, line in zip(range(5), lines, strict=False))
    except OSError:
        return False


def _segments(file: Path) -> Iterator[Segment]:
    text = _delimited.decode(_delimited.read_bytes(file), file.name)[0]
    for line, written in enumerate(text.splitlines(), 1):
        if not written.strip() or written.startswith("#") or _HEAD.match(written):
            continue
        try:
            row = next(csv.reader([written], skipinitialspace=True))
            labels = tuple(label.strip() for label in row[3].split(",") if label.strip())
            segment = Segment(row[0].strip(), float(row[1]), labels)
        except (IndexError, ValueError, csv.Error):
            raise DataError(BAD_ROW.format(file=file.name, line=line)) from None
        if not labels or not segment.video:
            raise DataError(BAD_ROW.format(file=file.name, line=line))
        yield segment


def _label_names(root: Path) -> dict[str, str]:
    """{identifier: name} of the table of classes beside the lists, else of the ontology, else none."""
    table, ontology = root / _NAMES, root / _ONTOLOGY
    if table.is_file():
        text = _delimited.decode(_delimited.read_bytes(table), table.name)[0]
        try:
            return {row[1]: row[2] for row in csv.reader(text.splitlines()) if len(row) == 3}
        except csv.Error:
            return {}
    if ontology.is_file():
        try:
            content = json.loads(_delimited.decode(_delimited.read_bytes(ontology), ontology.name)[0])
            return {str(one["id"]): str(one["name"]) for one in content}
        except (ValueError, TypeError, KeyError, RecursionError):
            return {}
    return {}


def _by_video(root: Path) -> dict[str, list[tuple[float | None, Path]]]:
    """{video: its sound files, each with the start that its name says, None where it says none}."""
    found: dict[str, list[tuple[float | None, Path]]] = {}
    for file in _file_kinds.of("sound").below(root):
        if named := _SOUND.fullmatch(file.stem):
            start = None if named["start"] is None else float(named["start"])
            found.setdefault(named["video"], []).append((start, file))
    return found


def _of(files: list[tuple[float | None, Path]], start: float) -> Path | None:
    """The file of the segment that begins at `start` seconds."""
    fits = {None, start, 1000 * start}
    return next((file for said, file in files if said in fits), None)
