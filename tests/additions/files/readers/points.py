"""Points with their tags, one a line: "0.3 -1.2 far,high"; "-" for a point that has none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.inputs import Inputs, Stack
from nikti.core.words import Words

TITLE = Words(en="points in the plane with their tags: .points", bn="ট্যাগসহ সমতলের বিন্দু: .points")
MODALITY = "point"


def sniff(path: Path) -> bool:
    """A file with that ending."""
    return path.is_file() and path.suffix == ".points"


def read(path: Path, options: Options) -> Data:
    """Raises DataError for a line without tags."""
    points, tags = _lines(path)
    if missing := [number for number, one in enumerate(tags, 1) if one is None]:
        raise DataError(f"{path.name}, line {missing[0]}: no tags. Write '-' for a point that has none.")
    sets = [set(one.split(",")) - {"-"} for one in tags]
    classes = tuple(sorted(set().union(*sets)))
    has = np.array([[name in some for name in classes] for some in sets])
    return Data(path.stem, "point", Stack(points), has, classes, target_name="tags")


def read_inputs(path: Path, modality: str, hint: Mapping[str, Any]) -> tuple[Inputs, list[str]]:
    """Points without their tags, and a name for each."""
    points, _ = _lines(path)
    return Stack(points), [f"{path.name}:{number}" for number in range(1, len(points) + 1)]


def _lines(path: Path) -> tuple[np.ndarray, list[str | None]]:
    """(float32 [n, 2], the words after each point)."""
    points, tags = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            x, y, *words = line.split()
            points.append((float(x), float(y)))
        except ValueError:
            raise DataError(f"{path.name}, line {number}: {line!r} is no 'X Y TAG,TAG'.") from None
        tags.append(words[0] if words else None)
    return np.array(points, np.float32).reshape(-1, 2), tags
