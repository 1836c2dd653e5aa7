"""A data set stored once, so that every trial sees the same bytes without decoding anything.

A stored data set is a folder: `meta.json`, one .npy file per array (memory-mapped when loaded), one
Arrow file for texts or a table. It is written beside its place and renamed, so it is whole or absent; the
meta keep the seal of every file (`nikti.core.seals`), so what has changed since is found out.
"""

from __future__ import annotations

import errno
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nikti import answers, modalities
from nikti.core import array_files, files, seals
from nikti.core.answers import parts_of
from nikti.core.data import Data, Note
from nikti.core.errors import RunError, UnknownName
from nikti.core.foreign import reason
from nikti.core.words import Words

FORMAT = 1  # raise it when older folders must not be read any more

_META = "meta.json"

_ARRAYS = ("targets", "groups", "times", "split")

#: Seconds between two looks at what another process is writing, and how often a missing folder is looked for.
_LOOK_EVERY, _LOOKS = 0.1, 5

STORED_AGAIN = Words(
    en="The stored copy of these data was damaged on the disk ({names}); it was made again.",
    bn="ডিস্কে রাখা এই ডেটার কপিটি নষ্ট হয়ে গিয়েছিল ({names}); আবার তৈরি করা হয়েছে।",
)

_DAMAGED = Words(
    en="the stored data in {folder} are damaged: {reason}. Run the compare command again, which stores them.",
    bn="{folder} ফোল্ডারে রাখা ডেটা নষ্ট: {reason}। তুলনার কমান্ডটি আবার চালান, তাতে আবার রাখা হবে।",
)
_CHANGED = Words(en="{names} changed since it was written", bn="লেখার পরে {names} বদলে গেছে")
_NOT_STORED = Words(
    en="the data cannot be stored in {folder}: {reason}. Make room or make the folder writable, or set "
    "NIKTI_CACHE to another one.",
    bn="ডেটা {folder} ফোল্ডারে রাখা যায় না: {reason}। জায়গা করুন বা ফোল্ডারটিতে লেখার অনুমতি দিন, "
    "অথবা NIKTI_CACHE-এ অন্য ফোল্ডার দিন।",
)
_NONE_STORED = Words(
    en="{folder} holds no stored data that this version can read. Compare again to store it.",
    bn="{folder} ফোল্ডারে এই সংস্করণের পড়ার মতো ডেটা নেই। আবার তুলনা করুন, তাহলে রাখা হবে।",
)


def store(data: Data, folder: Path, image_cap: int) -> Data:
    """Write the data set to `folder` and return it as `load` does; a whole one there is used again, and one
    that has changed since it was written is written again, which a note says.

    Samples are written by their modality: pictures become uint8 [n, S, S, C] with S = `nikti.core.images.
    working_size` of at most `image_cap`, and masks uint8 [n, S, S]; boxes stay in pixels of the pictures
    as read. Data without a fingerprint get the one of what is stored. Where another process is writing the
    same, it is waited for.
    Raises RunError when it cannot be written (full or read-only disk), DataError for a picture that
    cannot be decoded. Nothing half-written stays.
    """
    folder = Path(folder)
    data = data if data.fingerprint else data.fingerprinted()
    meta = _meta(data, f"{data.fingerprint}-{image_cap}")
    damaged: list[str] = []
    try:
        there = _waited_for(folder, meta["fingerprint"])
        if there is not None:
            damaged = _changed(folder, there, thorough=True)
        elif (folder / _META).is_file() and seals.read(folder / _META) is None:
            damaged = [_META]
        if there is None or damaged:
            _write(data, folder, meta, image_cap)
        elif there != (newer := {**there, **meta, "files": _files(folder, there)}):
            _write_meta(folder, newer)  # read again with other words about it, or copied
    except OSError as error:
        raise RunError(_NOT_STORED.format(folder=folder, reason=error.strerror or str(error))) from error
    stored = load(folder)
    if not damaged:
        return stored
    return stored.noted(
        Note.of("info", "stored_again", STORED_AGAIN, {"files": damaged}, names=_listed(damaged))
    )


def load(folder: Path) -> Data:
    """The stored data set, its arrays memory-mapped, `home` and `rows` set.

    Raises RunError if there is none, or one of another version, or one that has changed since it was written.
    """
    folder = Path(folder)
    meta = _checked(folder, thorough=False)
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
    except (OSError, ValueError, KeyError, TypeError, UnknownName) as error:
        raise RunError(_DAMAGED.format(folder=folder, reason=reason(error))) from error


def check(folder: Path) -> None:
    """Look thoroughly whether a stored data set is as it was written. Raises RunError as `load`."""
    _checked(Path(folder), thorough=True)


def _checked(folder: Path, thorough: bool) -> dict[str, Any]:
    for _ in range(_LOOKS):
        if folder.is_dir() or not folder.parent.is_dir():
            break
        time.sleep(_LOOK_EVERY)  # another process may be putting a new one in its place
    meta = _read_meta(folder)
    if meta is None:
        raise RunError(_NONE_STORED.format(folder=folder))
    if changed := _changed(folder, meta, thorough):
        raise RunError(_DAMAGED.format(folder=folder, reason=_CHANGED.format(names=_listed(changed))))
    return meta


def _changed(folder: Path, meta: dict[str, Any], thorough: bool) -> list[str]:
    """The files that are not as they were written; what older versions wrote cannot be checked."""
    sealed = meta.get("files", {})
    return sorted(name for name, seal in sealed.items() if not seals.holds(folder / name, seal, thorough))


def _files(folder: Path, there: dict[str, Any]) -> dict[str, Any]:
    """The seals of unchanged files, anew where a copy has other times."""
    return {
        name: seal if (folder / name).stat().st_mtime_ns == seal[1] else seals.of(folder / name)
        for name, seal in there["files"].items()
    }


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5])


def _waited_for(folder: Path, fingerprint: str) -> dict[str, Any] | None:
    """What is there of these data, once no other process writes them any more; None where nothing is."""
    while True:
        if (there := _of(folder, fingerprint)) is not None:
            return there
        if files.writer(folder) is None:
            return _of(folder, fingerprint)  # it may just have ended
        time.sleep(_LOOK_EVERY)


def _of(folder: Path, fingerprint: str) -> dict[str, Any] | None:
    """What is said of the data in a folder, if they are these and can be checked."""
    there = _read_meta(folder)
    fits = there is not None and there.get("fingerprint") == fingerprint and "files" in there
    return there if fits else None


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
    meta = seals.read(folder / _META)
    return meta if meta is not None and meta.get("format") == FORMAT else None


def _write(data: Data, folder: Path, meta: dict[str, Any], image_cap: int) -> None:
    """A new folder, in place of one of another version or content, or a damaged one."""
    try:
        with files.folder_atomic(folder, replace=True) as beside:
            modalities.of(data.modality).store(data.inputs, beside, image_cap)
            for what in meta["arrays"]:
                if what == "targets":
                    _write_targets(beside, data.targets)
                else:
                    _write_array(beside, what, np.asarray(getattr(data, what)))
            written = {path.name: seals.of(path) for path in sorted(beside.iterdir())}
            _write_meta(beside, {**meta, "files": written})
            if _is_whole(folder, meta):  # another process was faster: its readers keep what they read
                raise FileExistsError(errno.EEXIST, "written meanwhile", str(folder))
    except OSError:
        if not _is_whole(folder, meta):
            raise


def _is_whole(folder: Path, meta: dict[str, Any]) -> bool:
    there = _of(folder, meta["fingerprint"])
    return there is not None and not _changed(folder, there, thorough=True)


def _write_targets(folder: Path, targets: Any) -> None:
    """As the arrays that they are made of; masks brought to the size of the stored pictures."""
    samples = folder / "inputs.npy"
    shape = array_files.mapped(samples).shape[1:] if samples.exists() else ()
    stored = answers.of_targets(targets).stored(targets, shape)
    for part, array in parts_of(stored).items():
        _write_array(folder, f"targets-{part}" if part else "targets", array)


def _load_targets(folder: Path) -> Any:
    """Answers from the arrays that are there."""
    parts = {path.name[len("targets-") : -len(".npy")]: path for path in folder.glob("targets-*.npy")}
    if not parts:
        return _load_array(folder, "targets")
    return answers.unpacked({part: np.load(path, allow_pickle=False) for part, path in parts.items()})


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


def _write_meta(folder: Path, meta: dict[str, Any]) -> None:
    files.write_atomic(folder / _META, seals.written(meta))
