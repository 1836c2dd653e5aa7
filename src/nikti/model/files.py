"""Explanations of a user's inputs as files: one page with all of them, and a picture for each picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti import modalities
from nikti.core.files import safe_name, write_atomic
from nikti.core.inputs import Inputs

PAGE = "explained.html"


def write(
    out: Path, rows: Sequence[Mapping[str, Any]], inputs: Inputs, modality: str, lang: str
) -> list[str]:
    """Write `explained.html` and, of pictures, `<name>-<contender>.png` with what spoke for the answer laid
    over it; returns their paths. rows: as `nikti.api.explain` gives them, in the order of the inputs."""
    from nikti.report.explained import page
    from nikti.report.html import write as write_page

    way = modalities.of(modality)
    out.mkdir(parents=True, exist_ok=True)
    by_input: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_input.setdefault(row["row"], []).append(row)
    samples, files = [], []
    for number, mine in by_input.items():
        one = inputs.take([number])
        for place, row in enumerate(mine):
            if (picture := way.overlay(one[0], row["weights"])) is not None:
                files.append(_picture(out, picture, row, place))
        sample = {**way.shown(way.small(one)[0]), "row": number, "name": mine[0]["input"]}
        seen = [{**_facts(row), **way.visible(sample, row["weights"])} for row in mine]
        samples.append({**sample, "seen": seen})
    return [str(write_page(page(samples, modality, lang), out / PAGE)), *files]


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says beside the marks."""
    answer = row.get("class", row.get("value", row.get("text")))
    names = ("side", "contender", "method_title", "method_title_bn", "faithful", "path", "box", "share")
    kept = {key: row.get(key) for key in names}
    return kept | {"answer": answer}


def _picture(out: Path, picture: np.ndarray, row: Mapping[str, Any], place: int) -> str:
    import cv2

    stem = safe_name(Path(str(row["input"])).stem, 80)
    path = out / f"{row['row']}-{stem}-{row['contender']}-{place}.png"
    done, coded = cv2.imencode(".png", picture[:, :, ::-1])
    assert done
    return str(write_atomic(path, coded.tobytes()))
