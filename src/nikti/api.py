"""nikti from Python: the same verbs as on the command line.

import nikti
run = nikti.compare("photos/", time_limit="10m")
run.verdict; run.leaderboard(); run.data_curve(); run.report("photos.html")
run.best.predict(["new.jpg"])
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti.comparison import Comparison
from nikti.core import catalogue
from nikti.core.band import BAND
from nikti.core.band import parse as parse_band
from nikti.core.contender import PRESETS
from nikti.core.timespan import parse as parse_seconds
from nikti.core.words import stored
from nikti.run.request import Request, named_contenders, named_file

if TYPE_CHECKING:
    from nikti.model.fitted import FittedModel

OnEvent = Callable[[dict[str, Any]], None]

#: Where runs and models go when no folder is named.
RUNS, MODELS = Path("nikti_runs"), Path("nikti_models")


def _quiet(event: dict[str, Any]) -> None:
    """Take an event and say nothing."""


def _request(source: Any, seconds: float | str | None, **rest: Any) -> tuple[Request, Any]:
    """(the request, data handed over in memory or None)."""
    on_disk = isinstance(source, str | Path)
    limit = None if seconds is None else parse_seconds(seconds)
    return Request(source=str(source) if on_disk else None, seconds=limit, **rest), (
        None if on_disk else source
    )


def compare(
    source: Any,
    *,
    task: str | None = None,
    target: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] = (),
    time_limit: float | str | None = None,
    preset: str = "medium",
    contenders: Sequence[str] = (),
    features: str | None = None,
    network: str | None = None,
    seed: int = 0,
    lang: str = "en",
    out: str | Path | None = None,
    pretrained: str = "auto",
    allow_download: bool = False,
    device: str | None = None,
    band: float | str = BAND,
    on_event: OnEvent | None = None,
) -> Comparison:
    """Weigh machine learning against deep learning on labelled data.

    source      a folder, file or data set name; or a pandas frame, (X, y) arrays, a Hugging Face
                data set
    task        e.g. "image_classification"; guessed from the data if None
    target, group, time   columns: the answer; samples that belong together; when they were taken
    drop        columns to leave out, such as one that is only known once the answer is
    time_limit  a number of seconds, or "90s", "10m", "2h"; at most a week; the preset's own if None
    preset      "fast", "medium" or "best"
    contenders  names to run instead of the preset's; features, network: Python files of your own
    band        scores closer than this count as equal in practice: "1pt", or 0.01
    out         the run folder; a new one under nikti_runs/ if None
    on_event    called with a dict for everything that happens

    The same call again goes on with an unfinished run of the same data and settings. Raises
    UsageError, DataError or RunError with what to do about it.
    """
    began = _now()
    request, memory = _request(
        source,
        time_limit,
        task=task,
        target=target,
        group=group,
        time=time,
        drop=_names_of(drop),
        preset=preset,
        contenders=named_contenders(contenders),
        features=named_file(features),
        network=named_file(network),
        seed=seed,
        pretrained=pretrained,
        allow_download=allow_download,
        device=device,
        band=parse_band(band),
    )
    from nikti.run.session import run_comparison

    folder = run_comparison(request, memory, out, RUNS, began, on_event or _quiet, lang)
    return open_run(folder)


def resume(
    folder: str | Path,
    *,
    time_limit: float | str | None = None,
    contenders: Sequence[str] = (),
    features: str | None = None,
    network: str | None = None,
    on_event: OnEvent | None = None,
) -> Comparison:
    """Continue an unfinished run. Trials that failed or were cut off are tried again; finished ones stay,
    and so do contenders that were stopped as hopeless.

    time_limit: for what is left, as in `compare`; the run's own limit if None. contenders, features, network:
    the run's files of your own, where it was not you who made it or they have changed since: they are run
    only once you have named them. Raises UsageError for those that were not.
    """
    from nikti.run.session import resume_run

    limit = None if time_limit is None else parse_seconds(time_limit)
    named_contenders(contenders)
    named_file(features)
    named_file(network)
    resume_run(Path(folder), limit, _now(), on_event or _quiet)
    return open_run(folder)


def open_run(folder: str | Path) -> Comparison:
    """A run that was made before. Raises RunError if the folder holds none, or it has no plan yet."""
    return Comparison(Path(folder))


def train(
    source: Any,
    contender: str,
    *,
    task: str | None = None,
    target: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] = (),
    preset: str = "medium",
    features: str | None = None,
    network: str | None = None,
    seed: int = 0,
    out: str | Path | None = None,
    pretrained: str = "auto",
    allow_download: bool = False,
    device: str | None = None,
    on_event: OnEvent | None = None,
) -> FittedModel:
    """Train one contender on all labelled rows but a test split; no comparison. Returns the model."""
    began = _now()
    request, memory = _request(
        source,
        None,
        task=task,
        target=target,
        group=group,
        time=time,
        drop=_names_of(drop),
        preset=preset,
        contenders=named_contenders([contender]),
        features=named_file(features),
        network=named_file(network),
        seed=seed,
        pretrained=pretrained,
        allow_download=allow_download,
        device=device,
    )
    from nikti.run.session import train_one

    folder = train_one(request, memory, out, MODELS, began, on_event or _quiet)
    return load_model(folder, features=features, network=network)


def pretrain(
    source: Any,
    *,
    out: str | Path,
    network: str | None = None,
    epochs: int | None = None,
    seed: int = 0,
    device: str | None = None,
    on_event: OnEvent | None = None,
) -> dict[str, Any]:
    """Learn from pictures or texts without labels; the folder `out` is then what `pretrained` takes in
    `compare` and `train`.

    source    a folder of pictures or of text files (with or without sub-folders), a .txt file (one text a
              line), a table with a column of texts, a .zip, .npz or idx file, the name of a data set, an
              array uint8 [n, H, W, C], a list of strings; answers are not looked at, nor a test split
    network   a family of networks or one of its sizes: "small_cnn", "resnet10t"; of texts "transformer" or
              "bert". None: "small_cnn" or "transformer"
    epochs    passes over the samples; by their number if None

    Returns {"folder", "network", "params", "method", "pictures" or "texts", "epochs", "seed", "loss" per
    epoch}.
    Raises UsageError or DataError.
    """
    from nikti.run.pretrain import pretrain as work

    return work(source, Path(out), network, epochs, seed, device, on_event or _quiet)


def load_model(
    folder: str | Path,
    *,
    contender: str | None = None,
    features: str | None = None,
    network: str | None = None,
) -> FittedModel:
    """A model from its folder, or from a run folder: the verdict's winner, `contender`, or as contender
    "together" the average of both champions.

    features, network, and contender as "file.py:Name": the user's own files, if the model was made
    with them. Raises ModelError if the folder is damaged or was changed.
    """
    from nikti.model.load import load

    named = None if contender is None else named_contenders([contender])[0]
    return load(Path(folder), named, named_file(features), named_file(network))


def lines(rows: Sequence[dict[str, Any]], task: str) -> list[dict[str, Any]]:
    """What `FittedModel.predict` gave as lines of a table, {column: cell}: one for each input, of boxes one
    for each box. Raises UnknownName for a task that does not exist."""
    from nikti import answers

    answer = answers.of(catalogue.load("tasks", task).TASK.answer)
    return [line for row in rows for line in answer.lines(row)]


def explain(
    folder: str | Path,
    source: Any,
    *,
    contender: str | None = None,
    method: str | None = None,
    target_class: str | None = None,
    features: str | None = None,
    network: str | None = None,
    out: str | Path | None = None,
    lang: str = "en",
) -> dict[str, Any]:
    """What the models of a run, or one model, looked at in inputs; see `FittedModel.explain`.

    contender   one of the run's models; each side's champion if None or "together"
    method      a way that the models know, e.g. "occlusion"; each model's own if None
    target_class  the class to explain instead of the predicted one
    out         a folder for `explained.html` and, of pictures, overlays; nothing is written if None

    Returns {"run", "explanations": [{"contender", "side", "faithful", "input", "method", "weights", ...}],
    "files": [...]}. faithful: whether that way beat its controls in this run; None where it was not
    measured.
    """
    from nikti.model.side_by_side import of_run

    def load(name: str | None) -> FittedModel:
        return load_model(folder, contender=name, features=features, network=network)

    place = Path(folder)
    return of_run(
        place, load, contender, source, method, target_class, None if out is None else Path(out), lang
    )


def inspect(
    source: Any,
    *,
    task: str | None = None,
    target: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] = (),
) -> dict[str, Any]:
    """What is understood of the data, and the problems found; trains nothing."""
    from nikti.run import inspection, reading

    request, memory = _request(
        source, None, task=task, target=target, group=group, time=time, drop=_names_of(drop)
    )
    data, found = reading.read(request, memory)
    return inspection.inspect(data, found)


def plan(
    source: Any,
    *,
    task: str | None = None,
    target: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] = (),
    time_limit: float | str | None = None,
    presets: Sequence[str] = PRESETS,
    contenders: Sequence[str] = (),
    features: str | None = None,
    network: str | None = None,
    pretrained: str = "auto",
    device: str | None = None,
) -> dict[str, Any]:
    """What `compare` would run under each preset and for how long, without training anything.

    {"data", "machine", "data_mb": megabytes of the stored samples, "plans": {preset: {"folds", "sizes",
    "contenders", "given_up", "seconds", "limit", ...}}}. Arguments and errors as `compare`.
    """
    request, memory = _request(
        source,
        time_limit,
        task=task,
        target=target,
        group=group,
        time=time,
        drop=_names_of(drop),
        contenders=named_contenders(contenders),
        features=named_file(features),
        network=named_file(network),
        pretrained=pretrained,
        device=device,
    )
    from nikti.run.session import estimate_plans

    return estimate_plans(request, memory, presets)


def datasets() -> list[dict[str, str]]:
    """The embedded and generated data sets: name, title, task."""
    found = []
    for name in catalogue.names("datasets"):
        module = catalogue.load("datasets", name)
        found.append({"name": name, **stored("title", module.TITLE), "task": module.TASK})
    return found


def contenders(
    task: str | None = None,
    source: Any = None,
    *,
    target: str | None = None,
    features: str | None = None,
    network: str | None = None,
    preset: str = "medium",
    pretrained: str = "auto",
) -> list[dict[str, Any]]:
    """Everything that can take part, by task: name, side, title, presets, and, where data are given,
    the reason why it cannot be used on them: they are stored for it, as a comparison stores them, since
    contenders judge what they would learn from."""
    from nikti.run import prepare, reading

    if source is None:
        request, _ = _request(None, None, pretrained=pretrained)
        tasks = [task] if task else catalogue.names("tasks")
        return [entry for name in tasks for entry in reading.listing(name, request)]
    own = {"features": named_file(features), "network": named_file(network), "pretrained": pretrained}
    request, memory = _request(source, None, task=task, target=target, preset=preset, **own)
    data, found = reading.read(request, memory)
    return reading.listing(found.name, request, prepare.store_data(data, found, preset))


def doctor() -> dict[str, Any]:
    """Versions, devices, threads, fonts, memory, disk, the cache, what an extra would add, and whether the
    weights that networks may start from are here, their licence and what they were learned from."""
    from nikti.core.places import cache_dir
    from nikti.doctor import facts
    from nikti.sides import side

    return {**facts(cache_dir()), "weights": side("deep").weights()}


def _now() -> float:
    return clock.monotonic()


def _names_of(columns: str | Sequence[str]) -> tuple[str, ...]:
    """One column or several."""
    return (columns,) if isinstance(columns, str) else tuple(columns)
