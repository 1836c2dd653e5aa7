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

from nikti.core import catalogue
from nikti.core.band import BAND
from nikti.core.band import parse as parse_band
from nikti.core.contender import PRESETS
from nikti.core.errors import RunError, UsageError
from nikti.core.timespan import parse as parse_seconds
from nikti.run.request import Request, names, own_files

if TYPE_CHECKING:
    from nikti.model.fitted import FittedModel
    from nikti.model.together import FittedTogether

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
        contenders=_whole(contenders),
        features=_absolute(features),
        network=_absolute(network),
        seed=seed,
        pretrained=pretrained,
        allow_download=allow_download,
        device=device,
        band=parse_band(band),
    )
    from nikti.run.session import conduct

    folder = conduct(request, memory, out, RUNS, began, on_event or _quiet, lang)
    return open_run(folder)


def resume(
    folder: str | Path, *, time_limit: float | str | None = None, on_event: OnEvent | None = None
) -> Comparison:
    """Go on with an unfinished run. Trials that failed or were cut off are tried again; finished ones stay,
    and so do contenders that were stopped as hopeless.

    time_limit: for what is left, as in `compare`; the run's own limit if None.
    """
    from nikti.run.session import go_on

    limit = None if time_limit is None else parse_seconds(time_limit)
    go_on(Path(folder), limit, _now(), on_event or _quiet)
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
        contenders=_whole([contender]),
        features=_absolute(features),
        network=_absolute(network),
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
    from nikti.model import together
    from nikti.model.fitted import FittedModel, model_folder

    named = [] if contender in (None, together.NAME) else [contender]
    own = {
        "features": _absolute(features),
        "network": _absolute(network),
        "own": own_files(named),
    }
    if contender == together.NAME and (Path(folder) / "run.sqlite").is_file():
        return together.of_run(Path(folder), **own)
    place = model_folder(Path(folder), names(named)[0] if named else None)
    return together.load(place, **own) if together.is_saved(place) else FittedModel(place, **own)


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
    return inspection.look(data, found)


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
        contenders=_whole(contenders),
        features=_absolute(features),
        network=_absolute(network),
        pretrained=pretrained,
        device=device,
    )
    from nikti.run.session import foresee

    return foresee(request, memory, presets)


def datasets() -> list[dict[str, str]]:
    """The embedded and generated data sets: name, title, task."""
    found = []
    for name in catalogue.names("datasets"):
        module = catalogue.load("datasets", name)
        found.append({"name": name, "title": module.TITLE, "task": module.TASK})
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
    own = {"features": features, "network": network, "pretrained": pretrained}
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


def _whole(contenders: Sequence[str]) -> tuple[str, ...]:
    """Contenders with the files of the user's own by their whole paths."""
    own = own_files(contenders)
    return tuple(f"{own[n]}:{n}" if n in own else n for n in names(contenders))


def _names_of(columns: str | Sequence[str]) -> tuple[str, ...]:
    """One column or several."""
    return (columns,) if isinstance(columns, str) else tuple(columns)


def _absolute(path: str | None) -> str | None:
    """A user's file by its whole path: workers may run elsewhere. Raises UsageError if missing."""
    if path is None:
        return None
    if not Path(path).is_file():
        raise UsageError(f"no such file: {path}. Give the path of a Python file.")
    return str(Path(path).resolve())


class Comparison:
    """A finished or unfinished run."""

    def __init__(self, folder: Path):
        from nikti.storage.store import Store
        from nikti.verdict.judge import judge

        store = Store.open(folder)
        try:
            self._run = store.run()
            self._settings = store.get("settings")
            self._home = store.get("home")
            self._task = store.get("task")
            self._lang = store.get("lang", "en")
        finally:
            store.close()
        self.folder = Path(folder)
        self.verdict = judge(self._run)

    @property
    def finished(self) -> bool:
        """Whether the run went to its end."""
        return self._run.finished

    def leaderboard(self) -> list[dict[str, Any]]:
        """One dict per contender, best first; see `nikti.verdict.leaderboard`."""
        from nikti.verdict.leaderboard import leaderboard

        return leaderboard(self._run)

    def data_curve(self) -> dict[str, list[dict[str, float]]]:
        """{contender: [{"size", "score", "low", "high", "folds"}, ...]}, sizes rising."""
        from nikti.verdict.leaderboard import data_curve

        return data_curve(self._run)

    def more_data(self, *more: int) -> dict[str, Any]:
        """What `more` further labelled samples would bring each side, and 2, 4 and 8 times the largest
        training size; see `nikti.verdict.more_data`. Raises UsageError for a count below 1."""
        from nikti.verdict.more_data import more_data

        if any(count < 1 for count in more):
            raise UsageError(f"more samples must be 1 or above, not {min(more)}.")
        return more_data(self._run, self.verdict, more)

    def sentence(self, lang: str = "en") -> str:
        """The verdict in one plain sentence, "en" or "bn"."""
        from nikti.report.words import verdict_sentence

        return verdict_sentence(self.verdict, lang)

    def conditions(self, lang: str = "en") -> list[dict[str, Any]]:
        """What the verdict was denied and what else it hangs on: [{"code", "level", "text", "values"}],
        "warning" where it makes the verdict less sure, text in "en" or "bn"; see
        `nikti.verdict.conditions`."""
        from nikti.report.words.conditions import in_words

        return in_words(self.verdict, lang)

    def report(self, path: str | Path | None = None, lang: str = "en") -> Path:
        """Write the report as one HTML page that needs no network; returns its path."""
        from nikti.run.session import write_report

        return write_report(self.folder, None if path is None else Path(path), lang)

    def layers(self, umap: bool = False) -> dict[str, Any]:
        """How the network's layers learn: probes, readouts of the hand-made features, units; see
        `nikti.insight.layers`. umap: with UMAP maps beside those of PCA, which the next report shows too;
        raises UsageError where umap-learn is not installed."""
        from nikti.run.session import look_into

        return look_into(self.folder, umap)

    def explained(self) -> dict[str, Any]:
        """What the champions looked at in this run's own samples, how faithful that is, and whether they
        agree; see `nikti.insight.faithfulness.explained`. {} where nothing was explained."""
        from nikti.storage.store import Store

        store = Store.open(self.folder)
        try:
            return store.get("explained", {})
        finally:
            store.close()

    @property
    def best(self) -> FittedModel:
        """The model to use: the winner, or the cheaper one of a tie."""
        if self.verdict.winner is None:
            raise RunError(f"no model came out of the run in {self.folder}.")
        return self.model(self.verdict.winner)

    def model(self, contender: str) -> FittedModel:
        """The fitted model of one of the champions, with the files of your own that it was made with."""
        own = {name.rsplit(":", 1)[-1]: name for name in self._settings["contenders"]}
        return load_model(
            self.folder,
            contender=own.get(contender, contender),
            features=self._settings["features"],
            network=self._settings["network"],
        )

    @property
    def together(self) -> FittedTogether:
        """Both champions as one model, the weighted average of what they say, with its `weight`, `score` and
        `interval`; `document()["together"]` tells whether it is worth its price. Raises ModelError with the
        reason where there is none."""
        from nikti.model import together

        return together.of_run(
            self.folder,
            features=_absolute(self._settings["features"]),
            network=_absolute(self._settings["network"]),
            own=own_files(self._settings["contenders"]),
        )

    def document(self) -> dict[str, Any]:
        """The whole outcome as one JSON-able document, as `nikti compare --json` prints it."""
        verdict = self.verdict
        return {
            "run": str(self.folder),
            "data": self._run.data,
            "task": self._task,
            "seconds": self._run.seconds,
            "finished": self.finished,
            "verdict": {
                "call": verdict.call,
                "strength": verdict.strength,
                "gap": verdict.gap,
                "interval": None if verdict.low is None else [verdict.low, verdict.high],
                "band": verdict.band,
                "detectable": verdict.detectable,
                "settles_at": verdict.settles_at,
                "every_class": verdict.every_class,
                "n": verdict.n,
                "winner": verdict.winner,
                "advice": verdict.advice.text,
                "reasons": [reason.text for reason in verdict.reasons],
                "conditions": self.conditions(),
                "sentence": self.sentence(),
            },
            "champions": verdict.champions,
            "together": self._together(),
            "leaderboard": self.leaderboard(),
            "report": self._report_path(),
        }

    def _together(self) -> dict[str, Any]:
        """What both champions reach together, see `nikti.verdict.together.Together`; or {"reason"}."""
        from dataclasses import asdict

        from nikti.core.data import Note
        from nikti.verdict.together import together

        found = together(self._run, self.verdict.band)
        if isinstance(found, Note):
            return {"reason": found.text}
        return {**asdict(found), "advice": found.advice.text if found.advice else None}

    def _report_path(self) -> str | None:
        from nikti.run.session import report_name

        page = self.folder / report_name(self._lang)
        return str(page) if page.is_file() else None

    def __repr__(self) -> str:
        return f"<nikti run {self.folder}: {self.sentence()}>"
