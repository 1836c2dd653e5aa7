"""Pairs of texts to token numbers and back: one byte-pair encoding of both languages, learned from the
fitting rows alone (Sennrich et al. 2016, https://aclanthology.org/P16-1162, section 3.2, joint BPE).

Letters keep their case: what comes out is to be read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.inputs import Inputs
from nikti.deep.encoders import _given_pairs, _pieces
from nikti.deep.encoders._pairs import SPECIAL, TranslationEncoder
from nikti.deep.shapes import TranslationShape

if TYPE_CHECKING:
    import torch

#: Pieces of words: few pairs cannot teach many (Sennrich & Zhang 2019, https://aclanthology.org/P19-1021,
#: section 5.1: fewer are better where data are few), and what a network costs goes by them.
MAX_VOCABULARY, PIECES_PER_PAIR, FEWEST_PIECES = 6000, 1.5, 500
MAX_LENGTH = 128
#: The length that this share of the fitting texts keep whole; beyond it come mostly pairs that do not match.
WHOLE = 0.995


def forecast(data: Any, options: dict[str, Any]) -> TranslationShape:
    """The shape `fit` would give, from the words of some of the pairs."""
    rows = _some(len(data))
    words = [data.inputs[row].split() for row in rows]
    answers = [" ".join(data.targets[row][:1]).split() for row in rows]
    vocabulary = 400 + 2 * len({word for text in words + answers for word in text})
    vocabulary = vocabulary * (len(data) / len(rows)) ** 0.5  # Heaps' law
    most = options.get("max_length", MAX_LENGTH)
    given, most_pieces = "tokenizer" in options, options.get("vocabulary", _pieces_for(len(data)))
    pieces = 1.6 if vocabulary <= most_pieces else 1.9  # of a word: fewer pieces are shorter
    lengths = [pieces * np.quantile([len(text) for text in some], WHOLE) + 3 for some in (words, answers)]
    vocabulary = min(vocabulary, most_pieces)
    if given:
        vocabulary = _given_pairs.vocabulary(options["tokenizer"])
    length, answer = (int(min(x, most)) for x in lengths)
    return TranslationShape(int(vocabulary), length, answer, given)


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Phrases) -> TranslationEncoder:
    """Learn the pieces of words of both languages, and the lengths that nearly all texts fit in.

    options: "vocabulary" (most pieces), "max_length" (most tokens), "tokenizer" (the folder of weights whose
    pieces are taken instead). seed is not used.
    """
    answers = [text for row in range(len(targets)) for text in targets[row]]
    if "tokenizer" not in options:
        return learn(list(inputs), answers, **options)
    read, written = ([texts[row] for row in _some(len(texts))] for texts in (inputs, answers))
    most = options.get("max_length", MAX_LENGTH)
    return _given_pairs.fit(options["tokenizer"], read, written, lambda counts: _length(counts, most))


def learn(
    sources: Sequence[str],
    answers: Sequence[str],
    vocabulary: int | None = None,
    max_length: int = MAX_LENGTH,
) -> TranslationEncoder:
    """An encoder of plain strings; see `fit`."""
    most = _pieces_for(len(sources)) if vocabulary is None else vocabulary
    tokenizer = _pieces.learned([*sources, *answers], most, SPECIAL, lower=False)
    lengths = []
    for texts in (sources, answers):
        some = [texts[row] for row in _some(len(texts))]
        counts = [len(e.ids) + 1 for e in tokenizer.encode_batch_fast(some, add_special_tokens=False)]
        lengths.append(_length(counts, max_length))
    return TranslationEncoder(tokenizer, *lengths)


def _pieces_for(pairs: int) -> int:
    """Pieces of words that so many pairs of texts may have, at most."""
    return int(np.clip(PIECES_PER_PAIR * pairs, FEWEST_PIECES, MAX_VOCABULARY))


def _length(counts: Sequence[int], most: int) -> int:
    """Tokens that nearly all texts of so many fit in."""
    return int(np.clip(np.ceil(np.quantile(counts, WHOLE)), 8, most))


def _some(n: int) -> list[int]:
    """Up to a thousand of n positions, evenly spread: enough to know how long texts are."""
    return np.unique(np.linspace(0, n - 1, 1000).astype(int)).tolist()


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> TranslationEncoder:
    """The inverse of `TranslationEncoder.state`."""
    from tokenizers import Tokenizer

    if "given" in facts:
        return _given_pairs.from_state(facts, tensors)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return TranslationEncoder(Tokenizer.from_str(facts["tokenizer"]), facts["length"], facts["answer"])
