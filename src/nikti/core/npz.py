"""Arrays out of .npz archives that may come from anywhere: what the headers promise is weighed before any
array is made, and pickle is never loaded."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any

import numpy as np

from nikti.core import archives
from nikti.core.errors import DataError
from nikti.core.foreign import BAD_ARCHIVE, reason
from nikti.core.words import Words

DAMAGED = Words(
    en="{file} is damaged or no .npz archive: {part}{reason}.",
    bn="{file} নষ্ট বা .npz আর্কাইভ নয়: {part}{reason}।",
)
NO_ARRAY = Words(
    en="{file} holds {part}, which is no array as NumPy saves them (.npy).",
    bn="{file} ফাইলে {part} আছে, যা নামপাইয়ের অ্যারে (.npy) নয়।",
)
OBJECTS = Words(
    en="{file}: the array {part!r} holds Python objects (pickle), which nikti never loads. Save it as "
    "numbers or as strings: array.astype(str).",
    bn="{file}: {part} অ্যারেতে পাইথনের অবজেক্ট (pickle) আছে, নিক্তি তা কখনো খোলে না। সংখ্যা বা লেখা "
    "করে রাখুন: array.astype(str)",
)
OTHER_SIZE = Words(
    en="{file}: the array {part!r} promises {promised} and holds {held:,} bytes.",
    bn="{file}: {part} অ্যারের থাকার কথা {promised}, আছে {held} বাইট।",
)
#: Bytes of a header; NumPy itself refuses longer ones.
LONGEST_HEADER = 10_000


def read(source: Path | IO[bytes], name: str) -> dict[str, np.ndarray]:
    """Every array of an archive, by its name. name: the file's, for errors.

    Raises DataError for an archive that is damaged, larger than the limits, or holds something else than
    arrays of numbers and strings; OSError where it cannot be opened.
    """
    part = ""
    try:
        with zipfile.ZipFile(source) as archive:
            archives.weigh(archive, name)
            arrays = {}
            for member in archive.infolist():
                part = f"{member.filename}: "
                if not member.filename.endswith(".npy"):
                    raise DataError(NO_ARRAY.format(file=name, part=repr(member.filename)))
                label = member.filename.removesuffix(".npy")
                with archive.open(member) as file:
                    arrays[label] = _array(file, label, member.file_size, name)
            return arrays
    except (DataError, FileNotFoundError, PermissionError):
        raise
    except (*BAD_ARCHIVE, TypeError, SyntaxError, TokenError) as error:
        raise DataError(DAMAGED.format(file=name, part=part, reason=reason(error))) from error


def _array(file: Any, label: str, size: int, name: str) -> np.ndarray:
    """One array, whose header must promise as many bytes as there are."""
    major, _ = np.lib.format.read_magic(file)
    if major == 1:
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file, LONGEST_HEADER)
    else:
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(file, LONGEST_HEADER)
    if dtype.hasobject:
        raise DataError(OBJECTS.format(file=name, part=label))
    promised = dtype.itemsize
    for side in shape:
        promised *= side
    held = size - file.tell()
    if promised != held:
        listed = "x".join(map(str, shape)) or "1"
        raise DataError(OTHER_SIZE.format(file=name, part=label, promised=f"{listed} {dtype}", held=held))
    flat = np.frombuffer(bytearray(file.read(promised)), dtype=dtype) if promised else np.empty(0, dtype)
    if fortran:
        return flat.reshape(shape[::-1]).transpose()
    return flat.reshape(shape)
