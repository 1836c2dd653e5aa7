"""Pre-training on pictures or texts without labels, into a folder of weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.data import Data
from nikti.core.errors import DataError, UsageError
from nikti.core.files import folder_atomic
from nikti.core.images import decode
from nikti.core.inputs import ImageFiles, Stack, Texts
from nikti.core.outputs import refuse_being_written, refuse_taken
from nikti.core.places import cache_dir
from nikti.core.words import Words
from nikti.run import reading
from nikti.run.request import Request
from nikti.run.workers import OnEvent
from nikti.sides import side
from nikti.storage import cache

_NO_EPOCHS = Words(
    en="{epochs} epochs are no training; give --epochs 1 or more.",
    bn="{epochs} ইপকে কিছু শেখানো যায় না; লিখুন --epochs 1 বা তার বেশি",
)
_NOTHING = Words(
    en="{name}: there is nothing to learn from, no sample was found.",
    bn="{name}: শেখার মতো কিছু নেই, একটি নমুনাও পাওয়া যায়নি।",
)
_OTHER_SAMPLES = Words(
    en="{name} holds {modality} samples; only pictures and texts can be pre-trained on.",
    bn="{name}-এর নমুনাগুলো {modality} ধরনের; উত্তর ছাড়া আগাম শেখানো যায় শুধু ছবি আর লেখায়।",
)
_OTHER_MEMORY = Words(
    en="pictures in memory are an array uint8 [n, H, W] or [n, H, W, C], texts a list of strings.",
    bn="মেমরির ছবি হতে হবে uint8 [n, H, W] বা [n, H, W, C] অ্যারে, আর লেখা হতে হবে স্ট্রিংয়ের তালিকা।",
)


def pretrain(
    source: Any,
    out: Path,
    network: str | None,
    epochs: int | None,
    seed: int,
    device: str | None,
    on_event: OnEvent,
) -> dict[str, Any]:
    """See `nikti.api.pretrain`. The folder is written beside its place and renamed."""
    refuse_taken(out)
    refuse_being_written(out)
    if epochs is not None and epochs < 1:
        raise UsageError(_NO_EPOCHS.format(epochs=epochs))
    data = _samples(source, seed)
    if len(data) == 0:
        raise DataError(_NOTHING.format(name=data.name))
    way = side("deep").pretraining(data.modality)
    if way.STORED is not None:
        data = data.fingerprinted()
        key = f"{data.fingerprint}-{way.STORED}-unlabelled"
        data = cache.store(data, cache_dir() / "data" / key, way.STORED)
    seen = [""]

    def progress(fraction: float, text: str) -> None:
        if text != seen[0]:
            seen[0] = text
            on_event({"event": "pretraining", "fraction": fraction, "text": text})

    on_event({"event": "pretraining", "fraction": 0.0, "text": f"{len(data):,} samples of {data.name}"})
    with folder_atomic(out) as beside:
        made = way.make(
            data.inputs,
            beside,
            name=network or way.NETWORK,
            epochs=epochs,
            seed=seed,
            device=device,
            progress=progress,
        )
    return {"folder": str(out), **made}


def _samples(source: Any, seed: int) -> Data:
    """Pictures or texts alone: without their answers, and without the user's own test split."""
    if not isinstance(source, str | Path):
        return _in_memory(source)
    from nikti.readers import _documents, _images, _table_files, csv_table

    path = Path(source)
    loose = path.is_dir() and not (path / "test").is_dir()
    if loose and (files := _images.below(path)):
        return _images.readable(Data(path.name, "image", ImageFiles(files, decode)), path)
    if loose and (files := _documents.below(path)):
        return _documents.data(files, path)
    if path.is_file() and _table_files.ending(path) in _table_files.ENDINGS:
        return csv_table.read_texts(path)
    data = reading.open_data(Request(source=str(source), seed=seed))
    if side("deep").pretraining(data.modality) is None:
        raise DataError(_OTHER_SAMPLES.format(name=data.name, modality=data.modality))
    rows = reading.grid_rows(data)
    return Data(data.name, data.modality, data.inputs.take(rows), notes=data.notes)


def _in_memory(source: Any) -> Data:
    if isinstance(source, list | tuple) and all(isinstance(one, str) for one in source):
        return Data("texts", "text", Texts([one for one in source if one.strip()]))
    array = np.asarray(source)
    if array.ndim not in (3, 4) or array.dtype != np.uint8:
        raise UsageError(_OTHER_MEMORY)
    return Data("pictures", "image", Stack(array if array.ndim == 4 else array[..., None]))
