"""Exports of annotation tools: right boxes, masks and labels out of each form."""

import json

import numpy as np
import pytest

from nikti.core.answers import IGNORE, Boxes, Masks
from nikti.core.data import Options
from nikti.core.errors import DataError
from nikti.readers import csv_table
from nikti.readers._marked import ellipse
from nikti.readers._open import open_data
from nikti.tasks._choose import choose
from tests.readers import drawn
from tests.readers.drawn import boxes, notes, picture, read

#: In a picture of 60 x 40.
BOX, SQUARE = (10.0, 5.0, 30.0, 25.0), [10, 5, 30, 5, 30, 25, 10, 25]


def cvat(root, shapes, where="images"):
    """Two pictures; the shapes are in the first."""
    for seed, name in enumerate(("a.png", "b.png")):
        picture(root / where / name, seed=seed)
    (root / "annotations.xml").write_text(
        '<?xml version="1.0"?><annotations><version>1.1</version><meta></meta>'
        f'<image id="0" name="a.png" width="60" height="40">{shapes}</image>'
        '<image id="1" name="b.png" width="60" height="40"></image></annotations>'
    )
    return root


CVAT_BOX = '<box label="cat" xtl="10" ytl="5" xbr="30" ybr="25"></box>'
CVAT_POLYGON = '<polygon label="cat" points="10,5;30,5;30,25;10,25"/>'


def test_cvats_boxes(tmp_path):
    data = read(cvat(tmp_path / "set", CVAT_BOX + '<points label="cat" points="1,1"/>'))
    assert boxes(data) == {"a.png": [(*BOX, "cat")], "b.png": []}
    assert notes(data)["shapes_not_used"] == 1
    turned = read(cvat(tmp_path / "turned", CVAT_BOX.replace('ybr="25"', 'ybr="25" rotation="90"')))
    assert boxes(turned)["a.png"] == [(*BOX, "cat")] and "boxes_turned" in notes(turned)  # a square, turned


def test_cvats_polygons_are_masks(tmp_path):
    data = read(cvat(tmp_path / "set", CVAT_POLYGON))
    assert isinstance(data.targets, Masks) and data.classes == ("background", "cat")
    wanted = np.zeros((40, 60), np.uint8)
    wanted[5:25, 10:30] = 1
    assert (data.targets[0] == wanted).all() and not data.targets[1].any()
    as_boxes = read(tmp_path / "set", task="object_detection")
    assert boxes(as_boxes)["a.png"] == [(*BOX, "cat")]


def test_what_is_only_boxed_is_not_background(tmp_path):
    """A mixture: masks where they are asked for, the pixels of the other boxes unused."""
    other = '<box label="dog" xtl="40" ytl="10" xbr="50" ybr="20"></box>'
    root = cvat(tmp_path / "set", CVAT_POLYGON + other)
    assert isinstance(read(root).targets, Boxes)
    data = read(root, task="semantic_segmentation")
    mask = data.targets[0]
    assert (mask[10:20, 40:50] == IGNORE).all() and (mask == IGNORE).sum() == 100
    assert (mask[5:25, 10:30] == 1).all() and data.classes == ("background", "cat")
    assert notes(data)["boxes_not_outlined"] == 1


def test_cvats_tags_are_labels(tmp_path):
    tags = "".join(
        f'<image id="{i}" name="{i}.png" width="8" height="8">'
        + "".join(f'<tag label="{name}"/>' for name in [["wet"], ["wet", "dark"], []][i % 3])
        + "</image>"
        for i in range(12)
    )
    for i in range(12):
        picture(tmp_path / "set" / "images" / f"{i}.png", 8, 8, seed=i)
    (tmp_path / "set" / "annotations.xml").write_text(
        f"<annotations><version>1.1</version>{tags}</annotations>"
    )
    data = read(tmp_path / "set")
    assert choose(data).name == "image_multilabel_classification" and data.classes == ("dark", "wet")
    assert data.targets[:3].tolist() == [[0, 1], [1, 1], [0, 0]]


def test_cvats_videos_are_refused(tmp_path):
    root = cvat(tmp_path / "set", "")
    (root / "annotations.xml").write_text(
        "<annotations><meta/><track id='0' label='cat'></track></annotations>"
    )
    with pytest.raises(DataError, match="video"):
        read(root)


def labelme(root, shapes, **more):
    picture(root / "a.png")
    picture(root / "b.png", seed=1)
    content = {"version": "5.0", "flags": {}, "shapes": shapes, "imagePath": "a.png", "imageData": None}
    (root / "a.json").write_text(json.dumps({**content, "imageHeight": 40, "imageWidth": 60, **more}))
    return root


def test_labelme(tmp_path):
    box = {"label": "cat", "points": [[30, 25], [10, 5]], "shape_type": "rectangle"}
    four = {**box, "points": [[10, 5], [30, 5], [30, 25], [10, 25]]}
    line = {"label": "cat", "points": [[1, 1], [2, 2]], "shape_type": "line"}
    for number, shapes in enumerate(([box, line], [four, line])):
        data = read(labelme(tmp_path / str(number), shapes))
        assert boxes(data) == {"a.png": [(*BOX, "cat")], "b.png": []}
        assert notes(data)["shapes_not_used"] == 1
    polygon = {**four, "shape_type": "polygon"}
    mask = read(labelme(tmp_path / "masks", [polygon])).targets[0]
    assert mask.sum() == 400 and (mask[5:25, 10:30] == 1).all()
    circle = {"label": "cat", "points": [[30, 20], [30, 30]], "shape_type": "circle"}
    disc = read(labelme(tmp_path / "circle", [circle])).targets[0]
    assert disc.sum() == pytest.approx(np.pi * 100, rel=0.05) and disc[20, 30] == 1
    twice = read(labelme(tmp_path / "twice", [box], imageHeight=80, imageWidth=120))
    assert boxes(twice)["a.png"] == [(5.0, 2.5, 15.0, 12.5, "cat")]


def test_dota(tmp_path):
    root = tmp_path / "set"
    picture(root / "images" / "a.png")
    picture(root / "images" / "b.png", seed=1)
    (root / "labelTxt").mkdir()
    upright, turned = "10 5 30 5 30 25 10 25 cat 0", "40 10 50 20 40 30 30 20 small-vehicle 1"
    (root / "labelTxt" / "a.txt").write_text(
        f"imagesource:GoogleEarth\ngsd:0.1\n{upright}\n{turned}\nbroken\n"
    )
    data = read(root)
    assert boxes(data)["a.png"] == [(*BOX, "cat"), (30.0, 10.0, 50.0, 30.0, "small-vehicle")]
    assert notes(data)["boxes_turned"] == 1
    assert notes(data)["boxes_unreadable"] == 1


def studio(root, results, shown="/data/upload/1/0a1b2c3d-a.png", more=()):
    """A task for the picture a.png with these results, and others."""
    picture(root / "a.png")
    tasks = [{"id": 1, "data": {"image": shown}, "annotations": [{"id": 1, "result": results}]}, *more]
    (root / "export.json").write_text(json.dumps(tasks))
    return root


def shape(kind, **value):
    return {
        "type": kind,
        "value": value,
        "original_width": 60,
        "original_height": 40,
        "from_name": "l",
        "to_name": "i",
    }


PERCENT = {"x": 100 * 10 / 60, "y": 100 * 5 / 40, "width": 100 * 20 / 60, "height": 50.0}


@pytest.mark.parametrize(
    "shown",
    [
        "/data/upload/1/0a1b2c3d-a.png",
        "/data/local-files/?d=my%20set/a.png",
        "https://host/x/a.png?token=1",
        "s3://bucket/a.png",
        "C:\\work\\a.png",
    ],
)
def test_label_studios_rectangles_are_in_percent(tmp_path, shown):
    data = read(
        studio(tmp_path / "set", [shape("rectanglelabels", **PERCENT, rectanglelabels=["cat"])], shown)
    )
    (found,) = boxes(data)["a.png"]
    assert found[:4] == pytest.approx(BOX, abs=0.01) and found[4] == "cat"


def test_label_studios_other_shapes(tmp_path):
    turned = shape("rectanglelabels", **PERCENT, rotation=90, rectanglelabels=["cat"])
    (found,) = boxes(read(studio(tmp_path / "turned", [turned])))["a.png"]
    assert found[:4] == pytest.approx(
        (0, 5, 10, 25), abs=0.01
    )  # around the upper left corner, cut at the edge
    points = [[100 * x / 60, 100 * y / 40] for x, y in ((10, 5), (30, 5), (30, 25), (10, 25))]
    mask = read(
        studio(tmp_path / "p", [shape("polygonlabels", points=points, polygonlabels=["cat"])])
    ).targets[0]
    assert mask.sum() == 400
    round_one = shape("ellipselabels", x=50, y=50, radiusX=25, radiusY=25, ellipselabels=["cat"])
    disc = read(studio(tmp_path / "e", [round_one])).targets[0]
    assert disc.sum() == pytest.approx(np.pi * 15 * 10, rel=0.05)
    with pytest.raises(DataError, match="PNG or COCO"):
        read(studio(tmp_path / "b", [shape("brushlabels", rle=[1], brushlabels=["cat"])]))
    with pytest.raises(DataError, match="parts of texts"):
        read(studio(tmp_path / "t", [shape("labels", start=0, end=3, labels=["PER"])]))


def texts(root, choices, control="mood"):
    root.mkdir(parents=True)
    made = [
        {
            "id": i,
            "data": {"text": f"the food was very good today {i}"},
            "annotations": [
                {"result": [{"type": "choices", "value": {"choices": one}, "from_name": control}]}
            ],
        }
        for i, one in enumerate(choices)
    ]
    made.append({"id": 99, "data": {"text": "nobody read this one"}, "annotations": []})
    (root / "export.json").write_text(json.dumps(made))
    return root / "export.json"


def test_label_studios_choices(tmp_path):
    path = texts(tmp_path / "one", [["good"], ["bad"]] * 10)
    data = open_data(path, Options())
    assert not csv_table.sniff(path)  # a table to nobody, also when a model is evaluated on it
    assert data.targets.tolist() == ["good", "bad"] * 10 and data.target_name == "mood"
    assert list(data.inputs)[0] == "the food was very good today 0"
    assert notes(data)["dropped_no_answer"] == 1
    several = open_data(
        texts(tmp_path / "more", [["good"], ["bad", "cold"], ["good", "cold"]] * 8), Options()
    )
    assert several.classes == ("bad", "cold", "good") and several.targets[1].tolist() == [True, True, False]


def test_label_studios_choices_of_pictures(tmp_path):
    root = tmp_path / "set"
    tasks = []
    for i in range(12):
        picture(root / "images" / f"{i}.png", 8, 8, seed=i)
        result = [{"type": "choices", "value": {"choices": ["ab"[i % 2]]}, "from_name": "kind"}]
        tasks.append(
            {"data": {"image": f"/data/upload/1/0a1b2c3d-{i}.png"}, "annotations": [{"result": result}]}
        )
    (root / "export.json").write_text(json.dumps(tasks))
    data = read(root)
    assert choose(data).name == "image_classification" and data.targets.tolist() == ["a", "b"] * 6


def yolo(root, line, config=""):
    picture(root / "images" / "train" / "a.png")
    (root / "labels" / "train").mkdir(parents=True)
    (root / "labels" / "train" / "a.txt").write_text(line + "\n")
    (root / "data.yaml").write_text(f"train: images/train\nval: images/train\n{config}names:\n  0: cat\n")
    return root


YOLO_BOX = f"0 {20 / 60} {15 / 40} {20 / 60} {20 / 40}"


@pytest.mark.parametrize(
    ("points", "config"),
    [
        (" 0.1 0.2 0.3 0.4", "kpt_shape: [2, 2]\n"),
        (" 0.1 0.2 2 0.3 0.4 2 0.5 0.5 0 0.2 0.2 1", "kpt_shape: [4, 3]\n"),
        (" 0.1 0.2 2 0.3 0.4 0", ""),  # known by their visibility
    ],
)
def test_yolos_key_points_leave_boxes(tmp_path, points, config):
    data = read(yolo(tmp_path / "set", YOLO_BOX + points, config))
    (found,) = boxes(data)["a.png"]
    assert found[:4] == pytest.approx(BOX, abs=0.01)
    assert notes(data)["key_points_not_used"] == 1


def test_yolo_in_pixels_is_named(tmp_path):
    with pytest.raises(DataError, match="in pixels"):
        read(yolo(tmp_path / "set", "0 20 15 20 20"))


def test_boxes_beside_outlines_in_yolo_and_coco(tmp_path):
    shares = " ".join(
        str(value / (60, 40)[i % 2]) for i, value in enumerate([40, 10, 50, 10, 50, 20, 40, 20])
    )
    mixed = read(yolo(tmp_path / "yolo", f"{YOLO_BOX}\n0 {shares}"), task="semantic_segmentation")
    picture(tmp_path / "coco" / "a.png")
    both = [
        {"image_id": 1, "category_id": 1, "bbox": [10, 5, 20, 20]},
        {
            "image_id": 1,
            "category_id": 1,
            "bbox": [40, 10, 10, 10],
            "segmentation": [[40, 10, 50, 10, 50, 20, 40, 20]],
        },
    ]
    drawn.coco(tmp_path / "coco" / "notes.json", [(1, "a.png", 40, 60)], both)
    other = read(tmp_path / "coco", task="semantic_segmentation")
    for data in (mixed, other):
        mask = data.targets[0]
        assert (mask[5:25, 10:30] == IGNORE).all() and (mask[10:20, 40:50] == 1).all()
        assert np.unique(mask, return_counts=True)[1].tolist() == [1900, 100, 400]


def test_an_ellipse_is_round():
    points = np.array(ellipse(5, 5, 2, 2)).reshape(-1, 2)
    assert np.hypot(*(points - 5).T) == pytest.approx(2)
