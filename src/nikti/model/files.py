"""Explanations of a user's inputs as files: one page with all of them, and a picture for each picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti import modalities
from nikti.core import outputs
from nikti.core.files import safe_name
from nikti.core.inputs import Inputs

PAGE = "explained.html"


def write(
    out: Path, rows: Sequence[Mapping[str, Any]], inputs: Inputs, modality: str, lang: str
) -> list[str]:
    """Write `explained.html` and, of pictures, `<name>-<contender>.png` with what spoke for the answer laid
    over it; returns their paths. rows: as `nikti.api.explain` gives them, in the order of the inputs. Raises
    UsageError where the page is there already; pictures that are get other names."""
    from nikti.report.explained import page

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
    return [str(outputs.write(out / PAGE, page(samples, modality, lang))), *files]


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says beside the marks."""
    answer = row.get("class", row.get("value", row.get("text")))
    names = ("side", "contender", "method_title", "method_title_bn", "faithful", "path", "box", "share")
    kept = {key: row.get(key) for key in names}
    return kept | {"answer": answer}


def _picture(out: Path, picture: np.ndarray, row: Mapping[str, Any], place: int) -> str:
    import cv2

    stem, contender = (safe_name(name, 80) for name in (Path(str(row["input"])).stem, row["contender"]))
    path = out / f"{row['row']}-{stem}-{contender}-{place}.png"
    done, coded = cv2.imencode(".png", picture[:, :, ::-1])
    if not done:
        raise OSError(f"the picture of {row['input']} cannot be written as PNG")
    return str(outputs.write_numbered(path, coded.tobytes()))
