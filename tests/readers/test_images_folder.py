"""Class folders, labelled pictures, loose pictures: what is read, what is said."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.readers._open import open_data, open_inputs

DATA = os.environ.get("NIKTI_DATA")
real = pytest.mark.skipif(not DATA, reason="NIKTI_DATA is not set")


def draw(path, value=0, size=(12, 10)):
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(value)
    picture = Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
    picture.save(path, {".jpg": "JPEG", ".png": "PNG"}.get(path.suffix.lower()))
    return path


def codes(data):
    return {note.code: note for note in data.notes}


def read(path, **options):
    return open_data(path, Options(**options))


def test_classes_are_folders_and_nothing_is_lost_silently(tmp_path):
    root = tmp_path / "my photos"
    for number in range(3):
        draw(root / "বিড়াল" / f"{number}.png", number)
        draw(root / "dog s" / "deep" / "er" / f"{number}.JPG", 10 + number)
    draw(root / "bird" / "only.png", 99)
    (root / "fish").mkdir()
    (root / "dog s" / "notes.pdf").write_bytes(b"x")
    for junk in (".DS_Store", "Thumbs.db"):
        (root / "dog s" / junk).write_bytes(b"x")
    draw(root / "__MACOSX" / "cat" / "._1.png")
    (root / "বিড়াল" / "empty.png").touch()
    (root / "বিড়াল" / "text.jpg").write_text("no picture")
    cut = draw(root / "বিড়াল" / "cut.jpg", 5, (200, 200)).read_bytes()
    (root / "বিড়াল" / "cut.jpg").write_bytes(cut[: len(cut) // 2])
    os.rename(draw(root / "বিড়াল" / "x.png", 77), root / "বিড়াল" / "lies.jpg")
    draw(root / "loose.png", 3)
    data = read(root)
    assert data.modality == "image" and data.name == "my photos" and data.split is None
    assert dict(zip(*np.unique(data.targets.astype(str), return_counts=True), strict=True)) == {
        "bird": 1,
        "dog s": 3,
        "বিড়াল": 4,
    }
    found = codes(data)
    assert found["dropped_unreadable"].values["count"] == 3
    assert set(map(os.path.basename, found["dropped_unreadable"].values["paths"])) == {
        "empty.png",
        "text.jpg",
        "cut.jpg",
    }
    assert found["wrong_extension"].values["paths"] == [os.path.join("বিড়াল", "lies.jpg")]
    assert found["other_files"].values == {"count": 1, "endings": {".pdf": 1}}
    assert found["empty_class"].values["classes"] == ["fish"]
    assert found["dropped_unlabelled"].values["count"] == 1
    assert data.inputs[0].dtype == np.uint8


@pytest.mark.parametrize(
    "names",
    [
        ("train", "val", "test"),
        ("Training_Set", "Validation", "TESTING"),
        ("train_images", "dev", "test_set"),
    ],
)
def test_splits_are_folders(tmp_path, names):
    for code, name in enumerate(names):
        for label in ("a", "b"):
            for number in range(3 - code):
                draw(tmp_path / name / label / f"{number}.png", hash((code, label, number)) % 1000)
    data = read(tmp_path)
    assert np.bincount(data.split).tolist() == [6, 4, 2]
    assert set(data.targets) == {"a", "b"}


def test_a_class_may_be_called_train(tmp_path):
    for label in ("train", "car", "bus"):
        draw(tmp_path / label / "1.png", len(label))
    data = read(tmp_path)
    assert set(data.targets) == {"train", "car", "bus"} and data.split is None


def test_one_class_and_train_without_test_are_read(tmp_path):
    draw(tmp_path / "one" / "cat" / "1.png")
    assert read(tmp_path / "one").targets.tolist() == ["cat"]
    draw(tmp_path / "two" / "train" / "cat" / "1.png")
    draw(tmp_path / "two" / "train" / "dog" / "1.png")
    data = read(tmp_path / "two")
    assert data.split is None and sorted(data.targets) == ["cat", "dog"]


def test_unlabelled_test_pictures_are_said(tmp_path):
    draw(tmp_path / "train" / "a" / "1.png")
    draw(tmp_path / "train" / "b" / "1.png")
    draw(tmp_path / "test" / "1.png")
    data = read(tmp_path)
    assert len(data) == 2 and codes(data)["dropped_unlabelled"].values["count"] == 1


def test_a_folder_around_the_folder(tmp_path):
    draw(tmp_path / "outer" / "inner" / "cat" / "1.png")
    draw(tmp_path / "outer" / "inner" / "dog" / "1.png")
    (tmp_path / "outer" / "README.md").write_text("about")
    data = read(tmp_path / "outer")
    assert data.name == "outer" and sorted(data.targets) == ["cat", "dog"]


def test_links_to_themselves_end(tmp_path):
    draw(tmp_path / "cat" / "1.png")
    draw(tmp_path / "dog" / "1.png")
    (tmp_path / "dog" / "again").symlink_to(tmp_path / "dog", target_is_directory=True)
    assert len(read(tmp_path)) == 2


def test_all_unreadable(tmp_path):
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "1.png").touch()
    with pytest.raises(DataError, match="none of 1 pictures can be read.*zero bytes"):
        read(tmp_path)


def test_texts_in_class_folders(tmp_path):
    for label, content in {"ভালো": "খুব ভালো".encode(), "bad": "très bad".encode("latin-1")}.items():
        (tmp_path / "t" / label).mkdir(parents=True)
        (tmp_path / "t" / label / "1.txt").write_bytes(content)
    (tmp_path / "t" / "bad" / "2.txt").write_bytes("sixteen".encode("utf-16"))
    (tmp_path / "t" / "bad" / "3.txt").write_bytes(b"  \n")
    data = read(tmp_path / "t")
    assert data.modality == "text"
    assert dict(zip(data.inputs, data.targets, strict=True)) == {
        "খুব ভালো": "ভালো",
        "très bad": "bad",
        "sixteen": "bad",
    }
    assert {"encoding_fallback", "dropped_unreadable"} <= set(codes(data))


@pytest.mark.parametrize("naming", ["images/{}.png", "{}.png", "{}"])
def test_a_table_labels_pictures(tmp_path, naming):
    for number in range(1, 7):
        draw(tmp_path / "images" / f"{number}.png", number)
        draw(tmp_path / "masks" / f"{number}.png", number)
    rows = [f"{naming.format(number)},{'ab'[number % 2]},{number % 2}" for number in range(1, 6)]
    (tmp_path / "labels.csv").write_text("\n".join(["id,label,class_id", *rows]))
    data = read(tmp_path, target="label")
    assert data.modality == "image" and data.targets.tolist() == ["b", "a", "b", "a", "b"]
    assert [path.name for path in data.inputs.paths] == [f"{n}.png" for n in range(1, 6)]
    assert codes(data)["unnamed_images"].values == {"count": 7, "folders": {"masks": 6, "images": 1}}


def test_what_cannot_be_meant(tmp_path):
    with pytest.raises(UsageError, match="no file or folder"):
        read(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="is empty"):
        read(tmp_path / "empty")
    draw(tmp_path / "loose" / "1.png")
    with pytest.raises(DataError, match="no class folders.*labels.csv"):
        read(tmp_path / "loose")
    with pytest.raises(UsageError, match="one picture.*nikti predict"):
        read(tmp_path / "loose" / "1.png")
    draw(tmp_path / "seg" / "images" / "1.png")
    draw(tmp_path / "seg" / "masks" / "1.png")
    with pytest.raises(DataError, match="no classes"):
        read(tmp_path / "seg")
    (tmp_path / "sounds" / "cat").mkdir(parents=True)
    (tmp_path / "sounds" / "cat" / "1.mid").write_bytes(b"x")
    with pytest.raises(DataError, match="1 .mid.*nikti reads"):
        read(tmp_path / "sounds")


def test_inputs_for_prediction(tmp_path):
    files = [draw(tmp_path / "new" / name, 1) for name in ("a.png", "sub/b.jpg")]
    (tmp_path / "new" / "c.txt").write_text("a text")
    inputs, names = open_inputs(tmp_path / "new", "image", {})
    assert names == [str(path) for path in files] and inputs[0].shape == (10, 12, 3)
    inputs, names = open_inputs(files, "image", {})
    assert len(inputs) == 2
    inputs, names = open_inputs(tmp_path / "new", "text", {})
    assert list(inputs) == ["a text"]
    with pytest.raises(UsageError, match="nowhere"):
        open_inputs(tmp_path / "nowhere", "image", {})


@real
@pytest.mark.parametrize(
    ("name", "n", "classes", "split"),
    [
        ("dogs_vs_cats", 1500, 2, [1200, 0, 300]),
        ("clothing_small", 1978, 10, [1435, 250, 293]),
        ("wbc1_cells", 300, 5, None),
    ],
)
def test_real_folders(name, n, classes, split):
    data = read(Path(DATA) / name)
    assert data.modality == "image" and len(data) == n and len(set(data.targets)) == classes
    assert (None if data.split is None else np.bincount(data.split).tolist()) == split
