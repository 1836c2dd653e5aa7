"""Tables as people really have them, and what is said about each repair."""

import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nikti.core.columns import kinds
from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Frame, Texts
from nikti.readers import _open, _table_files, csv_table
from nikti.readers.memory import from_memory


@pytest.fixture
def table(tmp_path):
    def write(content, name="a table.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def read(path, **options):
    return csv_table.read(path, Options(**options))


def codes(data):
    return {note.code: note for note in data.notes}


def rows(n=24):
    return "".join(f"{i * 0.5},{'ab'[i % 2]},{'xyz'[i % 3]}\n" for i in range(n))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter(table, delimiter):
    data = read(table(("size,kind,label\n" + rows()).replace(",", delimiter)))
    assert kinds(data.inputs.frame) == {"size": "numeric", "kind": "categorical"}
    assert data.targets.tolist()[:3] == ["x", "y", "z"]
    assert data.inputs.frame["size"].tolist()[:3] == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings_of_bangla(table, encoding):
    text = "ওজন,রং,শ্রেণি\n" + "".join(f"{'১২৩৪'[i % 4]}.৫,{'লাল সবুজ'.split()[i % 2]},ভালো\n" for i in range(20))
    data = read(table(text + "২,লাল,মন্দ\n", encoding=encoding))
    assert list(data.inputs.frame.columns) == ["ওজন", "রং"]
    assert data.inputs.frame["ওজন"].tolist()[:2] == [1.5, 2.5]
    assert data.target_name == "শ্রেণি" and set(data.targets) == {"ভালো", "মন্দ"}


def test_windows_encoding_is_read_and_said(table):
    data = read(table("größe,label\n1,früh\n2,spät\n3,früh\n", encoding="cp1252"))
    assert set(data.targets) == {"früh", "spät"}
    assert codes(data)["encoding_fallback"].values["encoding"] == "Windows-1252"


def test_a_few_damaged_bytes_do_not_change_the_encoding(table):
    good = "কথা,label\n" + "এটি একটি দীর্ঘ বাংলা বাক্য এবং ভালো,হ্যাঁ\n" * 30
    data = read(table(good.encode() + b"\xff\xfe,x\n"), target="label")
    assert codes(data)["damaged_characters"].values["count"] == 2
    assert "হ্যাঁ" in data.targets


def test_ragged_rows_are_dropped_and_named_by_line(table):
    data = read(table('a,label\n1.5,x\n2\n"3",y,4\n5,"two\nlines"\n6,x\n'))
    note = codes(data)["dropped_ragged_rows"]
    assert note.level == "warning" and note.values["count"] == 1 and note.values["lines"] == [4]
    assert codes(data)["short_rows"].values["lines"] == [3]
    assert data.targets.tolist() == ["x", "two\nlines", "x"]


def test_stray_quotes_in_tab_separated_text(table):
    data = read(table('text\tlabel\nsay "hi\tham\n"never closed\tspam\nsize 5" now\tham\n', "sms.tsv"))
    assert data.inputs.texts if isinstance(data.inputs, Texts) else len(data) == 3


def test_no_header(table):
    lines = [f"message number {i} of many\t{'ham' if i % 2 else 'spam'}\n" for i in range(30)]
    data = read(table("".join(lines), "sms.tsv"))
    assert isinstance(data.inputs, Texts) and len(data) == 30 and set(data.targets) == {"ham", "spam"}
    assert "no_header" in codes(data) and "target_guessed" in codes(data)


def test_decimal_comma_and_thousands(table):
    data = read(table("a;label\n1,5;x\n2;y\n-3,25;x\n"))
    assert data.inputs.frame["a"].tolist() == [1.5, 2.0, -3.25]
    data = read(table('a,label\n"1,234.5",x\n"12",y\n"1,000,000",x\n'))
    assert data.inputs.frame["a"].tolist() == [1234.5, 12.0, 1e6]


def test_single_column_with_commas_inside_is_one_column(table):
    inputs, names = csv_table.read_inputs(
        table("text\nhello, you\nbye, all\n"), "text", {"text_column": "text"}
    )
    assert inputs.texts == ["hello, you", "bye, all"] and names == ["1", "2"]


def test_columns_of_no_use_are_left_out_and_said(table):
    text = ",PassengerId,empty,same,a,a,label\n"
    text += "".join(f"{i},{i * 7},NA,k,{i % 5}.5,{i % 3},{'xy'[i % 2]}\n" for i in range(20))
    data = read(table(text))
    assert list(data.inputs.frame.columns) == ["a", "a_2"]
    found = codes(data)
    assert found["dropped_id_column"].values["column"] == "PassengerId"
    assert found["dropped_empty_column"].values["column"] == "empty"
    assert found["dropped_constant_column"].values["column"] == "same"
    assert found["renamed_column"].values["new"] == "a_2"
    assert "dropped_index_column" in found


def test_files_that_are_not_read_are_said(table):
    text = "path,seconds,label\n" + "".join(f"dog/{i}.m4a,{i % 7}.5,{'xy'[i % 2]}\n" for i in range(20))
    data = read(table(text))
    assert list(data.inputs.frame.columns) == ["seconds"]
    note = codes(data)["unread_files"]
    assert note.level == "warning" and "does not read" in note.text


def test_kinds(table):
    lines = "".join(
        f"{i / 3},{'?' if i % 4 else 'red'},{'yes' if i % 2 else 'no'},2024-01-{i % 28 + 1:02d},"
        f"a sentence of number {i} here,{'xy'[i % 3 == 0]}\n"
        for i in range(40)
    )
    data = read(table("n,c,b,d,t,label\n" + lines + ",green,,,,y\n"))
    frame = data.inputs.frame
    wanted = {"n": "numeric", "c": "categorical", "b": "boolean", "d": "datetime", "t": "text"}
    assert kinds(frame) == wanted
    assert frame["c"].isna().sum() == 30 and frame["t"].iloc[-1] == "" and frame["b"].isna().sum() == 1
    assert codes(data)["missing_cells"].values["columns"] == {"n": 1, "c": 30, "b": 1, "d": 1}


def test_dates_with_the_day_first_and_without_a_clue(table):
    import pandas as pd

    lines = "".join(
        f"{d}/3/2024,{v},{'xy'[d % 2]}\n" for d, v in zip(range(1, 32), range(5, 36), strict=True)
    )
    data = read(table("when,v,label\n" + lines))
    assert data.inputs.frame["when"].iloc[30] == pd.Timestamp("2024-03-31")
    assert codes(data)["date_order"].values["first"] == "day"
    data = read(table("when,v,label\n1/2/2024,1,x\n2/2/2024,5,y\n3/1/2024,1,x\n"))
    assert "ambiguous_dates" in codes(data)


def test_rows_without_an_answer_are_dropped_and_counted(table):
    data = read(table("a,label\n1,x\n5,\n3,NA\n8,y\n"))
    assert len(data) == 2 and codes(data)["dropped_no_answer"].values["count"] == 2


def test_unreadable_numbers_become_missing(table):
    data = read(table("a,label\n" + "".join(f"{i * 2},{'xy'[i % 2]}\n" for i in range(40)) + "oops,x\n"))
    assert codes(data)["unreadable_numbers"].values == {"column": "a", "count": 1, "example": "oops"}
    assert np.isnan(data.inputs.frame["a"].iloc[-1])


@pytest.mark.parametrize(
    ("header", "target"),
    [("a,b,label", "label"), ("Target,a,b", "Target"), ("a,শ্রেণি,b", "শ্রেণি"), ("a,b,Category", "Category")],
)
def test_target_guessed_by_name(table, header, target):
    lines = "".join(f"{i % 4},{i % 3},{i % 2}\n" for i in range(24))
    data = read(table(header + "\n" + lines))
    assert data.target_name == target and codes(data)["target_guessed"].values["column"] == target


def test_target_not_obvious_is_asked_for(table):
    path = table("height,width,Survived\n" + "".join(f"{i},{i * i},{i % 2}\n" for i in range(20)))
    with pytest.raises(UsageError, match='--target "Survived"') as error:
        read(path)
    assert "height" in str(error.value) and error.value.exit_code == 2
    assert read(path, target="survived").target_name == "Survived"
    with pytest.raises(UsageError, match="no column 'price'.*height"):
        read(path, target="price")


def test_class_number_and_class_name_say_the_same(table):
    lines = "".join(f"{i * 1.5},{i % 3},{'cat dog owl'.split()[i % 3]}\n" for i in range(60))
    data = read(table("size,class_id,class_name\n" + lines))
    assert data.target_name == "class_name" and list(data.inputs.frame.columns) == ["size"]
    assert codes(data)["dropped_target_twin"].values["column"] == "class_id"


def test_numbers_as_classes_or_as_values(table):
    path = table("a,y\n" + "".join(f"{i % 7},{i % 5}\n" for i in range(40)))
    assert read(path).targets.tolist()[:3] == ["0", "1", "2"]
    assert read(path, task="tabular_regression").targets.dtype == np.float64
    path = table("a,y\n" + "".join(f"{i % 7},{i % 25}\n" for i in range(40)))
    data = read(path)
    assert data.targets.dtype == np.float64 and "target_values" in codes(data)
    assert read(path, task="tabular_classification").targets[3] == "3"
    path = table("a,y\n" + "".join(f"{i % 7},word\n" for i in range(40)))
    with pytest.raises(DataError, match="'word', which is no number"):
        read(path, task="tabular_regression")


def test_groups_and_times(table):
    import pandas as pd

    lines = "".join(f"{i},p{i % 12},2024-02-{i % 28 + 1:02d},{i * 0.7},{'xy'[i % 2]}\n" for i in range(60))
    path = table("id,patient,day,v,label\n" + lines)
    data = read(path)
    note = codes(data)["group_like_column"]
    assert (
        note.values == {"column": "patient", "groups": 12, "kept": False} and "--group patient" in note.text
    )
    assert list(data.inputs.frame.columns) == ["day", "v"]
    data = read(path, group="patient", time="day")
    assert data.groups.dtype == np.int64 and len(set(data.groups)) == 12
    assert data.times[0] == pd.Timestamp("2024-02-01").timestamp()
    assert list(data.inputs.frame.columns) == ["v"]


def test_text_and_table_of_texts(table):
    lines = "".join(f'"this is text number {i}, yes",{"xy"[i % 2]},{"ab"[i % 3 == 0]}\n' for i in range(30))
    path = table("text,label,source\n" + lines)
    data = read(path)
    assert data.modality == "text" and codes(data)["columns_set_aside"].values["columns"] == ["source"]
    assert "--task tabular_classification" in codes(data)["columns_set_aside"].text
    assert data.inputs[0] == "this is text number 0, yes"
    whole = read(path, task="tabular_classification")
    assert kinds(whole.inputs.frame) == {"text": "text", "source": "categorical"}


#: What stands beside 40 texts of two classes: (more columns, whether the whole is read as texts).
BESIDE = {
    "nothing": ({}, True),
    "a running number": ({"id": range(40)}, True),
    "numbers given out in no order": ({"post": [(7 * i) % 40 + 300 for i in range(40)]}, True),
    "codes": ({"order": [f"ORD-{i:05}" for i in range(40)]}, True),
    "the answer in numbers": ({"label_id": [i % 2 for i in range(40)]}, True),
    "who wrote it": ({"user_id": [i % 13 for i in range(40)]}, True),
    "a date and a source": (
        {"day": [f"2024-01-{i % 28 + 1:02}" for i in range(40)], "of": list("abcd") * 10},
        True,
    ),
    "a constant and a code": ({"flag": ["NO_QUERY"] * 40, "key": [f"k{i}f{i}" for i in range(40)]}, True),
    "a measurement": ({"price": [i * 1.7 % 9 for i in range(40)]}, False),
    "two categories": ({"of": list("abcd") * 10, "size": list("xyyyz") * 8}, False),
    "another text": ({"title": [f"words of the title number {i}" for i in range(40)]}, False),
}


@pytest.mark.parametrize("beside", BESIDE)
def test_what_beside_a_text_makes_a_table(beside):
    import pandas as pd

    more, as_text = BESIDE[beside]
    frame = pd.DataFrame({
        "text": [f"this is text number {i}, yes" for i in range(40)], "label": list("pn") * 20, **more
    })  # fmt: skip
    data = from_memory(frame, Options(target="label"))
    assert data.modality == ("text" if as_text else "table")
    said = " ".join(note.text for note in data.notes)
    assert all(column in said for column in more) or not as_text


def test_columns_are_left_out_as_asked(table):
    path = table("price,paid,bought\n" + "".join(f"{i % 7},{i % 5},{'xy'[i % 2]}\n" for i in range(40)))
    data = read(path, target="bought", drop=("PAID",))
    assert list(data.inputs.frame) == ["price"] and codes(data)["dropped_as_asked"].values["columns"] == [
        "paid"
    ]
    with pytest.raises(UsageError, match="no column 'b' to use as --drop"):
        read(path, target="bought", drop=("b",))
    with pytest.raises(UsageError, match="'bought' is the --target"):
        read(path, target="bought", drop=("Bought",))


#: Different in every row: (cells, whether they are no more than numbers of the rows).
UNIQUE = {
    "1 2 3": (range(1, 201), True),
    "shuffled": ([(77 * i) % 211 + 5000 for i in range(200)], True),
    "with gaps": ([i + i // 3 for i in range(200)], True),
    "order numbers": ([f"ORD-{i:05}" for i in range(200)], True),
    "hexadecimal": ([f"{i * 2654435761 % 2**32:08x}7" for i in range(200)], True),
    "years": (range(1800, 2000), False),
    "amounts": ([(i * 7919) % 99991 for i in range(200)], False),
    "fractions": ([i * 0.37 for i in range(200)], False),
    "names": (
        ["".join(chr(97 + (i * k) % 26) for k in (3, 5, 7, 11)) + "n" * (i // 26) for i in range(200)],
        False,
    ),
}


@pytest.mark.parametrize("name", UNIQUE)
def test_what_only_numbers_the_rows_is_set_aside(name):
    import pandas as pd

    cells, numbers = UNIQUE[name]
    frame = pd.DataFrame({"what": cells, "a": [i % 7 for i in range(200)], "y": list("pq") * 100})
    data = from_memory(frame, Options(target="y"))
    assert ("what" not in data.inputs.frame) == numbers
    assert ("dropped_id_column" in {note.code for note in data.notes}) == numbers


def test_codes_alone_are_what_is_learned_from():
    import pandas as pd

    frame = pd.DataFrame({"smiles": [f"CC(=O)O{i}c1C{i % 7}" for i in range(60)], "y": list("pq") * 30})
    assert from_memory(frame, Options(target="y")).modality == "text"


def test_empty_texts_are_dropped(table):
    lines = "".join(f"some words in a row {i},{'xy'[i % 2]}\n" for i in range(25))
    data = read(table("text,label\n" + lines + ",x\n  ,y\n"))
    assert data.modality == "text" and len(data) == 25
    assert codes(data)["dropped_empty_text"].values["count"] == 2


def test_column_of_images(table, tmp_path):
    from PIL import Image

    (tmp_path / "pictures").mkdir()
    for i in range(4):
        Image.new("RGB", (5, 4), (i * 40, 0, 0)).save(tmp_path / "pictures" / f"{i} a.png")
    (tmp_path / "pictures" / "broken.png").write_bytes(b"no picture")
    lines = "".join(f"pictures/{i} a.png,{'xy'[i % 2]}\n" for i in range(4))
    data = _open.open_data(
        table("image,label\n" + lines + "pictures/gone.png,x\npictures/broken.png,x\n"), Options()
    )
    assert data.modality == "image" and len(data) == 4 and data.inputs[1].shape == (4, 5, 3)
    assert codes(data)["dropped_missing_file"].values["count"] == 1
    assert codes(data)["dropped_unreadable"].values["count"] == 1


@pytest.mark.parametrize("kind", ["jsonl", "json", "parquet", "xlsx", "csv.gz", "jsonl.gz"])
def test_formats_agree(tmp_path, kind):
    import pandas as pd

    frame = pd.DataFrame({"a": [1.5, 2.0, None, 4.0], "c": list("uvuv"), "label": ["x", "y", "x", "y"]})
    path = tmp_path / f"t.{kind}"
    records = [
        json.dumps({k: None if v != v else v for k, v in row.items()}) for row in frame.to_dict("records")
    ]
    match kind:
        case "jsonl":
            path.write_text("\n".join(records))
        case "jsonl.gz":
            path.write_bytes(gzip.compress("\n".join(records).encode()))
        case "json":
            path.write_text("[" + ",".join(records) + "]")
        case "parquet":
            frame.to_parquet(path)
        case "xlsx":
            frame.to_excel(path, index=False)
        case "csv.gz":
            path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
    assert csv_table.sniff(path)
    data = read(path)
    pd.testing.assert_series_equal(data.inputs.frame["a"], frame["a"])
    assert kinds(data.inputs.frame) == {"a": "numeric", "c": "categorical"}
    assert data.targets.tolist() == ["x", "y", "x", "y"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "t.csv", "is empty"),
        (b"\n \n", "t.csv", "is empty"),
        (b"a,b,label\n", "t.csv", "no rows below it"),
        (b"PK\x03\x04 no workbook", "t.xlsx", "cannot be read as an Excel file"),
        (b"PAR1 broken", "t.parquet", "cannot be read as Parquet"),
        (b"{}x\nnope\n", "t.jsonl", "no line is a JSON record"),
        (b"\x1f\x8bbroken", "t.csv.gz", "cannot be read"),
        (b"\x00\x01\x02\x03\x00\x00\x07\x00" * 9, "t.csv", "not a text file"),
        (b"old", "t.xls", "Save it as .xlsx"),
        (b"a,label\n1,\n2,\n", "t.csv", "no row has an answer"),
        (b"id,label\n1,x\n2,y\n", "t.csv", "no column is left to learn 'label' from"),
    ],
)
def test_refusals(table, content, name, said):
    with pytest.raises(DataError, match=said):
        read(table(content, name))


def test_folder_of_splits(tmp_path):
    for name, n in (("train", 10), ("dev", 3), ("test", 4)):
        lines = "".join(f"{i * 1.5},{'xy'[i % 2]}\n" for i in range(n))
        (tmp_path / f"{name}.csv").write_text("a,label\n" + lines)
    (tmp_path / "SOURCE.txt").write_text("from here, and from there\nand more\n")
    assert csv_table.sniff(tmp_path)
    data = read(tmp_path)
    assert np.bincount(data.split).tolist() == [10, 3, 4]
    assert codes(data)["split_files"].values == {"train": 10, "valid": 3, "test": 4}
    (tmp_path / "test.csv").write_text("a\n1.5\n")
    data = read(tmp_path)
    assert np.bincount(data.split).tolist() == [10, 3] and "unlabelled_split" in codes(data)
    (tmp_path / "dev.csv").write_text("b,c\n1.5,1\n")
    with pytest.raises(DataError, match="dev.csv lacks columns of train.csv: a, label"):
        read(tmp_path)


def test_prediction_casts_to_what_the_model_knows(table):
    known = {"a": "numeric", "c": "categorical", "b": "boolean"}
    inputs, names = csv_table.read_inputs(
        table("x,b,a,c\n9,yes,৩,new\n9,maybe,?,-\n"), "table", {"kinds": known}
    )
    assert isinstance(inputs, Frame) and kinds(inputs.frame) == known and names == ["1", "2"]
    assert inputs.frame["a"].iloc[0] == 3.0 and inputs.frame["c"].iloc[0] == "new"
    assert inputs.frame.iloc[1].isna().all()
    with pytest.raises(DataError, match="missing column: c"):
        csv_table.read_inputs(table("a,b\n1,yes\n"), "table", {"kinds": known})


def test_prose_is_no_table(table):
    assert not csv_table.sniff(
        table("Dear reader, this is prose.\nIt has, at times, commas.\nNot all.\n", "p.txt")
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-1e6, 1e6), st.text("ab,;\"\n'\t ০আ", min_size=1, max_size=12), st.sampled_from("xy")
        ),
        min_size=6,
        max_size=20,
    )
)
def test_what_pandas_writes_comes_back(tmp_path_factory, records):
    import pandas as pd

    frame = pd.DataFrame(records, columns=["number", "words", "label"])
    path = tmp_path_factory.mktemp("t") / "t.csv"
    frame.to_csv(path, index=False, lineterminator="\n")
    table = _table_files.load(path)
    raw = table.frame
    assert not table.notes and raw["words"].tolist() == frame["words"].tolist()
    assert raw["number"].astype(float).tolist() == frame["number"].tolist()
