"""Facts about data before anything is trained, on data whose facts are known."""

import json

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.run.inspection import inspect


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))


def facts_of(data, name):
    task = catalogue.load("tasks", name).TASK
    return inspect(task.prepare(data).fingerprinted(), task)


def table(copies=()):
    """60 rows of two classes; copies: rows that are the same as the row before each."""
    import pandas as pd

    from nikti.core.data import Data
    from nikti.core.inputs import Frame

    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.normal(size=60), "weight": rng.normal(size=60)})
    frame["town"] = pd.Categorical(np.array(["ঢাকা", "খুলনা"])[rng.integers(0, 2, 60)])
    for row in copies:
        frame.iloc[row] = frame.iloc[row - 1]
    answers = np.array(["no", "yes"])[np.arange(60) // 30]
    return Data("made", "table", Frame(frame), answers, target_name="ill")


def test_what_is_counted_is_what_there_is():
    found = json.loads(json.dumps(facts_of(table(), "tabular_classification")))
    assert (found["name"], found["task"], found["n"], found["n_total"]) == (
        "made",
        "tabular_classification",
        60,
        60,
    )
    assert found["classes"] == ["no", "yes"] and found["counts"] == {"no": 30, "yes": 30}
    assert found["target"] == "ill" and found["duplicates"]["exact"] == 0
    assert set(found["columns"]) == {"size", "weight", "town"}
    assert "split" not in found and "groups" not in found


def test_copies_are_found_and_told():
    found = facts_of(table(copies=(5, 40, 41)), "tabular_classification")
    assert found["duplicates"]["exact"] == 3 and "groups" in found
    assert "duplicates" in [note["code"] for note in found["notes"]]


def test_texts_have_no_columns():
    module = catalogue.load("datasets", "messages")
    found = facts_of(module.load(n=40), module.TASK)
    assert (found["modality"], found["n"]) == ("text", 40) and "columns" not in found
