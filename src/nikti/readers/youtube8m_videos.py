"""YouTube-8M's video-level TFRecords: a row of numbers for each video, and its labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.data import Data, Options
from nikti.core.inputs import Frame, Inputs
from nikti.core.words import Words
from nikti.readers import _youtube8m

TITLE = Words(
    en="YouTube-8M's TFRecords, video level (mean_rgb, mean_audio, labels)",
    bn="YouTube-8M-এর TFRecord, ভিডিও পর্যায়ে (mean_rgb, mean_audio, labels)",
)
MODALITY = "table"


def sniff(path: Path) -> bool:
    """Whether the first example is of a video as a whole."""
    return _youtube8m.holds(path, _youtube8m.WHOLE)


def read(path: Path, options: Options) -> Data:
    """A table of all videos; the split from the files' names. Raises DataError for damaged files."""
    found, codes = _youtube8m.examples(path)
    inputs = _table(_youtube8m.whole(found, path.name))
    return _youtube8m.named(_youtube8m.labelled(path.name, MODALITY, inputs, found, codes), path)


def read_inputs(path: Path, modality: str, hint: Mapping[str, Any]) -> tuple[Inputs, list[str]]:
    """The videos of a file without regard to labels, and their identifiers."""
    found, _ = _youtube8m.examples(path)
    return _table(_youtube8m.whole(found, path.name)), _youtube8m.identifiers(found)


def _table(values: np.ndarray) -> Frame:
    import pandas as pd

    return Frame(
        pd.DataFrame(values.astype(np.float64), columns=[f"value {k}" for k in range(values.shape[1])])
    )
