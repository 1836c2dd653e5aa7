"""Sets of labels: what all multi-label tasks share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nikti.answers import labels
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.task import Metric, Task
from nikti.core.uneven import average_precision, average_precision_values
from nikti.core.words import Words
from nikti.tasks._fit import misfit

FEW = 10  # samples with a label, below which little can be said of it
LISTED = 8  # labels named in a note

NO_SETS = Words(
    en="{task} needs a set of labels for each sample; these answers are of another kind",
    bn="{task}-এর জন্য প্রতি নমুনার লেবেলের সেট লাগে; এই উত্তরগুলো অন্য ধরনের",
)
NO_TELLING = Words(
    en="Labels that no sample has, or all have, say nothing and are left out: {listed}.",
    bn="যে লেবেল কোনো নমুনাতেই নেই, বা সবগুলোতেই আছে, সেগুলো কিছু বলে না, তাই বাদ গেছে: {listed}।",
)
RARE = Words(
    en="Labels with fewer than {few} samples: {listed}. Their precision is a matter of luck, and the mean "
    "over labels counts them as much as the others.",
    bn="এই লেবেলগুলোর নমুনা {few}টিরও কম: {listed}। এদের প্রিসিশন ভাগ্যের ব্যাপার, অথচ গড়ে এদের গুরুত্ব বাকিদের সমান।",
)

_FEW = Words(
    en="{name} has {count} labelled samples; at least two are needed to compare anything.",
    bn="{name}-এ উত্তরসহ নমুনা আছে {count}টি; কিছু তুলনা করতে অন্তত দুটি লাগে।",
)
_SAME_LABELS = Words(
    en="all {count} samples of {name} have the same labels: there is nothing to tell apart. Add "
    "samples with other labels, or name another column with --target.",
    bn="{name}-এর {count}টি নমুনার সবগুলোর লেবেল একই: আলাদা করার কিছু নেই। অন্য লেবেলের নমুনা যোগ "
    "করুন, বা --target দিয়ে অন্য কলামের নাম দিন।",
)


@dataclass(frozen=True)
class MultiLabel(Task):
    """A task whose answers are sets of labels; the protocol is `nikti.core.task.Task`."""

    name: str
    modality: str
    family: str
    answer: str = "labels"
    metrics: tuple[Metric, ...] = (
        Metric(
            "mean_average_precision",
            shown=Words(en="mean average precision {value}", bn="গড় প্রিসিশনের গড় {value}"),
            title=Words(
                en="Mean average precision: every label counts the same",
                bn="গড় প্রিসিশনের গড়: সব লেবেলের সমান গুরুত্ব",
            ),
        ),
        Metric("macro_f1"),
        Metric("micro_f1"),
        Metric("sets_right"),
    )

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task."""
        if reason := misfit(self.name, self.modality, data):
            return reason
        return None if labels.matches(data.targets) else NO_SETS.format(task=self.name)

    def prepare(self, data: Data) -> Data:
        """The sets without labels that no sample has or all have, with notes.

        Raises DataError when the data do not fit, for fewer than two samples, and where no label tells
        samples apart.
        """
        if reason := self.accepts(data):
            raise DataError(reason.sentence())
        if len(data) < 2:
            raise DataError(_FEW.format(name=data.name, count=len(data)))
        counts = data.targets.sum(axis=0)
        telling = (counts > 0) & (counts < len(data))
        if not telling.any():
            raise DataError(_SAME_LABELS.format(count=len(data), name=data.name))
        notes = _notes(data, telling)
        kept = tuple(name for name, keep in zip(data.classes, telling, strict=True) if keep)
        return replace(data, targets=data.targets[:, telling], classes=kept).noted(*notes)

    @property
    def image_cap(self) -> dict[str, int]:  # type: ignore[override]  # of a task nobody sets it
        """As for telling classes apart."""
        return {"fast": 128, "medium": 128, "best": 128} if self.modality == "image" else {}

    def decided(self, proba: np.ndarray) -> np.ndarray:
        """The labels that are as probable as not."""
        return labels.decided(proba)

    def strata(self, targets: np.ndarray) -> np.ndarray:
        """All labels, bool [n, C]."""
        return targets

    def facts(self, data: Data) -> dict[str, Any]:
        """Samples that have each label, the mean number of labels of a sample, and samples that have none."""
        sizes = data.targets.sum(axis=1)
        return {
            "counts": dict(zip(data.classes, data.targets.sum(axis=0).tolist(), strict=True)),
            "labels_per_sample": round(float(sizes.mean()), 3),
            "without_labels": int((sizes == 0).sum()),
        }

    def losses(
        self,
        truth: np.ndarray,
        predicted: np.ndarray,
        scale: float = 1.0,
        proba: np.ndarray | None = None,
    ) -> np.ndarray:
        """1 - the sample's pseudo-value of mean average precision, float64 [n]: the mean over the labels of
        those of average precision (see `nikti.core.uneven`). Labels that no sample here has are left out;
        where none has one every loss is 0. Without probabilities the answers are taken for them."""
        truth, sure = np.asarray(truth), np.asarray(predicted if proba is None else proba, np.float64)
        there = np.flatnonzero(truth.any(axis=0))
        if not len(there):
            return np.zeros(len(truth))
        values = [average_precision_values(truth[:, label], sure[:, label]) for label in there]
        return 1.0 - np.mean(values, axis=0)

    def score(
        self,
        truth: np.ndarray,
        predicted: np.ndarray,
        proba: np.ndarray | None = None,
        scale: float = 1.0,
    ) -> dict[str, float]:
        """Every metric; F1 scores are those of the labels that are as probable as not."""
        truth, predicted = np.asarray(truth), np.asarray(predicted)
        sure = np.asarray(predicted if proba is None else proba, np.float64)
        return {
            "mean_average_precision": mean_average_precision(truth, sure),
            "macro_f1": macro_f1(truth, predicted),
            "micro_f1": micro_f1(truth, predicted),
            "sets_right": float((truth == predicted).all(axis=1).mean()),
        }


def mean_average_precision(truth: np.ndarray, sure: np.ndarray) -> float:
    """Mean over the labels that occur of their average precision; 1 where none occurs.

    truth: bool [n, C]; sure: float [n, C], higher where a label is likelier.
    """
    there = np.flatnonzero(truth.any(axis=0))
    each = [average_precision(truth[:, label], sure[:, label]) for label in there]
    return float(np.mean(each)) if each else 1.0


def macro_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Mean over the labels in truth or prediction of 2 TP / (2 TP + FP + FN); 1 where there is none."""
    both, said = (truth & predicted).sum(axis=0), truth.sum(axis=0) + predicted.sum(axis=0)
    present = said > 0
    return float(np.mean(2 * both[present] / said[present])) if present.any() else 1.0


def micro_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    """2 TP / (2 TP + FP + FN) over all labels together; 1 where there is none."""
    said = int(truth.sum() + predicted.sum())
    return float(2 * (truth & predicted).sum() / said) if said else 1.0


def _notes(data: Data, telling: np.ndarray) -> list[Note]:
    """Labels that say nothing or are rare."""
    counts, notes = data.targets.sum(axis=0), []
    useless = [data.classes[label] for label in np.flatnonzero(~telling)]
    if useless:
        values = {"classes": useless}
        notes.append(Note.of("warning", "labels_left_out", NO_TELLING, values, listed=_some(useless)))
    rare = {data.classes[label]: int(counts[label]) for label in np.flatnonzero(telling & (counts < FEW))}
    if rare:
        listed = _some([f"{name!r} ({count})" for name, count in rare.items()])
        of_rare = {"count": len(rare), "classes": rare}
        notes.append(Note.of("warning", "rare_labels", RARE, of_rare, few=FEW, listed=listed))
    return notes


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
