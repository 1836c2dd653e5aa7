"""A stored data set is the data set, in another process too; and it is whole or absent."""

import json
import os
import shutil
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from PIL import Image

from nikti.core import array_files, images, seals
from nikti.core.data import Data, Note
from nikti.core.errors import DataError, RunError
from nikti.core.inputs import Frame, ImageFiles, Ragged, Stack, Texts
from nikti.storage import cache

RNG = np.random.default_rng(0)
NOTE = Note("warning", "dropped", "একটি নোট: two rows", {"count": np.int64(2), "paths": ["ক খ.png"]})


def everything(modality, inputs, targets=None):
    n = len(inputs)
    return Data(
        "নাম one",
        modality,
        inputs,
        np.arange(n) % 2 if targets is None else targets,
        ("বিড়াল", "dog / cat"),
        target_name="লেবেল",
        groups=np.arange(n) // 2,
        times=np.linspace(0, 1, n),
        split=(np.arange(n) % 3).astype(np.uint8),
        notes=(NOTE,),
    )


def same(one, other):
    assert (one.name, one.modality, one.classes, one.target_name) == (
        other.name,
        other.modality,
        other.classes,
        other.target_name,
    )
    for what in ("targets", "groups", "times", "split"):
        a, b = getattr(one, what), getattr(other, what)
        assert a.dtype == b.dtype and np.array_equal(a, b), what
    assert [(n.level, n.code, n.text) for n in one.notes] == [(n.level, n.code, n.text) for n in other.notes]
    assert other.notes[0].values == {"count": 2, "paths": ["ক খ.png"]}


def test_pictures_in_another_process(tmp_path):
    paths = []
    for number, size in enumerate([(90, 120), (64, 64), (200, 30), (20, 20)]):
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(RNG.integers(0, 256, (*size, 3), dtype=np.uint8)).save(paths[-1])
    data = everything("image", ImageFiles(paths, images.decode))
    stored = cache.store(data, tmp_path / "store", 64)
    assert stored.inputs.sample_shape == (64, 64, 3) and isinstance(stored.inputs.base, np.memmap)
    assert stored.rows.tolist() == [0, 1, 2, 3] and stored.home == tmp_path / "store"
    for row in range(4):
        assert np.array_equal(stored.inputs[row], images.resize(data.inputs[row], 64, 3))
    same(data, stored)
    program = f"""
        from nikti.storage import cache
        from pathlib import Path
        data = cache.load(Path({str(tmp_path / "store")!r}))
        print(int(data.inputs.array().sum()), data.classes == ("বিড়াল", "dog / cat"), len(data.rows))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.split() == [str(int(stored.inputs.array().sum())), "True", "4"]


@pytest.mark.parametrize("kind", ["files", "stack", "odd stack", "ragged"])
def test_grey_is_one_channel(tmp_path, kind):
    grey = RNG.integers(0, 256, (3, 20, 20), dtype=np.uint8)
    colour = np.repeat(grey[..., None], 3, axis=3)
    if kind == "files":
        for row, picture in enumerate(colour):
            Image.fromarray(picture).save(tmp_path / f"{row}.png")
        inputs = ImageFiles([tmp_path / f"{row}.png" for row in range(3)], images.decode)
    elif kind == "stack":
        inputs = Stack(colour)
    elif kind == "odd stack":
        inputs = Stack(np.repeat(colour, 4, axis=1))  # 80 x 20
    else:
        inputs = Ragged.of(list(colour))
    stored = cache.store(everything("image", inputs), tmp_path / "store", 32)
    assert stored.inputs.sample_shape == ((20, 20, 1) if kind != "odd stack" else (32, 32, 1))
    if kind != "odd stack":
        assert np.array_equal(stored.inputs.array()[..., 0], grey)
    assert not (tmp_path / "store" / "grey.npy").exists()


def test_one_coloured_pixel_is_colour(tmp_path):
    colour = np.full((600, 8, 8, 3), 9, dtype=np.uint8)
    colour[599, 7, 7, 2] = 10
    stored = cache.store(everything("image", Stack(colour)), tmp_path / "store", 64)
    assert np.array_equal(stored.inputs.array(), colour)


def test_series(tmp_path):
    even = RNG.normal(size=(4, 2, 9)).astype(np.float32)
    even[0, 0, 0] = np.nan
    for name, inputs in {"stack": Stack(even), "ragged": Ragged.of(list(even))}.items():
        stored = cache.store(everything("series", inputs), tmp_path / name, 64)
        assert isinstance(stored.inputs, Stack) and np.array_equal(
            stored.inputs.array(), even, equal_nan=True
        )
    odd = [even[0], even[1, :, :4], even[2, :, :1]]
    stored = cache.store(everything("series", Ragged.of(odd)), tmp_path / "odd", 64)
    assert isinstance(stored.inputs, Ragged) and stored.inputs[1].dtype == np.float32
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(stored.inputs, odd, strict=True))


def test_texts(tmp_path):
    texts = ["ভালো লাগল নাটক", "", "line\nbreak\0null", "a" * 100_000]
    data = everything("text", Texts(texts), np.array(["ক", "b\0", "ক", ""], dtype=object))
    stored = cache.store(data, tmp_path / "store", 64)
    assert list(stored.inputs) == texts
    same(data, stored)


def test_broken_unicode_survives(tmp_path):
    array_files.save_strings(tmp_path / "a.arrow", ["lone \ud83d surrogate"])
    assert array_files.load_strings(tmp_path / "a.arrow") == ["lone \ud83d surrogate"]


def test_table(tmp_path):
    import pandas as pd

    frame = pd.DataFrame(
        {
            "বয়স": [1.5, np.nan, -0.0],
            "kind": pd.Categorical(["x", None, "y"], categories=["y", "never", "x"]),
            "yes": pd.array([True, None, False], dtype="boolean"),
            "when": np.array(["2024-01-01T10:00:01.000002", "NaT", "1969-07-20"], dtype="datetime64[us]"),
            "text": pd.array(["ক খ", "", "z"], dtype="string"),
            "whole": np.array([1, 2, 2**60]),
            "maybe": pd.array([1, None, 2**60], dtype="Int64"),
        }
    )
    data = everything("table", Frame(frame), np.array([0.1, 2.5, -3.0]))
    stored = cache.store(data, tmp_path / "store", 64)
    pd.testing.assert_frame_equal(stored.inputs.frame, frame)
    assert list(stored.inputs.frame["kind"].cat.categories) == ["y", "never", "x"]
    same(data, stored)


def test_a_whole_one_is_used_again_and_another_one_replaced(tmp_path):
    data = everything("image", Stack(RNG.integers(0, 256, (4, 40, 40, 3), dtype=np.uint8)))
    folder = tmp_path / "store"
    cache.store(data, folder, 64)
    node = (folder / "inputs.npy").stat().st_ino
    (folder / "features.npy").touch()
    cache.store(data, folder, 64)
    assert (folder / "inputs.npy").stat().st_ino == node and (folder / "features.npy").exists()
    renamed = cache.store(data.noted(Note("info", "more", "more")), folder, 64)
    assert (folder / "inputs.npy").stat().st_ino == node and renamed.notes[-1].code == "more"
    assert cache.store(data, folder, 16).inputs.sample_shape == (16, 16, 3)
    assert not (folder / "features.npy").exists()
    assert cache.store(data.subset([0, 1]), folder, 16).rows.tolist() == [0, 1]
    assert os.listdir(tmp_path) == ["store"]


def test_what_is_not_whole_is_refused(tmp_path):
    with pytest.raises(RunError, match="no stored data"):
        cache.load(tmp_path / "nothing")
    data = everything("text", Texts(["a", "b"]))
    cache.store(data, tmp_path / "store", 64)
    (tmp_path / "store" / "targets.npy").write_bytes(b"x")
    with pytest.raises(RunError, match="damaged"):
        cache.load(tmp_path / "store")
    meta = seals.read(tmp_path / "store" / "meta.json")
    (tmp_path / "store" / "meta.json").write_text(seals.written({**meta, "format": 0}))
    with pytest.raises(RunError, match="this version"):
        cache.load(tmp_path / "store")
    assert list(cache.store(data, tmp_path / "store", 64).inputs) == ["a", "b"]


def test_a_picture_that_vanished_leaves_nothing(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (20, 20)).save(path)
    data = everything("image", ImageFiles([path] * 3, lambda path: images.decode(tmp_path / "gone.png")))
    with pytest.raises(DataError, match="gone.png"):
        cache.store(data, tmp_path / "store" / "deep", 64)
    assert os.listdir(tmp_path / "store") == []


def test_a_full_disk_leaves_nothing(tmp_path):
    """The limit on file size stands for a full disk: writes fail with an OSError in the middle."""
    resource = pytest.importorskip("resource", reason="this system does not limit the size of files")
    data = everything("image", Stack(RNG.integers(0, 256, (400, 32, 32, 3), dtype=np.uint8)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(RunError, match="cannot be stored.*NIKTI_CACHE"):
            cache.store(data, tmp_path / "store", 64)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.listdir(tmp_path) == []
    assert len(cache.store(data, tmp_path / "store", 64)) == 400


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot be stored in"):
        cache.store(everything("text", Texts(["a", "b"])), tmp_path / "file" / "store", 64)


def flip(path, at=-3):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def keep_times(harm):
    """The same harm, by a disk that errs without changing a time."""

    def silent(path):
        before = path.stat()
        harm(path)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return silent


#: What happens to a stored file.
HARM = {
    "a flipped bit": flip,
    "a flipped bit, silently": keep_times(flip),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-2]),
    "junk": lambda path: path.write_bytes(b"\x93NUMPYjunk"),
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
@pytest.mark.parametrize("name", ["inputs.npy", "targets.npy", "groups.npy"])
def test_harm_is_found_said_and_mended(tmp_path, name, harm):
    data = everything("image", Stack(RNG.integers(0, 256, (4, 9, 9, 3), dtype=np.uint8)))
    folder = tmp_path / "store"
    assert [note.code for note in cache.store(data, folder, 64).notes] == ["dropped"]
    harm(folder / name)
    with pytest.raises(RunError, match=f"damaged.*{name}.*compare command again"):
        cache.check(folder)
    again = cache.store(data, folder, 64)
    assert again.notes[-1].code == "stored_again" and again.notes[-1].values == {"files": [name]}
    assert np.array_equal(again.inputs.array(), data.inputs.array())
    assert np.array_equal(again.targets, data.targets) and np.array_equal(again.groups, data.groups)
    assert [note.code for note in cache.store(data, folder, 64).notes] == ["dropped"]


def test_harm_that_changed_a_time_is_found_by_workers_too(tmp_path):
    folder = tmp_path / "store"
    cache.store(everything("text", Texts(["a", "b"])), folder, 64)
    flip(folder / "inputs.arrow", len((folder / "inputs.arrow").read_bytes()) // 2)
    with pytest.raises(RunError, match="inputs.arrow changed"):
        cache.load(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("বিড়াল", "কুকুর"),
        lambda text: text[:-5],
        lambda text: '{"format": 1}',
        lambda text: '{"format": 1, "fingerprint": 5}',
        lambda text: "[]",
    ],
)
def test_meta_that_were_changed_are_not_believed(tmp_path, change):
    data, place = everything("text", Texts(["a", "b"])), tmp_path / "store" / "meta.json"
    cache.store(data, tmp_path / "store", 64)
    place.write_text(change(place.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(RunError):
        cache.load(tmp_path / "store")
    assert cache.store(data, tmp_path / "store", 64).classes == data.classes


def test_what_an_older_version_stored_is_read_and_stored_anew(tmp_path):
    data, place = everything("text", Texts(["a", "b"])), tmp_path / "store" / "meta.json"
    cache.store(data, tmp_path / "store", 64)
    meta = seals.read(place)
    older = {key: value for key, value in meta.items() if key != "files"}
    place.write_text(json.dumps(older), encoding="utf-8")
    assert list(cache.load(tmp_path / "store").inputs) == ["a", "b"]
    assert [note.code for note in cache.store(data, tmp_path / "store", 64).notes] == ["dropped"]
    assert "files" in seals.read(place)


def test_a_copied_cache_is_not_damaged(tmp_path):
    data = everything("text", Texts(["a", "b"]))
    cache.store(data, tmp_path / "store", 64)
    shutil.copytree(tmp_path / "store", tmp_path / "copy", copy_function=shutil.copyfile)
    assert list(cache.load(tmp_path / "copy").inputs) == ["a", "b"]
    assert len(cache.store(data, tmp_path / "copy", 64).notes) == 1
    cache.check(tmp_path / "copy")


STORING = """
    import time, sys
    import numpy as np
    from pathlib import Path
    from nikti.core.data import Data
    from nikti.core.inputs import Stack
    from nikti.storage import cache
    pictures = np.random.default_rng(0).integers(0, 256, (3000, 32, 32, 3), dtype=np.uint8)
    data = Data("x", "image", Stack(pictures), np.arange(3000) % 2, ("a", "b"))
    print("ready", flush=True)
    sys.stdin.readline()
    found = cache.store(data, Path(sys.argv[1]), 64)
    assert np.array_equal(found.inputs.array(), pictures)
    print(len(found.notes))
"""


def test_several_processes_store_the_same_at_once(tmp_path):
    program = [sys.executable, "-c", textwrap.dedent(STORING), str(tmp_path / "store")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    started = [subprocess.Popen(program, **pipes) for _ in range(3)]
    for one in started:
        assert one.stdout.readline() == "ready\n"
    for one in started:
        one.stdin.write("go\n")
        one.stdin.flush()
    assert [one.communicate()[0] for one in started] == ["0\n"] * 3
    assert os.listdir(tmp_path) == ["store"]
