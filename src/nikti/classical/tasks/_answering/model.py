"""A fitted reader with its files: `question_answering.json` (what it is and the words it has met),
`weights.npz` or `trees.txt` (what it learned)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nikti.classical import facts
from nikti.classical.tasks._answering import features, ranking
from nikti.classical.tasks._answering.features import WordStatistics
from nikti.classical.tasks._answering.ranking import Logit, Trees
from nikti.classical.tasks._answering.window import Window
from nikti.classical.tasks._answering.words import Words, words_of
from nikti.classical.tasks._model import TaskModel, of_code
from nikti.core import words as both_languages
from nikti.core.answers import Phrases
from nikti.core.contender import FitReport
from nikti.core.graph import Graph
from nikti.core.inputs import Inputs, Questions
from nikti.core.steps import Value
from nikti.core.wording import ALWAYS

#: Raised when a folder written by this version could not be read by an older one.
FORMAT = 1

_WHAT = both_languages.Words(en="reader of passages", bn="অনুচ্ছেদ-পড়া মডেল")
FACTS, _WEIGHTS, _TREES = "question_answering.json", "weights.npz", "trees.txt"


@dataclass
class Reader:
    """What answers one question: candidates of a passage, ranked.

    rank: scores of measured candidates; threshold: how much higher no answer must score than the best part of
    the passage to be believed, ALWAYS where questions always have one; shares: importance by name, or None.
    """

    statistics: WordStatistics
    rank: Logit | Trees | Window
    threshold: float = ALWAYS
    shares: list[tuple[str, float]] | None = None

    def best(self, question: Words, passage: Words) -> tuple[tuple[int, int], float, float, float]:
        """((first, last word), its score, that of no answer, the log-sum of all scores). A passage without a
        word is no answer."""
        parts = features.spans(passage, self.statistics.longest)
        if not len(parts):
            return (0, -1), -ALWAYS, 0.0, 0.0
        if isinstance(self.rank, Window):
            scores = self.rank(question, passage, parts, self.statistics)
        else:
            scores = self.rank(features.measure(question, passage, parts, self.statistics))
        if self.threshold >= ALWAYS:
            scores[-1] = -ALWAYS
        at, top = int(scores[:-1].argmax()), scores.max()
        whole = top + np.log(np.exp(scores - top).sum())
        return (int(parts[at, 0]), int(parts[at, 1])), float(scores[at]), float(scores[-1]), float(whole)

    def answer(self, question: Words, passage: Words) -> tuple[str, int, float]:
        """(text, character where it begins, probability); "" and -1 for no answer."""
        (first, last), score, none, whole = self.best(question, passage)
        if last < first or none - score > self.threshold:
            return "", -1, float(np.exp(min(0.0, none - whole)))
        start, end = int(passage.begins[first]), int(passage.ends[last])
        return passage.text[start:end], start, float(np.exp(min(0.0, score - whole)))


@dataclass
class Floor:
    """The same part of every passage: so many words from its beginning on; 0 for no answer."""

    words: int
    shares: None = None

    def answer(self, question: Words, passage: Words) -> tuple[str, int, float]:
        """See `Reader.answer`."""
        last = min(self.words, len(passage))
        if not last:
            return "", -1, 1.0
        start = int(passage.begins[0])
        return passage.text[start : int(passage.ends[last - 1])], start, 1.0


@dataclass
class AnsweringModel(TaskModel):
    """contender: its name; reader: `Reader` or `Floor`."""

    contender: str
    reader: Reader | Floor
    report: FitReport = field(default_factory=FitReport)

    def predict(self, inputs: Inputs) -> Phrases:
        """One text for each question, "" where there is no answer."""
        assert isinstance(inputs, Questions)
        passages = [words_of(passage) for passage in inputs.passages]
        questions = zip(inputs.questions, inputs.which.tolist(), strict=True)
        return phrases([self.reader.answer(words_of(one), passages[which]) for one, which in questions])

    def graph(self) -> Graph:
        """Its parts are Python code; see `nikti.core.graph`."""
        raw = (Value("question", "str", (None,)), Value("passage", "str", (None,)))
        why = "parts of the passage are measured and ranked by Python code: nikti/classical/tasks/_answering"
        return of_code(raw, self.reader, why)

    def importance(self) -> list[tuple[str, float]] | None:
        """(measure of a candidate, share) in falling order; None for those that learn no weights."""
        return self.reader.shares

    def save(self, folder: Path) -> None:
        """Write everything needed to predict again into a folder, which is made."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(self.reader, Floor):
            stored = {"kind": "floor", "words": self.reader.words}
        else:
            stored = _written(self.reader, folder)
        facts.write(folder, FACTS, FORMAT, self.contender, self.report, **stored)


def phrases(answers: list[tuple[str, int, float]]) -> Phrases:
    """Answers as the task scores them."""
    return Phrases.of(
        [[text] for text, _, _ in answers],
        [[start] for _, start, _ in answers],
        [[sure] for *_, sure in answers],
    )


def _written(reader: Reader, folder: Path) -> dict[str, Any]:
    """Write what a reader learned; the facts that go with it."""
    stored = {"seen": reader.statistics.state(), "threshold": reader.threshold, "importance": reader.shares}
    if isinstance(reader.rank, Trees):
        (folder / _TREES).write_text(reader.rank.booster.model_to_string(), encoding="utf-8")
        return {**stored, "kind": "trees"}
    if isinstance(reader.rank, Window):
        return {**stored, "kind": "window", "lengths": reader.rank.lengths}
    np.savez(folder / _WEIGHTS, weights=reader.rank.weights)
    return {**stored, "kind": "logit"}


def load(folder: Path) -> AnsweringModel:
    """Read a model back. Raises ModelError if it is damaged or of another format."""
    folder = Path(folder)
    stored = facts.read(folder, FACTS, FORMAT, _WHAT)
    with facts.reading(folder, _WHAT):
        if stored["kind"] == "floor":
            reader: Reader | Floor = Floor(int(stored["words"]))
        else:
            threshold, shares = float(stored["threshold"]), facts.shares_of(stored)
            reader = Reader(WordStatistics(**stored["seen"]), _rank(stored, folder), threshold, shares)
        return AnsweringModel(stored["contender"], reader, facts.report_of(stored))


def _rank(stored: dict[str, Any], folder: Path) -> Logit | Trees | Window:
    if stored["kind"] == "window":
        return Window([float(chance) for chance in stored["lengths"]])
    if stored["kind"] == "trees":
        import lightgbm

        return Trees(lightgbm.Booster(model_str=(folder / _TREES).read_text(encoding="utf-8")))
    with np.load(folder / _WEIGHTS, allow_pickle=False) as numbers:
        return ranking.Logit(numbers["weights"])
