"""A data set stored once, so that every trial sees the same bytes without decoding anything.

A stored data set is a folder: `meta.json`, one .npy file per array (memory-mapped when loaded), one
Arrow file for texts or a table. It is written beside its place and renamed, so it is whole or absent.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nikti import answers, modalities
from nikti.core import array_files
from nikti.core.answers import parts_of
from nikti.core.data import Data, Note
from nikti.core.errors import RunError, UnknownName
from nikti.core.files import folder_atomic, write_atomic

FORMAT = 1  # raise it when older folders must not be read any more

_ARRAYS = ("targets", "groups", "times", "split")


def store(data: Data, folder: Path, image_cap: int) -> Data:
    """Write the data set to `folder` and return it as `load` does; a whole one there is used again.

    Samples are written by their modality: pictures become uint8 [n, S, S, C] with S = `nikti.core.images.
    working_size` of at most `image_cap`, and masks uint8 [n, S, S]; boxes stay in pixels of the pictures
    as read. Data without a fingerprint get the one of what is stored.
    Raises RunError when it cannot be written (full or read-only disk), DataError for a picture that
    cannot be decoded. Nothing half-written stays.
    """
    folder = Path(folder)
    data = data if data.fingerprint else data.fingerprinted()
    meta = _meta(data, f"{data.fingerprint}-{image_cap}")
    try:
        there = _read_meta(folder) if folder.is_dir() else None
        if there is not None and there["fingerprint"] == meta["fingerprint"]:
            if there != {**there, **meta}:  # read again with other words about it
                _write_json(folder / "meta.json", {**there, **meta})
        else:
            _write(data, folder, meta, image_cap)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(
            f"the data cannot be stored in {folder}: {reason}. Make room or make the folder writable, or set "
            "NIKTI_CACHE to another one."
        ) from error
    return load(folder)


def load(folder: Path) -> Data:
    """The stored data set, its arrays memory-mapped, `home` and `rows` set.

    Raises RunError if there is none, or one of another version.
    """
    folder = Path(folder)
    meta = _read_meta(folder)
    if meta is None:
        raise RunError(
            f"{folder} holds no stored data that this version can read. Compare again to store it."
        )
    try:
        inputs = modalities.of(meta["modality"]).load(folder)
        arrays: dict[str, Any] = {
            what: _load_array(folder, what) for what in meta["arrays"] if what != "targets"
        }
        if "targets" in meta["arrays"]:
            arrays["targets"] = _load_targets(folder)
        return Data(
            name=meta["name"],
            modality=meta["modality"],
            inputs=inputs,
            classes=tuple(meta["classes"]),
            target_name=meta["target_name"],
            notes=tuple(Note(**note) for note in meta["notes"]),
            rows=np.arange(len(inputs)),
            home=folder,
            fingerprint=meta["fingerprint"].partition("-")[0],
            **arrays,
        )
    except (OSError, ValueError, KeyError, UnknownName) as error:
        raise RunError(f"the stored data in {folder} are damaged: {error}. Delete the folder.") from error


def _meta(data: Data, fingerprint: str) -> dict[str, Any]:
    meta = {
        "format": FORMAT,
        "fingerprint": fingerprint,
        "name": data.name,
        "modality": data.modality,
        "classes": list(data.classes),
        "target_name": data.target_name,
        "arrays": [what for what in _ARRAYS if getattr(data, what) is not None],
        "notes": [asdict(note) for note in data.notes],
    }
    return json.loads(json.dumps(meta, default=_plain))


def _plain(value: Any) -> Any:
    """NumPy numbers and arrays as JSON knows them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


def _read_meta(folder: Path) -> dict[str, Any] | None:
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return meta if isinstance(meta, dict) and meta.get("format") == FORMAT else None


def _write(data: Data, folder: Path, meta: dict[str, Any], image_cap: int) -> None:
    """A new folder, in place of one of another version or content."""
    try:
        with folder_atomic(folder, replace=True) as beside:
            modalities.of(data.modality).store(data.inputs, beside, image_cap)
            for what in meta["arrays"]:
                if what == "targets":
                    _write_targets(beside, data.targets)
                else:
                    _write_array(beside, what, np.asarray(getattr(data, what)))
            _write_json(beside / "meta.json", meta)
    except OSError:
        there = _read_meta(folder)
        if there is None or there["fingerprint"] != meta["fingerprint"]:
            raise
        # another process stored the same data meanwhile


def _write_targets(folder: Path, targets: Any) -> None:
    """As the arrays that they are made of; masks brought to the size of the stored pictures."""
    samples = folder / "inputs.npy"
    shape = array_files.mapped(samples).shape[1:] if samples.exists() else ()
    stored = answers.of_targets(targets).stored(targets, shape)
    for part, array in parts_of(stored).items():
        _write_array(folder, f"targets-{part}" if part else "targets", array)


def _load_targets(folder: Path) -> Any:
    """Answers from the arrays that are there."""
    files = {path.name[len("targets-") : -len(".npy")]: path for path in folder.glob("targets-*.npy")}
    if not files:
        return _load_array(folder, "targets")
    return answers.unpacked({part: np.load(path, allow_pickle=False) for part, path in files.items()})


def _write_array(folder: Path, what: str, array: Any) -> None:
    """An array, or a sequence of arrays of one shape that are made when asked for."""
    if not isinstance(array, np.ndarray):
        first = array[0]
        blocks = (np.ascontiguousarray(array[row]) for row in range(len(array)))
        array_files.save_blocks(folder / f"{what}.npy", blocks, (len(array), *first.shape), first.dtype)
    elif array.dtype.kind in "OU":
        array_files.save_strings(folder / f"{what}.arrow", [str(value) for value in array.tolist()])
    else:
        array_files.save(folder / f"{what}.npy", array)


def _load_array(folder: Path, what: str) -> np.ndarray:
    if (folder / f"{what}.arrow").exists():
        return np.array(array_files.load_strings(folder / f"{what}.arrow"), dtype=object)
    array = array_files.mapped(folder / f"{what}.npy")
    return array if array.ndim > 1 else np.array(array)  # masks are read as needed; labels are small


def _write_json(path: Path, content: dict[str, Any]) -> None:
    write_atomic(path, json.dumps(content, ensure_ascii=False, indent=1))
