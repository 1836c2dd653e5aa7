"""NumPy archives and idx files, written by hand after their formats."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError
from nikti.core.inputs import Frame, Stack, Texts
from nikti.readers import idx, npz
from nikti.readers._open import open_data

DATA = os.environ.get("NIKTI_DATA")
real = pytest.mark.skipif(not DATA, reason="NIKTI_DATA is not set")
RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (6, 9, 7), dtype=np.uint8)
Y = np.array([0, 1, 2, 0, 1, 2])


def read(path, task=None, **arrays):
    if arrays:
        np.savez(path, **arrays)
    return open_data(path, Options(task=task))


def test_pictures_with_names_of_classes(tmp_path):
    data = read(tmp_path / "a b.npz", x=GREY, y=Y, class_names=np.array(["বিড়াল", "dog", "cow"]))
    assert data.modality == "image" and data.name == "a b" and isinstance(data.inputs, Stack)
    assert np.array_equal(data.inputs.array()[..., 0], GREY)
    assert data.targets.tolist() == ["বিড়াল", "dog", "cow"] * 2


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
    ],
)
def test_parts(tmp_path, names):
    arrays = dict(zip(names, (GREY[:4], Y[:4], GREY[4:], Y[4:]), strict=True))
    data = read(tmp_path / "a.npz", **arrays)
    assert data.split.tolist() == [0, 0, 0, 0, 2, 2] and data.targets.tolist() == list("012012")


def test_two_files(tmp_path):
    np.savez(tmp_path / "testing-images.npz", images=GREY[4:], labels=Y[4:])
    np.savez(tmp_path / "training-images.npz", images=GREY[:4], labels=Y[:4])
    data = read(tmp_path)
    assert data.split.tolist() == [0, 0, 0, 0, 2, 2]
    assert np.array_equal(data.inputs.array()[..., 0], GREY)


def test_kinds_of_pictures(tmp_path):
    colour = RNG.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)
    for number, x in enumerate([colour / 255, colour.transpose(0, 3, 1, 2), colour.astype(np.int64)]):
        data = read(tmp_path / f"{number}.npz", x=x, y=Y)
        assert np.array_equal(data.inputs.array(), colour)


def test_series_tables_texts(tmp_path):
    series = RNG.normal(size=(6, 2, 30))
    data = read(tmp_path / "s.npz", X=series, y=Y)
    assert (
        data.modality == "series" and data.inputs[0].shape == (2, 30) and data.inputs[0].dtype == np.float32
    )
    data = read(
        tmp_path / "t.npz", data=series[:, 0], target=Y, feature_names=np.array([f"f{i}" for i in range(30)])
    )
    assert (
        data.modality == "table" and isinstance(data.inputs, Frame) and data.inputs.frame.columns[3] == "f3"
    )
    assert np.array_equal(data.inputs.frame.to_numpy(), series[:, 0])
    data = read(tmp_path / "u.npz", task="series_classification", x=series[:, 0], y=Y)
    assert data.modality == "series" and data.inputs[0].shape == (1, 30)
    data = read(tmp_path / "w.npz", texts=np.array(["ভালো নাটক", "b", "c"]), labels=np.array(["x", "y", "x"]))
    assert isinstance(data.inputs, Texts) and data.inputs[0] == "ভালো নাটক"


def test_answers(tmp_path):
    data = read(tmp_path / "a.npz", x=RNG.normal(size=(6, 3)), y=Y + 0.5)
    assert data.targets.dtype == np.float64 and data.targets[1] == 1.5
    data = read(tmp_path / "b.npz", x=GREY, y=np.eye(3)[Y])
    assert data.targets.tolist() == list("012012")
    data = read(tmp_path / "c.npz", x=GREY, y=Y[:, None].astype(np.uint8))
    assert data.targets.tolist() == list("012012")


def test_inputs_for_prediction(tmp_path):
    np.savez(tmp_path / "new.npz", x=GREY)
    inputs, names = npz.read_inputs(tmp_path / "new.npz", "image", {})
    assert inputs[0].shape == (9, 7, 1) and names == list("123456")


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.array([{}, []], dtype=object), "y": np.arange(2)}, "pickle"),
        ({"x": GREY, "y": Y[:5]}, "6x9x7 samples and 5 labels"),
        ({"frames": GREY, "y": Y}, "Found: frames uint8 6x9x7"),
        ({"x": GREY[:0], "y": Y[:0]}, "no samples"),
        ({"x": GREY[None, :, :, :, None], "y": Y[:1]}, "cannot be read"),
        ({"x": np.full((6, 5, 5, 3), np.nan), "y": Y}, "NaN"),
    ],
)
def test_archives_that_cannot_be_read(tmp_path, arrays, said):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=said):
        read(tmp_path / "a.npz")


def test_damaged_archive(tmp_path):
    np.savez(tmp_path / "a.npz", x=GREY, y=Y)
    content = (tmp_path / "a.npz").read_bytes()
    for broken in (content[:-30], b"", b"hello", content[:100] + b"xxxx" + content[104:]):
        (tmp_path / "a.npz").write_bytes(broken)
        with pytest.raises(DataError, match="a.npz"):
            read(tmp_path / "a.npz")


def as_idx(array, code):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape) + array.tobytes()


@pytest.mark.parametrize("packed", [True, False])
def test_idx_pairs(tmp_path, packed):
    files = {
        "train-images-idx3-ubyte": as_idx(GREY[:4], 8),
        "train-labels-idx1-ubyte": as_idx(Y[:4].astype(np.uint8), 8),
        "t10k-images-idx3-ubyte": as_idx(GREY[4:], 8),
        "t10k-labels-idx1-ubyte": as_idx(Y[4:].astype(np.uint8), 8),
    }
    for name, content in files.items():
        path = tmp_path / (name + ".gz" * packed)
        path.write_bytes(gzip.compress(content) if packed else content)
    (tmp_path / "labels.txt").write_text("T-shirt/top\nজামা\nBag\n", encoding="utf-8")
    data = read(tmp_path)
    assert data.modality == "image" and data.split.tolist() == [0, 0, 0, 0, 2, 2]
    assert np.array_equal(data.inputs.array()[..., 0], GREY)
    assert data.targets.tolist() == ["T-shirt/top", "জামা", "Bag"] * 2
    one = read(tmp_path / ("train-images-idx3-ubyte" + ".gz" * packed))
    assert len(one) == 4 and one.split is None


def test_idx_types(tmp_path):
    values = np.array([[1.5, -2.0]], dtype=">f4")
    (tmp_path / "a-idx2-float").write_bytes(as_idx(values, 0x0D))
    found = idx.load(tmp_path / "a-idx2-float")
    assert found.dtype == np.float32 and found.dtype.isnative and found.tolist() == [[1.5, -2.0]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no idx file"),
        (b"hello world", "no idx file"),
        (as_idx(GREY, 8)[:-1], "holds 377 bytes"),
        (as_idx(GREY, 8) + b"x", "holds 379 bytes"),
        (as_idx(GREY, 8)[:9], "within its header"),
        (gzip.compress(as_idx(GREY, 8))[:-20], "cut short"),
        (struct.pack(">BBBB3I", 0, 0, 8, 3, 2**31, 2**31, 2**31), "holds 0 bytes"),
    ],
)
def test_idx_damage(tmp_path, content, said):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(content)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(as_idx(Y.astype(np.uint8), 8))
    with pytest.raises(DataError, match=said):
        read(tmp_path)


def test_idx_without_labels(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(as_idx(GREY, 8))
    with pytest.raises(DataError, match="no file of labels"):
        read(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(as_idx(Y[:2].astype(np.uint8), 8))
    with pytest.raises(DataError, match="6 samples.*2 labels"):
        read(tmp_path)


@real
def test_fashion_mnist_and_bangla_numerals():
    data = read(Path(DATA) / "fashion_mnist")
    assert data.inputs.sample_shape == (28, 28, 1) and np.bincount(data.split).tolist() == [20000, 0, 10000]
    assert len(set(data.targets)) == 10 and "Ankle_boot" in set(data.targets)
    data = read(Path(DATA) / "bangla_numerals")
    assert data.inputs.sample_shape == (32, 32, 3) and np.bincount(data.split).tolist() == [5000, 0, 1000]
