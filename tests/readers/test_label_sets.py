"""Sets of labels as people write them: right values of every form, and what is no set."""

import json

import numpy as np
import pytest
from PIL import Image

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.readers._label_sets import split
from nikti.readers._open import open_data
from nikti.readers.memory import from_memory
from nikti.tasks._choose import choose

FILM = "film number {} was long and very loud"


def told(data):
    """The labels of each row, by name."""
    return [
        [name for name, there in zip(data.classes, row, strict=True) if there]
        for row in data.targets.tolist()
    ]


def codes(data):
    return {note.code: note for note in data.notes}


def written(path, cells, column="label"):
    """A table of texts with these cells."""
    import pandas as pd

    pd.DataFrame({"text": [FILM.format(i) for i in range(len(cells))], column: cells}).to_csv(
        path, index=False
    )
    return path


SETS = [["a"], ["a", "b"], ["b", "c d"], ["c d"], ["a", "c d"], ["a", "b", "c d"], ["b"]] * 3


@pytest.mark.parametrize(
    "write",
    [
        lambda labels: "|".join(labels),
        lambda labels: ";".join(labels),
        lambda labels: ", ".join(labels),
        lambda labels: " | ".join(labels),
        json.dumps,
        lambda labels: str(labels),
        lambda labels: " ".join(["[", *(repr(label) for label in labels), "]"]),  # as NumPy prints
    ],
    ids=["bar", "semicolon", "comma", "spaced", "json", "python", "numpy"],
)
def test_cells_of_a_csv(tmp_path, write):
    data = open_data(written(tmp_path / "films.csv", [write(labels) for labels in SETS]), Options())
    assert told(data) == SETS and data.classes == ("a", "b", "c d") and data.targets.dtype == bool
    assert choose(data).name == "text_multilabel_classification" and data.target_name == "label"
    note = codes(data)["label_sets"]
    assert note.values["labels"] == 3 and note.text_bn


@pytest.mark.parametrize(
    "cells",
    [
        ["Paris, France", "Lyon, France", "Rome, Italy", "Bari, Italy"] * 5,
        ["red", "blue", "green", "red"] * 5,
        ["a|b"] * 10 + ["c"] * 10,  # one pair, never another: a name
        ["well, it was long", "no, never, not again", "yes", "well, no"] * 5,
        ["[0, 5]", "[5, 10]", "[10, 15]", "[0, 5]"] * 5,
    ],
    ids=["places", "names", "one pair", "sentences", "intervals"],
)
def test_what_is_one_name_stays_one(tmp_path, cells):
    data = open_data(written(tmp_path / "films.csv", cells), Options(target="label"))
    assert data.targets.tolist() == cells and data.classes == ()


def test_three_and_a_half_is_a_number(tmp_path):
    data = open_data(written(tmp_path / "films.csv", ["3,5", "4", "4,5", "5"] * 5), Options(target="label"))
    assert data.targets.tolist() == [3.5, 4.0, 4.5, 5.0] * 5 and data.classes == ()


def test_the_user_has_the_last_word(tmp_path):
    path = written(tmp_path / "films.csv", ["a|b", "a", "b|c", "c", "a|c"] * 4)
    names = open_data(path, Options(task="text_classification")).targets
    assert set(names) == {"a|b", "a", "b|c", "c", "a|c"}
    cells = ["a/b", "a", "b", "a/b"] * 5
    path = written(tmp_path / "slashed.csv", cells)
    assert open_data(path, Options()).targets.tolist() == cells
    sets = open_data(path, Options(task="text_multilabel_classification"))
    assert told(sets) == [["a", "b"], ["a"], ["b"], ["a", "b"]] * 5


def test_empty_cells_say_nothing_and_empty_lists_say_none(tmp_path):
    marked = open_data(written(tmp_path / "a.csv", ["a|b", "", "b", "a", "b|a|c", "c|a"] * 3), Options())
    assert len(marked) == 15 and codes(marked)["dropped_no_answer"].values["count"] == 3
    path = tmp_path / "b.jsonl"
    lists = [["a", "b"], [], ["b"], None] * 5
    lines = [json.dumps({"text": FILM.format(i), "label": one}) for i, one in enumerate(lists)]
    path.write_text("\n".join(lines))
    data = open_data(path, Options())
    assert told(data) == [["a", "b"], [], ["b"]] * 5
    assert codes(data)["label_sets"].values["none"] == 5


def test_lists_of_one_are_that_label(tmp_path):
    path = tmp_path / "doccano.jsonl"
    path.write_text(
        "\n".join(json.dumps({"id": i, "text": FILM.format(i), "label": ["ab"[i % 2]]}) for i in range(20))
    )
    data = open_data(path, Options())
    assert data.targets.tolist() == ["a", "b"] * 10 and choose(data).name == "text_classification"


def test_several_labels_for_a_task_of_one_say_what_to_type(tmp_path):
    path = tmp_path / "films.jsonl"
    path.write_text("\n".join(json.dumps({"text": FILM.format(i), "label": ["a", "b"]}) for i in range(20)))
    with pytest.raises(DataError, match="--task text_multilabel_classification"):
        open_data(path, Options(task="text_classification"))


def test_places_in_texts_are_no_labels(tmp_path):
    path = tmp_path / "spans.jsonl"
    path.write_text(
        "\n".join(json.dumps({"text": FILM.format(i), "label": [[0, 4, "X"]]}) for i in range(20))
    )
    with pytest.raises(DataError, match="places in the sample"):
        open_data(path, Options())


def flagged(path, n=24, **more):
    """A table with columns of 0 and 1."""
    import pandas as pd

    rows = np.arange(n)
    table = {
        "comment": [FILM.format(i) for i in rows],
        "rude": rows % 2,
        "threat": (rows % 3 == 0) * 1,
        **more,
    }
    pd.DataFrame(table).to_csv(path, index=False)
    return path


def test_columns_of_0_and_1_beside_a_text(tmp_path):
    path = flagged(tmp_path / "toxic.csv", id=[f"x{i}y" for i in range(24)])
    data = open_data(path, Options())
    wanted = [[name for name, yes in (("rude", i % 2), ("threat", i % 3 == 0)) if yes] for i in range(24)]
    assert told(data) == wanted and data.target_name == "rude,threat"
    assert list(data.inputs) == [FILM.format(i) for i in range(24)]
    assert codes(data)["label_columns"].values["columns"] == ["rude", "threat"]
    alone = open_data(path, Options(target="threat", task="text_classification"))
    assert set(alone.targets) == {"0", "1"}


def test_the_split_of_a_table_is_no_label(tmp_path):
    path = flagged(tmp_path / "parts.csv", split=["train", "train", "test"] * 8)
    data = open_data(path, Options())
    assert data.classes == ("rude", "threat") and data.split.tolist() == [0, 0, 2] * 8


def test_exactly_one_1_is_a_class(tmp_path):
    n = np.arange(24)
    path = flagged(tmp_path / "one.csv", rude=(n % 3 == 1) * 1, mild=(n % 3 == 2) * 1)
    data = open_data(path, Options())
    assert data.targets.tolist() == ["threat", "rude", "mild"] * 8 and "one_hot_columns" in codes(data)


def test_columns_are_named_together(tmp_path):
    path = flagged(tmp_path / "t.csv", age=np.arange(24) * 7 % 31)
    data = open_data(path, Options(target="rude, THREAT", task="tabular_multilabel_classification"))
    assert (
        data.classes == ("rude", "threat") and "age" in data.inputs.frame and "rude" not in data.inputs.frame
    )
    with pytest.raises(UsageError, match="no column 'rood'"):
        open_data(path, Options(target="rood,threat"))
    with pytest.raises(DataError, match="neither|row 2"):
        open_data(path, Options(target="threat,age"))


def test_roboflows_classes_csv(tmp_path):
    for part, count in (("train", 12), ("valid", 4)):
        (tmp_path / "set" / part).mkdir(parents=True)
        lines = ["filename, round, square"]
        for row in range(count):
            pixels = np.full((8, 8, 3), 10 * row, np.uint8)
            Image.fromarray(pixels).save(tmp_path / "set" / part / f"m{row}.png")
            lines.append(f"m{row}.png, {row % 2}, {int(row % 3 == 0)}")
        (tmp_path / "set" / part / "_classes.csv").write_text("\n".join(lines))
    data = open_data(tmp_path / "set", Options())
    assert choose(data).name == "image_multilabel_classification" and data.classes == ("round", "square")
    assert data.targets.tolist() == [[row % 2 == 1, row % 3 == 0] for n in (12, 4) for row in range(n)]
    assert data.split.tolist() == [0] * 12 + [1] * 4
    alone = open_data(tmp_path / "set", Options(target="round"))
    assert alone.targets.tolist() == [str(row % 2) for n in (12, 4) for row in range(n)]


def test_in_memory():
    texts = [FILM.format(i) for i in range(6)]
    sets = [["a"], ["a", "b"], [], ["b"], ["a"], ["b", "a"]]
    wanted = [["a"], ["a", "b"], [], ["b"], ["a"], ["a", "b"]]
    assert told(from_memory((texts, sets), Options())) == wanted
    table = np.array([[1, 0], [1, 1], [0, 0], [0, 1], [1, 0], [1, 1]])
    for y in (table, table.tolist(), table.astype(bool)):
        data = from_memory((texts, y), Options())
        assert data.targets.tolist() == (table == 1).tolist() and data.classes == ("0", "1")
    import pandas as pd

    frame = pd.DataFrame({"x": np.arange(6.0), "tags": sets})
    assert told(from_memory(frame, Options(target="tags"))) == wanted
    named = from_memory(
        (pd.DataFrame({"x": np.arange(6.0)}), pd.DataFrame(table, columns=["p", "q"])), Options()
    )
    assert named.classes == ("p", "q") and named.targets.tolist() == (table == 1).tolist()
    column = from_memory((texts, np.array([["a"], ["b"]] * 3)), Options())
    assert column.targets.tolist() == ["a", "b"] * 3


@pytest.mark.parametrize(("cell", "labels"), [("a|b", ["a", "b"]), (" a || b|a ", ["a", "b"]), ("", [])])
def test_a_text_is_split(cell, labels):
    assert split(cell, "|") == labels
