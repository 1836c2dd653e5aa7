"""Which part of a passage answers a question? Some questions may have no answer there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import Questions
from nikti.core.task import Metric, Task
from nikti.core.wording import exact, f1
from nikti.core.words import Words
from nikti.tasks._fit import misfit
from nikti.tasks._joined import joined

TITLE = Words(en="answering questions about passages", bn="অনুচ্ছেদ পড়ে প্রশ্নের উত্তর")
MENDED = Words(
    en="{count} answers do not stand where they are said to; each was found elsewhere in its passage, once.",
    bn="{count}টি উত্তর লেখা জায়গায় নেই, কিন্তু অনুচ্ছেদে একবারই আছে; সেই জায়গা ধরা হয়েছে।",
)
LOST = Words(
    en="{count} answers stand nowhere in their passage, or several times and not where they are "
    "said to; they "
    "were dropped, with {questions} questions that have no other.",
    bn="{count}টি উত্তর অনুচ্ছেদে নেই, বা একাধিকবার আছে অথচ লেখা জায়গায় নেই; বাদ গেছে, আর "
    "তাতে উত্তরহীন হয়ে পড়া {questions}টি প্রশ্নও।",
)
EMPTY = Words(
    en="{count} of {of} questions are empty or about an empty passage and were dropped.",
    bn="{of}টি প্রশ্নের মধ্যে {count}টির প্রশ্ন বা অনুচ্ছেদ ফাঁকা, তাই বাদ গেছে।",
)


OTHER_ANSWERS = Words(
    en="{task} needs parts of passages as answers; the answers are of another kind",
    bn="{task}-এর জন্য অনুচ্ছেদের অংশ উত্তর হিসেবে লাগে; এই উত্তরগুলো অন্য ধরনের",
)

_FEW = Words(
    en="{name} has {count} questions whose answer stands in their passage or that have none; at least "
    "two are needed. `answer_start` counts characters of `context` from 0.",
    bn="{name}-এ এমন প্রশ্ন {count}টি যার উত্তর অনুচ্ছেদেই আছে বা যার উত্তর নেই; অন্তত দুটি লাগে। "
    "`answer_start` হলো `context`-এর অক্ষরের ক্রম, ০ থেকে গোনা।",
)
_NO_ANSWER = Words(
    en="none of the {count} questions of {name} has an answer to learn from.",
    bn="{name}-এর {count}টি প্রশ্নের একটিতেও শেখার মতো উত্তর নেই।",
)


@dataclass(frozen=True)
class QuestionAnswering(Task):
    """The task whose answers are parts of a passage; the protocol is `nikti.core.task.Task`. Scores are those
    of SQuAD's scripts, see `nikti.core.wording`."""

    name: str = "question_answering"
    modality: str = "question"
    family: str = "question_answering"
    answer: str = "span"
    metrics: tuple[Metric, ...] = (
        Metric(
            "f1",
            shown=Words(en="F1 {value}", bn="F১ {value}"),
            title=Words(en="F1: words in common with the true answer", bn="F১: আসল উত্তরের সঙ্গে যত শব্দ মেলে"),
        ),
        Metric("exact_match"),
        Metric("f1_answerable"),
        Metric("exact_match_answerable"),
        Metric("no_answer_recall"),
    )
    image_cap: dict[str, int] = field(default_factory=dict)

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task."""
        if reason := misfit(self.name, self.modality, data):
            return reason
        if not isinstance(data.targets, Phrases):
            return OTHER_ANSWERS.format(task=self.name)
        return None

    def prepare(self, data: Data) -> Data:
        """Answers where they stand in their passages, with notes; passages as groups, joined with the given
        ones, so that no passage is both learned from and asked about.

        A text that does not stand where it is said to is looked for: where it occurs once, its place is
        mended; else it is dropped, and its question too if no other answer is left. Questions without a
        word or a passage are dropped. Raises DataError when the data do not fit, for fewer than two questions
        and when none has an answer.
        """
        if reason := self.accepts(data):
            raise DataError(reason.sentence())
        data = _with_words(data)
        placed = [_placed(*row) for row in zip(data.inputs, *_each(data.targets), strict=True)]
        notes = _notes(placed)
        kept = np.flatnonzero([found.kept for found in placed])
        if len(kept) < 2:
            raise DataError(_FEW.format(name=data.name, count=len(kept)))
        answers = Phrases.of([found.texts for found in placed], [found.starts for found in placed])
        data = replace(data, targets=answers, groups=_groups(data)).subset(kept).noted(*notes)
        if not data.targets.counts().any():
            raise DataError(_NO_ANSWER.format(count=len(data), name=data.name))
        return data

    def strata(self, targets: Phrases) -> np.ndarray:
        """int64 [n]: 1 where there is no answer."""
        return (targets.counts() == 0).astype(np.int64)

    def facts(self, data: Data) -> dict[str, Any]:
        """passages: different ones; unanswerable: questions without an answer."""
        asked = data.inputs
        assert isinstance(asked, Questions)
        return {
            "passages": len(np.unique(asked.which)),
            "unanswerable": int((data.targets.counts() == 0).sum()),
        }

    def losses(
        self, truth: Phrases, predicted: Phrases, scale: float = 1.0, proba: None = None
    ) -> np.ndarray:
        """float64 [n]: 1 - F1 of each answer."""
        return 1.0 - _over(f1, truth, predicted)

    def score(
        self, truth: Phrases, predicted: Phrases, proba: None = None, scale: float = 1.0
    ) -> dict[str, float]:
        """F1 and exact match; where some questions have no answer, both over those that have one, and the
        share of the others that were not answered."""
        each, same = _over(f1, truth, predicted), _over(exact, truth, predicted)
        scores = {"f1": each.mean(), "exact_match": same.mean()}
        answerable = truth.counts() > 0
        if not answerable.all():
            scores["no_answer_recall"] = same[~answerable].mean()
            if answerable.any():
                scores["f1_answerable"] = each[answerable].mean()
                scores["exact_match_answerable"] = same[answerable].mean()
        return {name: float(value) for name, value in scores.items()}


@dataclass(frozen=True)
class _Placed:
    """The answers of a question that stand in its passage. mended, lost: how many were moved and dropped."""

    texts: list[str]
    starts: list[int]
    mended: int
    lost: int

    @property
    def kept(self) -> bool:
        return bool(self.texts) or not self.lost


def _placed(asked: Any, texts: list[str], starts: list[int]) -> _Placed:
    found, mended = [], 0
    for text, start in zip(texts, starts, strict=True):
        place: int | None = start
        if start < 0 or not asked.passage.startswith(text, start):
            place = _only(asked.passage, text)
            mended += place is not None
        if place is not None and text.strip():
            found.append((text, place))
    return _Placed([t for t, _ in found], [s for _, s in found], mended, len(texts) - len(found))


def _only(passage: str, text: str) -> int | None:
    """Where a text occurs in a passage, if it does once."""
    start = passage.find(text)
    return start if text and start >= 0 and passage.find(text, start + 1) < 0 else None


def _notes(placed: list[_Placed]) -> list[Note]:
    notes = []
    if mended := sum(found.mended for found in placed):
        notes.append(Note.of("info", "answers_mended", MENDED, {"count": mended}))
    if lost := sum(found.lost for found in placed):
        dropped = sum(not found.kept for found in placed)
        notes.append(Note.of("warning", "answers_not_found", LOST, {"count": lost, "questions": dropped}))
    return notes


def _with_words(data: Data) -> Data:
    """Without questions that say nothing, or are about nothing."""
    there = np.array([bool(q.question.strip() and q.passage.strip()) for q in data.inputs], dtype=bool)
    if there.all():
        return data
    lost = int((~there).sum())
    note = Note.of("warning", "questions_empty", EMPTY, {"count": lost, "of": len(data)})
    return data.subset(np.flatnonzero(there)).noted(note)


def _groups(data: Data) -> np.ndarray:
    """A code int64 [n] for each passage, whatever its white space, joined with the given groups."""
    asked = data.inputs
    assert isinstance(asked, Questions)
    codes: dict[str, int] = {}
    same = [codes.setdefault(" ".join(text.split()).casefold(), len(codes)) for text in asked.passages]
    passages = np.array(same, dtype=np.int64)[asked.which]
    return passages if data.groups is None else joined(passages, data.groups)


def _each(targets: Phrases) -> tuple[list[list[str]], list[list[int]]]:
    return [targets[row] for row in range(len(targets))], [targets.places(r) for r in range(len(targets))]


def _over(measure: Any, truth: Phrases, predicted: Phrases) -> np.ndarray:
    """A measure of each answer, float64 [n]."""
    said = ((predicted[row] or [""])[0] for row in range(len(predicted)))
    return np.array([measure(one, truth[row]) for row, one in enumerate(said)], dtype=np.float64)


TASK = QuestionAnswering()
