"""What the user named to be written is never written over something that is there."""

import os
import threading

import pytest

from nikti.core import outputs
from nikti.core.errors import UsageError


def test_what_is_there_is_refused_and_stays(tmp_path):
    mine = tmp_path / "wine.csv"
    mine.write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for place in (mine, tmp_path, tmp_path / "link"):
        with pytest.raises(UsageError, match="exists already.*--out"):
            outputs.refuse_taken(place)
        with pytest.raises(UsageError, match="exists already"):
            outputs.write(place, "theirs")
    assert mine.read_text() == "mine" and sorted(os.listdir(tmp_path)) == ["link", "wine.csv"]
    outputs.refuse_taken(tmp_path / "new.csv")
    assert outputs.write(tmp_path / "deep" / "new.csv", "answers").read_text() == "answers"


def test_a_pipe_and_a_device_take_everything(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    outputs.refuse_taken(tmp_path / "pipe")
    outputs.write(tmp_path / "pipe", "answers")
    reader.join()
    assert read == ["answers"]
    for replace in (False, True):
        outputs.write("/dev/null", "answers", replace=replace)
    assert os.stat("/dev/null").st_rdev == os.makedev(1, 3)


def test_a_folder_for_many_files_must_be_new_or_empty(tmp_path):
    (tmp_path / "pics").mkdir()
    outputs.refuse_filled(tmp_path / "pics", "--masks")
    outputs.refuse_filled(tmp_path / "new", "--masks")
    (tmp_path / "pics" / "a.png").write_text("mine")
    with pytest.raises(UsageError, match="not empty.*--masks"):
        outputs.refuse_filled(tmp_path / "pics", "--masks")
    with pytest.raises(UsageError, match="exists already.*--masks"):
        outputs.refuse_filled(tmp_path / "pics" / "a.png", "--masks")


def test_files_of_one_name_are_numbered(tmp_path):
    made = [outputs.write_numbered(tmp_path / "scan.png", str(number)) for number in range(3)]
    assert [path.name for path in made] == ["scan.png", "scan-2.png", "scan-3.png"]
    assert [path.read_text() for path in made] == ["0", "1", "2"]
    assert outputs.free_name(tmp_path / "scan.png").name == "scan-4.png"
