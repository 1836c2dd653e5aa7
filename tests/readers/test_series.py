"""Series in the archives' formats."""

import numpy as np
import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Ragged, Stack
from nikti.readers import csv_table, timeseries

HEADER = (
    "# a comment\n@problemName walks\n@timeStamps false\n@univariate false\n@classLabel true 1 2\n@data\n"
)


def codes(data):
    return {note.code: note for note in data.notes}


def write(folder, name, text):
    path = folder / name
    path.write_text(text)
    return path


def test_channels_missing_values_and_unequal_lengths(tmp_path):
    path = write(tmp_path, "walks.ts", HEADER + "1,2,?:4,5,6:1\n\n1,2,3,4:5,6,7:2\n0.5:-1e3:1\n")
    assert timeseries.sniff(path)
    data = timeseries.read(path, Options())
    assert isinstance(data.inputs, Ragged) and data.modality == "series" and data.split is None
    np.testing.assert_array_equal(data.inputs[0], np.array([[1, 2, np.nan], [4, 5, 6]], dtype=np.float32))
    np.testing.assert_array_equal(
        data.inputs[1], np.array([[1, 2, 3, 4], [5, 6, 7, np.nan]], dtype=np.float32)
    )
    assert data.inputs[2].dtype == np.float32 and data.inputs[2].tolist() == [[0.5], [-1000.0]]
    assert data.targets.tolist() == ["1", "2", "1"]
    assert codes(data)["unequal_lengths"].values == {"shortest": 1, "longest": 4}
    assert codes(data)["missing_values"].values["count"] == 2


def test_rows_that_cannot_be_read_are_counted(tmp_path):
    path = write(tmp_path, "walks.ts", HEADER + "1,2:3,4:1\n1,x:3,4:1\n1,2:1\n?,?:?,?:2\n5,6:7,8:2\n")
    data = timeseries.read(path, Options())
    assert len(data) == 2 and isinstance(data.inputs, Stack)
    assert codes(data)["dropped_ragged_rows"].values["lines"] == [8, 9, 10]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER.replace("timeStamps false", "timeStamps true") + "(0,1):1\n", "time stamps"),
        (HEADER.replace("classLabel true 1 2", "classLabel false") + "1,2\n", "no class labels"),
        (HEADER, "no readable series"),
        ("1,2,3\n", "no @data line"),
        ("", "is empty"),
    ],
)
def test_refusals(tmp_path, text, said):
    with pytest.raises(DataError, match=said):
        timeseries.read(write(tmp_path, "walks.ts", text), Options())


def test_pair_by_folder_file_and_stem(tmp_path):
    write(tmp_path, "Walks_TRAIN.ts", HEADER + "1,2:3,4:1\n5,6:7,8:2\n")
    write(tmp_path, "Walks_TEST.ts", HEADER + "9,9:9,9:1\n")
    for path in (tmp_path, tmp_path / "Walks_TRAIN.ts", tmp_path / "Walks_TEST.ts", tmp_path / "Walks"):
        assert timeseries.sniff(path)
        data = timeseries.read(path, Options())
        assert data.name == "Walks" and data.split.tolist() == [0, 0, 2] and data.inputs[2][0, 0] == 9
    inputs, names = timeseries.read_inputs(tmp_path / "Walks_TEST.ts", "series", {})
    assert len(inputs) == 1 and names == ["1"] and inputs[0].shape == (2, 2)


def rows(label="{}", n=8):
    return "".join(
        label.format(i % 2 + 1) + "".join(f"\t{np.sin(i + t):.4f}" for t in range(12)) + "\n"
        for i in range(n)
    )


def test_label_first(tmp_path):
    path = write(tmp_path, "Sines_TRAIN.tsv", rows() + "1" + "\t0.5" * 6 + "\tNaN" * 6 + "\n")
    assert timeseries.sniff(path)
    data = timeseries.read(path, Options())
    assert data.targets.tolist()[:2] == ["1", "2"] and data.inputs[0].shape == (1, 12)
    assert data.inputs[8].shape == (1, 6)
    np.testing.assert_allclose(data.inputs[1][0], np.sin(1 + np.arange(12)), atol=1e-4)
    old = write(tmp_path, "old.txt", rows("  {}.0000000e+00").replace("\t", "  "))
    assert timeseries.sniff(old) and timeseries.read(old, Options()).targets[0] == "1"


def test_a_table_is_no_series(tmp_path):
    header = "\t".join(["label", *(f"x{i}" for i in range(12))]) + "\n"
    assert not timeseries.sniff(write(tmp_path, "a.tsv", header + rows()))
    assert not timeseries.sniff(write(tmp_path, "b.tsv", "ham\tsome words\nspam\tother words\n"))
    whole = "".join("\t".join(map(str, range(i, i + 12))) + "\n" for i in range(9))
    assert not timeseries.sniff(write(tmp_path, "c.tsv", whole))
    assert csv_table.sniff(tmp_path / "a.tsv")


def test_rows_without_labels_for_prediction(tmp_path):
    path = write(tmp_path, "new.tsv", rows(n=3))
    inputs, _ = timeseries.read_inputs(path, "series", {"length": 12})
    assert inputs[0].shape == (1, 12)
    inputs, _ = timeseries.read_inputs(path, "series", {"length": 13})
    assert inputs[0].shape == (1, 13)
    with pytest.raises(UsageError, match="predicts text"):
        timeseries.read_inputs(path, "text", {})
