"""Explanations of a user's inputs as files: one page with all of them, and a picture for each picture."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Inputs, Stack
from nikti.insight.gallery import shown
from nikti.insight.seen import visible

#: The longer side of a picture on the page.
MOST_PIXELS = 480
PAGE = "explained.html"


def write(
    out: Path, rows: Sequence[Mapping[str, Any]], inputs: Inputs, modality: str, lang: str
) -> list[str]:
    """Write `explained.html` and, of pictures, `<name>-<contender>.png` with what spoke for the answer laid
    over it; returns their paths. rows: as `nikti.api.explain` gives them, in the order of the inputs."""
    from nikti.report.explained import page
    from nikti.report.html import write as write_page

    out.mkdir(parents=True, exist_ok=True)
    by_input: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_input.setdefault(row["row"], []).append(row)
    samples, files = [], []
    for number, mine in by_input.items():
        one = inputs.take([number])
        if modality == "image":
            files += [_picture(out, one[0], row, place) for place, row in enumerate(mine)]
            one = Stack(_small(one[0])[None])
        data = Data("", modality, one)
        sample = {**shown(data, 0), "row": number, "name": mine[0]["input"]}
        seen = [{**_facts(row), **visible(data, sample, row["weights"])} for row in mine]
        samples.append({**sample, "seen": seen})
    return [str(write_page(page(samples, lang), out / PAGE)), *files]


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says beside the marks."""
    answer = row.get("class", row.get("value", row.get("text")))
    kept = {key: row.get(key) for key in ("side", "contender", "method", "faithful", "path", "box", "share")}
    return kept | {"answer": answer}


def _small(image: np.ndarray) -> np.ndarray:
    import cv2

    height, width, channels = image.shape
    scale = MOST_PIXELS / max(height, width)
    if scale >= 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], channels)


def _picture(out: Path, image: np.ndarray, row: Mapping[str, Any], place: int) -> str:
    import cv2

    from nikti.report.overlay import laid_over

    stem = re.sub(r"[^\w.-]", "_", Path(str(row["input"])).stem)[:80]
    path = out / f"{row['row']}-{stem}-{row['contender']}-{place}.png"
    beside = path.with_name(f".{path.name}")
    done, coded = cv2.imencode(".png", laid_over(image, row["weights"])[:, :, ::-1])
    assert done
    beside.write_bytes(coded.tobytes())
    beside.replace(path)
    return str(path)
