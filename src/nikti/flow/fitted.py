"""A fitted model in the user's hands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core import catalogue
from nikti.core.columns import cast_like
from nikti.core.data import Data
from nikti.core.errors import DataError, ModelError
from nikti.core.inputs import Frame, ImageFiles, Inputs, Ragged, Stack, Texts
from nikti.flow.work import side
from nikti.runs import models
from nikti.runs.store import Store

#: Pictures decoded at a time when files are predicted: what the networks take in one batch.
FILES_AT_ONCE = 256


def model_folder(folder: Path, contender: str | None) -> Path:
    """The folder of the model meant: the folder itself, or the one of a run's contender (its winner
    if None). Raises ModelError if that model was not kept."""
    if not (folder / "run.sqlite").is_file():
        return folder
    store = Store.open(folder)
    try:
        run = store.run()
    finally:
        store.close()
    if contender is None:
        from nikti.verdict.judge import judge

        contender = judge(run).winner
    kept = sorted(p.name for p in (folder / "models").glob("*") if (p / "checksums.json").is_file())
    if contender not in kept:
        raise ModelError(
            f"the run in {folder} holds no fitted model of {contender}; it holds "
            f"{', '.join(kept) or 'none'}. For another: nikti train DATA --contender {contender}"
        )
    return folder / "models" / contender


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
        self.card = models.check(self.folder)
        spec = self.card["contender"]
        self.contender: str = spec["name"]
        self.side: str = spec["side"]
        self.task = catalogue.load("tasks", self.card["task"]).TASK
        self.classes: tuple[str, ...] = tuple(self.card["classes"])
        # The user's own files are code: only those named now are run, never those the folder names.
        options = {**spec["options"], "features_file": features, "network_file": network, "own": own or {}}
        self._model = side(self.side).load_model(self.folder, options)

    def predict(self, source: Any) -> list[dict[str, Any]]:
        """One dict per input: "input" (its name), "prediction" (class name or value) and, for
        classification, "probabilities" {class: p}. A picture file that cannot be read gets None for a
        prediction and its reason as "error"; the others are predicted.

        source: files, a folder, a table on disk; or a list of texts, arrays, a pandas frame. Raises
        DataError if there is nothing to predict, or no picture among them that can be read.
        """
        inputs, names = self.inputs(source)
        if len(inputs) == 0:
            raise DataError("nothing to predict: no input was found.")
        if isinstance(inputs, ImageFiles):
            return self._answer_files(inputs, names)
        return self._answer(inputs, names)

    def _answer_files(self, inputs: ImageFiles, names: list[str]) -> list[dict[str, Any]]:
        """A few pictures in memory at a time; those that cannot be read are told, not fatal."""
        rows: list[dict[str, Any]] = []
        for start in range(0, len(inputs), FILES_AT_ONCE):
            some = inputs.take(range(start, min(start + FILES_AT_ONCE, len(inputs))))
            decoded: dict[Path, Any] = {}
            problems: dict[Path, str] = {}
            for path in some.paths:
                try:
                    decoded[path] = some.decode(path)
                except DataError as error:
                    problems[path] = str(error)
            good = [path for path in some.paths if path in decoded]
            answers = iter(
                self._answer(ImageFiles(good, decoded.__getitem__), [""] * len(good)) if good else []
            )
            for path, name in zip(some.paths, names[start:], strict=False):
                bad = {"prediction": None, **({"probabilities": {}} if self.classes else {})}
                told = next(answers) if path in decoded else {**bad, "error": problems[path]}
                rows.append({**told, "input": name})
        if all("error" in row for row in rows):
            raise DataError(f"no picture could be read: {rows[0]['error']}")
        return rows

    def _answer(self, inputs: Inputs, names: list[str]) -> list[dict[str, Any]]:
        if not self.classes:
            values = self._model.predict(inputs)
            return [
                {"input": name, "prediction": float(value)} for name, value in zip(names, values, strict=True)
            ]
        proba = self._model.predict_proba(inputs)
        return [
            {
                "input": name,
                "prediction": self.classes[int(np.argmax(row))],
                "probabilities": dict(zip(self.classes, map(float, row), strict=True)),
            }
            for name, row in zip(names, proba, strict=True)
        ]

    def inputs(self, source: Any) -> tuple[Inputs, list[str]]:
        """(raw inputs, their names) of whatever was handed over."""
        if isinstance(source, Inputs):
            return source, _numbered(len(source))
        if isinstance(source, Data):
            return source.inputs, _numbered(len(source))
        hint = self.card["input"]
        modality = hint["modality"]
        items = [source] if isinstance(source, str | Path) else source
        paths = isinstance(items, list | tuple) and all(isinstance(i, str | Path) for i in items)
        if paths and not (modality == "text" and not any(_is_file(i) for i in items)):
            from nikti.readers._open import open_inputs

            return open_inputs([Path(i) for i in items], modality, hint)
        if modality == "text":
            return Texts([str(i) for i in items]), _numbered(len(items))
        if modality == "table":
            return Frame(cast_like(source, hint["kinds"])), _numbered(len(source))
        samples = [np.asarray(sample) for sample in items]
        if not samples:
            return Ragged(np.zeros(0), np.zeros(0, np.int64), np.zeros((0, 2), np.int64)), []
        if modality == "image":
            samples = [s[:, :, None] if s.ndim == 2 else s for s in samples]
        else:
            samples = [np.atleast_2d(s).astype(np.float32) for s in samples]
        same = len({s.shape for s in samples}) == 1
        return Stack(np.stack(samples)) if same else Ragged.of(samples), _numbered(len(samples))

    def evaluate(self, source: Any, *, target: str | None = None, group: str | None = None) -> dict[str, Any]:
        """Scores on new labelled data: {"n", "metric", "score", "interval", "scores": {metric: value}}.

        Raises DataError if an answer is none of the model's classes.
        """
        data = self._labelled(source, target, group)
        if not self.classes:
            predicted, proba = self._model.predict(data.inputs), None
        else:
            proba = self._model.predict_proba(data.inputs)
            predicted = np.argmax(proba, axis=1)
        scale = self.task.scale(data.targets)
        losses = self.task.losses(data.targets, predicted, scale)
        from nikti.verdict.statistics import mean_interval

        score, low, high = mean_interval(losses, np.zeros(len(losses), dtype=int), data.groups)
        return {
            "contender": self.contender,
            "data": data.name,
            "n": len(data),
            "metric": self.task.metrics[0].name,
            "score": score,
            "interval": [low, high],
            "scores": self.task.score(data.targets, predicted, proba, scale),
        }

    def _labelled(self, source: Any, target: str | None, group: str | None) -> Data:
        from nikti.flow import understand
        from nikti.flow.request import Request

        on_disk = isinstance(source, str | Path)
        request = Request(
            source=str(source) if on_disk else None,
            task=self.task.name,
            target=target or self.card["target_column"],
            group=group,
        )
        data = understand.read_labelled(source, self.task, self.card["input"], request)
        if self.classes:
            data = _encode(data, self.classes)
        if data.modality == "table":
            frame = cast_like(data.inputs.frame, self.card["input"]["kinds"])
            data = replace(data, inputs=Frame(frame))
        return data


def _encode(data: Data, classes: tuple[str, ...]) -> Data:
    """The answers as the model's class codes. Raises DataError for an answer it does not know."""
    code = {name: i for i, name in enumerate(classes)}
    labels = [str(value) for value in data.targets]
    unknown = sorted(set(labels) - set(code))
    if unknown:
        raise DataError(
            f"{data.name} has answers that the model does not know: {', '.join(unknown[:5])}. "
            f"It knows {', '.join(classes[:10])}."
        )
    codes = np.array([code[label] for label in labels], dtype=np.int64)
    return replace(data, targets=codes, classes=classes)


def _numbered(n: int) -> list[str]:
    return [str(i) for i in range(n)]


def _is_file(item: str | Path) -> bool:
    try:
        return Path(item).exists()
    except (OSError, ValueError):  # a long text is no file name
        return False
