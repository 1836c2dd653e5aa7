"""Folders as people have them: which are classes, which are splits, which tables say what pictures show."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.readers._open import open_data
from nikti.tasks import image_classification

TABLE = "image,label\n"


def make(root, files):
    """files: {path: its text; or None for a picture, a number for that many, numbered from 0}."""
    seed = 0
    for name, content in files.items():
        for number in range(content if isinstance(content, int) else 1):
            path = root / name.format(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                path.write_text(content, encoding="utf-8")
                continue
            seed += 1
            pixels = np.random.default_rng(seed).integers(0, 256, (9, 11, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(path)
    return root


def read(root, **options):
    return open_data(root, Options(**options))


def counts(data):
    return dict(Counter(data.targets.tolist()))


def codes(data):
    return {note.code for note in data.notes}


def rows(names, labels):
    return "".join(f"{name},{label}\n" for name, label in zip(names, labels, strict=True))


def classes_in(*folders, n=2):
    return {f"{folder}/{label}/{{}}.png": n for folder in folders for label in ("cat", "dog")}


#: {case: (files, {class: samples}, [train, valid, test] or None, codes of notes that must be there)}
LAYOUTS = {
    "doubled and prefixed": (
        classes_in("seg_train/seg_train", "seg_test/seg_test", n=3) | {"seg_pred/seg_pred/{}.png": 2},
        {"cat": 6, "dog": 6},
        [6, 0, 6],
        {"folders_not_read"},
    ),
    "suffixed": (classes_in("train_label", "val_label"), {"cat": 4, "dog": 4}, [4, 4], set()),
    "the split last": (classes_in("images_train", "images_test"), {"cat": 4, "dog": 4}, [4, 0, 4], set()),
    "in words": (classes_in("Training Set", "Test Set"), {"cat": 4, "dog": 4}, [4, 0, 4], set()),
    "camel case and years": (classes_in("TrainImages", "val2017"), {"cat": 4, "dog": 4}, [4, 4], set()),
    "in Bangla": (classes_in("প্রশিক্ষণ", "পরীক্ষা"), {"cat": 4, "dog": 4}, [4, 0, 4], set()),
    "a name before": (classes_in("pets-train", "pets-test"), {"cat": 4, "dog": 4}, [4, 0, 4], set()),
    "a word in between": (classes_in("train/images", "test/images"), {"cat": 4, "dog": 4}, [4, 0, 4], set()),
    "wrapped, with what tools leave": (
        classes_in("data/archive/train", "data/archive/test")
        | {"__MACOSX/data/._x.png": None, ".git/x.png": None, "README.md": "a", "data/LICENSE": "b"},
        {"cat": 4, "dog": 4},
        [4, 0, 4],
        set(),
    ),
    "a project": (
        classes_in("dataset")
        | {"train.py": "x", "requirements.txt": "y", "models/best.pth": "z", "a.ipynb": "{}"},
        {"cat": 2, "dog": 2},
        None,
        set(),
    ),
    "pictures beside annotations": (
        classes_in("images") | {"annotations/{}.png": 2},
        {"cat": 2, "dog": 2},
        None,
        {"folders_not_read"},
    ),
    "a flat test folder beside classes": (
        {"cat/{}.png": 2, "dog/{}.png": 2, "test/{}.png": 3},
        {"cat": 2, "dog": 2},
        None,
        {"dropped_unlabelled"},
    ),
    "a test folder with one folder of unknowns": (
        classes_in("train") | {"test/unknown/{}.png": 3},
        {"cat": 2, "dog": 2},
        None,
        {"dropped_unlabelled"},
    ),
    "unlabelled ones beside classes": (
        classes_in("train") | {"train/unsup/{}.png": 5},
        {"cat": 2, "dog": 2},
        None,
        {"dropped_unlabelled"},
    ),
    "a form to hand in": (
        classes_in("train") | {"test/t{}.png": 3, "sample_submission.csv": "id,label\nt0,0\nt1,1\nt2,0\n"},
        {"cat": 2, "dog": 2},
        None,
        {"dropped_unlabelled", "table_not_read"},
    ),
    "a form by another name": (
        classes_in("train") | {"test/t{}.png": 3, "answers.csv": "id,label\nt0,\nt1,\nt2,\n"},
        {"cat": 2, "dog": 2},
        None,
        {"dropped_unlabelled", "table_not_read"},
    ),
    "a list of what the folders say": (
        classes_in("train", n=3)
        | {"list.csv": "path,width\n" + rows(["train/cat/0.png", "train/cat/1.png"], [1, 2])},
        {"cat": 3, "dog": 3},
        None,
        {"table_not_read"},
    ),
    "labels and a form": (
        {
            "train/a{}.png": 4,
            "test/t{}.png": 2,
            "labels.csv": "id,breed\n" + rows(["a0", "a1", "a2", "a3"], "xyxy"),
            "sampleSubmission.csv": "id,x,y\n" + "t0,0.5,0.5\nt1,0.5,0.5\n",
        },
        {"x": 2, "y": 2},
        None,
        {"table_not_read", "unnamed_images"},
    ),
    "labels and an unfilled form by another name": (
        {
            "train/a{}.png": 4,
            "test/t{}.png": 2,
            "labels.csv": "id,breed\n" + rows(["a0", "a1", "a2", "a3"], "xyxy"),
            "hand_in.csv": "id,breed\nt0,x\nt1,x\n",
        },
        {"x": 2, "y": 2},
        None,
        {"table_not_read"},
    ),
    "a table per split": (
        {
            "train/a{}.png": 4,
            "test/t{}.png": 2,
            "train.csv": TABLE + rows(["a0.png", "a1.png", "a2.png", "a3.png"], "xyxy"),
            "test.csv": TABLE + rows(["t0.png", "t1.png"], "xy"),
        },
        {"x": 3, "y": 3},
        [4, 0, 2],
        {"split_files"},
    ),
    "a table per split, the test without answers": (
        {
            "train/a{}.png": 4,
            "test/t{}.png": 2,
            "train.csv": TABLE + rows(["a0.png", "a1.png", "a2.png", "a3.png"], "xyxy"),
            "test.csv": "image\nt0.png\nt1.png\n",
        },
        {"x": 2, "y": 2},
        None,
        {"unlabelled_split"},
    ),
    "same names in each split": (
        {
            "train/{}.png": 4,
            "valid/{}.png": 2,
            "train/metadata.csv": "file_name,label\n" + rows(["0.png", "1.png", "2.png", "3.png"], "xyxy"),
            "valid/metadata.csv": "file_name,label\n" + rows(["0.png", "1.png"], "xy"),
        },
        {"x": 3, "y": 3},
        [4, 2],
        {"split_files"},
    ),
    "one table, the split by folders": (
        {
            "train/{}.png": 4,
            "test/{}.png": 2,
            "labels.csv": TABLE
            + rows([f"train/{n}.png" for n in range(4)] + ["test/0.png", "test/1.png"], "xyxyxy"),
        },
        {"x": 3, "y": 3},
        [4, 0, 2],
        {"split_folders"},
    ),
    "records in JSON": (
        {
            "images/{}.png": 4,
            "labels.json": '[{"image": "0.png", "label": "x"}, {"image": "1.png", "label": "y"}, '
            '{"image": "2.png", "label": "x"}]',
        },
        {"x": 2, "y": 1},
        None,
        {"unnamed_images"},
    ),
    "unpacked into itself": (
        {"cells/{}.png": 2, "cuts/{}.png": 2, "photos/cells/{}.png": 2, "photos/cuts/{}.png": 2},
        {"cells": 2, "cuts": 2},
        None,
        {"folders_not_read"},
    ),
    "splits in classes": (
        {f"{label}/{part}/{{}}.png": 2 for label in ("cat", "dog") for part in ("train", "test")},
        {"cat": 4, "dog": 4},
        [4, 0, 4],
        set(),
    ),
    "parts with a table": (
        {
            "pets_images_part_1/a{}.png": 2,
            "pets_images_part_2/b{}.png": 2,
            "metadata.csv": "image_id,diagnosis\n" + rows(["a0", "a1", "b0", "b1"], "xyxy"),
        },
        {"x": 2, "y": 2},
        None,
        set(),
    ),
    "numbered classes": (
        {"class_1/{}.png": 2, "class_2/{}.png": 2},
        {"class_1": 2, "class_2": 2},
        None,
        set(),
    ),
    "names mapped to labels in JSON": (
        {"images/{}.png": 3, "labels.json": '{"0.png": "x", "1.png": "y", "2.png": "x"}'},
        {"x": 2, "y": 1},
        None,
        set(),
    ),
    "classes that only sound so": (
        {"train_station/{}.png": 2, "bus_station/{}.png": 2, "test_tube/{}.png": 2},
        {"train_station": 2, "bus_station": 2, "test_tube": 2},
        None,
        set(),
    ),
    "parts that are valid or not": (
        {"valid/{}.png": 2, "broken/{}.png": 2, "bent/{}.png": 2},
        {"valid": 2, "broken": 2, "bent": 2},
        None,
        set(),
    ),
    "with and without masks": (
        {"mask/{}.png": 2, "no_mask/{}.png": 2},
        {"mask": 2, "no_mask": 2},
        None,
        set(),
    ),
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_classes_splits_and_what_is_said(tmp_path, case):
    files, classes, split, said = LAYOUTS[case]
    data = read(make(tmp_path / "photos", files))
    assert counts(data) == classes
    assert (None if data.split is None else np.bincount(data.split).tolist()) == split
    assert said <= codes(data)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"train/{}.png": 3, "test/{}.png": 3}, r"folders test, train, which are no classes.*labels\.csv"),
        ({"train/{}.png": 3}, "folders train, which are no classes"),
        ({"part_1/{}.png": 3, "part_2/{}.png": 3}, "folders part_1, part_2, which are no classes"),
        (classes_in("color", "grayscale"), "one data set in several forms. Give one of them, photos/color"),
        ({"images/{}.png": 3, "masks/{}.txt": "x"}, "folders images, which are no classes"),
        (
            {f"{label}_{part}/{{}}.png": 2 for label in ("cat", "dog") for part in ("train", "test")},
            "cat_test, cat_train, dog_test, dog_train, which are no classes",
        ),
        (
            {"images/{}.png": 3, "labels.csv": TABLE + rows(["p.png", "q.png"], "xy")},
            r"labels\.csv names 'p\.png' first in its column 'image', which is no picture there",
        ),
        (
            {"images/{}.png": 3, "sample_submission.csv": TABLE + rows(["0.png", "1.png"], "xy")},
            "folders images, which are no classes",
        ),
        (
            {"train/{}.png": 2, "test/{}.png": 2, "labels.csv": TABLE + rows(["0.png", "1.png"], "xy")},
            "2 names could each be several pictures",
        ),
    ],
)
def test_folders_that_are_no_classes_are_refused_with_what_to_do(tmp_path, files, message):
    with pytest.raises(DataError, match=message):
        read(make(tmp_path / "photos", files))


def test_several_tables_that_could_be_meant_are_asked_about(tmp_path):
    names = ["0.png", "1.png", "2.png"]
    files = {
        "images/{}.png": 3,
        "a.csv": TABLE + rows(names, "xyx"),
        "b.csv": "image,shape\n" + rows(names, "uvu"),
    }
    make(tmp_path, files)
    with pytest.raises(UsageError, match=r"several tables.*a\.csv, b\.csv"):
        read(tmp_path)
    assert counts(read(tmp_path, target="shape")) == {"u": 2, "v": 1}
    assert counts(read(tmp_path / "a.csv")) == {"x": 2, "y": 1}


def test_a_column_for_each_class_is_asked_about_and_one_can_be_named(tmp_path):
    table = "filename, round, square\n0.png, 0, 1\n1.png, 1, 0\n2.png, 1, 1\n"
    make(tmp_path, {f"{part}/{{}}.png": 3 for part in ("train", "valid")})
    for part in ("train", "valid"):
        (tmp_path / part / "_classes.csv").write_text(table)
    data = read(tmp_path, target="round")
    assert counts(data) == {"0": 2, "1": 4} and np.bincount(data.split).tolist() == [3, 3]


TEXTS = {
    "train/pos/{}.txt": "good",
    "train/neg/{}.txt": "bad",
    "test/pos/{}.txt": "fine",
    "train/unsup/0.txt": "?",
}


def test_texts_go_by_the_same_rules(tmp_path):
    data = read(make(tmp_path, TEXTS))
    assert counts(data) == {"pos": 2, "neg": 1} and "dropped_unlabelled" in codes(data)
    assert np.bincount(data.split).tolist() == [2, 0, 1]


@pytest.mark.parametrize("option", ["target", "group", "time"])
@pytest.mark.parametrize("kind", ["pictures", "texts", "masks"])
def test_columns_that_nothing_looks_for_are_refused(tmp_path, option, kind):
    files = {
        "pictures": classes_in("train"),
        "texts": TEXTS,
        "masks": {"images/{}.png": 2, "masks/{}.png": 2},
    }[kind]
    make(tmp_path, files)
    if kind == "masks":
        for number in range(2):
            array = np.zeros((9, 11), np.uint8)
            array[:4] = 255
            Image.fromarray(array).save(tmp_path / "masks" / f"{number}.png")
    with pytest.raises(UsageError, match=f"--{option} breed names a column, and there is none"):
        read(tmp_path, **{option: "breed"})


@pytest.mark.parametrize(
    "files",
    [
        ("id{0}/images/id{0}.png", "id{0}/masks/a.png", "id{0}/masks/b.png"),
        (
            "stage1_train/id{0}/images/id{0}.png",
            "stage1_train/id{0}/masks/a.png",
            "stage1_train/id{0}/masks/b.png",
        ),
        ("id{0}/image.png", "id{0}/mask_1.png", "id{0}/mask_2.png"),
    ],
)
def test_a_folder_for_each_picture_with_a_mask_for_each_object(tmp_path, files):
    picture, *masks = files
    for number in range(3):
        make(tmp_path, {picture.format(number): None})
        for place, mask in enumerate(masks):
            array = np.zeros((9, 11), np.uint8)
            array[place * 5 : place * 5 + 2, number] = 255 if place else 3
            (tmp_path / mask.format(number)).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(array).save(tmp_path / mask.format(number))
    if "stage1_train" in picture:
        make(tmp_path, {"stage1_test/id9/images/id9.png": None})
    data = read(tmp_path)
    assert data.target_name == "masks" and data.classes == ("background", "foreground") and len(data) == 3
    for number in range(3):
        wanted = np.zeros((9, 11), np.uint8)
        wanted[[0, 1, 5, 6], number] = 1
        assert np.array_equal(data.targets[number], wanted)
    assert "masks_united" in codes(data) and ("stage1_train" in picture) == (
        "pictures_without_mask" in codes(data)
    )


def test_folders_of_programs_and_of_our_own_runs_are_passed_over(tmp_path):
    files = classes_in(".") | {"nikti_runs/run-1/page.png": None, "__pycache__/x.png": None}
    assert counts(read(make(tmp_path, files))) == {"cat": 2, "dog": 2}


def test_pictures_that_cannot_be_read_are_counted_with_reasons_and_their_classes_named(tmp_path):
    make(tmp_path, {"cat/{}.png": 3, "dog/{}.png": 3, "cow/{}.dng": "raw", "cow/a.svg": "<svg/>"})
    for number in range(3):
        make(tmp_path, {f"hen/{number}.heic": "no picture"})
    (tmp_path / "cat" / "cut.png").write_bytes((tmp_path / "cat" / "0.png").read_bytes()[:60])
    data = read(tmp_path)
    notes = {note.code: note for note in data.notes}
    dropped = notes["dropped_unreadable"]
    assert dropped.level == "warning" and dropped.values["count"] == 4
    assert "hen/0.heic is no picture that can be read" in dropped.text and "(and 2 more)" in dropped.text
    assert "cat/cut.png is damaged" in dropped.text
    assert notes["classes_unreadable"].values["classes"] == ["hen"]
    assert notes["pictures_not_read"].level == "warning"
    assert notes["pictures_not_read"].values == {"count": 2, "endings": {".dng": 1, ".svg": 1}}
    assert notes["empty_class"].values["classes"] == ["cow"]


def test_a_class_that_cannot_be_read_is_the_reason_why_nothing_is_left(tmp_path):
    make(tmp_path, {"cat/{}.png": 3, "dog/0.heic": "no picture"})
    with pytest.raises(DataError, match=r"same class, 'cat'.*cannot be read.*dog/0\.heic.*\(dog\)"):
        image_classification.TASK.prepare(read(tmp_path))


def test_texts_that_cannot_be_read_are_told_with_reasons(tmp_path):
    files = {f"{label}/{n}.txt": f"{label} {n}" for label in ("a", "b") for n in range(3)}
    data = read(make(tmp_path, files | {"a/blank.txt": " ", "b/broken.pdf": "%PDF-1.4"}))
    (note,) = [note for note in data.notes if note.code == "dropped_unreadable"]
    assert note.level == "warning" and note.values["count"] == 2
    assert "a/blank.txt is empty" in note.text and "b/broken.pdf" in note.text
