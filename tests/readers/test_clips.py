"""Class folders of clips: classes, groups by a table and by names, and what is dropped."""

import cv2
import numpy as np
import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import ClipFiles
from nikti.readers import clip_folder
from nikti.readers._open import open_data, open_inputs


def clip(path, level=100, frames=6):
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (32, 24))
    for k in range(frames):
        writer.write(np.full((24, 32, 3), level + k, np.uint8))
    writer.release()
    return path


@pytest.fixture
def folder(tmp_path):
    for name in ("hop", "run"):
        for number in range(3):
            clip(tmp_path / "clips" / name / f"{number}.avi", 40 * number + 10)
    return tmp_path / "clips"


def test_folders_are_classes(folder):
    data = open_data(folder, Options())
    assert (data.modality, len(data), sorted(set(data.targets))) == ("video", 6, ["hop", "run"])
    assert isinstance(data.inputs, ClipFiles) and data.inputs[0].shape == (16, 24, 32, 3)
    assert data.groups is None and data.fingerprinted().fingerprint == data.fingerprinted().fingerprint


def test_pictures_beside_clips_do_not_make_them_pictures(folder):
    cv2.imwrite(str(folder / "hop" / "cover.png"), np.zeros((8, 8, 3), np.uint8))
    assert open_data(folder, Options()).modality == "video"


def test_the_sources_of_a_table_are_groups(folder):
    rows = [f"{name}/{number}.avi,{number // 2}" for name in ("hop", "run") for number in range(3)]
    (folder / "clips.csv").write_text("\n".join(["file,source", *rows]) + "\n")
    data = open_data(folder, Options(group="source"))
    assert data.groups.tolist() == [0, 0, 1, 0, 0, 1]
    assert "clips.csv" in next(note.text for note in data.notes if note.code == "groups_read")
    with pytest.raises(UsageError, match="no table.*'camera'"):
        open_data(folder, Options(group="camera"))


def test_clips_in_class_folders_come_before_an_archive_beside_them(folder):
    rows = [f"clips/{name}/{number}.avi,{number}" for name in ("hop", "run") for number in range(3)]
    (folder.parent / "clips.csv").write_text("\n".join(["file,session", *rows]) + "\n")
    np.savez(folder.parent / "other.npz", frames=np.zeros(3))
    data = open_data(folder.parent, Options(group="session"))
    assert (data.modality, len(data), len(set(data.groups))) == ("video", 6, 3)


def test_names_as_ucf101_has_them_tell_groups(tmp_path):
    for name in ("Hop", "Run"):
        for group, number in ((1, 1), (1, 2), (2, 1)):
            clip(tmp_path / "ucf" / name / f"v_{name}_g0{group}_c0{number}.avi")
    data = open_data(tmp_path / "ucf", Options())
    assert data.groups.tolist() == [0, 0, 1, 2, 2, 3]


def test_what_cannot_be_decoded_is_dropped_and_said(folder):
    (folder / "hop" / "9.mp4").write_text("no clip at all")
    data = open_data(folder, Options())
    note = next(note for note in data.notes if note.code == "dropped_unreadable")
    assert len(data) == 6 and note.values["paths"] == ["hop/9.mp4"] and "begins as no video" in note.text
    for file in folder.rglob("*.avi"):
        file.write_bytes(b"x")
    with pytest.raises(DataError, match="none of 7 clips can be read"):
        open_data(folder, Options())


def test_what_is_done_to_clips_is_said(folder):
    clip(folder / "hop" / "still.avi", frames=1)
    path = clip(folder / "run" / "cut.avi", frames=40)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    notes = {note.code: note for note in open_data(folder, Options()).notes}
    assert notes["one_frame"].values["paths"] == ["hop/still.avi"]
    assert notes["cut_short"].values["paths"] == ["run/cut.avi"] and notes["cut_short"].level == "warning"
    assert "মাঝপথে" in notes["cut_short"].text_bn and "run/cut.avi" in notes["cut_short"].text_bn


def test_a_class_none_of_whose_clips_can_be_read_is_said(folder):
    for number in range(3):
        (folder / "hop" / f"{number}.avi").write_bytes(b"")
    clip(folder / "sit" / "0.avi")
    notes = {note.code: note for note in open_data(folder, Options()).notes}
    assert notes["classes_unreadable"].values["classes"] == ["hop"]
    assert "hop/0.avi is empty" in notes["dropped_unreadable"].text
    assert "hop/0.avi ফাঁকা" in notes["dropped_unreadable"].text_bn


def test_clips_without_classes_are_refused(tmp_path):
    clip(tmp_path / "loose" / "1.avi")
    assert not clip_folder.sniff(tmp_path / "loose")


def test_clips_to_predict(folder):
    inputs, names = open_inputs([folder / "hop", folder / "run" / "0.avi"], "video", {})
    assert len(inputs) == 4 and names[-1].endswith("0.avi") and isinstance(inputs, ClipFiles)


@pytest.fixture
def loose(tmp_path):
    """Clips in one folder, and a table that names them, beside it."""
    rows = []
    for number in range(8):
        clip(tmp_path / "films" / "videos" / f"{number}.avi", 20 * number + 10)
        rows.append(f"videos\\{number}.AVI,{'hop' if number % 2 else 'run'},{number // 4}")
    (tmp_path / "films" / "labels.csv").write_text("\n".join(["path,label,source", *rows]) + "\n")
    return tmp_path / "films"


@pytest.mark.parametrize("given", ["", "labels.csv"])
def test_a_table_says_what_each_clip_is_and_of_which_source(loose, given):
    data = open_data(loose / given, Options(group="source"))
    assert (data.modality, data.targets.tolist()) == ("video", ["run", "hop"] * 4)
    assert data.groups.tolist() == [0] * 4 + [1] * 4 and isinstance(data.inputs, ClipFiles)


def test_clips_that_the_table_does_not_name_are_said(loose):
    clip(loose / "videos" / "more.avi")
    notes = {note.code: note for note in open_data(loose, Options()).notes}
    assert notes["unnamed_files"].values["count"] == 1 and "videos/more.avi" in notes["unnamed_files"].text


def test_clips_that_a_table_names_are_predicted(loose):
    (loose / "new.csv").write_text("clip\nvideos/1.avi\nvideos/2.avi\n")
    inputs, names = open_inputs(loose / "new.csv", "video", {"video_column": "clip"})
    assert isinstance(inputs, ClipFiles) and names == ["videos/1.avi", "videos/2.avi"]


def frames(folder, start, name="{:03d}.png", count=5, step=1, size=(24, 32), pace=2):
    """Numbered pictures of a square that moves by `pace` pixels from one to the next."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        picture = np.zeros((*size, 3), np.uint8)
        at = (start + pace * number) % (size[1] - 8)
        picture[8:16, at : at + 8] = 200
        cv2.imwrite(str(folder / name.format(number * step + 1)), picture)


@pytest.fixture
def walks(tmp_path):
    """class/clip/frame, as data sets of actions are unpacked."""
    for row in range(8):
        frames(tmp_path / "walks" / ("left", "right")[row % 2] / f"clip{row}", start=3 * row)
    return tmp_path / "walks"


def test_folders_of_frames_are_clips(walks):
    data = open_data(walks, Options())
    assert (data.modality, len(data), sorted(set(data.targets))) == ("video", 8, ["left", "right"])
    assert isinstance(data.inputs, ClipFiles) and data.inputs[0].shape == (16, 24, 32, 3)
    note = next(note for note in data.notes if note.code == "frames_read")
    assert "8 clips of 40 pictures" in note.text and "--task image_classification" in note.text
    inputs, names = open_inputs(walks / "left", "video", {})
    assert len(inputs) == 4 and names[0].endswith("clip0")


def test_folders_of_frames_in_train_and_test_folders(tmp_path):
    for part in ("train", "test"):
        for row in range(4):
            frames(tmp_path / "acts" / part / ("left", "right")[row % 2] / f"{row}", 4 * row, "frame_{}.png")
    data = open_data(tmp_path / "acts", Options())
    assert (data.modality, sorted(data.split.tolist())) == ("video", [0] * 4 + [2] * 4)


def test_the_same_folders_are_pictures_where_the_user_says_so(walks):
    assert open_data(walks, Options(task="image_classification")).modality == "image"


@pytest.mark.parametrize(
    "change",
    [
        dict(count=3),  # too few
        dict(name="{0}-{0}.png"),  # not called alike
        dict(pace=29),  # numbered, but one does not look like the next
    ],
)
def test_numbered_photos_in_folders_are_no_clips(tmp_path, change):
    for row in range(8):
        frames(tmp_path / "photos" / ("cat", "dog")[row % 2] / f"day{row}", start=5, **change)
    assert open_data(tmp_path / "photos", Options()).modality == "image"
