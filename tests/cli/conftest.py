"""A stand-in for nikti.api: the same functions and shapes, answers known in advance. It goes in
through `main(words, api=...)`, the seam made for it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

SENTENCE = "Deep learning is better on digits, by 1.2 points (95%: 0.4 to 2.0)."

CLASSES = ["[red]", "শূন্য", "one\x1b[31m", *(f"c{i}" for i in range(17))]

DATA = {
    "name": "digits",
    "task": "image_classification",
    "modality": "image",
    "unit": "image",
    "n": 1500,
    "n_total": 1797,
    "target": "label",
    "classes": CLASSES,
    "counts": dict(zip(CLASSES, [178, 182, 177, *[74] * 16, 76], strict=True)),
    "groups": 12,
    "split": {"train": 1500, "valid": 0, "test": 297},
    "notes": [
        {"level": "info", "code": "guessed", "text": "The task was guessed.", "values": {}},
        {"level": "warning", "code": "dup", "text": "3 samples appear twice.", "values": {"count": 3}},
    ],
}

PLAN = {
    "folds": 5,
    "sizes": [90, 359, 1437],
    "contenders": [
        {"name": "svm_rbf", "side": "classical", "title": "HOG and an SVM", "memory_mb": 140.2},
        {"name": "small_cnn", "side": "deep", "title": "a small CNN", "memory_mb": 212.4},
    ],
    "memory_mb": 1224.8,
    "given_up": [{"code": "fewer_epochs", "text": "Networks train at most 16 epochs.", "values": {}}],
    "seconds": 95.0,
}

LEADERBOARD = [
    {
        "contender": name,
        "side": side,
        "pretrained": name == "resnet18",
        "metric": "accuracy",
        "score": score,
        "interval": None if score is None else [score - 0.008, score + 0.006],
        "n": 1797,
        "test_split_score": score,
        "handed_over": True,
        "fitted_share": 1.0,
        "train_seconds": seconds,
        "predict_ms": {"1": 2.31, "256": 0.0412} if score else {},
        "timing": {"method": "full", "1": {"calls": 1834}, "256": {"calls": 41}}
        if name in ("svm_rbf", "small_cnn")
        else {},
        "peak_mb": 212.4,
        "bytes": 1_234_567,
        "status": "ok" if score else "timeout",
        "reason": "" if score else "stopped after 60 s",
    }
    for name, side, score, seconds in [
        ("svm_rbf", "classical", 0.977, 1.31),
        ("random_forest", "classical", 0.961, 4.2),
        ("dummy", "classical", 0.101, 0.01),
        ("small_cnn", "deep", 0.989, 14.2),
        ("resnet18", "deep", 0.984, 92.0),
        ("vgg11", "deep", None, None),
    ]
]

EVENTS = [
    {"event": "run", "folder": "nikti_runs/digits 1"},
    {"event": "data", "data": DATA},
    {"event": "plan", "plan": PLAN},
    {
        "event": "trial_start",
        "trial": "svm_rbf|1|1437",
        "contender": "svm_rbf",
        "side": "classical",
        "fold": 1,
        "size": 1437,
    },
    {
        "event": "trial_start",
        "trial": "vgg11|-1|1797",
        "contender": "vgg11",
        "side": "deep",
        "fold": -1,
        "size": 1797,
    },
    {"event": "trial_progress", "trial": "vgg11|-1|1797", "fraction": 0.5, "text": "epoch 6 of 12"},
    {"event": "progress", "done": 0.43, "elapsed": 35.0, "eta": 45.0},
    {"event": "leaderboard", "rows": LEADERBOARD[:5]},
    {
        "event": "trial_end",
        "trial": "svm_rbf|1|1437",
        "contender": "svm_rbf",
        "outcome": "ok",
        "reason": "",
        "score": 0.9771,
        "seconds": 3.42,
    },
    {
        "event": "trial_end",
        "trial": "vgg11|-1|1797",
        "contender": "vgg11",
        "outcome": "timeout",
        "reason": "stopped after 60 s",
        "score": None,
        "seconds": 60.0,
    },
]


TOGETHER = {
    "champions": {"classical": "svm_rbf", "deep": "small_cnn"},
    "pool": {"weight": 0.6, "temperatures": [1.0, 1.2]},
    "weights": {0: 0.6, 1: 0.6},
    "metric": "accuracy",
    "n": 1797,
    "scores": {
        "classical": {"value": 0.977, "low": 0.969, "high": 0.983},
        "deep": {"value": 0.989, "low": 0.981, "high": 0.995},
        "together": {"value": 0.996, "low": 0.99, "high": 0.999},
    },
    "better": "deep",
    "gap": 0.007,
    "low": 0.002,
    "high": 0.012,
    "ahead": True,
    "shares": {"both": 0.97, "classical": 0.007, "deep": 0.019, "neither": 0.004},
    "correlation": None,
    "ms": 4.62,
    "advice": "Or use svm_rbf and small_cnn together.",
}


class FakeModel:
    folder = Path("nikti_runs/digits 1/models/small_cnn")
    contender = "small_cnn"
    task = SimpleNamespace(name="image_classification")
    classes = ("cat", "কুকুর")

    def predict(self, source):
        sources = source if isinstance(source, list) else [source]
        return [
            {"input": one, "prediction": "কুকুর", "probabilities": {"cat": 0.25, "কুকুর": 0.75}}
            for one in sources
        ]

    def evaluate(self, source, target=None, group=None):
        return {
            "n": 200,
            "metric": "accuracy",
            "score": 0.91,
            "interval": [0.86, 0.94],
            "scores": {"accuracy": 0.91, "macro_f1": 0.9},
            "met": 20,
            "unmet": {"n": 180, "score": 0.9, "interval": [0.85, 0.94], "scores": {"accuracy": 0.9}},
        }


class FakeComparison:
    folder = Path("nikti_runs/digits 1")

    def document(self, lang="en"):
        return {
            "run": self.folder,
            "data": DATA,
            "task": "image_classification",
            "seconds": 81.3,
            "verdict": {
                "winner": "small_cnn",
                "call": "deep",
                "strength": "likely",
                "gap": 0.012,
                "interval": [0.004, 0.02],
                "sentence": self.sentence(lang),
                "advice": "Take small_cnn: it is better.",
                "reasons": [],
                "conditions": self.conditions(lang),
            },
            "champions": {"classical": "svm_rbf", "deep": "small_cnn"},
            "together": dict(TOGETHER),
            "leaderboard": LEADERBOARD,
            "report": self.folder / "report.html",
        }

    def data_curve(self):
        points = [{"size": 90, "score": 0.9, "low": 0.88, "high": 0.92, "n": 1797, "folds": 5}]
        return {"svm_rbf": points}

    def more_data(self, *more):
        forecast = [
            {"more": None, "size": 2874, "ratio": 2.0, "score": 0.98, "low": 0.97, "high": 1.01, "reason": ""}
        ]
        for count in more:
            refused = {"score": None, "low": None, "high": None, "reason": "too far to say."}
            forecast.append({"more": count, "size": 1437 + count, "ratio": 9.0, **refused})
        trend = {"call": "rising", "gain": 0.01, "low": 0.006, "high": 0.02, "worsening": False}
        known = {"line": "classical", "contender": "svm_rbf", "size": 1437, "score": 0.977, "reason": ""}
        short = {"line": "deep", "contender": "mlp", "size": 90, "score": 0.8, "reason": "too few sizes."}
        return {
            "level": 0.8,
            "worth": 0.005,
            "lines": [
                {**known, "trend": trend, "forecast": forecast},
                {**short, "trend": None, "forecast": []},
            ],
            "crossover": {
                "call": "crossing",
                "size": 150.0,
                "low": 110.0,
                "high": 220.0,
                "towards": "second",
            },
            "ahead": [{"more": None, "size": 2874, "ratio": 2.0, "probability": 0.57}],
        }

    def explained(self):
        told = {"f": 0.71, "low": 0.6, "high": 0.8, "n": 20, "controls": {}, "faithful": True, "lost_to": []}
        lost = {**told, "f": None, "faithful": False, "lost_to": ["random"]}
        return {
            "n": 20,
            "sides": {
                "classical": {"contender": "svm_rbf", "measured": {"occlusion": told}},
                "deep": {"contender": "small_cnn", "measured": {"grad_cam": lost}},
            },
            "shortcuts": [
                {
                    "side": "deep",
                    "class": "zero",
                    "row_of": 4,
                    "column_of": 1,
                    "along": 4,
                    "share": 0.8,
                    "n": 12,
                }
            ],
        }

    def sentence(self, lang="en"):
        return SENTENCE if lang == "en" else "ডিপ লার্নিং ভালো।"

    def conditions(self, lang="en"):
        text = "svm_rbf was cut short." if lang == "en" else "svm_rbf পুরোটা শেখেনি।"
        values = {"side": "classical", "limit_seconds": 240.0, "enough_seconds": 700.0}
        return [{"level": "warning", "code": "starved", "text": text, "values": values}]

    def report(self, path=None, lang="en"):
        return Path(path or self.folder / f"report-{lang}.html")


class FakeApi:
    """Records what it was asked; raises `error` at the end of the work if there is one."""

    events, data, planned, leaderboard, comparison = EVENTS, DATA, PLAN, LEADERBOARD, FakeComparison()

    def __init__(self, error=None):
        self.error, self.asked = error, []

    def _answer(self, verb, *given, on_event=None, **named):
        self.asked.append((verb, given, named))
        if on_event is not None:
            for event in EVENTS:
                on_event(event)
        if self.error is not None:
            raise self.error

    def compare(self, source, **named):
        self._answer("compare", source, **named)
        return FakeComparison()

    def resume(self, folder, **named):
        self._answer("resume", folder, **named)
        return FakeComparison()

    def open_run(self, folder):
        self._answer("open_run", folder)
        return FakeComparison()

    def train(self, source, contender, **named):
        self._answer("train", source, contender, **named)
        return FakeModel()

    def pretrain(self, source, **named):
        self._answer("pretrain", source, **named)
        return {
            "folder": named["out"],
            "network": "small_cnn",
            "pictures": 1200,
            "epochs": 50,
            "loss": [25.0],
        }

    def load_model(self, folder, **named):
        self._answer("load_model", folder, **named)
        return FakeModel()

    def explain(self, folder, source, **named):
        self._answer("explain", folder, source, **named)
        step = {"feature": "petal length", "value": 4.0, "above": True, "threshold": 2.45, "share": 0.6}
        row = {
            "input": source,
            "contender": "svm_rbf",
            "side": "classical",
            "method": "occlusion",
            "class": "কুকুর",
            "faithful": False,
            "weights": [0.2, -0.7],
            "columns": {"city": 0.2, "age": -0.7},
            "path": [step],
        }
        return {"run": folder, "explanations": [row], "files": [f"{named['out']}/explained.html"]}

    def inspect(self, source, **named):
        self._answer("inspect", source, **named)
        return DATA

    def plan(self, source, **named):
        self._answer("plan", source, **named)
        plans = {preset: {**PLAN, "limit": 600.0} for preset in named.get("presets", ("fast", "medium"))}
        machine = {"workers": 2, "threads": 1, "device": "cpu", "speed": 1.0, "memory_mb": 24064.0}
        return {"data": DATA, "machine": machine, "data_mb": 0.115, "plans": plans}

    def datasets(self):
        self._answer("datasets")
        return [{"name": "digits", "task": "image_classification", "title": "1,797 written digits"}]

    def contenders(self, task=None, source=None, **named):
        self._answer("contenders", task, source, **named)
        return [
            {
                "name": "svm_rbf",
                "side": "classical",
                "task": "image_classification",
                "title": "an SVM",
                "presets": ["medium", "best"],
                "pretrained": False,
                "reason": None,
            },
            {
                "name": "vgg11",
                "side": "deep",
                "task": "image_classification",
                "title": "VGG",
                "presets": [],
                "pretrained": True,
                "reason": "images under 32 px are too small",
            },
        ]

    def doctor(self):
        self._answer("doctor")
        return {"versions": {"nikti": "0.1.0"}, "devices": {"chosen": "cpu", "cuda": [], "mps": False}}


@pytest.fixture
def api():
    return FakeApi()


@pytest.fixture
def failing_api():
    """FakeApi with an error: `failing_api(RunError("..."))`."""
    return FakeApi
