"""The words with the largest weights for each class, of a linear model on words."""

from __future__ import annotations

import numpy as np

from nikti.classical.importance import columns_of, linear_weights
from nikti.classical.model import ClassicalModel
from nikti.classical.ngrams import Ngrams

#: Words told of a class.
WORDS = 8


def words(model: ClassicalModel, most: int = WORDS) -> list[list[str]] | None:
    """For each class, in the order of the codes, the words and pairs of words that speak for it, loudest
    first; [] for a class that the model never met, None where it is not linear or reads no words.

    A word speaks by its weight beside the mean of all classes times its standard deviation over the
    training rows (what a change by one deviation moves), as `importance` measures it; of a word in the
    share p of the rows that is, but for a factor, idf * sqrt(p (1 - p)).
    """
    estimator = model.fitted.estimator
    weights = linear_weights(estimator.steps[-1][1]) if hasattr(estimator, "steps") else None
    if weights is None:
        return None
    d = len(model.features.names) or model.features.dense + sum(
        map(_count, model.features.parts.learned.values())
    )
    whole = np.zeros((len(weights), d))
    whole[:, columns_of(estimator, d)] = weights
    rows = np.vstack([-whole, whole]) if len(whole) == 1 else whole - whole.mean(axis=0)
    first, terms, spoken = model.features.dense, [], []
    for part in model.features.parts.learned.values():
        if isinstance(part, Ngrams):
            if part.analyzer == "word":
                share = np.minimum(1.0, np.exp(1 - part.idf_.astype(np.float64)))
                deviation = part.weight * part.idf_ * np.sqrt(share * (1 - share))
                spoken.append(rows[:, first : first + len(part.terms_)] * deviation)
                terms.append(part.terms_)
            first += len(part.terms_)
    if not terms:
        return None
    names, loud = np.concatenate(terms), np.hstack(spoken)
    found: list[list[str]] = [[] for _ in range(model.fitted.classes)]
    for code, row in zip(model.fitted.present, loud, strict=True):
        order = np.argsort(-row, kind="stable")[:most]
        found[int(code)] = [str(names[column]) for column in order if row[column] > 0]
    return found


def _count(part: object) -> int:
    return len(part.terms_) if isinstance(part, Ngrams) else 0
