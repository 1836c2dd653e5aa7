"""A made-up run, like one on handwritten digits: ten contenders, five folds, five sizes."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from nikti.core.plan import Prepared, Reduction, Refused
from nikti.core.run import Result, Run, Trial
from nikti.core.words import Words
from nikti.report.overlay import png
from tests.plans import entry, plan

#: name, side, pretrained, accuracy at full size, exponent of the data curve, train s, predict ms
CONTENDERS = (
    ("svm_rbf", "classical", False, 0.974, 0.45, 2.1, 0.9),
    ("lightgbm", "classical", False, 0.962, 0.55, 6.4, 1.4),
    ("random_forest", "classical", False, 0.958, 0.4, 3.0, 4.1),
    ("logistic", "classical", False, 0.951, 0.35, 0.8, 0.5),
    ("knn", "classical", False, 0.945, 0.4, 0.3, 2.2),
    ("dummy", "classical", False, 0.1, 0.0, 0.01, 0.02),
    ("resnet18", "deep", False, 0.986, 0.9, 48.0, 3.1),
    ("small_cnn", "deep", False, 0.981, 0.8, 14.0, 0.7),
    ("mlp", "deep", False, 0.952, 0.5, 5.0, 0.2),
    ("resnet18_tuned", "deep", True, 0.979, 0.4, 60.0, 3.2),
)

FEATURES = (
    "hog_cell_3_4_bin_2",
    "ink_share",
    "aspect_ratio",
    "hu_moment_1",
    "glcm_contrast",
    "edge_density",
    "lbp_uniform_3",
    "mean_grey",
)


def made_run(
    n: int = 1797,
    classes: tuple[str, ...] = tuple("0123456789"),
    sizes: tuple[int, ...] = (89, 179, 359, 718, 1437),
    shift: float = 0.0,
    seed: int = 0,
    without: str = "",
) -> Run:
    """shift: added to every deep score; without: a side whose trials all fail."""
    rng = np.random.default_rng(seed)
    folds = rng.permutation(n) % 5
    targets = rng.integers(0, len(classes), n)
    hard = rng.random(n)
    results = []
    for name, side, pretrained, best, speed, seconds, ms in CONTENDERS:
        for size in sizes:
            for fold in range(5):
                trial = Trial(name, fold, size)
                if side == without or (name == "mlp" and fold == 3 and size == sizes[-1]):
                    results.append(Result(trial, "killed", reason="out of memory: the system stopped it"))
                    continue
                lost = 0.0 if name == "dummy" else 0.25 * (1 - 0.3 * pretrained)
                lost *= (sizes[0] / size) ** speed - (sizes[0] / sizes[-1]) ** speed
                share = best + shift * (side == "deep") - lost
                results.append(_result(trial, side, share, seconds, ms, targets, folds, hard, rng, classes))
    for name in ("svm_rbf", "resnet18"):
        results.append(Result(Trial(name, -1, n), "ok", bytes=1_234_567, predict_ms={"1": 0.9, "256": 0.2}))
    return Run(
        folder=Path("nikti_runs/digits-20261123-2200"),
        settings={"source": "digits", "preset": "medium", "seed": 0, "seconds": 600.0, "contenders": []},
        data={
            "name": "digits",
            "task": "image_classification",
            "kind": "classification",
            "modality": "image",
            "unit": "image",
            "n": n,
            "target": "label",
            "classes": list(classes),
            "counts": {c: int((targets == i).sum()) for i, c in enumerate(classes)},
            "fingerprint": "0f3a9d11c2b4e5f6",
            "notes": [
                {"level": "warning", "code": "dropped_unreadable", "text": "3 files cannot be read.",
                 "values": {"count": 3}, "text_bn": "৩টি ফাইল পড়া যায়নি, তাই বাদ গেছে।"},
                {"level": "info", "code": "made_up_code", "text": "A choice <b>nobody</b> knows.",
                 "values": {}},
            ],
        },
        plan=plan(
            [entry(name, side, pretrained=pretrained, title="a " + name)
             for name, side, pretrained, *_ in CONTENDERS],
            sizes=sizes,
            percent=True,
            everything=n,
            refused=(Refused("vgg11", "deep", Words("not part of the preset medium", "")),),
            prepared={"classical": Prepared({"hog": 0.001, "lbp": 0.002}, columns=340)},
            reductions=(Reduction("fewer_epochs", Words("small_cnn trains 40 of 60 epochs.",
                                                    "small_cnn ৬০ ইপকের বদলে শিখেছে ৪০ ইপক।"),
                              {"contender": "small_cnn", "epochs": 40, "of": 60}),),
        ),
        machine={"system": "Linux 6.1", "cpu": "A processor", "cores": 2, "memory_gb": 24.0, "device": "cpu",
                 "threads": 1},
        versions={"python": "3.11.7", "nikti": "0.1.0", "torch": "2.14.1", "scikit-learn": "1.9.0"},
        results=results,
        targets=targets,
        folds=folds,
        seconds=104.2,
        finished=True,
    )  # fmt: skip


def _result(trial, side, share, seconds, ms, targets, folds, hard, rng, classes) -> Result:
    rows = np.flatnonzero(folds == trial.fold)
    own = 0.55 * hard[rows] + 0.45 * rng.random(len(rows))
    wrong = own > np.quantile(own, min(max(share, 0.02), 0.999))
    predicted = targets[rows].copy()
    predicted[wrong] = (predicted[wrong] + rng.integers(1, len(classes), wrong.sum())) % len(classes)
    weights = np.array([0.5**i for i in range(len(FEATURES))]) * rng.uniform(0.8, 1.2, len(FEATURES))
    epochs = range(1, 21)
    return Result(
        trial,
        "ok",
        scores={"accuracy": float(1 - wrong.mean())},
        rows=rows,
        losses=wrong.astype(float),
        predicted=predicted,
        inner_score=float(share + rng.normal(0, 0.002)),
        seconds={"features": 0.3, "search": seconds / 2, "fit": seconds / 2, "predict": 0.1, "wall": seconds},
        predict_ms={"1": ms, "256": ms / 6},
        peak_mb=220.0,
        bytes=int(2e5 * seconds),
        parameters=11_000_000 if side == "deep" else None,
        training_curve=[
            {
                "epoch": e,
                "seconds": e * 0.5,
                "train_loss": 2.2 * 0.8**e,
                "valid_loss": 2.2 * 0.85**e + 0.06 + 0.02 * rng.random(),
                "valid_score": share * (1 - 0.7**e),
            }
            for e in epochs
        ]
        if side == "deep"
        else [],
        importance=list(zip(FEATURES, weights / weights.sum(), strict=True)) if side == "classical" else None,
    )


def made_regression(n: int = 442, seed: int = 1) -> Run:
    """The same grid on a number to be predicted; the primary metric is R2."""
    run = made_run(n=n, sizes=(44, 88, 177, 353), seed=seed)
    rng = np.random.default_rng(seed)
    truth = rng.normal(150, 75, n).round(1)
    for result in run.results:
        if result.outcome == "ok" and result.trial.fold >= 0:
            noise = rng.normal(0, 55 if result.trial.contender.startswith("svm") else 60, len(result.rows))
            result.predicted = truth[result.rows] + noise
            result.losses = noise**2 / truth.var()
            result.scores = {"r2": float(1 - result.losses.mean())}
    run.targets = truth
    run.plan = replace(run.plan, metric="r2", percent=False)
    run.data |= {"name": "diabetes", "task": "tabular_regression", "kind": "regression", "modality": "table",
                 "unit": "row", "classes": [], "range": [float(truth.min()), float(truth.max())]}  # fmt: skip
    del run.data["counts"]
    return run


def made_picture(rng: np.random.Generator, size: int = 8) -> str:
    """A data URI of a small grey picture."""
    grey = (255 * rng.random((size, size))).astype(np.uint8)
    pixels = np.dstack([grey, grey, grey, np.full_like(grey, 255)])
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()


def made_samples(seed: int = 0) -> dict:
    """Pictures only one side gets right, and what the network attended to."""
    rng = np.random.default_rng(seed)

    def sample(row, **more):
        return {"row": row, "truth": str(row % 10), "image": made_picture(rng), **more}

    yy, xx = np.mgrid[:8, :8]
    bumps = [np.exp(-((yy - 2 - k) ** 2 + (xx - 5 + k) ** 2) / 4).tolist() for k in range(4)]
    return {
        "one_side_right": {
            "classical": [sample(i, classical=str(i % 10), deep="3") for i in range(4)],
            "deep": [sample(20 + i, classical="7", deep=str(i % 10)) for i in range(8)],
            "counts": {"classical": 14, "deep": 35},
        },
        "explained": made_explained([sample(40 + i) for i in range(4)], [{"map": bump} for bump in bumps]),
    }


def made_explained(samples: list[dict], seen: list[dict], faithful: bool = True) -> dict:
    """What `nikti.insight.faithfulness` tells, of samples that both sides used alike."""
    f = {"f": 0.7, "low": 0.6, "high": 0.8, "n": 20}
    control = {"f": 0.02, "low": -0.1, "high": 0.1, "n": 20}
    told = f | {
        "controls": {"random": control, "blurred": control | {"f": None, "low": None, "high": None}},
        "faithful": faithful,
        "lost_to": [] if faithful else ["random"],
    }
    ways = {"classical": ("forest", "tree_shap"), "deep": ("mlp", "integrated_gradients")}
    return {
        "sides": {
            side: {"contender": name, "methods": [way, "occlusion"], "own": way, "method": way,
                   "described": {way: {"title": way, "title_bn": "একটি পদ্ধতি",
                                       "how": "weights of one way.", "how_bn": "এক পদ্ধতির ওজন।"}},
                   "measured": {way: told, "occlusion": told}}
            for side, (name, way) in ways.items()
        },
        "regions": 16, "draws": 2, "n": 20, "asked": 40,
        "overlap": {"mean": 0.4, "chance": 0.15, "n": 20},
        "columns": {side: [["age", 0.7], ["city", 0.3]] for side in ways},
        "shortcuts": [{"side": "deep", "class": samples[0]["truth"], "row_of": 4, "column_of": 1, "along": 4,
                       "share": 0.8, "n": 12, "rows": [3]}],
        "samples": [
            {**sample, "sides": {side: {"method": way, "predicted": "7", **one}
                                 for side, (_, way) in ways.items()}}
            for sample, one in zip(samples, seen, strict=True)
        ],
    }  # fmt: skip


def without_tags(page: str) -> str:
    """What a reader sees of a piece of a page."""
    return re.sub("<[^>]*>", "", page)
