"""SQuAD's JSON: both versions, splits by name, what is broken or hostile."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.readers import _open, squad
from nikti.tasks._choose import choose

PASSAGE = "Rina was born in Feni in 1962. She keeps 7 goats."


def qa(question="Where?", answers=(("Feni", 17),), **more):
    told = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": question, "question": question, "answers": told, **more}


def content(*qas, passage=PASSAGE, articles=1):
    one = {"title": "Rina", "paragraphs": [{"context": passage, "qas": list(qas)}]}
    return {"version": "v2.0", "data": [one] * articles}


def holding(paragraph):
    return {"data": [{"paragraphs": [paragraph]}]}


def write(path, value):
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_both_versions_are_read(tmp_path):
    qas = [
        qa(),
        qa("When?", [("1962", 25), ("in 1962", 22)]),
        qa("Who?", [], is_impossible=True, plausible_answers=[{"text": "Rina", "answer_start": 0}]),
        qa("Why?", []),  # nothing is said of its answer
        {"id": "How?", "question": "How?"},
    ]
    path = write(tmp_path / "some.json", content(*qas))
    assert squad.sniff(path) and squad.sniff(tmp_path)
    data = _open.open_data(path, Options())
    assert [one.question for one in data.inputs] == ["Where?", "When?", "Who?"]
    assert [data.targets[i] for i in range(3)] == [["Feni"], ["1962", "in 1962"], []]
    assert data.targets.places(1) == [25, 22] and len(data.inputs.passages) == 1
    assert [note.code for note in data.notes] == ["dropped_no_answer"] and data.notes[0].values["count"] == 2
    assert choose(data).name == "question_answering" and data.groups is None
    assert not choose(data).prepare(data).notes[1:]


def test_files_without_answers_are_for_predicting(tmp_path):
    path = write(tmp_path / "new.json", content({"id": "q7", "question": "Where?"}))
    inputs, names = _open.open_inputs(path, "question", {})
    assert names == ["q7"] and inputs[0] == ("Where?", PASSAGE)
    assert _open.open_data(path, Options()).targets is None
    table = write(tmp_path / "new.csv", f'Question,Context,more\nWhere?,"{PASSAGE}",1\nWhen?,"{PASSAGE}",2\n')
    inputs, names = _open.open_inputs(table, "question", {})
    assert names == ["1", "2"] and inputs[1] == ("When?", PASSAGE) and len(inputs.passages) == 1
    with pytest.raises(DataError, match="question and passage. Found: a, b"):
        _open.open_inputs(write(tmp_path / "odd.csv", "a,b\n1,2\n"), "question", {})


def test_a_train_and_a_dev_file_are_a_split(tmp_path):
    write(tmp_path / "train-v2.0.json", content(qa(), qa("When?", [("1962", 25)])))
    write(tmp_path / "dev-v2.0.json", content(qa("What?", [("7 goats", 41)])))
    data = _open.open_data(tmp_path, Options())
    asked = [one.question for one in data.inputs]
    assert dict(zip(asked, data.split.tolist(), strict=True)) == {"Where?": 0, "When?": 0, "What?": 2}
    write(tmp_path / "test-v2.0.json", content(qa("Which?", [("Feni", 17)])))
    assert sorted(_open.open_data(tmp_path, Options()).split.tolist()) == [0, 0, 1, 2]
    write(tmp_path / "other.json", content(qa()))
    with pytest.raises(UsageError, match=r"other\.json"):
        _open.open_data(tmp_path, Options())


def test_articles_are_groups_where_there_are_many(tmp_path):
    several = [
        {"paragraphs": [{"context": f"{i} {PASSAGE}", "qas": [qa(f"{i}a"), qa(f"{i}b")]}]}
        for i in range(squad.FEWEST_ARTICLES)
    ]
    data = squad.read(write(tmp_path / "many.json", {"data": several}), Options())
    assert data.groups.tolist() == np.repeat(np.arange(squad.FEWEST_ARTICLES), 2).tolist()


def test_copies_and_shared_ids_are_told(tmp_path):
    other = {**qa("When?", [("1962", 25)]), "id": "Where?"}
    data = squad.read(write(tmp_path / "some.json", content(qa(), qa(), other)), Options())
    assert len(data) == 2
    assert {note.code: note.values["count"] for note in data.notes} == {
        "questions_repeated": 1,
        "ids_shared": 1,
    }


def test_odd_places_count_as_none(tmp_path):
    places = ["17", None, -4, 2**80, 17.0, True, [1]]
    qas = [qa(str(i), [("Feni", place)]) for i, place in enumerate(places)]
    data = squad.read(write(tmp_path / "odd.json", content(*qas)), Options())
    assert data.targets.starts.tolist() == [-1] * len(places)
    assert choose(data).prepare(data).targets.starts.tolist() == [17] * len(places)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('{"data": [{"paragraphs": [{"context": "x", "qas": [', "not valid JSON"),
        ("[" * 100_000 + '"paragraphs" "context" "qas"', "not valid JSON"),
        ({"data": "x", "paragraphs": 1, "context": 1, "qas": 1}, "no list of records 'data'"),
        ({"data": [3], "k": {"paragraphs": 1, "context": 1, "qas": 1}}, "'data'"),
        (
            {"data": [{"paragraphs": [{"context": 7, "qas": []}]}]},
            "article 1, paragraph 1 has no text 'context'",
        ),
        (
            {"data": [{"paragraphs": [{"context": "x", "qas": None}]}]},
            "paragraph 1 has no list of records 'qas'",
        ),
        (content({"id": 1, "question": None}), "question 1 has no text 'question', but nothing"),
        (
            content({"id": 1, "question": "q", "answers": [{"text": 3}]}),
            "an answer without 'text', but a int",
        ),
        (content({"id": 1, "question": "q", "answers": {"text": ["a"]}}), "'answers'"),
        (holding({"context": "x", "qas": []}), "holds no question"),
        ({"data": [], "k": {"paragraphs": 1, "context": 1, "qas": 1}}, "holds no question"),
    ],
)
def test_broken_files_are_named_with_the_place(tmp_path, value, told):
    path = write(tmp_path / "broken.json", value)
    with pytest.raises(DataError, match="broken.json") as raised:
        squad.read(path, Options())
    assert told in str(raised.value)


def test_half_characters_and_marks_pass(tmp_path):
    path = tmp_path / "odd.json"
    strange = "\ud800 \u202eabc\u0000 😀 ঢাকা"
    path.write_text(json.dumps(content(qa("\udfff?", [("ঢাকা", 9)]), passage=strange)), encoding="utf-8")
    data = squad.read(path, Options())
    prepared = choose(data, "question_answering")
    assert data.inputs[0].passage == strange.replace("\ud800", "\ufffd")  # half a character is none
    assert data.inputs[0].question == "\ufffd?" and prepared.accepts(data) is None


@pytest.mark.skipif("NIKTI_DATA" not in os.environ, reason="NIKTI_DATA is not set")
def test_xquad_is_whole():
    xquad = Path(os.environ["NIKTI_DATA"]) / "xquad"
    for lang in ("en", "hi", "es", "de"):
        data = _open.open_data(xquad / f"xquad.{lang}.json", Options())
        prepared = choose(data).prepare(data)
        assert len(prepared) == 1190 and not prepared.notes
        assert len(prepared.inputs.passages) == 240 and len(np.unique(prepared.groups)) == 48
    with pytest.raises(UsageError, match="several files of questions"):
        _open.open_data(xquad, Options())
