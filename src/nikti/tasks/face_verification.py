"""Are these two pictures of the same person? Asked about people whom no model has seen.

A model answers with an embedding of each picture, scaled so that two pictures are taken for one person
where their Euclidean distance is below 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nikti.answers.label import label_of
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.natural import natural
from nikti.core.pairs import Pairs, distances, nearest, pairs
from nikti.core.task import Metric, Task
from nikti.core.words import Words
from nikti.tasks._classification import Classification, roc_auc
from nikti.tasks._joined import joined
from nikti.tasks._unlabelled import without_label

TITLE = Words(en="the same person in two pictures?", bn="দুই ছবিতে কি একই মানুষ?")
#: The share of false matches at which matches are counted.
FAR = 0.01

_LABELS = Classification("face_verification", "image", family="face_verification")

OF_ONE = Words(
    en="{count} of {of} persons have one picture: they are only told from others.",
    bn="{of} জনের মধ্যে {count} জনের ছবি মোটে একটি; অন্যদের থেকে আলাদা করতেই শুধু তা কাজে লাগে।",
)
IN_BOTH = Words(
    en="{count} persons of your test split are in training too; its score is too good.",
    bn="আপনার টেস্ট অংশের {count} জন শেখানোর অংশেও আছে; সেই স্কোর বাড়িয়ে বলা।",
)

_FEW = Words(
    en="{name} shows {persons} persons in {count} pictures, and {twice} of them more than once; two "
    "pictures of at least two persons are needed. Give a folder with one folder of pictures per "
    "person.",
    bn="{name}-এ {count}টি ছবিতে {persons} জন মানুষ, তাদের {twice} জনের একাধিক ছবি আছে; অন্তত দুজনের "
    "দুটি করে ছবি লাগে। এমন ফোল্ডার দিন যাতে একেক জনের ছবি একেক ফোল্ডারে।",
)


@dataclass(frozen=True)
class FaceVerification(Task):
    """The task whose answers are embeddings and whose truth is who is shown; the protocol is
    `nikti.core.task.Task`."""

    name: str = "face_verification"
    modality: str = "image"
    family: str = "face_verification"
    answer: str = "embedding"
    metrics: tuple[Metric, ...] = (
        Metric(
            "verification_accuracy",
            shown=Words(en="{value} of pairs right", bn="{value} জোড়া সঠিক"),
            title=Words(en="Pairs of pictures told rightly", bn="যত জোড়া ছবি ঠিক চেনা গেছে"),
        ),
        Metric("roc_auc"),
        Metric("eer", higher=False),
        Metric("tar_at_far_1pct"),
        Metric("rank1_identification"),
    )
    image_cap: dict[str, int] = field(default_factory=lambda: {"fast": 48, "medium": 64, "best": 112})

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task: it takes what classes of pictures are made of."""
        return _LABELS.accepts(data)

    def prepare(self, data: Data) -> Data:
        """Persons as int64 codes into `classes`; pictures without one are dropped. Each person becomes a
        group (joined with the user's groups), so that nobody is in training and test.

        People with one picture stay: they make pairs of two persons. Data prepared before come back as
        they are. Raises DataError when the data do not fit, and unless two persons have two pictures.
        """
        if reason := self.accepts(data):
            raise DataError(reason.sentence())
        if data.classes and data.targets.dtype.kind in "iu":
            return data
        labels = np.array([label_of(value) for value in data.targets.tolist()], dtype=object)
        there = labels != ""
        if not there.all():
            lost = int((~there).sum())
            data = data.noted(without_label(lost, len(data), "image"))
            data, labels = data.subset(np.flatnonzero(there)), labels[there]
        persons = natural(set(labels.tolist()))
        code = {name: i for i, name in enumerate(persons)}
        codes = np.array([code[label] for label in labels], dtype=np.int64)
        counts = np.bincount(codes, minlength=len(persons))
        if (counts > 1).sum() < 2:
            raise DataError(
                _FEW.format(
                    name=data.name, persons=len(persons), count=len(data), twice=int((counts > 1).sum())
                )
            )
        groups = codes if data.groups is None else joined(codes, data.groups)
        notes = _warnings(counts, codes, data.split)
        return replace(data, targets=codes, classes=persons, groups=groups).noted(*notes)

    def strata(self, targets: np.ndarray) -> np.ndarray:
        """The persons: smaller training sizes have fewer pictures of each."""
        return np.unique(targets, return_inverse=True)[1]

    def facts(self, data: Data) -> dict[str, Any]:
        """Pictures of each person."""
        return _LABELS.facts(data)

    def losses(
        self, truth: np.ndarray, predicted: np.ndarray, scale: float = 1.0, proba: None = None
    ) -> np.ndarray:
        """float64 [n], whose mean is 1 - verification accuracy and whose sums over persons spread as the
        accuracy does when persons are drawn anew.

        Pairs are not independent: one odd face spoils all pairs it is in. So each picture gets the share of
        wrong pairs plus what its pairs add to it (the infinitesimal jackknife, Efron 1982, The jackknife,
        the bootstrap and other resampling plans, chapter 6, with persons as units): a pair of two persons
        goes when either of them does and counts for both in full, a pair within a person counts half for
        each of its pictures. A single picture, which makes no pair, is as wrong as a coin: 0.5.
        """
        found = pairs(truth)
        n = len(np.asarray(truth))
        if len(found) == 0:
            return np.full(n, 0.5)
        wrong = (distances(predicted, found) < 1) != found.same
        moved = np.zeros(n)
        for kind, part in ((found.same, 0.5), (~found.same, 1.0)):
            weight = found.weight[kind]
            if len(weight):
                mean = (weight * wrong[kind]).sum() / weight.sum()
                adds = part * weight * (wrong[kind] - mean)
                for end in (found.left, found.right):
                    moved += np.bincount(end[kind], adds, minlength=n)
        return found.weight[wrong].sum() + n * moved

    def score(
        self, truth: np.ndarray, predicted: np.ndarray, proba: None = None, scale: float = 1.0
    ) -> dict[str, float]:
        """Every metric that these pictures allow: over the pairs of `nikti.core.pairs`, as many of one
        person as of two; rank-1 identification over the pictures whose person has another one: whether the
        nearest of all other pictures is of that person."""
        truth, found = np.asarray(truth), pairs(truth)
        if len(found) == 0:
            return {"verification_accuracy": 0.5}
        distance = distances(predicted, found)
        scores = {"verification_accuracy": 1.0 - found.error(distance < 1)}
        if found.same.any() and not found.same.all():
            false, true = rates(distance, found)
            scores["roc_auc"] = roc_auc(found.same, -distance)
            scores["eer"] = equal_error_rate(false, true)
            scores["tar_at_far_1pct"] = float(true[false <= FAR].max())
        known = np.bincount(truth)[truth] > 1
        if known.any():
            scores["rank1_identification"] = float((truth[nearest(predicted)[0]] == truth)[known].mean())
        return scores


def rates(distance: np.ndarray, found: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """(false match rate, true match rate) [k], rising from 0 to 1, at each distance as a threshold."""
    order = np.argsort(distance, kind="stable")
    last = np.append(np.flatnonzero(np.diff(distance[order])), len(order) - 1)  # equal ones go together
    same = found.same[order]
    true, false = np.cumsum(same)[last] / same.sum(), np.cumsum(~same)[last] / (~same).sum()
    return np.concatenate([[0.0], false]), np.concatenate([[0.0], true])


def equal_error_rate(false: np.ndarray, true: np.ndarray) -> float:
    """Where as many matches are false as matches are missed, on straight lines between the rates."""
    above = int(np.argmax(false >= 1 - true))
    (x0, y0), (x1, y1) = (false[above - 1], true[above - 1]), (false[above], true[above])
    step = (1 - true[above - 1] - false[above - 1]) / ((x1 - x0) + (y1 - y0))
    return float(x0 + step * (x1 - x0))


def _warnings(counts: np.ndarray, codes: np.ndarray, split: np.ndarray | None) -> list[Note]:
    notes = []
    if lonely := int((counts == 1).sum()):
        notes.append(Note.of("info", "persons_of_one", OF_ONE, {"count": lonely, "of": len(counts)}))
    if split is not None:
        both = len(np.intersect1d(codes[split == 2], codes[split != 2]))
        if both:
            notes.append(Note.of("warning", "persons_in_both", IN_BOTH, {"count": both}))
    return notes


TASK = FaceVerification()
