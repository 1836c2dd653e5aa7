"""From a source to data whose answers are encoded, a task, and the contenders that can learn it."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from nikti import answers, modalities
from nikti.core import catalogue
from nikti.core.contender import Contender
from nikti.core.data import SPLITS, Data, Note
from nikti.core.errors import DataError, UnknownName, UsageError
from nikti.core.foreign import told
from nikti.core.plan import Refused
from nikti.core.task import Task
from nikti.core.words import Words, stored
from nikti.run.request import Request, names
from nikti.sides import SIDES, side

NOT_UNDERSTOOD = Words(
    en="{name} was read and cannot be made sense of: {reason}.",
    bn="{name} পড়া গেছে, কিন্তু এর মানে বোঝা যাচ্ছে না: {reason}।",
)
OTHER_PRESET = Words(
    en="not part of the preset {preset}; add --contender {name}",
    bn="{preset} প্রিসেটে নেই; নিতে চাইলে --contender {name}",
)

_SOURCE = Words(en="file, folder or data set", bn="ফাইল, ফোল্ডার বা ডেটাসেট")
_CONTENDER = Words(en="contender for {task}", bn="{task}-এর প্রতিযোগী")
_NO_TABLE = Words(
    en="{name} was not read from a table, so there is no column to --drop.",
    bn="{name} টেবিল থেকে পড়া হয়নি, তাই --drop করার মতো কোনো কলাম নেই।",
)
_COMES_WITH = Words(en="{name} comes with nikti", bn="{name} নিক্তির সঙ্গেই আসে")
_NO_FIT = Words(en="{task} does not fit {name}: {reason}", bn="{name} {task} কাজের উপযুক্ত নয়: {reason}")
_NO_DATA = Words(
    en="no data: give a folder, a file or the name of a data set.",
    bn="ডেটা দেওয়া হয়নি: একটি ফোল্ডার, ফাইল বা ডেটাসেটের নাম দিন।",
)
_NOT_FOR = Words(
    en="{contender} cannot be used on {name}: {reason}",
    bn="{name}-এ {contender} ব্যবহার করা যায় না: {reason}",
)
_OF_ONE = Words(en="{name}: {reason}", bn="{name}: {reason}")
_OTHER_MODALITY = Words(
    en="the model was trained on {trained} data; {name} is {given} data.",
    bn="মডেলটি শিখেছে {trained} ডেটা থেকে; {name} হলো {given} ডেটা।",
)
_NO_ANSWERS = Words(
    en="{name} has no answers to compare with; `nikti predict` needs none.",
    bn="{name}-এ মিলিয়ে দেখার মতো উত্তর নেই; `nikti predict`-এর জন্য উত্তর লাগে না।",
)


def read(request: Request, memory: Any = None) -> tuple[Data, Task]:
    """Read the source (or data in `memory`), choose the task (an embedded data set brings
    its own), encode the answers, take the fingerprint."""
    from nikti.tasks._choose import choose

    data = open_data(request, memory)
    if request.drop and not any(note.code == "dropped_as_asked" for note in data.notes):
        raise UsageError(_NO_TABLE.format(name=data.name))
    embedded = None if memory is not None else _embedded(request)
    task = choose(data, request.task or (embedded.TASK if embedded else None))
    with told(DataError, NOT_UNDERSTOOD, name=data.name):
        reason = task.accepts(data)
        if reason is not None:
            raise UsageError(_NO_FIT.format(task=task.name, name=data.name, reason=reason))
        return task.prepare(data).fingerprinted(), task


def open_data(request: Request, memory: Any = None, strict: bool = True) -> Data:
    """The data as read, before a task is chosen; strict: see `nikti.readers._open.open_data`."""
    from nikti.readers import _open

    if memory is not None:
        from nikti.readers.memory import from_memory

        return from_memory(memory, request.reading)
    if request.source is None:
        raise UsageError(_NO_DATA)
    if embedded := _embedded(request):
        if strict:
            _open.refuse_unused(request.reading, (), _COMES_WITH.format(name=request.source))
        return embedded.load(seed=request.seed)
    if not Path(request.source).exists():
        available = catalogue.names("datasets")
        if Path(request.source).name == request.source and "." not in request.source:
            raise UnknownName(_SOURCE, request.source, available)
    return _open.open_data(Path(request.source), request.reading, strict)


def _embedded(request: Request) -> ModuleType | None:
    """The data set that comes along under the source's name, unless there is such a file or folder."""
    source = request.source
    if source is None or Path(source).exists() or source not in catalogue.names("datasets"):
        return None
    return catalogue.load("datasets", source)


def grid_rows(data: Data) -> np.ndarray:
    """Rows that take part in the grid: all but the user's own test split."""
    return np.arange(len(data)) if data.split is None else np.flatnonzero(data.split != 2)


def facts(data: Data, task: Task) -> dict[str, Any]:
    """What was understood, as plain data for people and for the report."""
    found: dict[str, Any] = {
        "name": data.name,
        "task": task.name,
        "modality": data.modality,
        "unit": modalities.of(data.modality).SAMPLE,
        "kind": answers.of(task.answer).KIND,
        "counted": answers.of(task.answer).COUNTED,
        "n": len(grid_rows(data)),
        "n_total": len(data),
        "target": data.target_name,
        "classes": list(data.classes),
        "fingerprint": data.fingerprint,
        "notes": [note_dict(note) for note in data.notes],
    }
    if data.targets is not None:
        found |= task.facts(data)
    if data.groups is not None:
        found["groups"] = len(np.unique(data.groups))
    if data.times is not None:
        found["time_ordered"] = True
    if data.split is not None:
        sizes = np.bincount(data.split, minlength=3)
        found["split"] = dict(zip(SPLITS, sizes.tolist(), strict=True))
    return found


def note_dict(note: Note) -> dict[str, Any]:
    """A note as plain data."""
    return asdict(note)


def candidates(request: Request, task: Task, data: Data) -> tuple[list[Contender], list[Refused]]:
    """(contenders that take part, those that do not).

    Raises UnknownName for a contender that no side has, UsageError if a named one cannot be used.
    """
    requested = names(request.contenders)
    accepted: list[Contender] = []
    refused: list[Refused] = []
    available: list[str] = []
    for side_name in SIDES:
        if requested and set(requested) <= set(available):
            break  # all are found: the other side need not be loaded
        module = side(side_name)
        offered = module.names(task, request.options)
        sizes = module.sizes(task, request.options) if set(requested) - set(offered) else []
        available += offered + sizes
        for name in [*offered, *(size for size in sizes if size in requested)]:
            if requested and name not in requested:
                continue
            contender = module.contender(name, task, request.options)
            reason = contender.accepts(task, data)
            if reason is None and not requested and request.preset not in contender.presets:
                reason = OTHER_PRESET.format(preset=request.preset, name=name)
            if reason is None:
                accepted.append(contender)
            elif requested:
                raise UsageError(_NOT_FOR.format(contender=name, name=data.name, reason=reason))
            else:
                refused.append(Refused(name, side_name, reason))
        for one in module.missing(task, request.options):
            if one.name in requested:
                raise UsageError(_OF_ONE.format(name=one.name, reason=one.reason))
            if not requested:
                refused.append(one)
    for name in requested:
        if name not in available:
            raise UnknownName(_CONTENDER.format(task=task.name), name, available)
    return accepted, refused


def input_card(data: Data) -> dict[str, Any]:
    """What a model's raw input looks like, so that new input can be read the same way."""
    card: dict[str, Any] = {"modality": data.modality}
    for note in data.notes:  # where a table's text or pictures were found
        if note.code.endswith("_column") and note.code.removesuffix("_column") in modalities.names():
            card[note.code] = note.values["column"]
    if data.reading is not None:
        card["reading"] = data.reading.to_json()
    return card | modalities.of(data.modality).card(data.inputs)


def listing(name: str, request: Request | None = None, data: Data | None = None) -> list[dict[str, Any]]:
    """Every contender of a task; with data, also whether each accepts them and why not."""
    task = catalogue.load("tasks", name).TASK
    options = (request or Request(source=None)).options
    found = []
    for side_name in SIDES:
        module = side(side_name)
        for contender_name in module.names(task, options):
            contender = module.contender(contender_name, task, options)
            entry = {
                "task": name,
                "name": contender.name,
                "side": side_name,
                **stored("title", contender.title),
                "presets": list(contender.presets),
                "pretrained": contender.pretrained,
            }
            if data is not None:
                reason = contender.accepts(task, data)
                entry |= {"accepts": reason is None, **stored("reason", reason or "")}
            found.append(entry)
    return found


def read_labelled(source: Any, task: Task, card: dict[str, Any], request: Request, strict: bool) -> Data:
    """New labelled data for a model, read the way its training data were; answers as they stand.

    strict: whether the request's columns are the user's, and not those that the model was trained with.
    Raises UsageError if the data are of another kind than the model's.
    """
    import pandas as pd

    from nikti.readers import csv_table
    from nikti.readers._open import reader_of

    path = None if request.source is None else Path(request.source)
    table = source if path is None else path
    if answers.of(task.answer).LIKE_TRAINING:
        by_table = False
    elif path is None:
        by_table = "reading" in card and isinstance(source, pd.DataFrame)
    else:  # JSON may be a table and something more particular, such as questions
        by_table = path.is_file() and reader_of(path) == "csv_table"
    if by_table:
        meant = replace(request.reading, task=request.reading.task or task.name)
        with told(DataError, NOT_UNDERSTOOD, name=request.source or "the table"):
            data = csv_table.read_like(table, meant, card["modality"], card)
    else:
        data = open_data(request, source if path is None else None, strict)
    if data.modality != card["modality"]:
        raise UsageError(
            _OTHER_MODALITY.format(trained=card["modality"], name=data.name, given=data.modality)
        )
    if data.targets is None:
        raise UsageError(_NO_ANSWERS.format(name=data.name))
    return data
