"""From a source to data, a task and those who take part."""

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.errors import NiktiError, UnknownName, UsageError
from nikti.core.inputs import Stack
from nikti.run import reading
from nikti.run.request import Request


def test_an_embedded_data_set_brings_its_task_and_its_answers_are_encoded():
    data, task = reading.read(Request(source="wine"))
    assert task.name == "tabular_classification" and len(data) == 178 and data.fingerprint
    assert data.targets.dtype == np.int64 and set(data.targets) == {0, 1, 2} and len(data.classes) == 3


def test_a_folder_of_the_name_of_a_data_set_is_the_users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wine").mkdir()
    with pytest.raises(NiktiError, match="wine"):  # an empty folder, and no 178 wines
        reading.open_data(Request(source="wine"))


@pytest.mark.parametrize("source", ["whine", "diabtes"])
def test_a_name_that_there_is_not_is_guessed(source):
    with pytest.raises(UnknownName, match={"whine": "wine", "diabtes": "diabetes"}[source]):
        reading.read(Request(source=source))


def test_no_source_is_no_data():
    with pytest.raises(UsageError, match="no data"):
        reading.open_data(Request(source=None))


def test_a_task_that_does_not_fit_says_why():
    with pytest.raises(UsageError, match="wine.*image_classification needs image data"):
        reading.read(Request(source="wine", task="image_classification"))


def test_only_a_table_has_columns_to_drop():
    with pytest.raises(UsageError, match="no column to --drop"):
        reading.read(Request(source="digits", drop=("age",)))


@pytest.mark.parametrize(
    ("split", "rows"), [(None, [0, 1, 2, 3]), ([0, 1, 2, 0], [0, 1, 3]), ([0, 0, 0, 0], [0, 1, 2, 3])]
)
def test_the_users_own_test_samples_stay_out_of_the_grid(split, rows):
    split = None if split is None else np.array(split, np.uint8)
    data = Data("x", "series", Stack(np.zeros((4, 5, 1))), np.arange(4) % 2, ("a", "b"), split=split)
    assert reading.grid_rows(data).tolist() == rows


@pytest.fixture(scope="module")
def wine():
    return reading.read(Request(source="wine"))


def test_named_contenders_take_part_whatever_the_preset(wine):
    data, task = wine
    rare = next(one["name"] for one in reading.listing(task.name) if "fast" not in one["presets"])
    request = Request(source="wine", preset="fast", contenders=(rare, "mlp"))
    accepted, refused = reading.candidates(request, task, data)
    assert {one.name for one in accepted} == {rare, "mlp"} and refused == []


def test_of_a_preset_who_is_not_in_it_says_how_to_have_it(wine):
    data, task = wine
    accepted, refused = reading.candidates(Request(source="wine", preset="fast"), task, data)
    assert {one.side for one in accepted} == {"classical", "deep"}
    assert all("fast" in one.presets for one in accepted)
    told = {one.name: one.reason for one in refused}
    assert told and not set(told) & {one.name for one in accepted}
    beside = [name for name, reason in told.items() if "not part of the preset fast" in reason.en]
    assert beside and all(f"--contender {name}" in told[name].bn for name in beside)


@pytest.mark.parametrize("name", ["random_forrest", "small_cnn"])
def test_who_is_of_no_side_for_this_task_is_refused_by_name(wine, name):
    data, task = wine
    with pytest.raises(UnknownName, match=name):
        reading.candidates(Request(source="wine", contenders=(name,)), task, data)


def test_the_listing_says_who_accepts_the_data_and_why_not(wine):
    data, task = wine
    plain, told = reading.listing(task.name), reading.listing(task.name, Request(source="wine"), data)
    assert [one["name"] for one in plain] == [one["name"] for one in told] and "accepts" not in plain[0]
    assert all(one["accepts"] or one["reason"] for one in told)


@pytest.mark.parametrize("name", ["wine", "digits", "messages", "waves"])
def test_the_card_of_an_input_names_its_modality(name):
    module = catalogue.load("datasets", name)
    card = reading.input_card(module.load())
    assert card["modality"] == module.MODALITY and ("kinds" in card) == (module.MODALITY == "table")
