"""The classical side: what it offers, what it prepares, and how its models come back.

Where a sample is one row of a table of features, a task's contenders are the files in `models/`. A task
whose answers are more than one label has its own in `tasks/<task>/`, one file each with its RECIPE, and
its models write `<task>.json`.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.classical.contender import ClassicalContender, misfit, recipe_of
from nikti.core import catalogue
from nikti.core.contender import Contender, Model
from nikti.core.data import Data
from nikti.core.errors import UnknownName, UsageError
from nikti.core.explanation import ExplanationMethod
from nikti.core.plan import Prepared, Refused
from nikti.core.task import Task
from nikti.core.words import Words

if TYPE_CHECKING:
    from nikti.classical.feature_table import FeatureTable

_TASKS = "classical/tasks"

#: What workers import before their first job.
LOADED_BY_WORKERS = (
    *("sklearn.ensemble", "sklearn.linear_model", "sklearn.neighbors", "sklearn.svm", "sklearn.tree"),
    *("lightgbm", "nikti.classical.skops_io", "cv2", "nikti.classical.model", "nikti.classical.search"),
)

_CONTENDER = Words(en="classical contender for {task}", bn="{task}-এর ক্ল্যাসিক্যাল প্রতিযোগী")
_NO_OWN_FEATURES = Words(
    en="{task} cannot use features of your own: they describe a whole picture, and here its parts are "
    "asked for. Leave --features away.",
    bn="{task} আপনার নিজের ফিচার ব্যবহার করতে পারে না: সেগুলো পুরো ছবির কথা বলে, অথচ এখানে ছবির ভেতরের "
    "অংশ জানতে চাওয়া হয়। --features বাদ দিন।",
)


def _folder(task: Task) -> str | None:
    """The folder of a task that has contenders of its own."""
    return f"{_TASKS}/{task.name}" if task.name in catalogue.folders(_TASKS) else None


def _package(task_name: str) -> ModuleType:
    """What the contenders of such a folder share: `contender` and `load_model`."""
    return importlib.import_module(f"nikti.classical.tasks.{task_name}")


def names(task: Task, options: dict[str, Any] | None = None) -> list[str]:
    """The models that are for this kind of task and sample, and the user's own (options["own"])."""
    folder = _folder(task)
    if folder is not None:
        return catalogue.names(folder)
    models = catalogue.names("classical/models")
    fitting = [name for name in models if misfit(catalogue.load("classical/models", name), task) is None]
    return fitting + sorted((options or {}).get("own") or {})


def all_names() -> set[str]:
    """The names of all contenders of all tasks, the user's own left out; nothing is imported."""
    places = ["classical/models", *(f"{_TASKS}/{task}" for task in catalogue.folders(_TASKS))]
    return {name for place in places for name in catalogue.names(place)}


def missing(task: Task, options: dict[str, Any]) -> list[Refused]:
    """[]: no optional package is needed."""
    return []


def sizes(task: Task, options: dict[str, Any] | None = None) -> list[str]:
    """[]: hand-made features have no sizes."""
    return []


def contender(name: str, task: Task, options: dict[str, Any]) -> Contender:
    """The contender of that name. options: {"features_file": the user's own features, or None,
    "own": {name: Python file} of the user's own estimators}.

    Raises UnknownName with the nearest known name, UsageError for features that the task has no use for.
    """
    folder = _folder(task)
    if folder is not None:
        if options.get("features_file"):
            raise UsageError(_NO_OWN_FEATURES.format(task=task.name))
        if name not in catalogue.names(folder):
            raise UnknownName(_CONTENDER.format(task=task.name), name, catalogue.names(folder))
        return _package(task.name).contender(name, catalogue.load(folder, name).RECIPE)
    file = recipe_of(name, options)
    return ClassicalContender(name, file.TITLE, file.PRESETS, options)


def prepare(task: Task, data: Data, options: dict[str, Any]) -> Prepared:
    """Measure what learns nothing once per stored data set: fixed features and counts of n-grams.

    Files go to `data.home / "features"`; those that are there are kept.
    """
    from nikti.classical import features_of, stored

    if _folder(task) is not None:  # its features are cells and pixels: too many to be kept for all
        return Prepared()
    user_file = options.get("features_file")
    found = [features_of.parts(task.modality, view, user_file) for view in ("linear", "trees")]
    fixed = {**found[0].fixed, **found[1].fixed}
    learned = {**found[0].learned, **found[1].learned}
    raw = data.inputs.raw()
    seconds = {}
    for name, transformer in fixed.items():
        seen = features_of.samples_for(name, raw)
        seconds[name] = stored.store_columns(data.folder, name, transformer, seen)
    for name, transformer in learned.items():
        if hasattr(transformer, "count"):
            seconds[name] = stored.store_counts(data.folder, name, transformer, raw)
    kept = {name: stored.columns(data.folder, name, part) for name, part in fixed.items()}
    names = {name: found.names for name, found in kept.items() if found is not None}
    columns = sum(len(each) for each in names.values())
    return Prepared(seconds, columns, tuple(names.get(features_of.USER, ())))


def load_model(folder: Path, options: dict[str, Any]) -> Model:
    """Read what `Model.save` wrote. options: {"features_file": the user's file, where the model was
    trained with one}. Raises ModelError."""
    from nikti.classical.model import ClassicalModel

    folder = Path(folder)
    for name in catalogue.folders(_TASKS):
        if (folder / f"{name}.json").exists():
            return _package(name).load_model(folder)
    return ClassicalModel.load(folder, options)


def explanations() -> tuple[ExplanationMethod, ...]:
    """The ways in which classical models explain themselves."""
    from nikti.classical.columns import COEFFICIENTS, TREE_SHAP

    return COEFFICIENTS, TREE_SHAP


def feature_table(
    task: Task,
    data: Data,
    learn: np.ndarray,
    rows: np.ndarray,
    contender: str | None,
    options: dict[str, Any],
) -> FeatureTable:
    """The hand-made features of some rows, see `nikti.classical.feature_table`."""
    from nikti.classical.feature_table import feature_table

    return feature_table(task, data, learn, rows, contender, options)


def loudest_words(model: Model) -> list[list[str]] | None:
    """The words that speak for each class, loudest first; None of a model that cannot tell them."""
    from nikti.classical.model import ClassicalModel
    from nikti.classical.top_words import words

    return words(model) if isinstance(model, ClassicalModel) else None
