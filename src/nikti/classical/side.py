"""The classical side: what it offers, what it prepares, and how its models come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nikti.classical.contender import ClassicalContender, misfit, recipe_of
from nikti.core import catalogue
from nikti.core.contender import Model
from nikti.core.data import Data
from nikti.core.task import Task


def names(task: Task, options: dict[str, Any] | None = None) -> list[str]:
    """The models that are for this kind of task and sample, and the user's own (options["own"])."""
    known = catalogue.names("classical/models")
    fitting = [name for name in known if misfit(catalogue.load("classical/models", name), task) is None]
    return fitting + sorted((options or {}).get("own") or {})


def sizes(task: Task, options: dict[str, Any] | None = None) -> list[str]:
    """None: hand-made features come in no sizes."""
    return []


def contender(name: str, task: Task, options: dict[str, Any]) -> ClassicalContender:
    """The contender of that name. options: {"features_file": the user's own features, or None,
    "own": {name: Python file} of the user's own estimators}.

    Raises UnknownName with the nearest known name.
    """
    file = recipe_of(name, options)
    return ClassicalContender(name, file.TITLE, file.PRESETS, options)


def prepare(task: Task, data: Data, options: dict[str, Any]) -> dict[str, Any]:
    """Measure once per stored data set whatever learns nothing: fixed features and counts of n-grams.

    Files go to `data.home / "features"`; those that are there are kept. Returns {"features": {name:
    seconds per sample}, "feature_seconds_per_sample": their sum, "columns": fixed columns, "own": names
    of the user's own}.
    """
    from nikti.classical import features_of, stored

    found = [features_of.parts(task.unit, view, options.get("features_file")) for view in ("linear", "trees")]
    fixed = {**found[0].fixed, **found[1].fixed}
    learned = {**found[0].learned, **found[1].learned}
    raw = features_of.raw_of(data.inputs)
    seconds = {}
    for name, transformer in fixed.items():
        seen = features_of.samples_for(name, raw)
        seconds[name] = stored.store_columns(data.home, name, transformer, seen)
    for name, transformer in learned.items():
        if hasattr(transformer, "count"):
            seconds[name] = stored.store_counts(data.home, name, transformer, raw)
    own = fixed.get(features_of.USER)
    columns = sum(len(stored.columns(data.home, name, part).names) for name, part in fixed.items())
    return {
        "features": seconds,
        "feature_seconds_per_sample": sum(seconds.values()),
        "columns": columns,
        "own": [] if own is None else stored.columns(data.home, features_of.USER, own).names,
    }


def load_model(folder: Path, options: dict[str, Any]) -> Model:
    """Read what `Model.save` wrote. options: {"features_file": the user's file, where the model was
    trained with one}. Raises ModelError."""
    from nikti.classical import persist

    return persist.load(Path(folder), options)
