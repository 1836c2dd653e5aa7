"""YouTube-8M's frame-level TFRecords: what is seen and heard second by second, and a video's labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nikti.core.data import Data, Options
from nikti.core.inputs import Inputs, Ragged
from nikti.core.words import Words
from nikti.readers import _youtube8m

TITLE = Words(
    en="YouTube-8M's TFRecords, frame level (rgb, audio, labels)",
    bn="YouTube-8M-এর TFRecord, ফ্রেম পর্যায়ে (rgb, audio, labels)",
)
MODALITY = "series"


def sniff(path: Path) -> bool:
    """Whether the first example is of a video frame by frame."""
    return _youtube8m.holds(path, _youtube8m.FRAMES)


def read(path: Path, options: Options) -> Data:
    """A series of each video, one value of a frame a channel; the split from the files' names. Raises
    DataError for damaged files."""
    found, codes = _youtube8m.examples(path)
    inputs = Ragged.of(_youtube8m.frames(found, path.name), dimensions=2)
    return _youtube8m.named(_youtube8m.labelled(path.name, MODALITY, inputs, found, codes), path)


def read_inputs(path: Path, modality: str, hint: Mapping[str, Any]) -> tuple[Inputs, list[str]]:
    """The videos of a file without regard to labels, and their identifiers."""
    found, _ = _youtube8m.examples(path)
    return Ragged.of(_youtube8m.frames(found, path.name), dimensions=2), _youtube8m.identifiers(found)
