"""What every kind of answer promises: a file that is added is tested the day it lands, once it has an example
in `made.py`."""

import base64
import csv
import io
import json

import numpy as np
import pytest

from nikti import answers
from nikti.cli.document import jsonable
from nikti.core import catalogue
from nikti.core.answers import Boxes, Masks, Phrases
from nikti.core.csv_text import table
from nikti.core.data import Data
from nikti.core.errors import DataError, UnknownName
from nikti.core.run import Result, Trial
from nikti.storage import cache, store

from .made import CLASSES, EXAMPLES, Model, N

NAMES = answers.names()
CONSTANTS = {
    "KIND": str,
    "COUNTED": str,
    "HELD": type,
    "SIMPLE": bool,
    "PROBABILITIES": bool,
    "EXACT": bool,
    "COMPARED": int,
    "LOWEST": float,
    "IN_SAMPLE": bool,
    "LIKE_TRAINING": bool,
}
VERBS = (
    *(
        "matches",
        "stored",
        "encoded",
        "kept_classes",
        "rows",
        "failed",
        "finished",
        "explained",
        "codes",
        "lines",
    ),
    *("stands", "in_words", "tested", "class_counts", "averaged", "judged", "truth", "shown"),
)
HOW_MANY = ([], [2], [0, 1, 2, 3], [3, 0])

each_answer = pytest.mark.parametrize("name", NAMES)


def data_of(name, encoded=True):
    """The example as data, with its classes where answers are encoded."""
    one = EXAMPLES[name]
    targets = one.encoded if encoded else one.targets
    classes = CLASSES if encoded or one.classes else ()
    return Data("examples", one.modality, one.inputs, targets, classes)


def same(one, other):
    """Whether two sets of answers are the same, sample by sample."""
    if isinstance(one, Phrases):
        told = [[(every[row], every.places(row)) for row in range(len(every))] for every in (one, other)]
        return told[0] == told[1] and np.allclose(one.scores, other.scores)
    equal = [np.array_equal(one[row], other[row]) for row in range(len(one))]
    return len(one) == len(other) and all(equal)


def held(targets):
    """Masks as an array, other answers as they are."""
    return np.stack([targets[row] for row in range(len(targets))]) if isinstance(targets, Masks) else targets


@each_answer
def test_every_answer_has_every_verb_and_an_example(name):
    answer = answers.of(name)
    assert name in EXAMPLES and answer.__doc__
    for constant, kind in CONSTANTS.items():
        assert isinstance(getattr(answer, constant), kind), constant
    for verb in VERBS:
        assert callable(getattr(answer, verb)) and getattr(answer, verb).__doc__, verb
    assert answers.name_of(answer.KIND) == name and answers.of_kind(answer.KIND) is answer
    assert answer.SIMPLE == hasattr(answer, "PROBE_METRIC")


def test_unknown_names_raise():
    with pytest.raises(UnknownName, match="Did you mean 'label'"):
        answers.of("labels")
    with pytest.raises(UnknownName, match="Did you mean 'detection'"):
        answers.of_kind("detections")


def test_sides_and_tasks_speak_of_answers_that_there_are():
    for folder in ("deep/answers", "classical/answers", "insight/probed"):
        assert set(catalogue.names(folder)) <= set(NAMES), folder
    assert set(catalogue.names("insight/probed")) == {name for name in NAMES if answers.of(name).SIMPLE}
    asked = {catalogue.load("tasks", name).TASK.answer for name in catalogue.names("tasks")}
    assert asked == set(NAMES)


@each_answer
def test_targets_as_read_ask_for_their_answer(name):
    targets = EXAMPLES[name].targets
    assert answers.of(name).matches(targets) == (name != "embedding")  # faces are asked for by name
    found = answers.of_targets(targets)
    assert found is answers.of({"embedding": "label", "span": "phrases"}.get(name, name))


@pytest.mark.parametrize(
    "targets",
    [
        np.zeros((5, 12)),
        np.zeros((5, 3), np.int64),
        np.zeros((5, 4, 4)),
        np.zeros((5, 4, 4, 1), np.uint8),
        np.array([["a"], ["b"]], dtype=object),
        [[0, 1], [1, 0]],
        {"a": 1},
    ],
    ids=lambda targets: f"{type(targets).__name__}{getattr(targets, 'shape', '')}",
)
def test_targets_of_a_form_that_nobody_knows_raise(targets):
    assert not any(answers.of(name).matches(targets) for name in NAMES)
    with pytest.raises(DataError, match="not known"):
        answers.of_targets(targets)


def test_many_numbers_for_each_sample_are_no_masks():
    from nikti.tasks._choose import choose

    data = Data("forecasts", "image", EXAMPLES["mask"].inputs, np.zeros((N, 12)))
    with pytest.raises(DataError, match=r"float64 \[4, 12\]"):
        choose(data)


@each_answer
@pytest.mark.parametrize("rows", HOW_MANY, ids=len)
def test_answers_take_positions_and_a_stored_result_is_the_same(name, rows):
    predicted = EXAMPLES[name].predicted[np.array(rows, dtype=np.int64)]
    assert len(predicted) == len(rows)
    result = Result(Trial("x", 0, 3), "ok", rows=np.array(rows), predicted=predicted)
    body, arrays = store.pack(result)
    again = store.unpack(json.loads(json.dumps(body)), arrays).predicted
    assert type(again) is type(predicted) and same(again, predicted)


@each_answer
@pytest.mark.parametrize("rows", HOW_MANY[1:], ids=len)
def test_stored_data_have_the_same_answers(name, rows, tmp_path):
    data = data_of(name).subset(rows)
    found = cache.store(data, tmp_path / "data", 8)
    assert same(found.targets, held(data.targets)) and found.classes == CLASSES
    assert answers.of_targets(found.targets).HELD is answers.of(name).HELD
    read = data_of(name, encoded=False).subset(rows)
    assert len(cache.store(read, tmp_path / "read", 8).targets) == len(rows)


@each_answer
@pytest.mark.parametrize("rows", HOW_MANY, ids=len)
def test_rows_are_told_to_people_in_json_and_csv(name, rows):
    answer, one = answers.of(name), EXAMPLES[name]
    classes = answer.kept_classes(CLASSES)
    found = answer.rows(Model(one), one.inputs.take(rows), classes)
    assert len(found) == len(rows) and all("prediction" in row for row in found)
    found = [{"input": f"ছবি-{row}", **told} for row, told in zip(rows, found, strict=True)]
    if answer.COMPARED and len(rows) < 2:
        with pytest.raises(DataError, match="at least two"):
            answer.finished(found)
        return
    found = [*answer.finished(found), {"input": "ভাঙা.png", **answer.failed(), "error": "not readable"}]
    pixels = [row.pop("mask", None) for row in found]
    assert all(mask is None or mask.shape == (8, 8) for mask in pixels)
    assert json.loads(json.dumps(jsonable(found), ensure_ascii=False, allow_nan=False))
    lines = list(
        csv.DictReader(io.StringIO(table(jsonable([line for row in found for line in answer.lines(row)]))))
    )
    assert {line["input"] for line in lines} == {row["input"] for row in found}
    assert [line["error"] for line in lines] == [""] * (len(lines) - 1) + ["not readable"]
    assert found[-1]["prediction"] is None


def test_lines_of_a_table():
    def lines(name, row):
        return answers.of(name).lines({"input": "a", **row})

    boxes = [{"class": "ক্ষ", "score": 0.91234, "box": [0.0, 1.0, 2.5, 3.0]}] * 2
    told = {"input": "a", "class": "ক্ষ", "score": "0.9123", "x1": 0.0, "y1": 1.0, "x2": 2.5, "y2": 3.0}
    assert lines("boxes", {"prediction": 2, "boxes": boxes}) == [told] * 2
    assert lines("boxes", {"prediction": 0, "boxes": []}) == [{"input": "a", "class": ""}]
    known = {"prediction": "ক্ষ", "probabilities": {"ক্ষ": 0.75, "খ": 0.25}}
    found = [{"input": "a", "prediction": "ক্ষ", "probability_ক্ষ": "0.75", "probability_খ": "0.25"}]
    assert lines("label", known) == found
    shares = {"prediction": "ক্ষ", "shares": {"ক্ষ": 1.0}, "mask": "a.png"}
    told = {"input": "a", "prediction": "ক্ষ", "share_ক্ষ": "1"}
    assert lines("mask", shares) == [{**told, "mask": "a.png"}]  # where it was written
    assert lines("mask", {**shares, "mask": np.zeros((2, 2), np.uint8)}) == [told]
    near = {"prediction": True, "nearest": "b", "distance": 0.5}
    assert lines("embedding", near) == [{"input": "a", **near}]


def test_what_rows_say():
    def said(name, row):
        one, answer = EXAMPLES[name], answers.of(name)
        rows = [{"input": str(i), **r} for i, r in enumerate(answer.rows(Model(one), one.inputs, CLASSES))]
        return answer.finished(rows)[row]

    assert said("label", 3)["prediction"] == "ক্ষ" and list(said("label", 3)["probabilities"]) == list(CLASSES)
    assert said("value", 1)["prediction"] == -2.0
    boxes = said("boxes", 0)["boxes"]  # the unsure one is not told
    assert boxes == [{"class": "বিড়াল", "score": pytest.approx(0.9), "box": [0, 0, 4, 4]}]
    assert said("mask", 1)["prediction"] == "কুকুর" and said("mask", 1)["shares"]["ক্ষ"] == 0.25
    assert said("embedding", 0) == {"input": "0", "prediction": True, "nearest": "2", "distance": 0.5}
    assert (
        said("phrases", 3) == {"input": "3", "prediction": "রবি"} and said("phrases", 2)["prediction"] is None
    )
    assert said("span", 1) == {"input": "1", "prediction": "করিম", "start": 0, "score": pytest.approx(0.9)}
    assert said("span", 2) == {"input": "2", "prediction": "", "start": -1, "score": 0.0}


@each_answer
@pytest.mark.parametrize("rows", HOW_MANY, ids=len)
def test_a_model_stands_by_its_own_answers(name, rows):
    answer, one = answers.of(name), EXAMPLES[name]
    inputs = one.inputs.take(rows)
    parts = answer.explained(Model(one), inputs, None)
    assert len(parts) == len(rows)
    there = [place for place, some in enumerate(parts) if some]
    first = [parts[place][0] for place in there]
    own = answer.stands(Model(one), inputs.take(there), first)
    assert own.dtype == np.float64 and own.shape == (len(there),) and np.isfinite(own).all()
    codes = answer.codes(first)
    assert codes is None or codes.shape == (len(first),)
    for part in first:
        words = answer.in_words(part, CLASSES)
        assert json.dumps(jsonable(words)) and set(words) <= {
            "class",
            "value",
            "score",
            "box",
            "share",
            "text",
        }
    if name not in (
        "value",
        "embedding",
    ):  # a value is followed wherever it goes; who is near is another's answer
        for move in (1, 2, 3):
            assert (answer.stands(Model(one, move), inputs.take(there), first) <= own + 1e-12).all()


@each_answer
def test_the_class_to_explain_can_be_chosen(name):
    answer, one = answers.of(name), EXAMPLES[name]
    if not answer.kept_classes(CLASSES):
        return
    for code, called in enumerate(CLASSES):
        for parts in answer.explained(Model(one), one.inputs, code):
            assert all(answer.in_words(part, CLASSES)["class"] == called for part in parts)


@each_answer
def test_true_answers_and_those_of_both_sides_are_shown(name):
    answer, one, data = answers.of(name), EXAMPLES[name], data_of(name)
    if not answer.kept_classes(CLASSES) and name != "embedding":
        data = Data(data.name, data.modality, data.inputs, data.targets)
    losses = np.arange(N) / 10
    result = Result(Trial("x", 0, 3), "ok", rows=np.arange(N), losses=losses, predicted=one.predicted)
    result.proba = one.proba
    judged = answer.judged(result, data.targets)
    assert len(judged) == N
    if name != "embedding":  # whose pictures are right or wrong by their nearest, whatever the loss
        assert [loss for _, loss, _ in judged] == pytest.approx(losses.tolist())
    for row in range(N):
        truth = answer.truth(data.targets[row], data.classes)
        assert truth is None or isinstance(truth, str | float)
        shown = jsonable(answer.shown(data, row, {"classical": judged[row][0], "deep": judged[row][0]}))
        assert json.dumps(shown) and shown["truth"] is not None
        if "drawn" in shown:
            assert set(shown["drawn"]) == {"truth", "classical", "deep"}
            head = base64.b64decode(shown["drawn"]["truth"].partition(",")[2])[:8]
            assert head == b"\x89PNG\r\n\x1a\n"
        else:
            assert shown["classical"] == shown["deep"]
            assert truth == shown["truth"] or name == "span"


def test_who_is_right_by_the_nearest_other_picture():
    result = Result(Trial("x", 0, 3), "ok", rows=np.arange(N), losses=np.zeros(N))
    result.predicted = EXAMPLES["embedding"].predicted
    found = answers.of("embedding").judged(result, EXAMPLES["embedding"].encoded)
    assert [(who, loss) for who, loss, _ in found] == [(1, 0), (0, 0), (1, 0), (0, 0)]
    result.predicted, result.rows = result.predicted[:1], result.rows[:1]
    assert answers.of("embedding").judged(result, EXAMPLES["embedding"].encoded) == []


@each_answer
def test_numbers_for_reports_and_averages(name):
    answer, one = answers.of(name), EXAMPLES[name]
    tested = answer.tested(one.encoded, one.predicted, CLASSES)
    if tested is not None:
        assert json.dumps(tested) and answer.SIMPLE
        assert np.sum(tested["counts"]) == N if "counts" in tested else len(tested["points"]) == N
    result = Result(Trial("x", 0, 3), "ok", predicted=one.predicted, proba=one.proba)
    averaged = answer.averaged(result)
    assert (averaged is not None) == answer.SIMPLE
    if averaged is not None:
        assert averaged.dtype == np.float64 and len(averaged) == N
    counts = answer.class_counts({"counts": {"কুকুর": 2}})
    assert counts == ({"কুকুর": 2} if answer.PROBABILITIES else {})


@pytest.mark.parametrize("name", ["label", "boxes", "mask"])
def test_new_labelled_data_get_the_codes_of_the_model(name):
    task, data = catalogue.load("tasks", EXAMPLES[name].task).TASK, data_of(name, encoded=False)
    known = ("নতুন", *reversed(CLASSES))
    found = answers.of(name).encoded(task, data, known)
    assert found.classes == known
    wanted = held(EXAMPLES[name].encoded)
    if isinstance(wanted, Boxes):
        assert found.targets.flat[:, 4].tolist() == (3 - wanted.flat[:, 4]).tolist()
    else:
        assert (held(found.targets) == 3 - wanted.astype(int)).all()
    with pytest.raises(DataError, match="does not know: "):
        answers.of(name).encoded(task, data, ("কুকুর",))


def test_masks_in_memory_get_the_codes_of_the_model():
    task, data = catalogue.load("tasks", "semantic_segmentation").TASK, data_of("mask")
    found = answers.of("mask").encoded(task, data, tuple(reversed(CLASSES)))
    assert (
        found.targets == 2 - EXAMPLES["mask"].encoded.astype(int)
    ).all() and found.targets.dtype == np.uint8


def test_samples_without_a_label_are_dropped_from_new_data():
    task = catalogue.load("tasks", "text_classification").TASK
    data = Data("some", "text", EXAMPLES["label"].inputs, np.array(["a", None, " ", "b"], dtype=object))
    found = answers.of("label").encoded(task, data, ("a", "b"))
    assert found.targets.tolist() == [0, 1] and len(found.inputs) == 2
