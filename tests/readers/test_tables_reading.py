"""How cells are written is settled in training and kept."""

import numpy as np
import pytest

from nikti.core.cell_format import Reading
from nikti.core.data import Options
from nikti.core.errors import DataError, ModelError
from nikti.readers import csv_table
from nikti.readers.memory import from_memory
from nikti.run.reading import input_card


def table(tmp_path, text, name="t.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def trained(tmp_path, header, cells, task=None, name="train.csv"):
    """(data, the card of what was read) of a column of cells and the answers x, y, in turn."""
    delimiter = ";" if ";" in header else ","
    lines = [f'"{cell}"{delimiter}{"xy"[i % 2]}\n' for i, cell in enumerate(cells)]
    data = csv_table.read(
        table(tmp_path, header + "\n" + "".join(lines), name), Options(target="y", task=task)
    )
    return data, input_card(data)


def predicted(tmp_path, card, text, name="new.csv"):
    inputs, _ = csv_table.read_inputs(table(tmp_path, text, name), "table", card)
    return inputs.frame["a"], {column: dict(cells) for column, cells in inputs.unread.items()}


#: Cells of training, the header line; a new file, the values that it has, and the rows that are not read.
KEPT = {
    "thousands": (["8,623", "6,752"] * 10, "a,y", 'a\n"8,250"\n', [8250.0], []),
    "thousands, in a file with tabs": (["8,623", "6,752"] * 10, "a,y", "a\tz\n8,250\t1\n", [8250.0], []),
    "decimal comma": (["3,5", "2,25"] * 10, "a;y", "a;z\n8,250;1\n", [8.25], []),
    "point where a comma was": (["3,5", "2,25"] * 10, "a;y", "a;z\n3.5;1\n3,5;1\n", [np.nan, 3.5], [0]),
    "marks where there were none": (["3.5", "2.25"] * 10, "a,y", 'a\n"8,250"\n7\n', [np.nan, 7.0], [0]),
    "a unit": (["12 kg", "15 kg"] * 10, "a,y", "a\n7 kg\n8\n9 g\n", [7.0, 8.0, np.nan], [2]),
    "a unit where there was none": (["12", "15"] * 10, "a,y", "a\n7 kg\n", [np.nan], [0]),
    "times": (["12:30", "08:15"] * 10, "a,y", "a\n01:00\n3600\n", [3600.0, np.nan], [1]),
    "no value": (["3.5", "2"] * 10, "a,y", "a\nn/a\n#DIV/0!\n", [np.nan, np.nan], []),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_numbers_are_read_as_in_training(tmp_path, name):
    cells, header, text, values, unread = KEPT[name]
    _, card = trained(tmp_path, header, cells)
    found, missing = predicted(tmp_path, card, text, "new.tsv" if "\t" in text else "new.csv")
    np.testing.assert_array_equal(found.to_numpy(), values)
    assert list(missing.get("a", {})) == unread


@pytest.mark.parametrize(
    ("cells", "new", "day"),
    [
        (["11/15/2023", "05/11/2023"], "02/11/2023", "2023-02-11"),
        (["15/11/2023", "05/11/2023"], "02/11/2023", "2023-11-02"),
        (["05/11/2023", "06/10/2023"], "02/11/2023", "2023-11-02"),  # no date told: the day first, as said
        (["11/15/2023", "05/11/2023"], "13/01/2023", None),
        (["2023-11-15", "2023-11-05"], "02/11/2023", None),
        (["2023-11-15", "2023-11-05"], "2 November 2023", "2023-11-02"),
    ],
)
def test_dates_are_read_as_in_training(tmp_path, cells, new, day):
    _, card = trained(tmp_path, "a,y", cells * 10)
    found, missing = predicted(tmp_path, card, f"a\n{new}\n")
    assert str(found.iloc[0].date() if day else found.iloc[0]) == (day or "NaT")
    assert missing == ({} if day else {"a": {0: new}})


def test_a_frame_in_memory_is_read_as_in_training(tmp_path):
    import pandas as pd

    from nikti.modalities import table as modality

    _, card = trained(tmp_path, "a,y", ["8,623", "6,752"] * 10)
    inputs = modality.in_memory(pd.DataFrame({"a": ["8,250", "8.250,0", 7]}), card)
    np.testing.assert_array_equal(inputs.frame["a"], [8250.0, np.nan, 7.0])
    assert inputs.unread == {"a": {1: "8.250,0"}}


def test_names_and_header_are_kept(tmp_path):
    rows = "".join(f"{i}.5,{i % 7}.25,{'xy'[i % 2]}\n" for i in range(30))
    data = csv_table.read(table(tmp_path, rows), Options(target="column_3"))
    card = input_card(data)
    known = Reading.from_json(card["reading"])
    assert not known.header and known.columns == ("column_1", "column_2", "column_3")
    one, _ = csv_table.read_inputs(table(tmp_path, "7.5,2.25\n"), "table", card)
    assert one.frame.iloc[0].tolist() == [7.5, 2.25]
    named, _ = csv_table.read_inputs(table(tmp_path, "column_2,column_1\n2.25,7.5\n"), "table", card)
    assert named.frame.iloc[0].tolist() == [7.5, 2.25]
    with pytest.raises(DataError, match="4 fields a row and no column names; the table of training had 3"):
        csv_table.read_inputs(table(tmp_path, "1,2,3,4\n5,6,7,8\n"), "table", card)


def test_new_answers_are_read_as_in_training(tmp_path):
    lines = "".join(f"{i % 9};{i}.{i:03},50\n" for i in range(1, 41))
    data = csv_table.read(table(tmp_path, "a;price\n" + lines), Options(target="price"))
    card = input_card(data)
    assert data.targets[1] == 2002.5
    new = table(tmp_path, "a;price\n1;8.250\n2;9.100\n", "new.csv")
    options = Options(target="price", task="tabular_regression")
    assert csv_table.read_like(new, options, "table", card).targets.tolist() == [8250.0, 9100.0]
    wrong = table(tmp_path, "a,price\n1,8250.5\n2,910.5\n", "wrong.csv")
    with pytest.raises(DataError, match="'8250.5', which is no number"):
        csv_table.read_like(wrong, options, "table", card)


def test_cells_that_training_would_not_read_are_counted_when_a_model_is_scored(tmp_path):
    _, card = trained(tmp_path, "a,y", ["8,623", "6,752"] * 10)
    new = table(tmp_path, 'a,y\n"8,250",x\n"8.250,5",y\n', "new.csv")
    data = csv_table.read_like(new, Options(target="y", task="tabular_classification"), "table", card)
    note = next(note for note in data.notes if note.code == "unread_cells")
    assert note.values == {"count": 1, "columns": {"a": 1}} and "8.250,5" in note.text and note.text_bn


def test_a_sentence_is_not_taken_for_the_name_of_the_column_of_texts(tmp_path):
    path = table(tmp_path, "the film was superb and long\nan awful film it was\n")
    with pytest.raises(DataError, match="Put review on a line above it"):
        csv_table.read_inputs(path, "text", {"text_column": "review"})


def test_a_damaged_card_is_refused():
    with pytest.raises(ModelError, match="how its table was read"):
        Reading.from_json({"header": True, "columns": ["a"], "target": "y", "formats": {"a": {"colour": 3}}})
    assert Reading.from_json(None) is None


#: Columns beside the ambiguous one, the delimiter; the value of "8,250" and the level of what is said.
SETTLED = {
    "commas separate": (["1", "2"], ",", 8250, "info"),
    "decimal commas beside it": (["1,5", "2,25"], ";", 8.25, "info"),
    "decimal points beside it": (["1.5", "2.25"], ";", 8250, "info"),
    "semicolons alone": (["1", "2"], ";", 8.25, "warning"),
    "tabs alone": (["1", "2"], "\t", 8250, "warning"),
}


@pytest.mark.parametrize("name", SETTLED)
def test_which_mark_is_the_decimal_one_is_settled_for_the_table(tmp_path, name):
    beside, delimiter, value, level = SETTLED[name]
    rows = [["a", "b", "y"]] + [["8,250", beside[i % 2], "xy"[i % 3 == 0]] for i in range(9)]
    rows += [["9,125", beside[0], "x"]]
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    data = csv_table.read(table(tmp_path, text), Options(target="y"))
    assert data.inputs.frame["a"].iloc[0] == value
    said = [note for note in data.notes if note.code in ("ambiguous_numbers", "number_format")]
    assert [note.level for note in said if "a" in note.values["columns"]] == [level]


def test_durations_of_typed_tables_are_seconds():
    import pandas as pd

    frame = pd.DataFrame(
        {"c": pd.to_timedelta([i % 7 * 60 for i in range(40)], unit="s"), "y": ["x", "y"] * 20}
    )
    data = from_memory(frame, Options(target="y"))
    assert data.inputs.frame["c"].tolist()[:3] == [0.0, 60.0, 120.0]
    assert "times_as_seconds" in {note.code for note in data.notes}


def test_digits_that_fit_nothing_are_said_with_examples(tmp_path):
    lines = "".join(f"{i}/{i + 40},{'xy'[i % 2]}\n" for i in range(60, 100))
    data = csv_table.read(table(tmp_path, "pressure,label\n" + lines), Options(target="label"))
    note = next(note for note in data.notes if note.code == "unread_digits")
    assert note.values["count"] == 40 and "60/100" in note.text and "60/100" in note.text_bn


@pytest.mark.parametrize("cell", ["{i}/{i}0", "code {i} of", "{i} kg or {i} g"])
def test_a_class_for_every_row_is_refused_with_the_way_out(tmp_path, cell):
    lines = "".join(f"{i % 7},{cell.format(i=i + 10)}\n" for i in range(40))
    with pytest.raises(DataError, match=r"40 different values in 40 rows .*--target NAME"):
        csv_table.read(table(tmp_path, "a,y\n" + lines), Options(target="y"))


@pytest.mark.parametrize("mark", ["#DIV/0!", ".", "-", "NaN", "n/a", "null", "N.A.", "—", "(null)", "\\N"])
def test_marks_for_no_value(tmp_path, mark):
    lines = "".join(f"{i}.5,{'xy'[i % 2]}\n" for i in range(5))
    data = csv_table.read(table(tmp_path, f"a,y\n{lines}{mark},x\n"), Options(target="y"))
    assert data.inputs.frame["a"].isna().tolist() == [False] * 5 + [True]


def test_a_word_for_no_value_among_numbers_does_not_make_words_of_them(tmp_path):
    lines = "".join(f"{'None' if i % 5 == 0 else i % 4},{'xy'[i % 2]}\n" for i in range(40))
    data = csv_table.read(table(tmp_path, "a,label\n" + lines), Options(target="label"))
    assert data.inputs.frame["a"].isna().sum() == 8
    assert next(n for n in data.notes if n.code == "unreadable_numbers").values["example"] == "None"


def test_a_price_that_is_not_read_does_not_make_classes_of_all(tmp_path):
    lines = "".join(f'{i % 7},"${i * 1000 + 1000:,}"\n' for i in range(60)) + "3,on request\n"
    data = csv_table.read(table(tmp_path, "a,price\n" + lines), Options(target="price"))
    assert data.targets.tolist()[:2] == [1000.0, 2000.0] and len(data) == 60
    assert "unreadable_answers" in {note.code for note in data.notes}
