"""Phrase table from linked words, language model of three words, search that reorders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nikti.classical.methods import PHRASE_TABLE
from nikti.classical.tasks._translation import model, translator
from nikti.classical.tasks._translation.decode import Weights
from nikti.core.answers import Phrases
from nikti.core.contender import PRESETS, FitReport
from nikti.core.data import Data
from nikti.core.inputs import Inputs
from nikti.core.task import Task
from nikti.core.words import Words

#: Texts from which the mean length is estimated.
_LENGTH_TEXTS = 200


class Samples:
    """Pairs of texts, with the phrase tables counted from them on first use; all settings share them."""

    def __init__(self, inputs: Inputs, targets: Phrases):
        self.inputs, self.targets = inputs, targets

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, rows: np.ndarray) -> Samples:
        """The given pairs; their counts are their own."""
        return Samples(self.inputs.take(rows), self.targets[rows])

    @cached_property
    def pairs(self) -> tuple[list[str], list[str]]:
        """Each text beside each of its translations."""
        both = [
            (self.inputs[row], translation) for row in range(len(self)) for translation in self.targets[row]
        ]
        return [text for text, _ in both], [translation for _, translation in both]

    @cached_property
    def tables(self) -> translator.Tables:
        """Phrases and language model of these pairs."""
        return translator.learn(*self.pairs)

    def model(self, name: str, fitted: Any, report: FitReport) -> model.TranslationModel:
        """The finished model."""
        return model.TranslationModel(name, fitted, report)


def _words(data: Data) -> float:
    """Words of a text and its translation on the mean, halved."""
    rows = np.unique(np.linspace(0, len(data) - 1, _LENGTH_TEXTS).astype(int)).tolist()
    lengths = [len(data.inputs[row].split()) + len(data.targets[row][0].split()) for row in rows]
    return max(1.0, float(np.mean(lengths)) / 2)


@dataclass(frozen=True)
class PhraseBased:
    """Phrase pairs from linked words, a language model of three words, and a search that reorders."""

    title: Words = Words(
        en="phrase table from linked words, language model of three words, search that reorders",
        bn="জোড়া শব্দ থেকে বাক্যাংশের তালিকা, তিন শব্দের ভাষা-মডেল, ক্রম বদলে খোঁজা",
    )
    presets: tuple[str, ...] = PRESETS
    method: Words = PHRASE_TABLE
    candidates: tuple[dict[str, Any], ...] = (
        {},
        {"jump": 0.1, "limit": 9},  # for languages that order words otherwise
        {"language": 0.7},
        {"word": 0.9},
        {"language": 0.35},
    )
    represents: bool = True
    judged: int = 100

    def accepts(self, task: Task, data: Data) -> Words | None:
        """Any pairs will do."""
        return None

    def prepare(self, data: Data) -> Samples:
        """Nothing yet."""
        return Samples(data.inputs, data.targets)

    def learn(self, samples: Samples, seed: int, threads: int, **weights: Any) -> Any:
        """One fit; counting is done once for all weights."""
        return translator.Translator(samples.tables, Weights(**weights))

    def answer(self, fitted: Any, samples: Samples) -> Phrases:
        """The translations of prepared texts."""
        return Phrases.of([[text] for text in fitted.all(list(samples.inputs))])

    def seconds(self, data: Data, size: int) -> float:
        """Measured on captions of 12 words, 2,000 (2.2 s) and 20,000 (12.4 s) of them."""
        return 0.05 + 6e-5 * _words(data) * size

    def answer_seconds(self, data: Data) -> float:
        """Measured on the same (0.018 s), and on phrases of 6 words (0.0036 s)."""
        return 2e-3 * _words(data) * min(1.0, _words(data) / 12)

    def megabytes(self, data: Data, size: int) -> float:
        """Phrase pairs as Python objects, several for each word of a text, and cells of linked words."""
        return 60 + 4e-3 * _words(data) * size


RECIPE = PhraseBased()
