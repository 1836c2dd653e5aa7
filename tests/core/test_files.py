"""What is written is whole or not there, and what a killed process left can be cleared away."""

import pytest

from nikti.core import files


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


def test_what_killed_processes_left_is_cleared_away_and_nothing_else(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "part").mkdir()
    writing = files.folder_atomic(tmp_path / "other")
    (writing.__enter__() / "x").write_text("half")  # never left
    (tmp_path / ".a.txt.0123.part").write_text("half")
    files.sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model", "part"]


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
