"""A fitted model in the user's hands."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nikti import answers, modalities
from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.decoding import Names
from nikti.core.errors import NONE, DataError, ModelError, UnknownName, UsageError
from nikti.core.foreign import told
from nikti.core.graph import Graph
from nikti.core.inputs import Files, Inputs
from nikti.core.task import Task
from nikti.core.words import Words, stored
from nikti.model import card as cards
from nikti.sides import side
from nikti.storage import cache, models
from nikti.storage.card import Card
from nikti.storage.store import Store

#: Pictures decoded at a time when files are predicted: what the networks take in one batch.
FILES_AT_ONCE = 256

#: Samples that fill what an explanation takes away are drawn from so many.
MOST_BACKGROUND = 200

_CLASS = Words(en="class", bn="শ্রেণি")
_NONE_READ = Words(en="no file could be read: {reason}", bn="কোনো ফাইলই পড়া যায়নি: {reason}")
_NOT_KEPT = Words(
    en="the run in {folder} holds no fitted model of {contender}; it holds {known}. For another: nikti "
    "train DATA --contender {contender}",
    bn="{folder} ফোল্ডারের রানে {contender}-এর শেখানো মডেল নেই; আছে {known}। অন্যটি চাইলে: nikti train "
    "DATA --contender {contender}",
)
_NOTHING_TO_PREDICT = Words(
    en="nothing to predict: no input was found.",
    bn="উত্তর দেওয়ার কিছু নেই: কোনো ইনপুট পাওয়া যায়নি।",
)
_NOTHING_TO_EXPLAIN = Words(
    en="nothing to explain: no input was found.",
    bn="ব্যাখ্যা করার কিছু নেই: কোনো ইনপুট পাওয়া যায়নি।",
)
_NO_CLASSES = Words(
    en="{contender} answers without classes; leave --class away.",
    bn="{contender} শ্রেণি দিয়ে উত্তর দেয় না; --class বাদ দিন।",
)


def model_folder(folder: Path, contender: str | None) -> Path:
    """The folder of the model meant: the folder itself, or the one of a run's contender (its winner
    if None). Raises ModelError if that model was not kept."""
    if not (folder / "run.sqlite").is_file():
        return folder
    store = Store.look(folder)
    try:
        run = store.run()
    finally:
        store.close()
    if contender is None:
        from nikti.verdict.judge import judge

        contender = judge(run).winner
    found = None if contender is None else models.kept(folder, contender)
    if found is None:
        known = models.all_kept(folder, run.plan.entries)
        raise ModelError(_NOT_KEPT.format(folder=folder, contender=contender, known=", ".join(known) or NONE))
    return found


class FittedModel:
    """A model folder, checked and loaded.

    contender, task, classes: what it is; `predict` and `evaluate` take what `compare` takes, labelled
    or not. Raises ModelError if the folder is damaged or was changed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        features: str | None = None,
        network: str | None = None,
        own: dict[str, str] | None = None,
    ):
        self.folder = Path(folder)
        card = cards.check(self.folder)
        # The user's own files are code: only those named now are run, never those the folder names.
        named = {"features_file": features, "network_file": network, "own": own or {}}
        options = {**card.contender.options, **named}
        with told(ModelError, cards.DAMAGED, folder=self.folder):
            self._hold(card, side(card.contender.side).load_model(self.folder, options))

    def _hold(self, card: Card, model: Any) -> None:
        """Be what the card says, and answer as the model does."""
        self.card, self._model = card, model
        self.contender, self.side = card.name, card.contender.side
        self.task = _task(card)
        self._answer = answers.of(self.task.answer)
        self._modality = modalities.of(card.input["modality"])
        self.classes: tuple[str, ...] = self._answer.kept_classes(card.classes)

    @property
    def parts(self) -> tuple[FittedModel, ...]:
        """The single models: this one, or both of an average."""
        return (self,)

    def graph(self) -> Graph:
        """The way from a stored sample to an answer as plain data, with the classes' names: see
        `nikti.core.graph`. Raises UsageError for an average of two models, whose `parts` have one each."""
        found = self._model.graph()
        return replace(found, decoding=(*found.decoding, Names(self.classes))) if self.classes else found

    def predict(self, source: Any) -> list[dict[str, Any]]:
        """One dict per input: "input" (its name) and "prediction": the class name, value or text, with
        "probabilities" {class: p} for classification; for detection the number of "boxes" [{"class", "score",
        "box": [x1, y1, x2, y2] in pixels}] of at least LEAST_SCORE, surest first; for segmentation the most
        frequent class, with the "shares" of all and the "mask" uint8 [H, W] of codes; for verification
        whether the most similar other input is of the same person (True or False), with its name as "nearest"
        and their "distance", below 1 for one person; for a question the words of the passage that answer it,
        "" if none do, the character at which they "start" (-1) and how sure that is, 0 to 1, as "score". A
        picture or document that cannot be read gets None for a prediction and its reason as "error"; the
        others are predicted. A table row some of whose cells are not written as those of training were has
        them as "unread" {column: cell}; they count as missing.

        source: files, a folder, a table on disk; or a list of texts, arrays, a pandas frame. Raises
        DataError if there is nothing to predict, no file among them that can be read, or a single picture
        where pictures are compared.
        """
        inputs, names = self.inputs(source)
        if len(inputs) == 0:
            raise DataError(_NOTHING_TO_PREDICT)
        if isinstance(inputs, Files):
            return self._answer.finished(self._of_files(inputs, names))
        rows = self._answer.finished(self._rows(inputs, names))
        for column, cells in inputs.unread.items():
            for row, cell in cells.items():
                rows[row].setdefault("unread", {})[column] = cell
        return rows

    def _of_files(self, inputs: Files, names: list[str]) -> list[dict[str, Any]]:
        """A few files in memory at a time; those that cannot be read are reported, not fatal."""
        rows: list[dict[str, Any]] = []
        first: Words | None = None  # why a file could not be read
        for start in range(0, len(inputs), FILES_AT_ONCE):
            some = inputs.take(range(start, min(start + FILES_AT_ONCE, len(inputs))))
            decoded: dict[Path, Any] = {}
            problems: dict[Path, str] = {}
            for path in some.paths:
                try:
                    decoded[path] = some.decode(path)
                except DataError as error:
                    problems[path] = str(error)
                    first = first or error.words
            good = [path for path in some.paths if path in decoded]
            read = some.holding([decoded[path] for path in good])
            found = iter(self._rows(read, [""] * len(good)) if good else [])
            for path, name in zip(some.paths, names[start:], strict=False):
                bad = path not in decoded
                answer = {**self._answer.failed(), "error": problems[path]} if bad else next(found)
                rows.append({**answer, "input": name})
        if all("error" in row for row in rows):
            raise DataError(_NONE_READ.format(reason=first))
        return rows

    def _rows(self, inputs: Inputs, names: list[str]) -> list[dict[str, Any]]:
        with self._answering():
            found = self._answer.rows(self._model, inputs, self.classes)
        return [{"input": name, **answer} for name, answer in zip(names, found, strict=True)]

    def _answering(self) -> AbstractContextManager[None]:
        """Around the work of the model: parts that load and do not fit each other are the folder's fault."""
        return told(ModelError, cards.DAMAGED, folder=self.folder)

    def inputs(self, source: Any) -> tuple[Inputs, list[str]]:
        """(raw inputs, their names) of a source as `predict` takes it."""
        if isinstance(source, Inputs):
            return source, _numbered(len(source))
        if isinstance(source, Data):
            return source.inputs, _numbered(len(source))
        items = [source] if isinstance(source, str | Path) else source
        hint = self.card.input
        files = self._modality.files(items)
        if files is not None:
            from nikti.readers._open import open_inputs

            return open_inputs(files, hint["modality"], hint)
        inputs = self._modality.in_memory(items, hint)
        return inputs, _numbered(len(inputs))

    @property
    def methods(self) -> tuple[str, ...]:
        """The ways in which this model can be explained, its own first; see `explain`."""
        from nikti.model import explain

        return explain.methods(self._model)

    def explain(
        self, source: Any, *, method: str | None = None, target_class: str | None = None
    ) -> list[dict[str, Any]]:
        """What the model looked at: a dict for each input, and for each box, class of pixels or text of its
        answer.

        method: one of `methods`; the model's own first one if None. target_class: the class to explain
        instead of the predicted one. Each dict has "input", its number "row", "method" and "method_title",
        what is explained ("class", "value", "box", "text" ...), and "weights", signed, float64: for a picture
        [H, W], a text one per character, a series one per time step; "columns" {name: weight} of a row;
        "path", the questions of a decision tree. Raises UsageError for a method or class that the model does
        not know, DataError for inputs of another kind.
        """
        from nikti.model import explain

        method = explain.chosen(self._model, method, self.contender)
        code = self._code(target_class)
        inputs, names = self.inputs(source)
        if len(inputs) == 0:
            raise DataError(_NOTHING_TO_EXPLAIN)
        inputs = self._modality.decoded(inputs)
        background = self._background()
        with self._answering():
            found = explain.explain(
                self._model,
                self.task.answer,
                self.card.input["modality"],
                inputs,
                method=method,
                code=code,
                background=background,
            )
        rows = []
        facts = {"method": method, **stored("method_title", explain.describe(self._model, method).title)}
        for row, parts in enumerate(found):
            for part, weights in parts:
                words = self._answer.in_words(part, self.classes)
                rows.append(
                    {"input": names[row], "row": row, **facts, **words, "weights": weights}
                    | self._of_row(inputs, row, weights)
                )
        return rows

    def _of_row(self, inputs: Inputs, row: int, weights: np.ndarray) -> dict[str, Any]:
        """What is known besides of rows of tables and of decision trees."""
        found: dict[str, Any] = {}
        if names := self._modality.columns(inputs):
            found["columns"] = dict(zip(names, weights.tolist(), strict=True))
        path = self._model.path(inputs.take([row])) if hasattr(self._model, "path") else None
        return found if path is None else found | {"path": path}

    def _code(self, name: str | None) -> int | None:
        if name is None:
            return None
        if not self.classes:
            raise UsageError(_NO_CLASSES.format(contender=self.contender))
        if name not in self.classes:
            raise UnknownName(_CLASS, name, self.classes)
        return self.classes.index(name)

    def _background(self) -> Inputs | None:
        """Samples of the data that the model's run was made on, if they are still on this machine."""
        run = self.folder.parent.parent
        if not (run / "run.sqlite").is_file():
            return None
        store = Store.look(run)
        try:
            home = Path(store.get("home") or "")
        finally:
            store.close()
        if not home.is_dir():
            return None
        data = cache.load(home)
        rows = np.random.default_rng(0).permutation(len(data))[:MOST_BACKGROUND]
        return data.subset(rows).inputs

    def evaluate(self, source: Any, *, target: str | None = None, group: str | None = None) -> dict[str, Any]:
        """Scores on new labelled data: {"n", "metric", "score", "interval", "scores": {metric: value}}, with
        "met", how many of the samples the model has learned from, and, if some but not all, the same for the
        others as "unmet"; where cells are not written as in training, "unread" {column: count}. met is None
        for a model of an older version, which cannot tell.

        Raises DataError if an answer is none of the model's classes.
        """
        from nikti.model.evaluate import evaluate

        data = self._labelled(source, target, group)
        with self._answering():
            seen = models.seen_in_training(self.parts[0].folder, data)
            found = evaluate(self._model, self.task, data, seen)
        return {
            "contender": self.contender,
            "data": data.name,
            "metric": self.task.metrics[0].name,
            **found,
            **_unread(data),
        }

    @property
    def _target(self) -> str | None:
        """The column of the answers: the one that was asked for, or, of a table, the one that was guessed."""
        if self.card.target_column is None and {"kinds", "text_column"} & set(self.card.input):
            return self.card.data.target
        return self.card.target_column

    def _labelled(self, source: Any, target: str | None, group: str | None) -> Data:
        from nikti.run import reading
        from nikti.run.request import Request

        on_disk = isinstance(source, str | Path)
        request = Request(
            source=str(source) if on_disk else None,
            task=self.task.name,
            target=target or self._target,
            group=group,
        )
        strict = target is not None or group is not None
        data = reading.read_labelled(source, self.task, self.card.input, request, strict)
        data = self._answer.encoded(self.task, data, self.classes)
        return replace(data, inputs=self._modality.like(data.inputs, self.card.input))


def _task(card: Card) -> Task:
    """The model's task, measured as in the run that made it."""
    task = catalogue.load("tasks", card.task).TASK
    usual = card.metric in (None, task.metrics[0].name)
    return task if usual else task.measured_by(card.metric, list(card.counts))


def _unread(data: Data) -> dict[str, Any]:
    """{"unread": {column: cells}} where cells were not written as in training."""
    return next(({"unread": n.values["columns"]} for n in data.notes if n.code == "unread_cells"), {})


def _numbered(n: int) -> list[str]:
    return [str(i) for i in range(n)]
