"""Tables in JSON, in each form that people's tools write: the same rows from all."""

import json

import pytest

from nikti.core.answers import Phrases
from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.readers._open import open_data
from nikti.tasks._choose import choose

ROWS = [{"age": 20.5 + i, "rooms": i % 4, "bought": "yes" if i % 3 else "no"} for i in range(24)]
COLUMNS = {key: [row[key] for row in ROWS] for key in ROWS[0]}
CODED = [{**row, "bought": int(row["bought"] == "yes")} for row in ROWS]
FORMS = {
    "records": ROWS,
    "data": {"data": ROWS},
    "version and data": {"version": "1.0", "data": ROWS},
    "rows": {"rows": ROWS},
    "columns": COLUMNS,
    "pandas columns": {
        key: {str(i): value for i, value in enumerate(cells)} for key, cells in COLUMNS.items()
    },
    "pandas split": {
        "columns": list(COLUMNS),
        "index": list(range(24)),
        "data": [list(row.values()) for row in ROWS],
    },
    "pandas table": {"schema": {"fields": []}, "data": ROWS},
    "hugging face viewer": {
        "features": [
            {"feature_idx": 0, "name": "age", "type": {"dtype": "float64", "_type": "Value"}},
            {"feature_idx": 2, "name": "bought", "type": {"names": ["no", "yes"], "_type": "ClassLabel"}},
        ],
        "rows": [{"row_idx": i, "row": row, "truncated_cells": []} for i, row in enumerate(CODED)],
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_table(tmp_path, form):
    path = tmp_path / "flats.json"
    path.write_text(json.dumps(FORMS[form]))
    data = open_data(path, Options(target="bought"))
    assert data.targets.tolist() == COLUMNS["bought"]
    assert data.inputs.frame["age"].tolist() == COLUMNS["age"] and list(data.inputs.frame) == ["age", "rooms"]


def test_lists_of_classes_are_named(tmp_path):
    kind = {"feature": {"names": ["war", "fun"], "_type": "ClassLabel"}, "_type": "Sequence"}
    rows = [
        {"row_idx": i, "row": {"text": f"film {i} was very long", "label": [[], [1], [0, 1]][i % 3]}}
        for i in range(24)
    ]
    content = {"features": [{"name": "label", "type": kind}], "rows": rows}
    (tmp_path / "films.json").write_text(json.dumps(content))
    data = open_data(tmp_path / "films.json", Options())
    assert data.classes == ("fun", "war") and data.targets[:3].tolist() == [[0, 0], [1, 0], [1, 1]]


@pytest.mark.parametrize("content", [{"a": {"b": 1}}, {"a": [1, 2], "b": [1]}, [1, 2], {"data": {"x": 1}}])
def test_other_json_is_refused_with_the_form_that_is_read(tmp_path, content):
    (tmp_path / "x.json").write_text(json.dumps(content))
    with pytest.raises((DataError, UsageError), match="JSON"):
        open_data(tmp_path / "x.json", Options(target="a"))


PASSAGE = "The river Meghna rises in Assam and is 156 km long."
QUESTIONS = [
    {
        "id": str(i),
        "context": PASSAGE + f" Note {i}.",
        "question": f"Where does it rise, {i}?",
        "answers": {"text": ["Assam"], "answer_start": [26]} if i % 3 else {"text": [], "answer_start": []},
    }
    for i in range(12)
]


def as_numpy(answers):
    texts, starts = answers["text"], answers["answer_start"]
    return f"{{'text': array({texts}, dtype=object), 'answer_start': array({starts}, dtype=int32)}}"


@pytest.mark.parametrize("form", ["lines", "data", "python in csv", "numpy in csv"])
def test_flat_questions(tmp_path, form):
    import pandas as pd

    if form == "lines":
        path = tmp_path / "q.jsonl"
        path.write_text("\n".join(map(json.dumps, QUESTIONS)))
    elif form == "data":
        path = tmp_path / "q.json"
        path.write_text(json.dumps({"version": "x", "data": QUESTIONS}))
    else:
        path = tmp_path / "q.csv"
        write = str if form == "python in csv" else as_numpy
        pd.DataFrame([{**one, "answers": write(one["answers"])} for one in QUESTIONS]).to_csv(
            path, index=False
        )
    for task in (None, "question_answering"):
        data = open_data(path, Options(task=task))
        assert (
            isinstance(data.targets, Phrases)
            and choose(data).name == "question_answering"
            and len(data) == 12
        )
        assert data.targets[1] == ["Assam"] and data.targets.places(1) == [26] and data.targets[0] == []
        assert data.inputs[1].question == "Where does it rise, 1?" and data.inputs[1].passage.endswith(
            "Note 1."
        )


def test_hugging_faces_translations(tmp_path):
    pairs = [{"translation": {"en": f"the dog sees house {i}", "bn": f"কুকুর বাড়ি {i} দেখে"}} for i in range(12)]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(pair, ensure_ascii=False) for pair in pairs), encoding="utf-8")
    data = open_data(path, Options())
    assert choose(data).name == "translation" and data.inputs[3] == "the dog sees house 3"
    assert data.targets[3] == ["কুকুর বাড়ি 3 দেখে"]


def test_code_in_cells_is_never_run(tmp_path):
    import pandas as pd

    cell = "{'text': [__import__('os').getcwd()], 'answer_start': [0]}"
    rows = [{"question": f"q {i}?", "context": PASSAGE, "answers": cell} for i in range(12)]
    pd.DataFrame(rows).to_csv(tmp_path / "q.csv", index=False)
    data = open_data(tmp_path / "q.csv", Options(target="answers"))  # no answer that can be read: a column
    assert not isinstance(data.targets, Phrases)
