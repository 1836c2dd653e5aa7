"""A byte of what the cache holds is changed: found out, said and mended, or served?"""

from __future__ import annotations

import os
import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

#: Pictures of the set whose cache is harmed.
PICTURES = 120


def measure(place: Path, flips: int, rng: random.Random) -> dict[str, Any]:
    """{what: {"flips", "silent": of them without a change of the time, "found", "served"}}."""
    place.mkdir(parents=True, exist_ok=True)
    os.environ["NIKTI_CACHE"] = str(place / "cache")
    found = {"stored data": _stored(place, flips, rng), "stored features": _features(place, flips, rng)}
    return {**found, "unpacked archives": _unpacked(place, flips, rng)}


def _flip(file: Path, rng: random.Random, silent: bool) -> None:
    before, content = file.stat(), bytearray(file.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    file.write_bytes(content)
    if silent:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _data() -> Any:
    from nikti.core import catalogue

    data = catalogue.load("datasets", "digits").load(seed=0)
    task = catalogue.load("tasks", "image_classification").TASK
    return task.prepare(data.subset(np.arange(PICTURES))).fingerprinted()


def _same(one: Any, other: Any) -> bool:
    arrays = ((one.inputs.array(), other.inputs.array()), (one.targets, other.targets))
    return all(np.array_equal(a, b) for a, b in arrays) and one.classes == other.classes


def _stored(place: Path, flips: int, rng: random.Random) -> dict[str, int]:
    from nikti.storage import cache

    data, home = _data(), place / "cache" / "data" / "digits"
    whole = cache.store(data, home, 64)
    whole = (np.array(whole.inputs.array()), np.array(whole.targets), whole.classes)
    count = {"flips": 0, "silent": 0, "found": 0, "served": 0}
    for _ in range(flips):
        silent, file = rng.random() < 0.5, rng.choice(sorted(p for p in home.iterdir() if p.is_file()))
        _flip(file, rng, silent)
        again = cache.store(data, home, 64)
        pixels, labels = (
            np.array_equal(again.inputs.array(), whole[0]),
            np.array_equal(again.targets, whole[1]),
        )
        right = pixels and labels and again.classes == whole[2]
        said = "stored_again" in [note.code for note in again.notes]
        _counted(count, silent, right and said, right)
    return count


def _features(place: Path, flips: int, rng: random.Random) -> dict[str, int]:
    from nikti.classical import stored
    from nikti.core import catalogue

    home, data = place / "cache" / "data" / "features-of", _data()
    feature = catalogue.load("classical/features/image", "pixels").build()
    stored.store_columns(home, "pixels", feature, data.inputs)
    found = stored.columns(home, "pixels", feature)
    assert found is not None
    whole, count = np.array(found.array), {"flips": 0, "silent": 0, "found": 0, "served": 0}
    for _ in range(flips):
        silent, file = rng.random() < 0.5, rng.choice(sorted((home / "features").iterdir()))
        _flip(file, rng, silent)
        stored.store_columns(home, "pixels", feature, data.inputs)  # as every comparison does first
        again = stored.columns(home, "pixels", feature)
        right = again is not None and np.array_equal(again.array, whole)
        _counted(count, silent, right, right)
    return count


def _unpacked(place: Path, flips: int, rng: random.Random) -> dict[str, int]:
    from nikti.readers import zip_archive

    archive, source = (
        place / "texts.zip",
        {f"{kind}/{n}.txt": f"{kind} {n} " * 30 for kind in "ab" for n in range(9)},
    )
    with zipfile.ZipFile(archive, "w") as file:
        for name, text in source.items():
            file.writestr(name, text)
    folder, count = zip_archive.unpack(archive), {"flips": 0, "silent": 0, "found": 0, "served": 0}
    for _ in range(flips):
        silent = rng.random() < 0.5
        _flip(rng.choice(sorted(p for p in folder.rglob("*") if p.is_file())), rng, silent)
        _, wrong = zip_archive.unpacked(archive)
        right = all((folder / name).read_text() == text for name, text in source.items())
        _counted(count, silent, right and len(wrong) == 1, right)
    shutil.rmtree(folder)
    return count


def _counted(count: dict[str, int], silent: bool, found: bool, right: bool) -> None:
    count["flips"] += 1
    count["silent"] += silent
    count["found"] += found
    count["served"] += not right
