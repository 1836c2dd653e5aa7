"""The pieces between features and answers, against formulas and known truths."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from _kit import MAKERS, fit, images, table, task, texts
from scipy.special import softmax

from nikti.classical import side
from nikti.classical.calibration import temperature
from nikti.core import own_code
from nikti.core.errors import DataError, ModelError
from nikti.core.inputs import Frame, Stack, Texts


def test_scale_is_the_standard_one_where_nothing_is_special():
    from sklearn.preprocessing import StandardScaler

    from nikti.classical.scaling import Scale

    columns = np.random.default_rng(0).normal(3, 5, (50, 4)).astype(np.float32)
    np.testing.assert_allclose(
        Scale(4).fit(columns).transform(columns), StandardScaler().fit_transform(columns), atol=1e-5
    )


def test_scale_bears_gaps_infinities_constants_and_ngrams():
    from nikti.classical.scaling import Scale

    front = np.array([[1, np.nan, 7, np.nan], [2, 4, 7, np.nan], [3, np.inf, 7, np.nan]], dtype=np.float32)
    mixed = sp.hstack([sp.csr_matrix(front), sp.csr_matrix(np.eye(3, dtype=np.float32))]).tocsr()
    found = Scale(4).fit(mixed).transform(mixed).toarray()
    assert np.isfinite(found).all()
    assert (found[:, 1:4] == 0).all()  # one value known, constant, all missing
    assert (found[:, 4:] == np.eye(3)).all()


def test_temperature_finds_the_one_that_made_the_classes():
    rng = np.random.default_rng(0)
    decisions = rng.normal(size=(20_000, 3))
    codes = np.array([rng.choice(3, p=row) for row in softmax(2.5 * decisions, axis=1)])
    assert temperature(decisions, codes) == pytest.approx(2.5, rel=0.05)


def test_table_columns_have_names_and_known_values():
    import pandas as pd

    from nikti.classical.features.table import dates, levels, numbers, one_hot

    frame = pd.DataFrame({
        "n": [1.0, np.nan, 3.0],
        "c": pd.Series(["a", "a", None], dtype="category"),
        "d": pd.to_datetime(["2024-02-29 00:00", None, "2024-03-01 06:00"]),
    })  # fmt: skip
    part = numbers.build().fit(frame)
    assert list(part.get_feature_names_out()) == ["n", "n is missing"]
    np.testing.assert_array_equal(part.transform(frame), [[1, 0], [np.nan, 1], [3, 0]])
    part = dates.build().fit(frame)
    assert list(part.get_feature_names_out())[-1] == "d: days elapsed"
    np.testing.assert_allclose(part.transform(frame)[2], [2024, 3, 1, 4, 6, 1.25])
    assert np.isnan(part.transform(frame)[1]).all()
    part = levels.build().fit(frame)
    met = pd.DataFrame({"c": pd.Series(["new", "a", None], dtype="category")})
    np.testing.assert_array_equal(part.transform(met)[:, 0], [1, 0, np.nan])
    part = one_hot.build().fit(pd.concat([frame] * 3, ignore_index=True))
    assert list(part.get_feature_names_out()) == ["c = a", "c: another", "c is missing"]
    np.testing.assert_array_equal(part.transform(met), [[0, 1, 0], [1, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize("job", ["image_classification", "text_classification"])
def test_prepared_and_fresh_features_give_the_same_model(job, tmp_path):
    data = MAKERS[job]()
    kept = replace(data, rows=np.arange(len(data)), home=tmp_path)
    facts = side.prepare(task(job), kept, {})
    assert facts == side.prepare(task(job), kept, {})  # files that are there are kept
    assert sum(facts.features.values()) > 0
    rows = np.arange(0, len(data), 2)
    looked_up = fit("logistic_regression", job, kept.subset(rows))
    fresh = fit("logistic_regression", job, data.subset(rows))
    np.testing.assert_allclose(
        looked_up.predict_proba(data.inputs), fresh.predict_proba(data.inputs), atol=1e-4
    )
    assert looked_up.report.feature_seconds > 0
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("name", side.names(task("image_classification")))
def test_classes_that_never_occur_get_probability_0(name):
    data = images()
    seen = data.subset(np.flatnonzero(data.targets != 1))
    assert (fit(name, "image_classification", seen).predict_proba(data.inputs)[:, 1] == 0).all()


@pytest.mark.parametrize("name", side.names(task("text_classification")))
def test_one_class_only_is_predicted_always(name, tmp_path):
    data = texts()
    model = fit(name, "text_classification", data.subset(np.flatnonzero(data.targets == 2)))
    model.save(tmp_path)
    for each in (model, side.load_model(tmp_path, {})):
        assert (each.predict(data.inputs) == 2).all()


def test_images_of_any_size_are_brought_to_the_training_size():
    data = images()
    model = fit("logistic_regression", "image_classification", data)
    large = np.repeat(np.repeat(np.repeat(data.inputs.array(), 3, 1), 3, 2), 3, 3)  # 36 px, RGB
    assert (model.predict(Stack(large)) == data.targets).mean() > 0.9


def test_missing_columns_are_named():
    import pandas as pd

    model = fit("decision_tree", "tabular_classification", table())
    with pytest.raises(DataError, match="colour"):
        model.predict(Frame(pd.DataFrame({"size": [1.0]})))
    with pytest.raises(DataError, match="at least one"):
        model.predict(table().inputs.take([]))


def test_rows_read_as_text_are_cast():
    data = table()
    model = fit("gradient_boosting", "tabular_classification", data)
    as_text = data.inputs.frame.astype(object).astype(str).replace({"nan": "", "<NA>": "", "NaT": ""})
    assert (model.predict(Frame(as_text)) == model.predict(data.inputs)).mean() > 0.95


def test_settings_are_judged_on_rows_that_were_not_learned_from():
    data = images()
    rng = np.random.default_rng(0)
    noise = replace(data, targets=rng.integers(0, 3, len(data)))
    model = fit("k_nearest_neighbours", "image_classification", noise, tries=3)
    assert model.report.inner_score < 0.7  # what it learned by heart it would score 1 on
    share = model.report.inner_score  # of 0/1 losses of the third of the rows that is held out
    assert model.report.inner_error == pytest.approx(np.sqrt(3 * share * (1 - share) / len(data)), rel=0.05)


def test_users_features_are_appended_and_asked_for_again(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "mine.py"
    file.write_text("def brightness_left(image):\n    return float(image[:, :6].mean())\n")
    own_code.name(file)
    data = images()
    model = fit("decision_tree", "image_classification", data, options={"features_file": str(file)})
    assert "brightness_left" in model.features.names
    model.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", {"features_file": str(file)})
    assert np.array_equal(again.predict(data.inputs), model.predict(data.inputs))
    with pytest.raises(ModelError, match="brightness_left"):
        side.load_model(tmp_path / "model", {})
    file.write_text(file.read_text().replace("6", "5"))
    own_code.name(file)
    with pytest.raises(ModelError, match="differs"):
        side.load_model(tmp_path / "model", {"features_file": str(file)})


def test_users_features_see_a_row_as_a_dict(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "mine.py"
    file.write_text("def twice(row):\n    return 2 * row['constant']\n")
    own_code.name(file)
    model = fit("decision_tree", "tabular_classification", table(), options={"features_file": str(file)})
    assert "twice" in model.features.names


def test_foreign_types_are_not_loaded(tmp_path):
    import skops.io
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    fit("logistic_regression", "image_classification", images()).save(tmp_path)
    skops.io.dump(make_pipeline(FunctionTransformer(print)), tmp_path / "estimator.skops")
    with pytest.raises(ModelError, match="not trusted"):
        side.load_model(tmp_path, {})
    (tmp_path / "estimator.skops").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be read"):
        side.load_model(tmp_path, {})
    facts = json.loads((tmp_path / "classical.json").read_text())
    (tmp_path / "classical.json").write_text(json.dumps({**facts, "format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        side.load_model(tmp_path, {})


def test_only_models_made_of_samples_say_that_they_hold_them(tmp_path):
    for name, holds in [("k_nearest_neighbours", True), ("rbf_svm", True), ("random_forest", False)]:
        fit(name, "image_classification", images()).save(tmp_path / name)
        facts = json.loads((tmp_path / name / "classical.json").read_text())
        assert facts["holds_training_features"] is holds


def test_saved_texts_are_not_inside(tmp_path):
    data = texts()
    secret = "a sentence that nobody else would ever write"
    told = replace(data, inputs=Texts([secret, *data.inputs.texts[1:]]))
    fit("logistic_regression", "text_classification", told).save(tmp_path)
    assert any(tmp_path.iterdir())
    for path in tmp_path.iterdir():
        blobs = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                blobs = [archive.read(name) for name in archive.namelist()]
        assert not any(secret.encode() in blob for blob in blobs)


def test_models_of_earlier_versions_are_read(tmp_path):
    """They said what a sample is called, not its modality."""
    data = table()
    model = fit("logistic_regression", "tabular_classification", data)
    model.save(tmp_path)
    (path,) = tmp_path.glob("*.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told.pop("modality") == "table"
    path.write_text(json.dumps(told | {"unit": "row"}), encoding="utf-8")
    again = side.load_model(tmp_path, {})
    assert again.features.modality == "table"
    np.testing.assert_array_equal(again.predict(data.inputs), model.predict(data.inputs))
