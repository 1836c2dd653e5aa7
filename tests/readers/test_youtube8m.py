"""YouTube-8M's TFRecords: videos as a whole and frame by frame, packed and not, and damaged ones."""

import numpy as np
import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError
from nikti.readers import _youtube8m
from nikti.readers._open import open_data, open_inputs

from .tfrecords import example, letters, numbers, save, sequence, whole_numbers

RGB, AUDIO = 6, 3


def video(row, packed=True, labels=(3, 300)):
    seen = [row + 0.5 * k for k in range(RGB)]
    heard = [-row - 0.25 * k for k in range(AUDIO)]
    return example(
        {
            "id": letters([f"v{row}".encode()]),
            "labels": whole_numbers(labels, packed),
            "mean_rgb": numbers(seen, packed),
            "mean_audio": numbers(heard, packed),
        }
    )


def film(row, length=4, labels=(3, 300)):
    about = {"id": letters([f"f{row}".encode()]), "labels": whole_numbers(labels)}
    seen = [letters([bytes([row, 10 * moment, 255, 0, 1, 2])]) for moment in range(length)]
    heard = [letters([bytes([0, 128, moment])]) for moment in range(length)]
    return sequence(about, {"rgb": seen, "audio": heard})


@pytest.mark.parametrize("packed", [True, False])
def test_videos_as_a_whole(tmp_path, packed):
    labels = [(3,), (3, 300), (300,), (7, 2**40)]
    save(tmp_path / "yt" / "train00.tfrecord", [video(row, packed, labels[row]) for row in (0, 1)])
    save(tmp_path / "yt" / "validate7a.tfrecord", [video(row, packed, labels[row]) for row in (2, 3)])
    data = open_data(tmp_path / "yt", Options())
    assert (data.modality, len(data), data.split.tolist()) == ("table", 4, [0, 0, 1, 1])
    assert data.classes == ("3", "7", "300", str(2**40))
    expected = [[1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 1, 0], [0, 1, 0, 1]]
    assert data.targets.astype(int).tolist() == expected
    assert data.inputs.frame.iloc[1].tolist() == [1, 1.5, 2, 2.5, 3, 3.5, -1, -1.25, -1.5]


def test_names_of_the_vocabulary(tmp_path):
    save(tmp_path / "train00.tfrecord", [video(row, labels=[(3,), (300,)][row]) for row in (0, 1)])
    (tmp_path / "vocabulary.csv").write_text("Index,TrainVideoCount,Name\n3,9,Dance\n300,4,Tree\n")
    assert open_data(tmp_path, Options()).classes == ("Dance", "Tree")


def test_frame_by_frame(tmp_path):
    save(
        tmp_path / "train00.tfrecord", [film(row, length=3 + row, labels=[(3,), (5,)][row]) for row in (0, 1)]
    )
    data = open_data(tmp_path, Options())
    assert (data.modality, len(data)) == ("series", 2)
    assert [one.shape for one in data.inputs] == [(RGB + AUDIO, 3), (RGB + AUDIO, 4)]
    levels = np.array([1, 10, 255, 0, 1, 2, 0, 128, 1])  # the second moment of the second film
    expected = levels * 4 / 255 + 4 / 512 - 2
    np.testing.assert_allclose(data.inputs[1][:, 1], expected, rtol=1e-6)
    inputs, names = open_inputs(tmp_path / "train00.tfrecord", "series", {})
    assert names == ["f0", "f1"] and inputs[0].shape == (RGB + AUDIO, 3)


def test_videos_without_labels_are_dropped_and_said(tmp_path):
    save(tmp_path / "a.tfrecord", [video(row, labels=[(3,), (4,), ()][row]) for row in range(3)])
    data = open_data(tmp_path, Options())
    assert len(data) == 2 and data.notes[0].code == "dropped_unlabelled"
    save(tmp_path / "a.tfrecord", [video(0, labels=())])
    with pytest.raises(DataError, match="none of 1 videos has labels"):
        open_data(tmp_path, Options())


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda b: b[:-1], "cut short in record 2"),
        (lambda b: b[: len(b) // 2 + 5], "cut short in record 2"),
        (lambda b: b[:-30] + bytes([b[-30] ^ 1]) + b[-29:], "damaged in record 2: its checksum"),
    ],
)
def test_damaged_files_are_told_with_their_record(tmp_path, harm, sentence):
    path = save(tmp_path / "a.tfrecord", [video(0), video(1)])
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(DataError, match=sentence):
        open_data(path, Options())


@pytest.mark.parametrize("record", [b"\xff" * 30, b"", b"\x0a\x7f\x01", example({})])
def test_records_that_are_no_examples(tmp_path, record):
    path = save(tmp_path / "a.tfrecord", [video(0), record])
    with pytest.raises(DataError, match="record 2 of a.tfrecord holds no TensorFlow example"):
        open_data(path, Options())


def test_videos_that_are_unlike_the_others(tmp_path):
    odd = example({"labels": whole_numbers([3]), "mean_rgb": numbers([1.0])})
    save(tmp_path / "a.tfrecord", [video(0), odd])
    with pytest.raises(DataError, match="video 2 of .* has 1 values where the others have 9"):
        open_data(tmp_path, Options())


def test_bytes_stand_for_the_middle_of_their_step():
    values = _youtube8m.dequantised(np.arange(256))
    assert values.dtype == np.float32 and np.isclose(np.diff(values), 4 / 255).all()
