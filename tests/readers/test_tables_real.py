"""Real files, where they lie on the machine."""

import os
from pathlib import Path

import numpy as np
import pytest

from nikti.core.columns import kinds
from nikti.core.data import Options
from nikti.core.errors import UsageError
from nikti.readers import csv_table, timeseries
from nikti.tasks._choose import choose

DATA = Path(os.environ.get("NIKTI_DATA", "/nowhere"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="NIKTI_DATA is not set")


@pytest.mark.parametrize(
    ("path", "options", "task", "n", "split"),
    [
        ("adult_census", {"target": "income"}, "tabular_classification", 48842, [32561, 0, 16281]),
        ("titanic/titanic.csv", {"target": "Survived"}, "tabular_classification", 891, None),
        ("wine_quality", {"target": "quality"}, "tabular_classification", 6497, None),
        (
            "wine_quality",
            {"target": "quality", "task": "tabular_regression"},
            "tabular_regression",
            6497,
            None,
        ),
        ("heart_disease", {"target": "diameter_narrowing"}, "tabular_classification", 303, None),
        ("banking77", {}, "text_classification", 13083, [10003, 0, 3080]),
        ("bangla_drama_sentiment", {}, "text_classification", 6866, [4806, 1030, 1030]),
        (
            "bangla_absa_sentiment",
            {"task": "text_classification"},
            "text_classification",
            4304,
            [3129, 596, 579],
        ),
        ("sms_spam", {}, "text_classification", 5574, None),
        ("movie_reviews_long", {}, "text_classification", 1000, None),
        ("resumes_kaggle962", {"group": "dup_id"}, "text_classification", 962, None),
    ],
)
def test_tables(path, options, task, n, split):
    assert csv_table.sniff(DATA / path)
    data = csv_table.read(DATA / path, Options(**options))
    chosen = choose(data, options.get("task"))
    assert chosen.name == task and len(chosen.prepare(data)) == n
    assert (None if data.split is None else np.bincount(data.split).tolist()) == split
    assert not [note for note in data.notes if note.level == "warning" and note.code.startswith("dropped_r")]


def test_titanic_and_resumes_in_detail():
    data = csv_table.read(DATA / "titanic/titanic.csv", Options(target="Survived"))
    found = kinds(data.inputs.frame)
    assert "PassengerId" not in found and found["Name"] == "text" and found["Cabin"] == "categorical"
    assert data.inputs.frame["Age"].isna().sum() == 177
    with pytest.raises(UsageError, match="which column of titanic is the answer"):
        csv_table.read(DATA / "titanic/titanic.csv", Options())
    data = csv_table.read(DATA / "resumes_kaggle962", Options(group="dup_id"))
    assert len(set(data.groups)) == 166 and len(set(data.targets)) == 25


@pytest.mark.parametrize(
    ("name", "sizes", "shape", "classes"),
    [
        ("GunPoint", [50, 150], (1, 150), 2),
        ("BasicMotions", [40, 40], (6, 100), 4),
        ("ArrowHead", [36, 175], (1, 251), 3),
    ],
)
def test_series(name, sizes, shape, classes):
    data = timeseries.read(DATA / "ts_classification" / name, Options())
    assert np.bincount(data.split)[[0, 2]].tolist() == sizes
    assert data.inputs[0].shape == shape and len(set(data.targets)) == classes
