"""Where a table begins and ends, and that no cell slides into its neighbour's column."""

import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError
from nikti.readers import _table_files, csv_table

ROWS = [(f"{20 + i}.5", "Dhaka" if i % 2 else "Khulna", "yes" if i % 3 else "no") for i in range(30)]
CODES = {"Dhaka": "1", "Khulna": "2"}
NAMES = ("age", "city", "bought")


def lines(rows=ROWS, delimiter=",", end=""):
    return "".join(delimiter.join(row) + end + "\n" for row in rows)


HEAD = "age,city,bought\n"

#: Text of a file, the code of the note on it (None: nothing is to be said). All hold the same table.
SAME = {
    "plain": (HEAD + lines(), None),
    "a delimiter at the end of each row": (HEAD + lines(end=","), "empty_fields_behind"),
    "a delimiter at the end of names too": ("age,city,bought,\n" + lines(end=","), "empty_fields_behind"),
    "two at the end": (HEAD + lines(end=",,"), "empty_fields_behind"),
    "blanks before quotes": (
        "age, city, bought\n" + "".join(f'{a}, "{c}", "{b}"\n' for a, c, b in ROWS),
        None,
    ),
    "a title": ("Sales report 2024\n" + HEAD + lines(), "lines_above_table"),
    "a title with delimiters": ("Sales report 2024,,\n,,\n" + HEAD + lines(), "lines_above_table"),
    "remarks": ("# exported 2024-01-02\n# device 7, lab 3\n" + HEAD + lines(), "lines_above_table"),
    "a remark in the middle": (HEAD + lines(ROWS[:9]) + "# pause\n" + lines(ROWS[9:]), "remarks"),
    "sep=;": ("sep=;\n" + HEAD.replace(",", ";") + lines(delimiter=";"), "told_delimiter"),
    "semicolons": (HEAD.replace(",", ";") + lines(delimiter=";"), None),
    "tabs": (HEAD.replace(",", "\t") + lines(delimiter="\t"), None),
    "pipes": (HEAD.replace(",", "|") + lines(delimiter="|"), None),
    "aligned by blanks": (
        "".join(f"{a:>8} {CODES.get(c, c):<10} {b}\n" for a, c, b in [NAMES, *ROWS]),
        None,
    ),
    "columns with gaps between": ("".join(f"{a:<8}  {c:<10}  {b}\n" for a, c, b in [NAMES, *ROWS]), None),
    "each line in quotes": ("".join(f'"{",".join(row)}"\n' for row in [NAMES, *ROWS]), "lines_in_quotes"),
    "a second line of units": (HEAD + "(years),(name),(answer)\n" + lines(), "second_line"),
    "names that come again": (HEAD + lines(ROWS[:15]) + HEAD + lines(ROWS[15:]), "repeated_names"),
    "old Mac line ends": ((HEAD + lines()).replace("\n", "\r"), None),
    "Windows line ends": ((HEAD + lines()).replace("\n", "\r\n"), None),
    "blank lines": ("\n\n" + HEAD + "\n" + lines(), None),
    "two marks of byte order": ("\ufeff\ufeff" + HEAD + lines(), None),
}  # fmt: skip


def load(tmp_path, text, name="t.csv", encoding="utf-8"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return _table_files.load(tmp_path / name)


@pytest.mark.parametrize("name", SAME)
def test_the_same_table_in_other_frames(tmp_path, name):
    text, code = SAME[name]
    table = load(tmp_path, text)
    rows = ROWS if "aligned" not in name else [(a, CODES[c], b) for a, c, b in ROWS]
    assert list(table.frame.columns) == list(NAMES)
    assert [tuple(cell.strip() for cell in row) for row in table.frame.itertuples(index=False)] == rows
    assert [note.code for note in table.notes] == ([] if code is None else [code])
    assert all(note.text and note.text_bn for note in table.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
def test_encodings(tmp_path, encoding):
    assert list(load(tmp_path, HEAD + lines(), encoding=encoding).frame["city"]) == [row[1] for row in ROWS]


def test_text_with_a_delimiter_in_quotes_behind_a_blank(tmp_path):
    text = "age, city, bought\n" + "".join(f'{a}, "{c}, north", {b}\n' for a, c, b in ROWS)
    table = load(tmp_path, text)
    assert table.frame["city"].tolist() == [f"{c}, north" for _, c, _ in ROWS]
    assert [cell.strip() for cell in table.frame["bought"]] == [b for *_, b in ROWS]


def test_row_names_as_r_writes_them(tmp_path):
    table = load(tmp_path, HEAD + "".join(f'"r{i}",{",".join(row)}\n' for i, row in enumerate(ROWS)))
    assert table.frame["age"].tolist() == [row[0] for row in ROWS] and not table.notes


def test_a_field_too_many_in_every_row_is_no_row_name(tmp_path):
    with pytest.raises(DataError, match="30 of 30 rows do not have the 3 fields.*line 2 has 4"):
        load(tmp_path, HEAD + "".join(f"same,{','.join(row)}\n" for row in ROWS))


def test_short_rows_are_filled_at_the_end_where_their_cells_fit(tmp_path):
    text = "age,rooms,bought,remark\n" + "".join(
        f"{i}.5,{i % 7},{'yes' if i % 2 else 'no'}{',late' if i % 4 == 0 else ''}\n" for i in range(40)
    )
    table = load(tmp_path, text)
    assert len(table.frame) == 40 and (table.frame["remark"] == "").sum() == 30
    assert table.frame["bought"].tolist() == ["no", "yes"] * 20
    assert [note.values["count"] for note in table.notes if note.code == "short_rows"] == [30]


def test_a_short_row_whose_cells_are_of_other_columns_is_dropped_and_said(tmp_path):
    text = "city,age,rooms\n" + "".join(f"Dhaka,{i}.5,{i % 7}\n" for i in range(40)) + "Khulna,north\n"
    table = load(tmp_path, text)
    assert len(table.frame) == 40
    assert [note.values["lines"] for note in table.notes if note.code == "dropped_ragged_rows"] == [[42]]


def test_a_tenth_of_rows_that_do_not_fit_refuses_the_file(tmp_path):
    text = "text,label\n" + "hello there,ham\n" * 30 + "hello, you,ham\n" * 10
    with pytest.raises(DataError, match="10 of 40 rows .*holds the delimiter in quotes"):
        load(tmp_path, text)


def test_an_empty_cell_between_blanks_is_not_guessed(tmp_path):
    text = "".join(f"{i:>5} {i * 1.5:>8} {i % 7:>3}\n" for i in range(40)) + "   41            3\n"
    table = load(tmp_path, text, "t.txt")
    assert len(table.frame) == 40 and "dropped_ragged_rows" in {note.code for note in table.notes}


def test_two_lines_of_names(tmp_path):
    text = ",X1,X2,Y\nID,LIMIT,AGE,default payment\n" + "".join(
        f"{i},{i * 100},{20 + i % 9},{i % 2}\n" for i in range(30)
    )
    table = load(tmp_path, text)
    assert list(table.frame.columns) == ["ID", "LIMIT", "AGE", "default payment"] and len(table.frame) == 30
    assert [note.code for note in table.notes] == ["second_line"]


@pytest.mark.parametrize(
    "second",
    ["Bob,unknown,yes", "Bob,NA,no", "Bob,5,"],
)
def test_a_first_row_with_an_odd_cell_is_a_row(tmp_path, second):
    text = f"name,age,bought\n{second}\n" + "".join(
        f"n{i}x,{i},{'yes' if i % 2 else 'no'}\n" for i in range(30)
    )
    assert load(tmp_path, text).frame["name"].iloc[0] == "Bob"


@pytest.mark.parametrize(
    ("head", "first"),
    [("", ["2024-01-01", "5.5", "yes"]), ("", ["3", "$1,250", "1"]), ("", ["5.1", "3.5", "1.4"])],
)
def test_no_line_of_names(tmp_path, head, first):
    rows = [first, *([str(i) + cell[1:] for cell in first[:2]] + [first[2]] for i in range(1, 9))]
    text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    table = load(tmp_path, text)
    assert list(table.frame.columns) == ["column_1", "column_2", "column_3"] and len(table.frame) == 9
    assert not table.header and "no_header" in {note.code for note in table.notes}


def test_commas_in_a_single_column_of_texts_are_no_delimiter(tmp_path):
    table = load(tmp_path, "text\nhello, you\nbye, all\n")
    assert list(table.frame["text"]) == ["hello, you", "bye, all"]


def test_a_workbook_with_a_title_and_units(tmp_path):
    import pandas as pd

    cells = [["Sales report 2024", None, None], [None] * 3, list(NAMES), ["(years)", "(name)", "(answer)"]]
    rows = [[float(a), c, b] for a, c, b in ROWS]
    pd.DataFrame(cells + rows).to_excel(tmp_path / "t.xlsx", header=False, index=False)
    table = _table_files.load(tmp_path / "t.xlsx")
    assert list(table.frame.columns) == list(NAMES) and table.frame["age"].tolist() == [
        row[0] for row in rows
    ]
    assert [note.code for note in table.notes] == ["lines_above_table", "second_line"]


def test_a_whole_table_with_a_title_is_learned_from(tmp_path):
    (tmp_path / "t.csv").write_text("Survey of 2024\n\n" + HEAD + lines())
    data = csv_table.read(tmp_path / "t.csv", Options(target="bought"))
    assert len(data) == 30 and set(data.targets) == {"yes", "no"}
