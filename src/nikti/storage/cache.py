"""A data set stored once, so that every trial sees the same bytes without decoding anything.

A stored data set is a folder: `meta.json`, one .npy file per array (memory-mapped when loaded), one
Arrow file for texts or a table. It is written beside its place and renamed, so it is whole or absent.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import images
from nikti.core.answers import Masks, from_parts, parts_of
from nikti.core.data import Data, Note
from nikti.core.errors import DataError, RunError
from nikti.core.inputs import Frame, Inputs, Questions, Ragged, Stack, Texts

FORMAT = 1  # raise it when older folders must not be read any more

_CHUNK = 256  # pictures decoded before they are written
_ARRAYS = ("targets", "groups", "times", "split")


def store(data: Data, folder: Path, image_cap: int) -> Data:
    """Write the data set to `folder` and return it as `load` does; a whole one there is used again.

    Pictures become uint8 [n, S, S, C] with S = `nikti.core.images.working_size` of at most `image_cap`
    and C = 1 where all of them are grey, and masks uint8 [n, S, S]; boxes stay in pixels of the pictures
    as read; series float32, in one array where their shapes agree.
    Raises RunError when it cannot be written (full or read-only disk), DataError for a picture that
    cannot be decoded. Nothing half-written stays.
    """
    folder = Path(folder)
    meta = _meta(data, f"{data.fingerprint()}-{image_cap}")
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
        inputs = _LOADERS[meta["kind"]](folder)
        arrays = {what: _load_answers(folder, what) for what in _ARRAYS if what in meta["arrays"]}
        return Data(
            name=meta["name"],
            modality=meta["modality"],
            inputs=inputs,
            classes=tuple(meta["classes"]),
            target_name=meta["target_name"],
            notes=tuple(Note(**note) for note in meta["notes"]),
            rows=np.arange(len(inputs)),
            home=folder,
            **arrays,
        )
    except (OSError, ValueError, KeyError) as error:
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
    """Write beside, fsync, rename."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        meta["kind"] = _write_inputs(data, beside, image_cap)
        for what in meta["arrays"]:
            _write_answers(beside, what, getattr(data, what))
        _write_json(beside / "meta.json", meta)
        _sync_folder(beside)
        if folder.exists():  # of another version or content: out of the way in one step
            os.rename(folder, old := Path(tempfile.mkdtemp(dir=folder.parent, prefix=".old-")) / "data")
            shutil.rmtree(old.parent, ignore_errors=True)
        try:
            os.rename(beside, folder)
        except OSError:
            there = _read_meta(folder)
            if there is None or there["fingerprint"] != meta["fingerprint"]:
                raise
            return  # another process stored the same data meanwhile
        _sync_folder(folder.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write_inputs(data: Data, folder: Path, image_cap: int) -> str:
    """Write the samples; returns the kind that `_LOADERS` knows."""
    inputs = data.inputs
    if data.modality == "image":
        _write_images(folder, inputs, image_cap)
        return "stack"
    if data.modality == "series":
        return _write_series(folder, inputs)
    if isinstance(inputs, Texts):
        _write_strings(folder / "inputs.arrow", inputs.texts)
        return "texts"
    if isinstance(inputs, Questions):
        _write_strings(folder / "questions.arrow", inputs.questions)
        _write_strings(folder / "passages.arrow", inputs.passages)
        _save(folder / "which.npy", inputs.which)
        return "questions"
    if isinstance(inputs, Frame):
        _write_frame(folder / "inputs.arrow", inputs)
        return "frame"
    raise TypeError(f"{data.modality} samples in {type(inputs).__name__} cannot be stored")


def _write_images(folder: Path, inputs: Inputs, cap: int) -> None:
    """inputs.npy uint8 [n, S, S, C]. Written as RGB first: whether all are grey shows at the end."""
    size = images.working_size(*images.picture_sizes(inputs).T, cap)
    if isinstance(inputs, Stack) and inputs.array().ndim == 4 and inputs.sample_shape[:2] == (size, size):
        array = inputs.array()
        grey = all(_grey(array[at : at + _CHUNK]) for at in range(0, len(array), _CHUNK))
        array = array[..., :1] if grey else array
        blocks = (np.ascontiguousarray(array[at : at + _CHUNK]) for at in range(0, len(array), _CHUNK))
        _write_blocks(folder / "inputs.npy", blocks, array.shape, array.dtype)
        return
    grey, shape = True, (len(inputs), size, size, 3)

    def decoded() -> Iterator[np.ndarray]:
        nonlocal grey
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            for start in range(0, len(inputs), _CHUNK):
                rows = range(start, min(start + _CHUNK, len(inputs)))
                block = np.stack(list(pool.map(lambda row: images.resize(inputs[row], size, 3), rows)))
                grey = grey and _grey(block)
                yield block

    _write_blocks(folder / "inputs.npy", decoded(), shape, np.uint8)
    if grey:
        colour = np.load(folder / "inputs.npy", mmap_mode="r", allow_pickle=False)
        blocks = (
            np.ascontiguousarray(colour[at : at + _CHUNK, :, :, :1]) for at in range(0, len(colour), _CHUNK)
        )
        _write_blocks(folder / "grey.npy", blocks, (*shape[:3], 1), np.uint8)
        os.replace(folder / "grey.npy", folder / "inputs.npy")


def _grey(block: np.ndarray) -> bool:
    return block.shape[3] == 1 or bool(
        (block[..., 0] == block[..., 1]).all() and (block[..., 0] == block[..., 2]).all()
    )


def _write_series(folder: Path, inputs: Inputs) -> str:
    if isinstance(inputs, Stack):
        _save(folder / "inputs.npy", np.asarray(inputs.array(), dtype=np.float32))
        return "stack"
    samples = [np.asarray(sample, dtype=np.float32) for sample in inputs]
    if len({sample.shape for sample in samples}) == 1:
        _save(folder / "inputs.npy", np.stack(samples))
        return "stack"
    ragged = Ragged.of(samples)
    for what in ("flat", "offsets", "shapes"):
        _save(folder / f"{what}.npy", getattr(ragged, what))
    return "ragged"


def _write_answers(folder: Path, what: str, values: Any) -> None:
    """An array, boxes and phrases as their arrays, or masks brought to the size of the stored pictures."""
    if parts := parts_of(values):
        for part, array in parts.items():
            _save(folder / f"{what}-{part}.npy", array)
    elif isinstance(values, Masks):
        size = _map(folder / "inputs.npy").shape[1]
        blocks = (images.resize_mask(values[row], (size, size)) for row in range(len(values)))
        _write_blocks(folder / f"{what}.npy", blocks, (len(values), size, size), np.uint8)
    else:
        _write_array(folder, what, np.asarray(values))


def _load_answers(folder: Path, what: str) -> Any:
    def file(part: str) -> Path:
        return folder / f"{what}-{part}.npy"

    parts = from_parts(lambda part: file(part).exists(), lambda part: np.load(file(part), allow_pickle=False))
    return _load_array(folder, what) if parts is None else parts


def _write_array(folder: Path, what: str, array: np.ndarray) -> None:
    if array.dtype.kind in "OU":
        _write_strings(folder / f"{what}.arrow", [str(value) for value in array.tolist()])
    else:
        _save(folder / f"{what}.npy", array)


def _load_array(folder: Path, what: str) -> np.ndarray:
    if (folder / f"{what}.arrow").exists():
        return np.array(_load_strings(folder / f"{what}.arrow"), dtype=object)
    array = _map(folder / f"{what}.npy")
    return array if array.ndim > 1 else np.array(array)  # masks are read as needed; labels are small


def _write_strings(path: Path, strings: list[str]) -> None:
    """Strings as bytes, so that lone surrogates (out of broken JSON) survive, which UTF-8 forbids."""
    import pyarrow as pa

    column = pa.array([text.encode("utf-8", "surrogatepass") for text in strings], pa.large_binary())
    _write_arrow(path, pa.table({"text": column}))


def _load_strings(path: Path) -> list[str]:
    return [value.decode("utf-8", "surrogatepass") for value in _load_arrow(path)["text"].to_pylist()]


def _write_frame(path: Path, inputs: Frame) -> None:
    import pyarrow as pa

    try:
        table = pa.Table.from_pandas(inputs.frame, preserve_index=False)
    except (pa.ArrowException, UnicodeError) as error:
        raise DataError(f"the table cannot be stored: {error}") from error
    _write_arrow(path, table)


def _write_arrow(path: Path, table: Any) -> None:
    import pyarrow as pa

    with _synced(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _load_arrow(path: Path) -> Any:
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def _save(path: Path, array: np.ndarray) -> None:
    _write_blocks(path, iter([np.ascontiguousarray(array)]), array.shape, array.dtype)


def _write_blocks(path: Path, blocks: Iterator[np.ndarray], shape: tuple[int, ...], dtype: Any) -> None:
    """An .npy file written from front to back: on a full disk a write fails with an error, where a
    store into a memory map would kill the process."""
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": shape}
    with _synced(path) as file:
        np.lib.format.write_array_header_2_0(file, header)
        for block in blocks:
            file.write(memoryview(block).cast("B") if block.size else b"")


@contextlib.contextmanager
def _synced(path: Path) -> Iterator[Any]:
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _write_json(path: Path, content: dict[str, Any]) -> None:
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with _synced(beside) as file:
            file.write(json.dumps(content, ensure_ascii=False, indent=1).encode())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle for a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _map(path: Path) -> np.ndarray:
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _load_ragged(folder: Path) -> Ragged:
    flat, offsets, shapes = (_map(folder / f"{what}.npy") for what in ("flat", "offsets", "shapes"))
    return Ragged(flat, np.array(offsets), np.array(shapes))


_LOADERS: dict[str, Callable[[Path], Inputs]] = {
    "stack": lambda folder: Stack(_map(folder / "inputs.npy")),
    "ragged": _load_ragged,
    "texts": lambda folder: Texts(_load_strings(folder / "inputs.arrow"), folder),
    "questions": lambda folder: Questions(
        _load_strings(folder / "questions.arrow"),
        _load_strings(folder / "passages.arrow"),
        np.load(folder / "which.npy", allow_pickle=False),
    ),
    "frame": lambda folder: Frame(_load_arrow(folder / "inputs.arrow").to_pandas()),
}
