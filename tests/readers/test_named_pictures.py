"""Names of pictures as other machines write them, in every form of table and annotation."""

import json

import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError
from nikti.readers import csv_table
from nikti.readers._open import open_data
from nikti.readers._pictures import Pictures
from tests.readers import drawn

THERE = (
    "img/my photo 1.png",
    "img/0007.png",
    "img/IMG_2.JPG",
    "img/\u09ac\u09be\u09a1\u09bc\u09bf.png",
    "img/a.b.png",
)

#: {name as it is written: (the picture that is meant, how it is found)}
NAMES = {
    "img/0007.png": ("0007.png", ""),
    "./img/0007.png": ("0007.png", ""),
    "0007.png": ("0007.png", ""),
    "0007": ("0007.png", ""),
    "a.b": ("a.b.png", ""),
    '"0007.png"': ("0007.png", ""),
    "img\\0007.png": ("0007.png", ""),
    ".\\img\\0007.png": ("0007.png", ""),
    "C:\\Users\\me\\img\\0007.png": ("0007.png", "moved"),
    "C:\\data\\pictures\\0007.png": ("0007.png", "moved"),
    "/content/drive/My Drive/0007.png": ("0007.png", "moved"),
    "/kaggle/input/pets/img/0007.png": ("0007.png", "moved"),
    "../elsewhere/0007.png": ("0007.png", "moved"),
    "file:///home/me/pictures/0007.png": ("0007.png", "moved"),
    "s3://bucket/pictures/0007.png": ("0007.png", "moved"),
    "img_2.jpg": ("IMG_2.JPG", "case"),
    "IMG_2.png": ("IMG_2.JPG", "ending"),
    "img_2.jpeg": ("IMG_2.JPG", "ending"),
    "7": ("0007.png", "zeros"),
    "7.0": ("0007.png", "zeros"),
    "00007.png": ("0007.png", "zeros"),
    "img_02": ("IMG_2.JPG", "zeros"),
    "my%20photo%201.png": ("my photo 1.png", "escapes"),
    "img/my%20photo%201.png": ("my photo 1.png", "escapes"),
    "http://localhost:8080/data/upload/1/my%20photo%201.png?token=x": ("my photo 1.png", "escapes"),
    "/data/local-files/?d=img/0007.png": ("0007.png", "moved"),
    "http://h/data/local-files/?d=img/my%20photo%201.png": ("my photo 1.png", ""),
    "\u09ac\u09be\u09dc\u09bf.png": ("\u09ac\u09be\u09a1\u09bc\u09bf.png", "case"),
    "8.png": (None, None),
    "": (None, None),
    "..": (None, None),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_that_a_name_means(tmp_path, name):
    pictures = Pictures(tmp_path / "img" / path for path in THERE)
    found = pictures.find(name, tmp_path / "labels.csv")
    wanted, way = NAMES[name]
    assert (None if found is None else (found[1].name, found[0])) == (
        None if wanted is None else (wanted, way)
    )


def test_names_that_could_be_several_are_none_and_told(tmp_path):
    paths = [
        tmp_path / name
        for name in ("a/1.png", "b/1.png", "train/2.png", "test/2.png", "X.png", "x.jpg", "x.PNG")
    ]
    pictures = Pictures(paths)
    assert pictures.of("1.png", tmp_path / "labels.csv") is None
    assert pictures.of("old/b/1.png", tmp_path / "labels.csv") == tmp_path / "b/1.png"
    assert pictures.of("1.png", tmp_path / "a/labels.csv") == tmp_path / "a/1.png"
    assert pictures.of("2.png", tmp_path / "labels_train.csv") == tmp_path / "train/2.png"
    assert pictures.of("2.png", tmp_path / "test.csv") == tmp_path / "test/2.png"
    assert pictures.of("x.jpg", tmp_path / "labels.csv") == tmp_path / "x.jpg"
    assert pictures.of("x.png", tmp_path / "labels.csv") is None
    (note,) = [note for note in pictures.notes() if note.code == "pictures_ambiguous"]
    assert note.level == "warning" and note.values == {"count": 2, "names": ["1.png", "x.png"]}


def written(way, number):
    """Names of img/00{number}.png as other machines write them."""
    return {
        "backslashes": f"img\\00{number}.png",
        "another machine": f"D:\\pets\\train\\00{number}.png",
        "a notebook": f"/kaggle/input/pets/00{number}.png",
        "letter case": f"IMG/00{number}.PNG",
        "another ending": f"img/00{number}.jpeg",
        "no ending": f"00{number}",
        "zeros": f"{number}",
        "escapes": f"img/%30%30{number}.png",
    }[way]


def table(root, names):
    rows = "".join(f"{name},{'xy'[place % 2]}\n" for place, name in enumerate(names))
    (root / "labels.csv").write_text("image,label\n" + rows)


def records(root, names):
    (root / "labels.json").write_text(
        json.dumps([{"image": name, "label": "xy"[place % 2]} for place, name in enumerate(names)])
    )


def coco(root, names):
    boxes = [{"bbox": ["1", "1", 5, 5], "image_id": str(n), "category_id": 1} for n in range(len(names))]
    drawn.coco(root / "c.json", [(n, name, "40", 60) for n, name in enumerate(names)], boxes)


def coco_urls(root, names):
    coco(root, names)
    content = json.loads((root / "c.json").read_text())
    for image in content["images"]:
        image["coco_url"] = f"http://images.org/{image.pop('file_name')}"
    (root / "c.json").write_text(json.dumps(content))


def voc(root, names):
    for place, name in enumerate(names):
        drawn.voc(root / "Annotations" / f"note{place}.xml", [("cat", 2, 2, 6, 6)], filename=name)


def boxes_in_a_table(root, names):
    rows = "".join(f"{name},1,1,6,6,cat\n" for name in names)
    (root / "boxes.csv").write_text("image,xmin,ymin,xmax,ymax,label\n" + rows)


WAYS = (
    "backslashes",
    "another machine",
    "a notebook",
    "letter case",
    "another ending",
    "no ending",
    "zeros",
    "escapes",
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", [table, records, coco, coco_urls, voc, boxes_in_a_table])
def test_every_form_finds_them_and_says_how(tmp_path, form, way):
    for number in range(1, 5):
        drawn.picture(tmp_path / "img" / f"00{number}.png", seed=number)
    form(tmp_path, [written(way, number) for number in range(1, 5)])
    data = open_data(tmp_path, Options())
    assert sorted(path.name for path in data.inputs.paths) == [f"00{number}.png" for number in range(1, 5)]
    how = {"letter case": "case", "another ending": "ending", "zeros": "zeros", "escapes": "escapes"}.get(way)
    said = {note.values["way"]: note.values["count"] for note in data.notes if note.code == "pictures_found"}
    if how:
        assert said == {how: 4}


def test_lists_of_yolo(tmp_path):
    for number in range(1, 5):
        drawn.picture(tmp_path / "images" / f"00{number}.png", seed=number)
        (tmp_path / "labels").mkdir(exist_ok=True)
        (tmp_path / "labels" / f"00{number}.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (tmp_path / "train.txt").write_text("C:\\yolo\\images\\001.png\n/content/images/002.PNG\n")
    (tmp_path / "val.txt").write_text("./images/003.png\nhttp://h/images/%30%304.png\n")
    (tmp_path / "data.yaml").write_text("train: train.txt\nval: val.txt\nnames: [cat]\n")
    data = open_data(tmp_path, Options())
    assert data.split.tolist() == [0, 0, 1, 1]


def test_masks_of_another_letter_case_and_without_zeros(tmp_path):
    import numpy as np

    for number in range(1, 4):
        drawn.picture(tmp_path / "images" / f"IMG_00{number}.png", seed=number)
        array = np.zeros((40, 60), np.uint8)
        array[: number * 5] = 255
        drawn.mask(tmp_path / "masks" / (f"img_{number}.png" if number > 1 else "img_001.png"), array)
    data = open_data(tmp_path, Options())
    assert len(data) == 3
    assert [int((data.targets[row] == 1).sum()) for row in range(3)] == [300, 600, 900]


def test_a_table_given_by_itself_and_to_predict(tmp_path):
    for number in range(1, 5):
        drawn.picture(tmp_path / "img" / f"00{number}.png", seed=number)
    table(tmp_path, [f"/home/me/pictures/00{number}.png" for number in range(1, 5)])
    data = open_data(tmp_path / "labels.csv", Options())
    assert data.modality == "image" and len(data) == 4
    inputs, names = csv_table.read_inputs(tmp_path / "labels.csv", "image", {"image_column": "image"})
    assert [path.name for path in inputs.paths] == [f"00{number}.png" for number in range(1, 5)]
    assert names[0] == "/home/me/pictures/001.png"
    table(tmp_path, ["001.png", "gone.png"])
    inputs, _ = csv_table.read_inputs(tmp_path / "labels.csv", "image", {"image_column": "image"})
    assert inputs[0].shape == (40, 60, 3)
    with pytest.raises(DataError, match=r"gone\.png cannot be read: No such file"):
        inputs[1]
    table(tmp_path, ["gone.png"])
    with pytest.raises(DataError, match=r"none of 1 image files is there, not 'gone\.png'"):
        csv_table.read_inputs(tmp_path / "labels.csv", "image", {"image_column": "image"})


def test_rows_without_a_picture_are_counted_with_examples(tmp_path):
    for number in range(1, 5):
        drawn.picture(tmp_path / "img" / f"00{number}.png", seed=number)
    table(tmp_path, ["001.png", "002.png", "gone.png", "003.png"])
    data = open_data(tmp_path, Options())
    (note,) = [note for note in data.notes if note.code == "dropped_missing_file"]
    assert len(data) == 3 and note.level == "warning"
    assert note.values == {"count": 1, "file": "labels.csv", "names": ["gone.png"]}
