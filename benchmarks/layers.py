"""How much each layer of a network lets a linear probe tell, and what looking costs.

    python benchmarks/layers.py [network ...]

On the embedded digits: both sides are compared, then the network of the first fold is looked into, in a
fresh process whose time and memory are its own. Beside the probe of the raw input stands scikit-learn's
logistic regression on the same rows, which knows nothing of it. Writes results/layers.json.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results" / "layers.json"
NETWORKS = ("mlp", "small_cnn")


def look(folder: str, line: Any) -> None:
    """In a process of its own: what was seen, wall and CPU seconds, megabytes beyond the libraries."""
    import torch

    from nikti.insight.layers import layers
    from nikti.storage import cache
    from nikti.storage.store import Store
    from nikti.verdict.judge import judge

    torch.set_num_threads(1)
    store = Store.open(Path(folder))
    run = store.run()
    verdict = judge(run)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    data = cache.load(Path(store.get("home")))
    seen = layers(run, verdict, data, store.contenders(), device="cpu", seconds=10.0)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    line.send({"seen": seen, "wall": wall, "cpu": cpu, "megabytes": memory, "raw": logistic(store, seen)})
    store.close()


def logistic(store: Any, seen: dict[str, Any]) -> float:
    """Accuracy of logistic regression on the raw pixels of the same rows."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    from nikti.insight.layers import _rows
    from nikti.storage import cache

    data = cache.load(Path(store.get("home")))
    train, test, _ = _rows(store.folder, data)
    assert (len(train), len(test)) == (seen["n_train"], seen["n_test"])
    x = data.inputs.array().reshape(len(data), -1).astype(float)
    scaler = StandardScaler().fit(x[train])
    model = LogisticRegression(C=0.1, max_iter=1000).fit(scaler.transform(x[train]), data.targets[train])
    return float(model.score(scaler.transform(x[test]), data.targets[test]))


def measure(network: str) -> dict[str, Any]:
    """One network on digits."""
    import nikti

    with tempfile.TemporaryDirectory() as place:
        folder = str(Path(place) / "run")
        nikti.compare("digits", preset="fast", contenders=["logistic_regression", network], out=folder)
        here, there = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(target=look, args=(folder, there))
        process.start()
        found = here.recv()
        process.join()
    seen = found["seen"]
    kinds = {
        what: sum(f["is"] == what for f in seen["features"])
        for what in ("raw", "learned", "wiring", "hidden")
    }
    return {
        "network": network,
        "n_train": seen["n_train"],
        "n_test": seen["n_test"],
        "probe": [layer["probe"] for layer in seen["layers"]],
        "untrained": [layer["untrained"] for layer in seen["layers"][1:]],
        "gains": seen["gains"],
        "own": seen["own"],
        "logistic_regression_on_raw": found["raw"],
        "features": {"asked": len(seen["features"]), **kinds},
        "seconds": {"wall": found["wall"], "cpu": found["cpu"]},
        "megabytes": found["megabytes"],
        "json_kilobytes": len(json.dumps(seen)) / 1000,
    }


def main() -> None:
    rows = [measure(network) for network in sys.argv[1:] or NETWORKS]
    for row in rows:
        depth = " ".join(f"{p['value']:.3f} [{p['low']:.3f}, {p['high']:.3f}]" for p in row["probe"])
        plain = " ".join(f"{p['value']:.3f}" for p in row["untrained"])
        print(f"{row['network']}: raw and layers {depth}; untrained {plain}; n = {row['n_test']}")
        print(f"  logistic regression on the raw pixels {row['logistic_regression_on_raw']:.3f}")
        print(f"  {row['features']}")
        print(
            f"  {row['seconds']['cpu']:.2f} CPU-s, {row['megabytes']:.0f} MB, "
            f"{row['json_kilobytes']:.0f} kB kept"
        )
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
