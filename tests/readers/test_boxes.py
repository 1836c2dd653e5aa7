"""Boxes from COCO, VOC, YOLO and tables: what is read, what is mended, what is said."""

import json
import shutil

import numpy as np
import pytest

from nikti.core.answers import Boxes
from nikti.core.data import Options
from nikti.core.errors import DataError
from nikti.readers import boxes_csv, coco, voc, yolo_folder
from nikti.readers._boxes import turn
from tests.readers import drawn
from tests.readers.drawn import boxes, notes, picture, read

ONE = {"a.png": [(10.0, 5.0, 30.0, 25.0, "cat")], "b.png": []}


def made(root, form):
    """The same box in each form: 10..30 x 5..25 in a picture of 60 x 40, and a picture without one."""
    if form == "coco":
        one = {"image_id": 1, "category_id": 1, "bbox": [10, 5, 20, 20], "iscrowd": 0}
        drawn.coco(root / "notes.json", [(1, "a.png", 40, 60), (2, "b.png", 40, 60)], [one])
        place = root / "photos"
    elif form == "voc":
        drawn.voc(root / "Annotations" / "a.xml", [("cat", 11, 6, 30, 25)])
        place = root / "JPEGImages"
    elif form == "yolo":
        (root / "labels").mkdir(parents=True)
        (root / "labels" / "a.txt").write_text(f"0 {20 / 60} {15 / 40} {20 / 60} {20 / 40}\n")
        (root / "classes.txt").write_text("cat\ndog\n")
        place = root / "images"
    else:
        root.mkdir(parents=True)
        (root / "boxes.csv").write_text("filename,class,xmin,ymin,xmax,ymax\na.png,cat,10,5,30,25\n")
        place = root / "pics"
    for seed, name in enumerate(("a.png", "b.png")):
        picture(place / name, seed=seed)
    return root


@pytest.mark.parametrize("form", ["coco", "voc", "yolo", "csv"])
def test_the_same_box_in_every_form_and_zipped(tmp_path, form, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    root = made(tmp_path / "set", form)
    data = read(root)
    assert isinstance(data.targets, Boxes) and data.modality == "image" and data.split is None
    assert boxes(data) == ONE and data.targets.sizes.tolist() == [[40, 60], [40, 60]]
    assert data.classes == ("cat",) and notes(data)["pictures_without_boxes"] == 1
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", root)
    assert boxes(read(packed)) == ONE and read(packed, task="object_detection").name == "packed"


def test_every_form_is_taken_by_its_own_reader_alone(tmp_path):
    readers = {"coco": coco, "voc": voc, "yolo": yolo_folder, "csv": boxes_csv}
    for form in readers:
        root = made(tmp_path / form, form)
        assert [name for name, reader in readers.items() if reader.sniff(root)] == [form]


@pytest.mark.parametrize(
    ("box", "kept", "code"),
    [
        ([50, 30, 20, 20], (50, 30, 60, 40), "boxes_clipped"),
        ([-5, -5, 10, 10], (0, 0, 5, 5), "boxes_clipped"),
        ([70, 5, 20, 20], None, "boxes_outside"),
        ([10, 5, 0, 20], None, "boxes_empty"),
        ([30, 25, -20, -20], (10, 5, 30, 25), "boxes_swapped"),
        ([10, 5, 20], None, "boxes_unreadable"),
        ([10, 5, float("nan"), 20], None, "boxes_unreadable"),
    ],
)
def test_bad_boxes_are_mended_or_dropped_and_said(tmp_path, box, kept, code):
    picture(tmp_path / "a.png")
    good = {"image_id": 1, "category_id": 2, "bbox": [1, 1, 5, 5]}
    bad = {"image_id": 1, "category_id": 2, "bbox": box}
    drawn.coco(tmp_path / "c.json", [(1, "a.png", 40, 60)], [good, bad])
    data = read(tmp_path)
    expected = [(1.0, 1.0, 6.0, 6.0, "dog")] + ([(*map(float, kept), "dog")] if kept else [])
    assert boxes(data)["a.png"] == sorted(expected)
    note = next(note for note in data.notes if note.code == code)
    assert note.values["count"] == 1 and "c.json, annotation 1" in note.text


def test_what_coco_files_get_wrong(tmp_path):
    picture(tmp_path / "a.png")
    picture(tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    picture(tmp_path / "in no list.png")
    outline = [[10, 10, 20, 10, 20, 30]]
    box = {"bbox": [1, 1, 5, 5], "category_id": 1, "image_id": 1}
    drawn.coco(
        tmp_path / "c.json",
        [(1, "deep/a.png", 40, 60), (2, "gone.png", 40, 60), (3, "cut.png", 40, 60)],
        [
            box,
            {**box, "iscrowd": 1},
            {**box, "category_id": 9},
            {**box, "image_id": 2},
            {**box, "image_id": 77},
            {"category_id": 1, "image_id": 1, "segmentation": outline},
            {**box, "image_id": 3},
        ],
    )
    data = read(tmp_path)
    assert boxes(data) == {"a.png": [(1, 1, 6, 6, "cat"), (10, 10, 20, 30, "cat")]}
    assert notes(data) == {
        "pictures_found": 1,
        "boxes_crowd": 1,
        "boxes_unknown_class": 1,
        "boxes_from_outlines": 1,
        "annotation_alone": 1,
        "pictures_not_there": 1,
        "pictures_not_listed": 1,
        "classes_unused": 1,
        "dropped_unreadable": 1,
    }


def test_coco_splits_and_broken_files(tmp_path):
    for part, count in (("train", 3), ("valid", 2), ("test", 1)):
        for number in range(count):
            picture(tmp_path / "robo" / part / f"{number}.png", seed=number)
        entries = [(n, f"{n}.png", 40, 60) for n in range(count)]
        box = {"image_id": 0, "category_id": 2, "bbox": [1, 1, 5, 5]}
        drawn.coco(tmp_path / "robo" / part / "_annotations.coco.json", entries, [box])
        picture(tmp_path / "coco" / f"{part}2017" / f"{part}.png")
        entry = [(1, f"{part}.png", 40, 60)]
        file = tmp_path / "coco" / "annotations" / f"instances_{part.replace('valid', 'val')}2017.json"
        drawn.coco(file, entry, [{**box, "image_id": 1}])
        drawn.coco(file.parent / f"person_keypoints_{part}2017.json", entry, [{**box, "image_id": 1}])
    data = read(tmp_path / "robo")
    assert np.bincount(data.split).tolist() == [3, 2, 1] and data.targets.counts().sum() == 3
    data = read(tmp_path / "coco")
    assert sorted(zip([p.name for p in data.inputs.paths], data.split, strict=True)) == [
        ("test.png", 2),
        ("train.png", 0),
        ("valid.png", 1),
    ]
    assert notes(data).keys() == {"files_not_read", "classes_unused"}
    odd = {"image_id": [1], "category_id": {}, "bbox": [1, 1, 5, 5]}
    drawn.coco(tmp_path / "odd" / "c.json", [([1], "a.png", 1e9, 1e9)], [odd, {**odd, "category_id": 1}])
    picture(tmp_path / "odd" / "a.png", 40, 40)
    assert notes(read(tmp_path / "odd")).keys() == {"boxes_unknown_class", "classes_unused"}
    (tmp_path / "c.json").write_text('{"images": [],\n "annotations": [}, "categories": "bbox"')
    with pytest.raises(DataError, match="c.json is not valid JSON.*line 2"):
        coco.read(tmp_path / "c.json", Options())
    (tmp_path / "c.json").write_text(json.dumps({"images": [], "annotations": [1], "categories": []}))
    with pytest.raises(DataError, match="c.json has no list of records 'annotations'"):
        coco.read(tmp_path / "c.json", Options())


def test_voc_counts_from_one_unless_the_files_show_that_they_do_not(tmp_path):
    for name, low in (("one", 1), ("zero", 0)):
        picture(tmp_path / name / "a.jpg")
        drawn.voc(tmp_path / name / "a.xml", [("cat", low, low, 60, 40), ("cat", 10, 10, 20, 20)])
    assert boxes(read(tmp_path / "one"))["a.jpg"] == [(0, 0, 60, 40, "cat"), (9, 9, 20, 20, "cat")]
    data = read(tmp_path / "zero")
    assert boxes(data)["a.jpg"] == [(0, 0, 60, 40, "cat"), (10, 10, 20, 20, "cat")]
    assert "voc_from_zero" in notes(data)


def test_what_voc_files_get_wrong(tmp_path):
    for name in ("a", "b", "bomb", "cut", "free"):
        picture(tmp_path / "JPEGImages" / f"{name}.png", seed=len(name))
    notes_of = tmp_path / "Annotations"
    drawn.voc(notes_of / "a.xml", [("cat", 5, 5, 20, 20), ("cat", 7, 7, 7, 7), ("cat", "x", 1, 2, 3)])
    drawn.voc(notes_of / "b.xml", [("dog", 30, 20, 10, 5)], size=(0, 0), filename="C:\\else\\b.png")
    drawn.voc(notes_of / "gone.xml", [("dog", 1, 1, 5, 5)])
    lol = '<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><annotation>&b;</annotation>'
    (notes_of / "bomb.xml").write_text(lol)
    (notes_of / "cut.xml").write_text("<annotation>\n<object>")
    lists = tmp_path / "ImageSets" / "Main"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("a\nbomb\ncut\n")
    (lists / "val.txt").write_text("b\n")
    data = read(tmp_path)
    assert boxes(data) == {"a.png": [(4, 4, 20, 20, "cat")], "b.png": [(9, 4, 30, 20, "dog")]}
    assert data.split.tolist() == [0, 1]
    assert notes(data) == {
        "boxes_empty": 1,
        "boxes_unreadable": 1,
        "boxes_swapped": 1,
        "annotation_alone": 1,
        "annotation_damaged": 2,
        "pictures_not_listed": 1,
    }
    said = next(note.text for note in data.notes if note.code == "annotation_damaged")
    assert "bomb.xml declares a document type" in said and "cut.xml is not valid XML" in said
    assert "line 2" in said


def test_yolo_yaml_splits_outlines_and_bad_lines(tmp_path):
    for part, count in (("train", 2), ("valid", 1)):
        for number in range(count):
            picture(tmp_path / part / "images" / f"{number}.png", seed=number)
            (tmp_path / part / "labels").mkdir(exist_ok=True)
    picture(tmp_path / "spare" / "images" / "s.png")
    (tmp_path / "train/labels/0.txt").write_text(
        "1 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.2 0.2\nx\n0 .1 .1 .5 .1 .5 .5\n"
    )
    (tmp_path / "train/labels/1.txt").write_text("")
    (tmp_path / "train/labels/gone.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (tmp_path / "valid/labels/0.txt").write_text("0 0.5 0.5 1.2 1.0\n")
    (tmp_path / "data.yaml").write_text(
        "train: ../train/images\nval: /content/set/valid/images\nnc: 2\nnames: [no, 'yes']\n"
    )
    for data in (read(tmp_path), read(tmp_path / "data.yaml")):
        assert data.classes == ("no", "yes") and data.split.tolist() == [0, 0, 1]
        each = [sorted(np.round(data.targets[i], 2).tolist()) for i in range(3)]
        assert each == [[[6, 4, 30, 20, 0], [24, 16, 36, 24, 1]], [], [[0, 0, 60, 40, 0]]]
        assert notes(data) == {
            "boxes_clipped": 1,
            "boxes_unreadable": 1,
            "boxes_unknown_class": 1,
            "boxes_from_outlines": 1,
            "annotation_alone": 1,
            "pictures_not_listed": 1,
            "pictures_without_boxes": 1,
        }
    said = next(note.text for note in data.notes if note.code == "boxes_unreadable")
    assert "0.txt line 3" in said
    (tmp_path / "data.yaml").write_text("names: [a]\ntrain: [\n")
    with pytest.raises(DataError, match="data.yaml is not valid YAML.*line 3"):
        yolo_folder.read(tmp_path, Options())
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nnames: [*b, *b]\ntrain: train/images\n"
    for names in (bomb, "names: cat\ntrain: train/images\n"):
        (tmp_path / "data.yaml").write_text(names)
        with pytest.raises(DataError, match="no list of words"):
            read(tmp_path)
    (tmp_path / "data.yaml").write_text("names: {0: a}\ntrain: nowhere/at/all\n")
    with pytest.raises(DataError, match="data.yaml names no folder.*nowhere/at/all"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("image,x1,y1,x2,y2,label", "a.png,10,5,30,25,cat"),
        ("file,left,top,width,height,class", "a,10,5,20,20,cat"),
        ("label,cx,cy,w,h,image_id", "cat,20,15,20,20,a"),
        ("image_id,width,height,bbox,label", 'a,60,40,"[10, 5, 20.0, 20]",cat'),
        ("filename,width,height,class,xmin,ymin,xmax,ymax", "pics/a.png,120,80,cat,20,10,60,50"),
        ("ImageID,LabelName,XMin,XMax,YMin,YMax", f"a,cat,{10 / 60},0.5,0.125,0.625"),
        (None, "pics/a.png,10,5,30,25,cat\npics/a.png,10,5,30,25,cat\npics/b.png,,,,,"),
    ],
)
def test_tables_of_boxes(tmp_path, header, row):
    for seed, name in enumerate(("a.png", "b.png")):
        picture(tmp_path / "pics" / name, seed=seed)
    (tmp_path / "t.csv").write_text(f"{header}\n{row}\n" if header else f"{row}\n")
    for data in (read(tmp_path), read(tmp_path / "t.csv")):
        found = boxes(data)
        assert set(found["a.png"]) == {(10.0, 5.0, 30.0, 25.0, "cat")} and found["b.png"] == []


def test_tables_of_boxes_say_their_rows(tmp_path):
    for part in ("train", "test"):
        picture(tmp_path / part / f"{part}.png")
        rows = [
            f"{part}.png,60,40,cat,1,1,9,9",
            f"{part}.png,60,40,cat,1,one,9,9",
            "gone.png,60,40,cat,1,1,9,9",
        ]
        head = "filename,width,height,class,xmin,ymin,xmax,ymax"
        (tmp_path / part / "_annotations.csv").write_text("\n".join([head, *rows]))
    data = read(tmp_path)
    assert sorted(data.split.tolist()) == [0, 2]
    assert notes(data) == {"boxes_unreadable": 2, "annotation_alone": 2}
    assert any("_annotations.csv, row 2" in note.text for note in data.notes)


def test_tables_that_are_no_boxes_are_left_alone(tmp_path):
    for number in range(4):
        picture(tmp_path / "labelled" / f"{number}.png", seed=number)
    (tmp_path / "labelled" / "labels.csv").write_text("image,label\n0.png,a\n1.png,b\n2.png,a\n3.png,b\n")
    assert set(read(tmp_path / "labelled").targets) == {"a", "b"}
    table = "name,x1,y1,x2,y2,label\n" + "".join(f"p{n},{n},1,2,3,{'ab'[n % 2]}\n" for n in range(20))
    (tmp_path / "numbers.csv").write_text(table)
    assert not boxes_csv.sniff(tmp_path / "numbers.csv")
    assert read(tmp_path / "numbers.csv", target="label").modality == "table"
    (tmp_path / "some.json").write_text('{"images": [1], "annotations": []}')
    assert not coco.sniff(tmp_path / "some.json")
    (tmp_path / "app.yaml").write_text("names: [a]\nport: 80\n")
    assert not yolo_folder.sniff(tmp_path / "app.yaml")


def test_class_folders_with_other_files_stay_classes(tmp_path):
    for label in ("cat", "dog"):
        picture(tmp_path / label / "1.png", seed=len(label))
        (tmp_path / label / "1.txt").write_text("a cat on a mat")
        (tmp_path / label / "1.xml").write_text("<meta/>")
    assert sorted(read(tmp_path).targets) == ["cat", "dog"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_boxes_turn_as_pillow_turns_pictures(tmp_path, orientation):
    from nikti.core import images

    path = picture(tmp_path / "a.png", 40, 60, orientation)
    plain = np.zeros((40, 60, 3), np.uint8)
    plain[5:12, 10:30] = 255
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(plain).save(path, exif=exif)
    rows, columns = np.nonzero(images.decode(path)[:, :, 0])
    seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert turn(np.array([[10, 5, 30, 12]]), (40, 60), orientation)[0].tolist() == seen


@pytest.mark.parametrize(
    ("size", "box", "code"),
    [
        ((60, 40), (8, 10, 15, 20), None),  # the annotator saw the picture turned
        ((40, 60), (10, 25, 20, 32), "annotation_turned"),  # ... and as it is stored
        ((120, 80), (16, 20, 30, 40), "boxes_rescaled"),
        ((None, None), (8, 10, 15, 20), None),
        ((100, 100), (8, 10, 15, 20), "boxes_other_size"),
    ],
)
def test_the_annotations_size_tells_which_picture_the_annotator_saw(tmp_path, size, box, code):
    picture(tmp_path / "a.png", 40, 60, turn=6)  # 60 high and 40 wide as decoded
    x1, y1, x2, y2 = box
    one = {"image_id": 1, "category_id": 1, "bbox": [x1, y1, x2 - x1, y2 - y1]}
    drawn.coco(tmp_path / "c.json", [(1, "a.png", *size)], [one], [(1, "cat")])
    data = read(tmp_path)
    assert data.targets.sizes.tolist() == [[60, 40]] and data.inputs[0].shape[:2] == (60, 40)
    assert boxes(data)["a.png"] == [(8, 10, 15, 20, "cat")]
    assert notes(data).keys() == {"turned_upright"} | ({code} if code else set())
