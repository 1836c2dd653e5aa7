"""What a linear model on n-grams read in a text: the weight of each character."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from nikti.classical.importance import columns_of, linear_weights
from nikti.classical.ngrams import WORD, Ngrams
from nikti.core.inputs import Texts

_WORD = re.compile(WORD)
_SPACED = re.compile(r"\S+")


def of_text(model: Any, text: str) -> np.ndarray | None:
    """Non-negative float64 [len(text)], sum 1: how much the n-grams over each character spoke for the
    predicted class; None where the model is not linear or no n-gram of the text is known to it."""
    estimator = model.fitted.estimator
    weights = None if not hasattr(estimator, "steps") else linear_weights(estimator.steps[-1][1])
    if weights is None or model.features.parts.learned == {}:
        return None
    table = model.features.of(Texts([text]))
    spoken = _for_the_answer(model, weights, table)  # [d]
    found = np.zeros(len(text))
    first = model.features.dense
    for part in model.features.parts.learned.values():
        if isinstance(part, Ngrams):
            _spread(found, text, part, spoken[first : first + len(part.terms_)])
            first += len(part.terms_)
    return found / found.sum() if found.sum() > 0 else None


def _for_the_answer(model: Any, weights: np.ndarray, table: Any) -> np.ndarray:
    """Share of each column of the table in the predicted class, negative ones as 0."""
    fitted, d = model.fitted, table.shape[1]
    code = int(np.searchsorted(fitted.present, fitted.predict(table)[0]))
    if len(weights) == 1:  # two classes: positive weights speak for the second
        row = weights[0] if code == 1 else -weights[0]
    else:
        row = weights[code] - weights.mean(axis=0)
    shares = np.zeros(d)
    seen = fitted.estimator[:-1].transform(table)
    values = seen.toarray()[0] if hasattr(seen, "toarray") else seen[0]
    shares[columns_of(fitted.estimator, d)] = np.maximum(row * values, 0)
    return shares


def _spread(found: np.ndarray, text: str, part: Ngrams, shares: np.ndarray) -> None:
    """Add each n-gram's share to the characters it covers, in equal parts."""
    places: dict[str, list[tuple[int, int]]] = {}
    for start, end, term in _occurrences(text, part):
        places.setdefault(term, []).append((start, end))
    column = {term: k for k, term in enumerate(part.terms_) if term in places}
    for term, spans in places.items():
        share = shares[column[term]] if term in column else 0.0
        for start, end in spans if share > 0 else ():
            found[start:end] += share / len(spans) / max(1, end - start)


def _occurrences(text: str, part: Ngrams) -> list[tuple[int, int, str]]:
    """(start, end, n-gram) as the vectorizer cuts them; lower case must not change lengths."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    lengths = range(part.shortest, part.longest + 1)
    if part.analyzer == "word":
        words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(low)]
        return [
            (words[k][0], words[k + n - 1][1], " ".join(w for *_, w in words[k : k + n]))
            for n in lengths
            for k in range(len(words) - n + 1)
        ]
    found = []
    for match in _SPACED.finditer(low):
        padded, before = f" {match.group()} ", match.start() - 1
        for n in lengths:
            for k in range(max(1, len(padded) - n + 1)):
                start, end = before + k, before + k + len(padded[k : k + n])
                found.append((max(start, match.start()), min(end, match.end()), padded[k : k + n]))
            if n >= len(padded):
                break  # short words are counted once, as the vectorizer does
    return found
