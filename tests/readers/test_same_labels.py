"""Labels and columns that are the same to the eye are one, whichever reader meets them."""

from collections import Counter

import numpy as np
import pytest

from nikti.answers import label
from nikti.core.columns import cast_like
from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.inputs import Frame
from nikti.readers import csv_table
from nikti.readers._open import open_data
from nikti.readers.memory import from_memory
from tests.readers import drawn

ONE, OTHER = "\u09ac\u09be\u09dc\u09bf", "\u09ac\u09be\u09a1\u09bc\u09bf"  # the same word, composed and not
HEAD = ("\u0997\u09be\u09dc\u09bf", "\u0997\u09be\u09a1\u09bc\u09bf")  # another one, twice as well
KEPT = OTHER  # NFC takes this letter apart


def codes(data):
    return {note.code for note in data.notes}


def table(path, header=f"x,{HEAD[0]}", labels=(ONE, OTHER, "cat", "cat ")):
    rows = "".join(f"{number / 7:.3f},{name}\n" for number, name in enumerate(labels * 5))
    path.write_text(f"{header}\n{rows}", encoding="utf-8")
    return path


def from_table(root):
    return open_data(table(root / "t.csv"), Options(target=HEAD[1]))


def from_folders(root):
    for place, name in enumerate((ONE, OTHER, "cat")):
        for number in range(2 if name == "cat" else 1):
            drawn.picture(root / name / f"{place}{number}.png", seed=10 * place + number)
    return open_data(root, Options())


def from_labels_beside_pictures(root):
    for number in range(4):
        drawn.picture(root / "images" / f"{number}.png", seed=number)
    rows = zip(range(4), (ONE, OTHER, "cat", "\ufeffcat"), strict=True)
    (root / "labels.csv").write_text(
        "image,label\n" + "".join(f"{n}.png,{name}\n" for n, name in rows), "utf-8"
    )
    return open_data(root, Options())


def from_arrays(root):
    y = [ONE, OTHER, "cat", "cat\u00a0"]
    return from_memory((np.zeros((4, 8, 8), np.uint8), y), Options())


def from_an_archive(root):
    np.savez(root / "d.npz", x=np.zeros((4, 8, 8), np.uint8), y=np.array([ONE, OTHER, "cat", "cat"]))
    return open_data(root / "d.npz", Options())


@pytest.mark.parametrize(
    "read", [from_table, from_folders, from_labels_beside_pictures, from_arrays, from_an_archive]
)
def test_every_reader_takes_them_as_one(tmp_path, read):
    data = read(tmp_path)
    found = Counter(data.targets.tolist())
    assert set(found) == {KEPT, "cat"} and len(set(found.values())) == 1
    assert "names_merged" in codes(data)


@pytest.mark.parametrize("form", ["coco", "voc", "csv", "yolo"])
def test_classes_of_boxes_are_one_too(tmp_path, form):
    for number in range(2):
        drawn.picture(tmp_path / f"{number}.png", seed=number)
    box = {"bbox": [1, 1, 5, 5]}
    if form == "coco":
        boxes = [{**box, "image_id": n, "category_id": n + 1} for n in range(2)]
        images = [(n, f"{n}.png", 40, 60) for n in range(2)]
        drawn.coco(tmp_path / "c.json", images, boxes, ((1, ONE), (2, OTHER)))
    elif form == "voc":
        for number, name in enumerate((ONE, OTHER)):
            drawn.voc(tmp_path / f"{number}.xml", [(name, 2, 2, 6, 6)])
    elif form == "csv":
        rows = f"0.png,1,1,6,6,{ONE}\n1.png,1,1,6,6,{OTHER}\n"
        (tmp_path / "b.csv").write_text("image,xmin,ymin,xmax,ymax,label\n" + rows, "utf-8")
    else:
        (tmp_path / "classes.txt").write_text(f"{ONE}\n{OTHER}\n", "utf-8")
        for number in range(2):
            (tmp_path / f"{number}.txt").write_text(f"{number} 0.5 0.5 0.2 0.2\n")
    data = open_data(tmp_path, Options())
    assert data.classes == (KEPT,) and len(data.targets.flat) == 2


def test_names_that_look_alike_are_kept_and_shown_with_their_characters(tmp_path):
    data = open_data(
        table(tmp_path / "t.csv", labels=("No", "NO", "yes", "c\u0430t", "cat")), Options(target=HEAD[1])
    )
    assert set(data.targets) == {"No", "NO", "yes", "c\u0430t", "cat"}
    said = next(note for note in data.notes if note.code == "names_look_alike")
    assert said.level == "warning" and said.values["count"] == 2
    assert all(code in said.text for code in ("U+006F", "U+004F", "U+0430", "U+0061"))


def test_groups_that_are_the_same_to_the_eye_are_one(tmp_path):
    patients = ("p 1", "p  1", "p\u00a01", "q")
    lines = [f"{n},{'ab'[n % 2]},{patients[n % 4]}" for n in range(12)]
    (tmp_path / "t.csv").write_text("x,label,patient\n" + "\n".join(lines), encoding="utf-8")
    data = open_data(tmp_path / "t.csv", Options(group="patient"))
    assert len(set(data.groups.tolist())) == 2


def test_a_model_knows_its_classes_and_columns_in_any_spelling(tmp_path):
    import pandas as pd

    data = Data("d", "table", Frame(pd.DataFrame({"x": [1.0, 2.0]})), np.array([ONE, "cat "], dtype=object))
    assert label.encoded(None, data, ("cat", OTHER)).targets.tolist() == [1, 0]
    wrong = Data("d", "table", data.inputs, np.array(["Cat", "dog"], dtype=object))
    with pytest.raises(DataError, match=r"does not know: Cat, dog.*'Cat' \(U\+0043\), 'cat' \(U\+0063\)"):
        label.encoded(None, wrong, ("cat", OTHER))
    frame = cast_like(pd.DataFrame({ONE: ["1", "2"], " b": ["3", "4"]}), {OTHER: "numeric"})
    assert list(frame.columns) == [OTHER] and frame[OTHER].tolist() == [1.0, 2.0]
    new = csv_table.read_like(
        table(tmp_path / "new.csv"), Options(target=HEAD[1]), "table", {"kinds": {"x": "numeric"}}
    )
    assert set(new.targets) == {KEPT, "cat"}
