"""What probes find in layers that were made by hand, so that what is to be found is known."""

from types import SimpleNamespace

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.explain import readout
from nikti.insight.activations import Activations, Table
from nikti.insight.hand_made import HandMade
from nikti.insight.probes import probes, readouts

N, TRAIN = 240, 160


@pytest.fixture(scope="module")
def truth():
    return np.random.default_rng(0).integers(0, 2, N)


@pytest.fixture(scope="module")
def activations(truth):
    """The raw input and the first layer hide the classes, the second shows them; the untrained twin's layers
    hide them. The model itself is wrong on every fifth row."""
    rng = np.random.default_rng(1)
    hidden = [rng.normal(0, 1, (N, 4)) for _ in range(4)]
    shows = rng.normal(0, 1, (N, 4))
    shows[:, 0] += 6 * truth
    raw, first, *untrained = hidden
    predicted = np.where(np.arange(N) % 5 == 0, 1 - truth, truth)
    return Activations(
        model=SimpleNamespace(predict=lambda inputs: predicted[inputs.array()[:, 0]]),
        network=None,
        data=Data("made", "series", Stack(np.arange(N)[:, None]), truth, ("a", "b")),
        answer="label",
        rows=np.arange(N),
        n_train=TRAIN,
        layers=[SimpleNamespace(name="first"), SimpleNamespace(name="second")],
        tables=[Table.of(table, TRAIN) for table in (raw, first, shows)],
        untrained=[Table.of(table, TRAIN) for table in untrained],
        groups=None,
    )


def test_the_layer_that_shows_the_classes_is_found(activations):
    found = probes(activations)
    scores = {layer["name"]: layer["probe"]["value"] for layer in found["layers"]}
    assert list(scores) == ["raw", "first", "second"] and scores["second"] > 0.95
    assert max(scores["raw"], scores["first"]) < 0.7
    assert [layer["width"] for layer in found["layers"]] == [4, 4, 4]
    assert found["layers"][0]["untrained"] is None and found["layers"][2]["untrained"]["value"] < 0.7


def test_gains_are_over_the_raw_input_and_over_the_untrained_twin(activations):
    found = probes(activations)
    scores = [layer["probe"]["value"] for layer in found["layers"]]
    untrained = max(layer["untrained"]["value"] for layer in found["layers"][1:])
    assert found["gains"]["raw"]["value"] == pytest.approx(scores[2] - scores[0])
    assert found["gains"]["untrained"]["value"] == pytest.approx(scores[2] - untrained)
    assert all(gain["low"] > 0 for gain in found["gains"].values())


def test_the_models_own_score_and_chance_stand_beside(activations, truth):
    found, test = probes(activations), np.arange(TRAIN, N)
    assert found["own"]["value"] == pytest.approx((test % 5 != 0).mean())
    assert found["chance"] == pytest.approx((truth[TRAIN:] == np.bincount(truth[:TRAIN]).argmax()).mean())


def test_layers_are_like_themselves(activations):
    alike = np.array(probes(activations)["cka"])
    assert alike.shape == (3, 3) and np.allclose(np.diag(alike), 1) and np.allclose(alike, alike.T)


def test_features_are_found_where_they_lie(activations):
    """One is a column of the second layer, one of the raw input, one is nowhere."""
    rng = np.random.default_rng(2)
    train = [table.train.rows * table.train.scale + table.train.mean for table in activations.tables]
    whole = [np.vstack([rows, table.test]) for rows, table in zip(train, activations.tables, strict=True)]
    table = np.column_stack([whole[2][:, 1], whole[0][:, 1], rng.normal(size=N)])
    made = HandMade(table=table, names=["learned", "raw", "lost"], kinds=["k", "k", "l"], importance={})
    found = readouts(activations, made)
    by_name = {one["name"]: one for one in found["features"]}
    assert by_name["learned"]["r2"][2] > 0.99 and by_name["learned"]["layer"] == 2
    assert (by_name["raw"]["is"], by_name["raw"]["layer"]) == (readout.RAW, 0)
    assert max(by_name["lost"]["r2"]) < 0.3
    assert {one["kind"]: one["n"] for one in found["kinds"]} == {"k": 2, "l": 1}


def test_without_features_nothing_is_read_out(activations):
    none = HandMade(table=np.zeros((N, 0)), names=[], kinds=[], importance={})
    assert readouts(activations, none) == {"features": [], "kinds": []}
