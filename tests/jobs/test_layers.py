"""How the layers of a run's network learn, looked at from its folder."""

import json
import shutil
from contextlib import closing

from nikti.jobs import layers
from nikti.run.workers import roots_of, stored_data
from nikti.storage.store import Store


def seen(folder, seconds=3.0):
    with closing(Store.open(folder)) as store:
        roots = roots_of(store)
        one = layers.Job(stored_data(store), store.contenders(), "cpu", seconds, threads=1)
    return json.loads(json.dumps(layers.work(one, roots, print)))


def test_every_layer_is_probed_on_rows_that_are_new_to_the_network(texts_run):
    found = seen(texts_run)
    assert (found["contender"], found["why"], found["modality"]) == ("text_cnn", None, "text")
    assert found["n_train"] >= 20 and found["n_test"] >= 12 and found["n_train"] + found["n_test"] <= 90
    assert found["layers"][0]["name"] == "raw" and len(found["layers"]) >= 2
    for layer in found["layers"]:
        assert layer["probe"]["low"] <= layer["probe"]["value"] <= layer["probe"]["high"]
        assert len(layer["map"]) == found["n_test"] and layer["umap"] is None
    k = len(found["layers"])
    assert len(found["cka"]) == k and all(found["cka"][i][i] > 0.99 for i in range(k))
    assert all(len(one["r2"]) == k for one in found["features"])


def test_why_there_is_nothing_to_see(texts_run, tmp_path):
    folder = shutil.copytree(texts_run, tmp_path / "run")
    with closing(Store.open(folder)) as store:
        store.put("home", str(tmp_path / "gone"))
    found = seen(folder)
    assert (found["contender"], found["why"]) == ("text_cnn", "gone") and found["reason"]
