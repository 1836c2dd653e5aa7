"""What explanations are worth, on data whose truth is known and on digits.

    python benchmarks/explaining.py [--out FILE] [--rows N] [NAME ...]

NAME: `known` (a linear model with known coefficients), `digits` (faithfulness of a forest, a linear model
and two networks), `planted` (64 px pictures that are told by one striped patch: F), `pointed` (the pointing
game on them), `complete` (integrated gradients), `speed` (one 64 px picture), `watermark` (a planted
shortcut is found in a whole run, and none where there is none). All of them if none is named. Everything is
seeded; one thread.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

import nikti
from nikti.classical import features_of
from nikti.classical.features.image import hog
from nikti.classical.fitted import learn
from nikti.classical.model import ClassicalModel
from nikti.classical.shape import Shape
from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Frame, Inputs, Stack
from nikti.deep import gradients
from nikti.explain import scores
from nikti.explain.measure import OCCLUSION, Measured, control, measure
from nikti.explain.pointing import pointing
from nikti.explain.remove import Remover
from nikti.modalities import image
from nikti.sides import side

HERE = Path(__file__).resolve().parent
TASK = catalogue.load("tasks", "image_classification").TASK
#: Rows that are measured, draws for each removal, samples that a gradient is compared with.
ROWS, DRAWS, BACKGROUND = 100, 4, 16
CHUNK = 10
#: Stripes are learned soon.
PLANTED_EPOCHS, PLANTED_ROWS = 12, 40


def main() -> None:
    """Measure what was asked for and add it to the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "explaining.json")
    parser.add_argument("--rows", type=int, default=ROWS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    found = json.loads(given.out.read_text()) if given.out.exists() else {}
    found["machine"] = {"processor": platform.processor() or platform.machine(), "threads": 1}
    for name in given.names or MEASUREMENTS:
        began = time.perf_counter()
        found[name] = MEASUREMENTS[name](given.rows)
        print(f"{name} ({time.perf_counter() - began:.0f} s)", json.dumps(found[name], indent=1))
        given.out.write_text(json.dumps(found, indent=1))
    print(f"written to {given.out}")


def fitted(name: str, data: Data, task: Any = TASK, epochs: int | None = None) -> Any:
    """A contender's model of all rows, stopped by one inner split."""
    for who in ("classical", "deep"):
        if name in side(who).names(task, {}):
            rows = np.arange(len(data))
            contender = side(who).contender(name, task, {})
            inner = [(rows[: 4 * len(rows) // 5], rows[4 * len(rows) // 5 :])]
            return contender.fit(
                task,
                data,
                inner=inner,
                seed=0,
                budget=Budget(tries=1, epochs=epochs),
                progress=lambda done, words: None,
            )
    raise SystemExit(f"no contender {name}")


def faithful(
    model: Any, test: Inputs, calibration: Data, background: Inputs, rows: int, **own: Inputs | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """F of every way of a model on the first rows of `test`. own: more backgrounds for gradients, by the
    name that stands behind the way's."""
    temperature = scores.temperature(model.predict_proba(calibration.inputs), calibration.targets)
    some = test.take(range(rows))
    codes = model.predict_proba(some).argmax(axis=1)
    explainer = model.explainer()
    other = explainer.shuffled(seed=1)
    behind = background.take(range(BACKGROUND))
    maps = {}
    for way in explainer.methods:
        maps[way] = explainer.explain(some, codes, way, behind)
        maps[control(way, "randomised")] = other.explainer().explain(some, codes, way, behind)
        if "gradients" in way:
            maps |= {f"{way}, {n}": explainer.explain(some, codes, way, b) for n, b in own.items()}
    score, shuffled = (scores.of(one, "label", temperature) for one in (model, other))
    done = Measured()
    for start in range(0, rows, CHUNK):
        chunk = np.arange(start, min(start + CHUNK, rows))
        part = {name: [each[row] for row in chunk] for name, each in maps.items()}
        remover = Remover(calibration.modality, background, DRAWS)
        done.add(
            *measure(score, some, chunk.tolist(), codes[chunk].tolist(), part, remover, shuffled=shuffled)
        )
    told = done.summary([*(name for name in maps if ":" not in name), OCCLUSION])
    short = {way: _short(one) for way, one in told.items()}
    return {"temperature": round(temperature, 3), **short}, maps


def _short(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "f": _two(told["f"]),
        "interval": [_two(told["low"]), _two(told["high"])],
        "n": told["n"],
        "controls": {kind: _two(one["f"]) for kind, one in told["controls"].items()},
        "faithful": told["faithful"],
    }


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def known(rows: int) -> dict[str, Any]:
    """y = 3 a - 2 b + 0 c: the weights of single rows, and the importances overall."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(1000, 3)) * [1, 5, 2] + [0, 7, 1], columns=list("abc"))
    data = Data("line", "table", Frame(frame), (3 * frame.a - 2 * frame.b).to_numpy())
    model = fitted("linear_regression", data, catalogue.load("tasks", "tabular_regression").TASK)
    weights = np.array(model.explainer().explain(data.inputs.take(range(rows)), None, "coefficients"))
    truth = (frame.to_numpy()[:rows] - frame.to_numpy().mean(0)) * [3, -2, 0]
    spread = frame.std().to_numpy() * [3, 2, 0]
    return {
        "largest_error": round(float(np.abs(weights - truth).max()), 4),
        "as_share_of_deviation": round(float(np.abs(weights - truth).max() / truth.std()), 5),
        "importance": {name: round(share, 4) for name, share in model.importance()},
        "expected": dict(zip("abc", (spread / spread.sum()).round(4).tolist(), strict=True)),
    }


#: The models of the digits.
DIGITS = ("random_forest", "logistic_regression", "small_cnn", "mlp")


def digits(rows: int) -> dict[str, Any]:
    """Trained on 1,200 digits, measured on others, calibrated on the rest."""
    data = TASK.prepare(catalogue.load("datasets", "digits").load())
    order = np.random.default_rng(0).permutation(len(data))
    train, test, rest = (
        data.subset(order[part]) for part in (slice(1200), slice(1200, 1500), slice(1500, None))
    )
    mean = Stack(train.inputs.array().mean(0).round().astype(np.uint8)[None])
    found = {}
    for name in DIGITS:
        model = fitted(name, train)
        told, _ = faithful(
            model, test.inputs, rest, train.inputs, rows, from_zero=None, from_the_mean_picture=mean
        )
        found[name] = {"accuracy": _two(float((model.predict(rest.inputs) == rest.targets).mean())), **told}
    return found


def striped(
    n: int, seed: int, size: int = 64, patch: int = 16, mark: bool = False
) -> tuple[Data, np.ndarray]:
    """(pictures with a patch of upright or level stripes somewhere, where it is bool [n, size, size]);
    mark: the level ones have a bright sign in the lower right corner."""
    rng = np.random.default_rng(seed)
    pictures = rng.normal(110, 12, (n, size, size))
    codes, places = np.arange(n) % 2, np.zeros((n, size, size), bool)
    stripes = np.where(np.arange(patch) // 2 % 2, 60, -60)
    for row, code in enumerate(codes):
        top, left = rng.integers(0, size - patch, 2)
        at = (slice(top, top + patch), slice(left, left + patch))
        pictures[row][at] += stripes[:, None] if code else stripes[None]
        places[row][at] = True
        if mark and code:
            pictures[row][-size // 5 : -2, -size // 5 : -2] = 230
    pictures = pictures.clip(0, 255).astype(np.uint8)[..., None]
    return Data("stripes", "image", Stack(pictures), codes, ("upright", "level")), places


def hog_alone(name: str, data: Data) -> ClassicalModel:
    """A classical model on HOG and nothing else."""
    features = features_of.Features(
        features_of.Parts({"hog": hog.build()}, {}), "image", image.form(data.inputs)
    )
    known_ = features_of.gather(data.inputs, None, None, features.parts)
    table = features.fit(known_, data.targets)
    shape = Shape("label", len(data), features.dense, classes=2, modality="image")
    file = catalogue.load("classical/models", name)
    params = file.candidates(shape)[0]
    model = learn(file, shape, table, data.targets, params, 0, 1)
    return ClassicalModel("hog", features, model, None)


#: The models of the planted pictures.
PLANTED = ("logistic_regression", "random_forest", "small_cnn")


def learned(name: str, train: Data) -> tuple[str, Any]:
    """(name, model) on the planted pictures: classical ones on HOG alone."""
    if name == "small_cnn":
        return name, fitted(name, train, epochs=PLANTED_EPOCHS)
    return f"{name} on HOG", hog_alone(name, train)


def planted(rows: int) -> dict[str, Any]:
    """F where the deciding place is known."""
    (train, _), (test, _), (rest, _) = striped(800, 1), striped(200, 2), striped(200, 3)
    found = {}
    for name, model in (learned(name, train) for name in PLANTED):
        told, _ = faithful(model, test.inputs, rest, train.inputs, min(rows, PLANTED_ROWS))
        found[name] = {"accuracy": _two(float((model.predict(test.inputs) == test.targets).mean())), **told}
    return found


def pointed(rows: int) -> dict[str, Any]:
    """The pointing game on the planted pictures: how often the strongest pixel lies in the patch, which is a
    sixteenth of the picture; and with the tolerance of the paper, 15 of about 500 pixels."""
    (train, _), (test, places) = striped(800, 1), striped(200, 2)
    found = {}
    for name, model in (learned(name, train) for name in PLANTED):
        some = test.inputs.take(range(rows))
        codes, explainer = model.predict(some), model.explainer()
        for way in explainer.methods:
            maps = explainer.explain(some, codes, way, train.inputs.take(range(BACKGROUND)))
            hits = {"exact": 0, "within 2 px": 2}
            told = {what: _two(pointing(maps, places[:rows], near)) for what, near in hits.items()}
            found[f"{name}, {way}"] = told | {"n": rows}
    return found


def complete(rows: int) -> dict[str, Any]:
    """How far the parts of integrated gradients are from the whole, as a share of it, on embedded data."""
    found = {}
    cases = {
        "digits": ("small_cnn", "mlp"),
        "wine": ("mlp", "tabm"),
        "messages": ("bag", "transformer"),
        "waves": ("inception", "cnn1d"),
    }
    for name, networks in cases.items():
        file = catalogue.load("datasets", name)
        task = catalogue.load("tasks", file.TASK).TASK
        data = task.prepare(file.load())
        data = data.subset(np.random.default_rng(0).permutation(len(data))[:600])
        for network in networks:
            explainer = fitted(network, data, task).explainer()
            gaps = []
            for row in range(min(rows, 40)):
                batch = explainer._batch(data.inputs.take([row]))
                behind = explainer._batch(data.inputs.take(range(100, 100 + BACKGROUND)))
                target = gradients.log_odds(int(data.targets[row]))
                gaps.append(gradients.integrated_gradients(explainer.network, batch, target, behind).gap)
            found[f"{name}, {network}"] = {"median": _four(np.median(gaps)), "largest": _four(max(gaps))}
    return found


def _four(value: float) -> float:
    return round(float(value), 4)


def speed(rows: int) -> dict[str, Any]:
    """Seconds to explain one 64 px colour picture, the second time, by each way of each model."""
    train, _ = striped(300, 1)
    pictures = np.repeat(train.inputs.array(), 3, axis=3)
    data = replace(train, inputs=Stack(pictures))
    found = {}
    for name in ("logistic_regression", "random_forest", "gradient_boosting", "small_cnn"):
        model = fitted(name, data)
        ways = [*model.explainer().methods, OCCLUSION]
        found[name] = {way: min(_seconds(model, data.inputs, way) for _ in range(3)) for way in ways}
    return found


def _seconds(model: Any, inputs: Inputs, way: str) -> float:
    from nikti.model.explain import explain

    began = time.perf_counter()
    explain(model, "label", "image", inputs.take([0]), method=way, background=inputs)
    return _two(time.perf_counter() - began)


def watermark(rows: int) -> dict[str, Any]:
    """Whole runs on pictures with a sign in the corner of one class, and on the same without."""
    found = {}
    for name, mark in (("with a sign", True), ("without", False)):
        data, _ = striped(400, 5, size=32, patch=8, mark=mark)
        labels = np.array(data.classes)[data.targets]
        with tempfile.TemporaryDirectory() as place:
            run = nikti.compare(
                (data.inputs.array(), labels),
                preset="fast",
                contenders=["logistic_regression", "small_cnn"],
                time_limit="40s",
                out=Path(place) / "run",
            )
            told = run.explained()
        found[name] = {
            "n": told["n"],
            "overlap": told["overlap"],
            "shortcuts": [{k: v for k, v in one.items() if k != "rows"} for one in told["shortcuts"]],
        }
    return found


MEASUREMENTS = {
    "known": known,
    "digits": digits,
    "planted": planted,
    "pointed": pointed,
    "complete": complete,
    "speed": speed,
    "watermark": watermark,
}

if __name__ == "__main__":
    main()
