"""The detector of sliding windows: all templates of all classes, with probabilities that compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nikti.classical.tasks._detection import channels, overlap, svm
from nikti.classical.tasks._detection.pyramid import Pyramids
from nikti.classical.tasks._detection.templates import templates_of
from nikti.core.answers import iou

#: Windows that score less are not looked at again; boxes found in a picture at most (as COCO counts).
LEAST_SCORE, MOST_BOXES = -1.2, 100
#: Two found boxes of a class overlap at most so much; those that overlap more vote on where the box is.
APART, VOTERS = 0.4, 0.6
#: Pictures that probabilities are learned from.
PLATT_PICTURES = 60


@dataclass
class Windows:
    """Templates that have learned; platt [scorers, 2]: probability = 1 / (1 + exp(-(a * score + b)))."""

    scorers: list[svm.Scorer]
    platt: np.ndarray

    @property
    def labels(self) -> set[int]:
        """Class codes that it can predict."""
        return {scorer.template.label for scorer in self.scorers}

    def candidates(self, pyramids: Pyramids, picture: int) -> np.ndarray:
        """Windows whose score is high enough, float64 [n, 6]: box, class, probability."""
        found = [np.zeros((0, 6))]
        for scorer, (a, b) in zip(self.scorers, self.platt, strict=True):
            boxes, scores, _ = svm.search(scorer, pyramids, picture, LEAST_SCORE)
            label = np.full(len(boxes), scorer.template.label)
            found.append(np.column_stack([boxes, label, _logistic(a * scores + b)]))
        return np.concatenate(found)

    def find(self, pyramids: Pyramids, picture: int) -> np.ndarray:
        """Predicted boxes of a picture, float64 [n, 6], highest probability first."""
        return settle(self.candidates(pyramids, picture), APART)

    def importance(self) -> list[tuple[str, float]] | None:
        """(channel of the cells, share) in falling order: what the templates' weights on it come to."""
        if not self.scorers:
            return None
        total = np.mean([scorer.leaning / scorer.leaning.sum() for scorer in self.scorers], axis=0)
        named = channels.names(self.scorers[0].weights.shape[2] - channels.count(0))
        order = np.argsort(-total, kind="stable")
        return [(named[k], float(total[k])) for k in order]


def settle(found: np.ndarray, apart: float) -> np.ndarray:
    """One box for each thing: of candidates [n, 6], class by class, those that are left when a better one
    has taken its neighbours, moved to where these vote; the MOST_BOXES best in all."""
    out = [np.zeros((0, 6))]
    for label in np.unique(found[:, 4]):
        own = found[found[:, 4] == label]
        kept = own[overlap.suppress(own, own[:, 5], apart, MOST_BOXES)]
        kept[:, :4] = overlap.voted(kept[:, :4], own[:, :4], own[:, 5], VOTERS)
        out.append(kept)
    every = np.concatenate(out)
    return every[np.argsort(-every[:, 5], kind="stable")[:MOST_BOXES]]


def learn(pyramids: Pyramids, truth: list[np.ndarray], *, penalty: float, seed: int) -> Windows:
    """truth: boxes float32 [k, 5] of each picture, in pixels of the pyramids' pictures."""
    boxes = np.concatenate([np.zeros((0, 5), np.float32), *truth])
    scorers = [
        svm.learn(template, pyramids, truth, penalty=penalty, seed=seed)
        for template in (templates_of(boxes, pyramids.side) if len(boxes) else [])
    ]
    taught = [scorer for scorer in scorers if scorer is not None]
    rng = np.random.default_rng(seed)
    platt_rows = rng.permutation(len(pyramids))[:PLATT_PICTURES]
    platt = [_platt(scorer, pyramids, truth, platt_rows) for scorer in taught]
    return Windows(taught, np.array(platt).reshape(-1, 2))


def _platt(scorer: svm.Scorer, pyramids: Pyramids, truth: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """(a, b) by Platt's method (1999): logistic regression on the scores, its targets drawn in so that few
    examples do not make certain. Windows that overlap a true box of the class by half are right."""
    scores, right = [], []
    for picture in rows:
        boxes, found, _ = svm.search(scorer, pyramids, int(picture), LEAST_SCORE)
        own = truth[picture][truth[picture][:, 4] == scorer.template.label]
        scores.append(found)
        right.append((iou(boxes, own) >= 0.5).any(axis=1))
    return platt(np.concatenate(scores), np.concatenate(right))


def platt(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(a, b), a >= 0: probability = 1 / (1 + exp(-(a * score + b)))."""
    from scipy.optimize import minimize

    goods, bads = int(right.sum()), int((~right).sum())
    wanted = np.where(right, (goods + 1) / (goods + 2), 1 / (bads + 2))

    def loss(ab: np.ndarray) -> float:
        logit = ab[0] * scores + ab[1]
        return float(np.sum(np.logaddexp(0, logit) - wanted * logit)) + 1e-3 * float(ab[0] - 1.0) ** 2

    return minimize(loss, [1.0, 0.0], bounds=[(0.01, 100.0), (-100.0, 100.0)], method="L-BFGS-B").x


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
