"""A phrase-based translator: learned from pairs of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from nikti.classical.tasks._translation import align, language_model, phrases, words
from nikti.classical.tasks._translation.decode import Option, Weights, translate
from nikti.classical.tasks._translation.language_model import RESERVED, UNSEEN, LanguageModel
from nikti.classical.tasks._translation.phrases import PhraseTable

#: Pairs with more words on a side are not learned from, and longer texts are translated piece by piece: work
#: grows with the square of the length.
LONGEST = 80
#: What a word that stays as it is is worth: so little that known ones are said with their neighbours.
_COPIED = np.full(4, np.log(phrases.LEAST))
#: Phrase pairs that the report names.
NAMED = 20


@dataclass(frozen=True)
class Tables:
    """What counting gives. sources, targets: the words by number, of the targets from RESERVED on."""

    sources: list[str]
    targets: list[str]
    phrases: PhraseTable
    language: LanguageModel
    case: words.Case


def learn(texts: Sequence[str], translations: Sequence[str]) -> Tables:
    """Count words, links and phrases of pairs of texts."""
    source_words = [[word.lower() for word in words.split(text)] for text in texts]
    target_words = [words.split(text) for text in translations]
    case = words.Case.of(target_words)
    target_words = [case.inside(sentence) for sentence in target_words]
    sources, coded = _numbered(source_words, 0)
    targets, answers = _numbered(target_words, RESERVED)
    short = [k for k in range(len(coded)) if 0 < len(coded[k]) <= LONGEST and 0 < len(answers[k]) <= LONGEST]
    coded, paired = [coded[k] for k in short], [answers[k] for k in short]
    links = align.links(coded, paired) if short else []
    return Tables(
        sources,
        targets,
        phrases.learn(coded, paired, links),
        language_model.learn(answers, len(targets) + RESERVED),
        case,
    )


def _numbered(sentences: list[list[str]], first: int) -> tuple[list[str], list[np.ndarray]]:
    """(the words in the order of their numbers, sentences in numbers)."""
    numbers: dict[str, int] = {}
    coded = [
        np.array([numbers.setdefault(word, len(numbers) + first) for word in sentence], dtype=np.int64)
        for sentence in sentences
    ]
    return list(numbers), coded


@dataclass
class Translator:
    """Tables with the weights that they are put together by."""

    tables: Tables
    weights: Weights
    _numbers: dict[str, int] = field(default_factory=dict, repr=False)
    _options: dict[tuple[int, ...], list[Option]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._numbers = {word: number for number, word in enumerate(self.tables.sources)}

    def all(self, texts: Sequence[str]) -> list[str]:
        """Translations of all texts."""
        return [self(text) for text in texts]

    def __call__(self, text: str) -> str:
        """A text in the other language; words that were never seen stay as they are."""
        source = words.split(text)
        target: list[str] = []
        for start in range(0, len(source), LONGEST):
            target += self._translated(source[start : start + LONGEST])
        return self.tables.case.capitalised(words.join(target))

    def importance(self) -> list[tuple[str, float]]:
        """The phrase pairs of two words or more that were seen most often, with their shares among these."""
        long = [(pair, count) for pair, count in self.tables.phrases.counts.items() if len(pair[0]) > 1]
        long.sort(key=lambda one: (-one[1], one[0]))
        named: dict[str, float] = {}
        for (source, target), count in long[:NAMED]:
            phrase = words.join(self.tables.sources[number] for number in source)
            translation = words.join(self.tables.targets[number - RESERVED] for number in target)
            named.setdefault(f"{phrase} → {translation}", float(count))
        total = sum(named.values())
        return [(name, count / total) for name, count in named.items()]

    def _translated(self, source: list[str]) -> list[str]:
        numbers = [self._numbers.get(word.lower(), -1) for word in source]

        def options(start: int, end: int) -> list[Option]:
            if end - start > phrases.LONGEST:
                return []
            found = self._candidates(tuple(numbers[start:end]))
            return found or ([self._option((UNSEEN,), _COPIED)] if end - start == 1 else [])

        found = translate(len(source), options, self.tables.language, self.weights)
        return [
            source[start] if number == UNSEEN else self.tables.targets[number - RESERVED]
            for start, _, phrase in found
            for number in phrase
        ]

    def _candidates(self, source: tuple[int, ...]) -> list[Option]:
        """The translations of a phrase, best guess first."""
        found = self._options.get(source)
        if found is None:
            some = self.tables.phrases.pairs.get(source, [])
            found = sorted((self._option(*one) for one in some), key=lambda o: -o.guess)
            self._options[source] = found
        return found

    def _option(self, target: tuple[int, ...], features: np.ndarray) -> Option:
        score = self.weights.of(features.tolist(), len(target))
        return Option(target, score, score + self.weights.language * self.tables.language.alone(target))
