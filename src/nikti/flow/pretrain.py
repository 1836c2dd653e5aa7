"""From pictures that nobody labelled to a folder of weights."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.data import Data
from nikti.core.errors import DataError, UsageError
from nikti.core.images import decode
from nikti.core.inputs import ImageFiles, Stack
from nikti.core.places import cache_dir
from nikti.flow import understand
from nikti.flow.jobs import OnEvent
from nikti.flow.request import Request
from nikti.runs import cache

#: Largest side of a stored picture, in pixels: what the small networks look at.
SIDE = 64


def pretrain(
    source: Any, out: Path, network: str, epochs: int | None, seed: int, device: str | None, on_event: OnEvent
) -> dict[str, Any]:
    """See `nikti.api.pretrain`. The folder is written beside its place and renamed."""
    if out.exists():
        raise UsageError(f"{out} exists already; name another folder with --out.")
    if epochs is not None and epochs < 1:
        raise UsageError(f"{epochs} epochs are no training; give --epochs 1 or more.")
    from nikti.deep.pretrain import make

    data = _pictures(source, seed)
    key = f"{data.fingerprint()}-{SIDE}-unlabelled"
    stored = cache.store(data, cache_dir() / "data" / key, SIDE)
    beside = out.with_name(out.name + ".making")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    seen = [""]

    def progress(fraction: float, text: str) -> None:
        if text != seen[0]:
            seen[0] = text
            on_event({"event": "pretraining", "fraction": fraction, "text": text})

    on_event({"event": "pretraining", "fraction": 0.0, "text": f"{len(stored):,} pictures of {data.name}"})
    try:
        made = make(
            stored.inputs,
            beside,
            name=network,
            epochs=epochs,
            seed=seed,
            device=device,
            progress=progress,
        )
        os.replace(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return {"folder": str(out), **made}


def _pictures(source: Any, seed: int) -> Data:
    """Pictures alone: without their answers, and without the user's own test split."""
    if not isinstance(source, str | Path):
        array = np.asarray(source)
        if array.ndim not in (3, 4) or array.dtype != np.uint8:
            raise UsageError("pictures in memory are an array uint8 [n, H, W] or [n, H, W, C].")
        return Data("pictures", "image", Stack(array if array.ndim == 4 else array[..., None]))
    from nikti.readers import _images

    path = Path(source)
    if path.is_dir() and not (path / "test").is_dir() and (files := _images.below(path)):
        return _images.readable(Data(path.name, "image", ImageFiles(files, decode)), path)
    data = understand.open_data(Request(source=str(source), seed=seed))
    if data.modality != "image":
        raise DataError(f"{data.name} holds {data.modality} samples; only pictures can be pre-trained on.")
    rows = understand.grid_rows(data)
    return Data(data.name, "image", data.inputs.take(rows), notes=data.notes)
