"""Telling classes apart: what all classification tasks share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nikti import modalities
from nikti.answers.label import label_of
from nikti.core.answers import is_plain
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.natural import natural
from nikti.core.task import Metric, Task
from nikti.core.uneven import (
    average_precision,
    average_precision_values,
    macro_f1_values,
    measurable,
    rarest,
    uneven,
)
from nikti.core.words import Words, joined
from nikti.tasks._fit import misfit
from nikti.tasks._unlabelled import without_label

FEW_PER_CLASS = 10  # samples per class on average, below which a warning is due
FEW_PER_FOLDS = 5  # samples of a class, one for each fold of the plan
MOSTLY_ONE = 0.95  # share of the most frequent class from which accuracy says little
LISTED = 8  # classes named in a note

CLASS_OF_ONE = Words(
    en="Classes with a single sample: {listed}. They are kept, but cannot be both learned and tested.",
    bn="এই শ্রেণিগুলোতে নমুনা মাত্র একটি করে: {classes}। রাখা হয়েছে, তবে একই নমুনায় শেখা আর পরীক্ষা দুটোই হয় না।",
)
FEW_EACH = Words(
    en="{classes} classes share {count} samples, {each:.1f} each: expect wide intervals.",
    bn="{classes}টি শ্রেণির জন্য নমুনা মোটে {count}টি; নিশ্চয়তার সীমা চওড়া হবে।",
)
UNSEEN = Words(
    en="Classes that no training sample has: {listed}. They can only be got wrong.",
    bn="শেখানোর অংশে এই শ্রেণিগুলোর কোনো নমুনা নেই: {classes}। এগুলো চেনা অসম্ভব।",
)
RARE = Words(
    en="Classes with fewer samples than the {folds} folds: {listed}. Some folds cannot test them, so nothing "
    "sure can be said of them. Add samples, or leave the class out.",
    bn="এই শ্রেণিগুলোর নমুনা {folds}টি ফোল্ডের চেয়েও কম: {classes}। কিছু ফোল্ডে এগুলো পরীক্ষাই "
    "হয় না, তাই এদের নিয়ে নিশ্চিত কিছু বলা যায় না। নমুনা বাড়ান, নয়তো শ্রেণিটি বাদ দিন।",
)
UNEVEN = Words(
    en="{percent:g}% of the answers are {class!r}: answering that always is right as often, so look at macro "
    "F1 and balanced accuracy, not at accuracy.",
    bn="{percent}% উত্তর {class}: সব সময় এটা বললেও ততটাই ঠিক হয়; তাই মোট কত ভাগ ঠিক তা নয়, "
    "প্রতি শ্রেণিতে কতটা ঠিক (ম্যাক্রো এফ১) সেটা দেখুন।",
)


PLACES = Words(
    en="{task} needs one class a sample; these answers are places in the {sample}",
    bn="{task}-এর জন্য প্রতি নমুনায় একটি শ্রেণি লাগে; এই উত্তরগুলো নমুনার ভেতরের জায়গা",
)
FRACTIONS = Words(
    en="{task} needs classes; the answers in {column!r} are numbers with fractions",
    bn="{task}-এর জন্য শ্রেণি লাগে; {column}-এর উত্তরগুলো ভগ্নাংশওয়ালা সংখ্যা",
)

_ONE_CLASS = Words(
    en="all {count} samples of {name} have the same {target}, {label!r}: there is nothing to tell apart. Add "
    "samples of another class, or name another column with --target.",
    bn="{name}-এর {count}টি নমুনার সবগুলোতে {target} একই, “{label}”: আলাদা করার কিছু নেই। অন্য শ্রেণির নমুনা যোগ "
    "করুন, বা --target দিয়ে অন্য কলামের নাম দিন।",
)
_FEW = Words(
    en="{name} has {count} labelled samples; at least two classes with two samples each are needed to "
    "compare anything.",
    bn="{name}-এ উত্তরসহ নমুনা আছে {count}টি; কিছু তুলনা করতে অন্তত দুটি শ্রেণি লাগে, প্রতিটির দুটি করে নমুনা।",
)


@dataclass(frozen=True)
class Classification(Task):
    """A task whose answers are classes; the protocol is `nikti.core.task.Task`.

    positive: code of the class that average precision looks for.
    """

    name: str
    modality: str
    family: str
    answer: str = "label"
    metrics: tuple[Metric, ...] = (
        Metric(
            "accuracy",
            shown=Words(en="{value} correct", bn="{value} সঠিক"),
            title=Words(en="Correct answers", bn="সঠিক উত্তর"),
            phrase=Words(en="accuracy", bn="সঠিক উত্তরের হার"),
        ),
        Metric("balanced_accuracy"),
        Metric(
            "macro_f1",
            shown=Words(en="macro F1 {value}", bn="ম্যাক্রো F১ {value}"),
            title=Words(en="Macro F1: every class counts the same", bn="ম্যাক্রো F১: সব শ্রেণির সমান গুরুত্ব"),
            phrase=Words(
                en="macro F1, in which every class counts the same", bn="ম্যাক্রো F১, যাতে সব শ্রেণির গুরুত্ব সমান"
            ),
        ),
        Metric(
            "average_precision",
            shown=Words(en="average precision {value}", bn="গড় প্রিসিশন {value}"),
            title=Words(en="Average precision of the rare class", bn="বিরল শ্রেণির গড় প্রিসিশন"),
            phrase=Words(
                en="average precision, which asks how high the rare ones are ranked",
                bn="গড় প্রিসিশন, যা দেখে বিরল নমুনাগুলো তালিকার কত উপরে উঠেছে",
            ),
        ),
        Metric("roc_auc"),
        Metric("log_loss", higher=False, percent=False),
    )
    positive: int = 1

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task."""
        if reason := misfit(self.name, self.modality, data):
            return reason
        if not is_plain(data.targets):
            return PLACES.format(task=self.name, sample=modalities.of(self.modality).SAMPLE)
        if data.targets.dtype.kind == "f" and not _whole(data.targets):
            return FRACTIONS.format(task=self.name, column=data.target_name)
        return None

    def prepare(self, data: Data) -> Data:
        """Answers as int64 codes into `classes` (sorted naturally); rows without one are dropped.

        Data prepared before come back as they are. Raises DataError when the data do not fit, when
        there is one class or fewer than two samples.
        """
        if reason := self.accepts(data):
            raise DataError(reason.sentence())
        if data.classes and data.targets.dtype.kind in "iu":
            return replace(data, targets=data.targets.astype(np.int64))
        values = data.targets.tolist()
        known = {value: label_of(value) for value in set(values)}
        labels = [known[value] for value in values]
        there = np.array([label != "" for label in labels], dtype=bool)
        if not there.all():
            lost = int((~there).sum())
            data = data.noted(without_label(lost, len(data), modalities.of(self.modality).SAMPLE))
        data = data.subset(np.flatnonzero(there))
        labels = [label for label in labels if label]
        classes = natural(set(labels))
        self._refuse(data, classes)
        code = {name: i for i, name in enumerate(classes)}
        codes = np.array([code[label] for label in labels], dtype=np.int64)
        return replace(data, targets=codes, classes=classes).noted(*_warnings(codes, classes, data.split))

    def _refuse(self, data: Data, classes: tuple[str, ...]) -> None:
        lost = [Words(note.text, note.text_bn) for note in data.notes if note.level == "warning"]
        if len(data) < 2:
            raise DataError(_FEW.format(name=data.name, count=len(data)))
        if len(classes) < 2:
            values = {"count": len(data), "name": data.name, "target": data.target_name}
            words = _ONE_CLASS.format(**values, label=classes[0])
            raise DataError(joined([words, *lost], " "))

    @property
    def image_cap(self) -> dict[str, int]:  # type: ignore[override]  # of a task nobody sets it
        """Small pictures are enough to tell classes apart, and quick to learn from; given weights see more in
        wider ones than networks from scratch and hand-made features do."""
        return {"fast": 128, "medium": 128, "best": 128} if self.modality == "image" else {}

    def strata(self, targets: np.ndarray) -> np.ndarray:
        """The classes."""
        return np.unique(targets, return_inverse=True)[1]

    def facts(self, data: Data) -> dict[str, Any]:
        """Samples of each class."""
        counts = np.bincount(data.targets, minlength=len(data.classes))
        return {"counts": dict(zip(data.classes, counts.tolist(), strict=True))}

    def for_data(self, data: Data) -> Classification:
        """The task with the primary metric that the sizes of the classes ask for, see `suited`."""
        return self.suited(np.bincount(data.targets, minlength=len(data.classes)).tolist())

    def suited(self, counts: Sequence[int]) -> Classification:
        """The task with the primary metric for classes of so many samples each: accuracy where they are even
        enough, else average precision of the rarer of two, macro F1 of more (see `nikti.core.uneven`)."""
        if not uneven(counts) or not measurable(counts):
            return self
        return self.measured_by("average_precision" if len(counts) == 2 else "macro_f1", counts)

    def measured_by(self, metric: str, counts: Sequence[int]) -> Classification:
        """The task with that primary metric, for classes of so many samples each."""
        ordered = sorted(self.metrics, key=lambda one: one.name != metric)
        return replace(self, metrics=tuple(ordered), positive=rarest(counts))

    def losses(
        self,
        truth: np.ndarray,
        predicted: np.ndarray,
        scale: float = 1.0,
        proba: np.ndarray | None = None,
    ) -> np.ndarray:
        """float64 [n]: 0 where right and 1 where wrong, for accuracy; for macro F1 and average precision
        1 - the sample's pseudo-value. Without probabilities average precision takes the answers for them."""
        truth, predicted = np.asarray(truth), np.asarray(predicted)
        metric = self.metrics[0].name
        if metric == "macro_f1":
            return 1.0 - macro_f1_values(truth, predicted)
        if metric == "average_precision":
            return 1.0 - average_precision_values(truth == self.positive, self._sure(predicted, proba))
        return (truth != predicted).astype(np.float64)

    def _sure(self, predicted: np.ndarray, proba: np.ndarray | None) -> np.ndarray:
        """How sure each sample is said to be of the positive class."""
        return (predicted == self.positive) * 1.0 if proba is None else np.asarray(proba)[:, self.positive]

    def score(
        self,
        truth: np.ndarray,
        predicted: np.ndarray,
        proba: np.ndarray | None = None,
        scale: float = 1.0,
    ) -> dict[str, float]:
        """Every metric that these predictions allow; `roc_auc` and `average_precision` for two classes,
        `log_loss` and they only with probabilities."""
        truth, predicted = np.asarray(truth), np.asarray(predicted)
        scores = {
            "accuracy": float((truth == predicted).mean()),
            "balanced_accuracy": balanced_accuracy(truth, predicted),
            "macro_f1": macro_f1(truth, predicted),
        }
        if proba is not None:
            if proba.shape[1] == 2 and len(np.unique(truth)) == 2:
                scores["roc_auc"] = roc_auc(truth == 1, proba[:, 1])
                scores["average_precision"] = average_precision(
                    truth == self.positive, self._sure(predicted, proba)
                )
            scores["log_loss"] = log_loss(truth, proba)
        return scores


def balanced_accuracy(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Mean recall over the classes that occur in the truth."""
    right = truth == predicted
    return float(np.mean([right[truth == c].mean() for c in np.unique(truth)]))


def macro_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Mean over the classes in truth or prediction of 2 TP / (2 TP + FP + FN)."""
    scores = []
    for c in np.union1d(truth, predicted):
        hit = np.sum((truth == c) & (predicted == c))
        scores.append(2 * hit / (np.sum(truth == c) + np.sum(predicted == c)))
    return float(np.mean(scores))


def log_loss(truth: np.ndarray, proba: np.ndarray) -> float:
    """Mean of -ln p(true class); rows are made to sum to 1, probabilities kept off 0 by the machine
    epsilon of float64."""
    tiny = np.finfo(np.float64).eps
    proba = np.clip(np.asarray(proba, dtype=np.float64), tiny, 1.0)
    chosen = proba[np.arange(len(truth)), truth] / proba.sum(axis=1)
    return float(-np.log(np.clip(chosen, tiny, 1.0)).mean())


def roc_auc(positive: np.ndarray, scores: np.ndarray) -> float:
    """Share of (positive, negative) pairs in the right order, ties half: Mann-Whitney U / (m n)."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # average ranks from 1
    m, n = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - m * (m + 1) / 2) / (m * n))


def _whole(values: np.ndarray) -> bool:
    there = values[np.isfinite(values)]
    return bool((there % 1 == 0).all())


def _warnings(codes: np.ndarray, classes: tuple[str, ...], split: np.ndarray | None) -> list[Note]:
    notes = []
    counts = np.bincount(codes, minlength=len(classes))
    lonely = [classes[c] for c in np.flatnonzero(counts == 1)]
    if lonely:
        values = {"count": len(lonely), "classes": lonely}
        notes.append(Note.of("warning", "class_of_one", CLASS_OF_ONE, values, listed=_some(lonely)))
    notes += _rare(codes if split is None else codes[split != 2], classes)
    if len(codes) < FEW_PER_CLASS * len(classes):
        values = {"count": len(codes), "classes": len(classes)}
        notes.append(Note.of("warning", "few_per_class", FEW_EACH, values, each=len(codes) / len(classes)))
    if split is not None and (split == 0).any():
        learned = np.bincount(codes[split == 0], minlength=len(classes)) > 0
        unseen = [classes[c] for c in np.flatnonzero(~learned)]
        if unseen:
            values = {"count": len(unseen), "classes": unseen}
            notes.append(Note.of("warning", "class_not_in_train", UNSEEN, values, listed=_some(unseen)))
    return notes


def _rare(codes: np.ndarray, classes: tuple[str, ...]) -> list[Note]:
    """Classes that some folds cannot test, and a class so frequent that naming it always scores well."""
    notes = []
    counts = np.bincount(codes, minlength=len(classes))
    rare = {classes[c]: int(counts[c]) for c in np.flatnonzero((counts > 1) & (counts < FEW_PER_FOLDS))}
    if rare:
        listed = _some([f"{name!r} ({count})" for name, count in rare.items()])
        values = {"count": len(rare), "classes": rare}
        notes.append(Note.of("warning", "rare_class", RARE, values, folds=FEW_PER_FOLDS, listed=listed))
    if len(codes) and counts.max() >= MOSTLY_ONE * len(codes):
        name, share = classes[int(counts.argmax())], float(counts.max() / len(codes))
        percent = np.floor(1000 * share) / 10
        values = {"percent": float(percent), "class": name}
        notes.append(Note.of("warning", "uneven_classes", UNEVEN, values))
    return notes


def _some(names: list[str]) -> str:
    return ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
