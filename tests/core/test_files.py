"""What is written is whole or not there, and what a killed process left can be cleared away."""

import errno
import os
import subprocess
import sys
import time

import pytest

from nikti.core import files, owner


def test_files_are_whole_or_as_they_were(tmp_path):
    path = files.write_atomic(tmp_path / "new" / "a.txt", "ক")
    assert path.read_text(encoding="utf-8") == "ক"

    def fails(file):
        file.write(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        files.write_atomic(path, fails)
    with pytest.raises(KeyError), files.folder_atomic(tmp_path / "folder") as beside:
        (beside / "x").write_text("x")
        raise KeyError
    assert path.read_text(encoding="utf-8") == "ক"
    assert [p.name for p in tmp_path.iterdir()] == ["new"] and [p.name for p in path.parent.iterdir()] == [
        "a.txt"
    ]
    with files.folder_atomic(tmp_path / "folder") as beside:
        (beside / "x").write_text("1")
    with files.folder_atomic(tmp_path / "folder", replace=True) as beside:
        (beside / "y").write_text("2")
    assert [p.name for p in (tmp_path / "folder").iterdir()] == ["y"]


def ended() -> str:
    """The mark of a process that has ended."""
    child = subprocess.run(
        [sys.executable, "-c", "from nikti.core import owner; print(owner.this().mark)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return child.stdout.strip()


def test_what_killed_processes_left_is_cleared_away_and_nothing_else(tmp_path):
    gone, here = ended(), owner.this().mark
    elsewhere = owner.Owner(1, 0, "0" * 8).mark
    left = [f".a.txt.{gone}.01234567.part", f".মডেল.x.{gone}.01234567.part"]
    kept = [
        f".a.txt.{here}.01234567.part",  # this process may still be writing it
        f".a.txt.{elsewhere}.01234567.part",  # another machine may
        ".a.txt.0123.part",  # somebody else's files
        f"a.txt.{gone}.01234567.part",
        f".a.txt.{gone}.01234567.partial",
        "thesis.txt",
    ]
    for name in [left[0], *kept]:
        (tmp_path / name).write_text("half")
    (tmp_path / left[1]).mkdir()
    (tmp_path / left[1] / "weights").write_text("half")
    (tmp_path / "model").mkdir()
    files.sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*kept, "model"])
    day = time.time() - 25 * 3600
    os.utime(tmp_path / kept[1], (day, day))
    files.sweep(tmp_path)
    assert not (tmp_path / kept[1]).exists()


def test_a_file_is_written_again_over_what_a_killed_process_left_of_it(tmp_path):
    gone = ended()
    for name in (f".a.txt.{gone}.01234567.part", f".b.txt.{gone}.01234567.part"):
        (tmp_path / name).write_text("half")
    files.write_atomic(tmp_path / "a.txt", "whole")
    assert sorted(p.name for p in tmp_path.iterdir()) == [f".b.txt.{gone}.01234567.part", "a.txt"]


def test_who_writes_a_folder_is_told_to_others(tmp_path):
    code = f"""
import time
from pathlib import Path
from nikti.core import files
with files.folder_beside(Path({str(tmp_path / "model")!r})):
    print("writing", flush=True)
    time.sleep(60)
"""
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "writing\n"
        whose, seconds = files.writer(tmp_path / "model")
        assert whose.pid == other.pid and 0 <= seconds < 60
        assert files.writer(tmp_path / "other") is None
    finally:
        other.kill()
        other.wait()
    assert files.writer(tmp_path / "model") is None
    files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_takes_nobodys_place(tmp_path):
    path = files.write_new(tmp_path / "a.txt", "first")
    with pytest.raises(FileExistsError):
        files.write_new(path, "second")
    assert path.read_text() == "first" and os.listdir(tmp_path) == ["a.txt"]


def test_a_full_disk_is_told_with_the_file(tmp_path):
    """The limit on file size stands for a full disk: writes fail in the middle."""
    resource = pytest.importorskip("resource", reason="this system does not limit the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match=r"a\.txt") as caught:
            files.write_atomic(tmp_path / "a.txt", b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.errno == errno.EFBIG and os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["ক" * 80, "a" * 250], ids=["Bangla", "Latin"])
def test_the_longest_names_can_be_written(tmp_path, name):
    assert files.write_atomic(tmp_path / name, "x").read_text() == "x"


@pytest.mark.parametrize(
    ("text", "longest", "name"),
    [
        ("plain-name_1.png", 80, "plain-name_1.png"),
        ("a b/c\\d:e*f?g", 80, "a_b_c_d_e_f_g"),
        ("আমার ছবি", 80, "আমার_ছবি"),  # vowel signs stay with their letters
        ("ক্ষমতা র\u200d্যাম", 80, "ক্ষমতা_র\u200d্যাম"),  # and joiners
        ("हिन्दी में", 80, "हिन्दी_में"),
        ("café", 80, "café"),
        ("tab\tnew\nline\0", 80, "tab_new_line_"),
        ("a" * 300, 80, "a" * 80),
        ("ক" * 300, 80, "ক" * 26),  # three bytes each
        ("", 80, ""),
    ],
)
def test_a_text_becomes_part_of_a_file_name(text, longest, name):
    assert files.safe_name(text, longest) == name
    assert len(files.safe_name(text, longest).encode()) <= longest


def test_a_name_that_is_no_unicode_is_a_name_all_the_same():
    assert files.safe_name("a\ud800b", 80) == "a_b"
