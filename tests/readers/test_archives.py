"""Zip archives: what is safe is unpacked once, what is not is refused."""

import os
import stat
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image

from nikti.core.data import Options
from nikti.core.errors import DataError
from nikti.readers import zip_archive
from nikti.readers._open import open_data, open_inputs


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def picture(folder, name, value):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((9, 9, 3), value, dtype=np.uint8)).save(path)
    return path


def packed(tmp_path, names, wrapper=""):
    path = tmp_path / "my data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for value, name in enumerate(names):
            archive.write(picture(tmp_path / "src", name, value), wrapper + name)
    return path


def test_reads_like_the_folder(tmp_path, cache):
    path = packed(tmp_path, ["train/বিড়াল/1.png", "train/dog/1.png", "test/dog/2.png"], "wrapper/")
    data = open_data(path, Options())
    assert data.name == "my data" and data.split.tolist().count(2) == 1
    assert sorted(set(data.targets)) == ["dog", "বিড়াল"]
    folder = zip_archive.unpack(path)
    stamp = folder.stat().st_mtime_ns
    assert zip_archive.unpack(path) == folder and folder.stat().st_mtime_ns == stamp
    assert [p.name for p in (cache / "unpacked").iterdir()] == [folder.name]
    inputs, names = open_inputs(path, "image", {})
    assert len(inputs) == 3 and all(name.startswith(str(path)) for name in names)


@pytest.mark.parametrize(
    "name", ["../evil.png", "a/../../evil.png", "/etc/evil", "C:\\evil.png", "..\\evil.png"]
)
def test_paths_that_escape(tmp_path, cache, name):
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cat/1.png", b"x")
        archive.writestr(name, b"x")
    with pytest.raises(DataError, match="outside of its folder"):
        open_data(path, Options())
    assert not cache.exists() and not (tmp_path / "evil.png").exists()


def test_links_passwords_and_damage(tmp_path, cache):
    path = tmp_path / "link.zip"
    link = zipfile.ZipInfo("cat/1.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="link"):
        zip_archive.unpack(path)

    whole = packed(tmp_path, ["cat/1.png", "dog/1.png"]).read_bytes()
    locked = bytearray(whole)
    for start in range(len(locked) - 4):
        if locked[start : start + 4] == b"PK\x01\x02":
            locked[start + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    with pytest.raises(DataError, match="password"):
        zip_archive.unpack(tmp_path / "locked.zip")

    for name, content in {"cut": whole[:-40], "text": b"hello", "empty": b""}.items():
        (tmp_path / f"{name}.zip").write_bytes(content)
        with pytest.raises(DataError, match=f"{name}.zip is damaged"):
            open_data(tmp_path / f"{name}.zip", Options())
    flipped = bytearray(whole)
    flipped[60] ^= 255  # inside the first file: its checksum is wrong
    (tmp_path / "flipped.zip").write_bytes(flipped)
    with pytest.raises(DataError, match="flipped.zip is damaged"):
        zip_archive.unpack(tmp_path / "flipped.zip")
    assert not list((cache / "unpacked").glob("*"))


def test_bombs(tmp_path, monkeypatch):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("cat/1.png", "w", force_zip64=True) as member:
            for _ in range(110):
                member.write(bytes(2**20))
    with pytest.raises(DataError, match="would grow"):
        zip_archive.unpack(path)
    monkeypatch.setattr(zip_archive, "MAX_FILES", 1)
    with pytest.raises(DataError, match="2 files"):
        zip_archive.unpack(packed(tmp_path, ["a/1.png", "b/1.png"]))


def test_names_in_unmarked_utf8(tmp_path):
    unmarked = tmp_path / "mac.zip"
    with zipfile.ZipFile(unmarked, "w") as archive:
        archive.writestr("caXXXX/1.txt", "one text")
        archive.writestr("dog/1.txt", "another")
        archive.writestr("__MACOSX/dog/._1.txt", "junk")
    name = "মক".encode()  # six bytes, as long as caXXXX
    unmarked.write_bytes(unmarked.read_bytes().replace(b"caXXXX", name))
    data = open_data(unmarked, Options())
    assert sorted(data.targets) == ["dog", "মক"]
    assert not list(zip_archive.unpack(unmarked).glob("__MACOSX"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_cache(tmp_path, cache):
    cache.mkdir()
    cache.chmod(0o500)
    with pytest.raises(DataError, match="cannot be unpacked"):
        zip_archive.unpack(packed(tmp_path, ["a/1.png"]))


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-9]),
        lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"),
        lambda file: file.unlink(),
        lambda file: file.with_name("more.png").write_bytes(b"x"),
    ],
    ids=["cut short", "flipped", "gone", "another one"],
)
def test_unpacked_files_that_were_changed_are_unpacked_again_and_it_is_said(tmp_path, harm):
    path = packed(tmp_path, ["cat/1.png", "cat/2.png", "dog/1.png"])
    before = open_data(path, Options()).fingerprinted()
    harm(zip_archive.unpack(path) / "dog" / "1.png")
    after = open_data(path, Options())
    assert after.fingerprinted().fingerprint == before.fingerprint
    assert [note.code for note in after.notes if note not in before.notes] == ["stored_again"]
    assert "stored_again" not in [note.code for note in open_data(path, Options()).notes]


def test_several_processes_unpack_the_same_at_once(tmp_path, cache):
    path = packed(tmp_path, [f"{name}/{n}.png" for name in ("cat", "dog") for n in range(100)])
    code = (
        "import pathlib, sys; from nikti.readers import zip_archive\n"
        "print(zip_archive.unpack(pathlib.Path(sys.argv[1])))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    found = {one.communicate()[0].strip() for one in started}
    assert found == {str(zip_archive.unpack(path))}
    assert len(os.listdir(cache / "unpacked")) == 1
