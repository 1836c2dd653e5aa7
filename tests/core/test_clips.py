"""Clips are read as few, evenly spread frames; what is none is refused in one sentence."""

import shutil
import struct

import cv2
import numpy as np
import pytest

from nikti.core import clips
from nikti.core.errors import DataError

COLOURS = [(16 * k, 255 - 16 * k, 128) for k in range(16)]


def written(path, frames, size=(64, 48), codec="MJPG"):
    """A clip whose frames are of one colour each, RGB; size: (width, height)."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), 10, size)
    for colour in frames:
        writer.write(np.full((size[1], size[0], 3), colour[::-1], np.uint8))
    writer.release()
    return path


@pytest.mark.parametrize(
    ("count", "wanted", "right"),
    [(32, 4, [4, 12, 20, 28]), (16, 16, list(range(16))), (3, 4, [0, 1, 1, 2]), (1, 3, [0, 0, 0])],
)
def test_frames_are_picked_evenly(count, wanted, right):
    assert clips.picked(count, wanted) == right


@pytest.mark.parametrize(("ending", "codec"), [("avi", "MJPG"), ("mp4", "mp4v")])
def test_every_second_frame_of_twice_as_many(tmp_path, ending, codec):
    path = written(tmp_path / f"a.{ending}", [c for colour in COLOURS for c in (colour, colour)], codec=codec)
    found = clips.decode(path)
    assert found.shape == (16, 48, 64, 3) and found.dtype == np.uint8
    assert np.abs(found.mean((1, 2)) - COLOURS).max() < 12  # of lossy packing
    facts = clips.facts(path)
    assert (facts.frames, facts.height, facts.width, round(facts.seconds, 1)) == (32, 48, 64, 3.2)


def test_a_clip_of_one_frame_is_that_frame_all_the_time(tmp_path):
    found = clips.decode(written(tmp_path / "a.avi", COLOURS[:1]))
    assert found.shape == (16, 48, 64, 3) and (found == found[0]).all()


def test_large_frames_are_made_small(tmp_path):
    assert clips.decode(written(tmp_path / "a.avi", COLOURS, (640, 320))).shape == (16, 64, 128, 3)


def test_long_clips_are_sought(tmp_path, monkeypatch):
    path = written(tmp_path / "a.avi", [c for colour in COLOURS for c in [colour] * 4])
    whole = clips.decode(path)
    monkeypatch.setattr(clips, "SEEK_FROM", 10)
    np.testing.assert_array_equal(clips.decode(path), whole)


def test_of_a_clip_cut_short_what_is_there_is_read(tmp_path):
    path = written(tmp_path / "a.avi", COLOURS, (640, 480), codec="mp4v")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    found = clips.decode(path).mean((1, 2))
    assert len(found) == 16 and np.abs(found[0] - COLOURS[0]).max() < 12
    assert found[-1][0] < 200  # the last frames are gone


def test_a_phone_held_upright_is_turned(tmp_path):
    """The matrix of the track's head (ISO 14496-12, 8.3.2) of a quarter turn."""
    path = written(tmp_path / "a.mp4", COLOURS, codec="mp4v")
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4 + 40  # version 0: the matrix begins 40 bytes after the name
    one = 1 << 16
    content[at : at + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    assert clips.decode(path).shape == (16, 64, 48, 3) and clips.facts(path).turn in (90, 270)


def test_a_folder_of_frames_is_a_clip_in_the_order_of_their_numbers(tmp_path):
    for number, colour in enumerate(COLOURS, start=1):
        cv2.imwrite(str(tmp_path / f"f{number}.png"), np.full((20, 30, 3), colour[::-1], np.uint8))
    (tmp_path / "notes.txt").write_text("x")
    found = clips.decode(tmp_path)
    assert found.shape == (16, 20, 30, 3) and (found[:, 0, 0] == COLOURS).all()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://localhost/x.ts\n", "is no clip"),
        (b"a letter to a friend", "is no clip"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 40, "damaged or cut short"),
        (b"RIFF\x10\0\0\0AVI LIST", "damaged or cut short"),
    ],
)
def test_what_is_no_clip_is_refused_in_one_sentence(tmp_path, content, said, capfd):
    path = tmp_path / "ক.mp4"
    path.write_bytes(content)
    for read in (clips.decode, clips.facts):
        with pytest.raises(DataError, match=said) as caught:
            read(path)
        assert str(path) in str(caught.value) and caught.value.words.bn
    assert capfd.readouterr() == ("", "")


def test_an_empty_folder_and_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="folder without pictures"):
        clips.decode(tmp_path)
    shutil.rmtree(tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        clips.decode(tmp_path / "a.mp4")
