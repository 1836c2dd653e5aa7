"""Arrays, strings and tables as files: written from front to back and flushed to disk, read as memory maps
where they are numbers.

pyarrow is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.files import synced


def save(path: Path, array: np.ndarray) -> None:
    """One array as an .npy file."""
    save_blocks(path, iter([np.ascontiguousarray(array)]), array.shape, array.dtype)


def save_blocks(path: Path, blocks: Iterator[np.ndarray], shape: tuple[int, ...], dtype: Any) -> None:
    """An .npy file of an array that comes in contiguous blocks of rows: on a full disk a write fails with an
    error, where a store into a memory map would kill the process."""
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": shape}
    with synced(path) as file:
        np.lib.format.write_array_header_2_0(file, header)
        for block in blocks:
            file.write(block.data.cast("B") if block.size else b"")


def save_flat(path: Path, pieces: Iterable[np.ndarray]) -> list[int]:
    """One-dimensional float32 pieces behind each other as one .npy file, without holding more than one of
    them; returns their lengths. The header is written again once the whole is known, in the room that NumPy
    leaves in it for longer arrays."""

    def header(count: int) -> dict[str, Any]:
        return {"descr": "<f4", "fortran_order": False, "shape": (count,)}

    lengths = []
    with synced(path) as file:
        np.lib.format.write_array_header_2_0(file, header(0))
        for piece in pieces:
            lengths.append(len(piece))
            file.write(np.ascontiguousarray(piece, dtype="<f4").data.cast("B") if len(piece) else b"")
        file.seek(0)
        np.lib.format.write_array_header_2_0(file, header(sum(lengths)))
    return lengths


def mapped(path: Path) -> np.ndarray:
    """An .npy file as a memory map."""
    return np.load(path, mmap_mode="r", allow_pickle=False)


def save_strings(path: Path, strings: list[str]) -> None:
    """Strings as bytes in an Arrow file, so that lone surrogates (out of broken JSON) survive, which UTF-8
    forbids."""
    import pyarrow as pa

    column = pa.array([text.encode("utf-8", "surrogatepass") for text in strings], pa.large_binary())
    save_arrow(path, pa.table({"text": column}))


def load_strings(path: Path) -> list[str]:
    """What `save_strings` wrote."""
    return [value.decode("utf-8", "surrogatepass") for value in load_arrow(path)["text"].to_pylist()]


def save_arrow(path: Path, table: Any) -> None:
    """A `pyarrow.Table` as an Arrow file."""
    import pyarrow as pa

    with synced(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def load_arrow(path: Path) -> Any:
    """A `pyarrow.Table` of an Arrow file."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
