"""Words that give a text's class away: the class' own name, or a word of nearly all of its texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nikti.core.data import Data, Note
from nikti.core.normalise import normalised
from nikti.core.words import Words
from nikti.protocol.leaks import _row_order

#: Share of the texts of a class that hold the word, and of the others.
NEARLY_ALL, NEARLY_NONE = 0.95, 0.01

#: Share of the classes whose names must be found for a template; a topic's name in its texts is no leak.
TEMPLATE = 0.5

#: Classes with fewer texts are passed over: a word that five texts share may be chance.
FEWEST = 20

MOST_TEXTS = 5000  # drawn at random where there are more
LISTED = 5
_SEED = 7

NAMES = Words(
    en="The texts hold the names of their own classes: {listed}. If a template put them there (category: "
    "...), take them out: new texts will not have them.",
    bn="লেখাগুলোর ভেতরেই শ্রেণির নাম আছে: {classes}। কোনো ছাঁচ থেকে তা এসে থাকলে (যেমন বিভাগ: "
    "...) লেখা থেকে সরিয়ে দিন; নতুন লেখায় তা থাকবে না।",
)
WORDS = Words(
    en="A word stands in nearly all texts of one class and in nearly no others: {listed}.",
    bn="কিছু শব্দ এক শ্রেণির প্রায় সব লেখায় আছে, অন্য শ্রেণিতে প্রায় নেই: {words}।",
)


def notes(data: Data, fold: np.ndarray, classes: bool, files: Sequence[Path] | None) -> list[Note]:
    """Of the order of the rows, where the texts come from a table and no time is known, and of the words."""
    from_table = any(note.code == "text_column" for note in data.notes)  # and not from class folders
    found = _row_order.notes(data.targets, [], fold, classes) if from_table and data.times is None else []
    return found + (_telling_words(data) if classes else [])


def _telling_words(data: Data) -> list[Note]:
    """A warning where texts hold the names of their classes, a remark on other telling words."""
    rows = np.random.default_rng(_SEED).permutation(len(data))[:MOST_TEXTS]
    texts = [_tokens(normalised(data.inputs[int(row)])) for row in rows]
    answers = data.targets[rows]
    words = _words(texts, answers, data.classes)
    named = _names(texts, answers, data.classes)
    if named and len(named) >= TEMPLATE * len(data.classes):
        values = {"count": len(named), "classes": named}
        return [Note.of("warning", "label_in_text", NAMES, values, listed=", ".join(named[:LISTED]))]
    words |= {name: name for name in named}
    if not words:
        return []
    listed = ", ".join(f"{word!r} ({name})" for name, word in list(words.items())[:LISTED])
    values = {"count": len(words), "words": words}
    return [Note.of("info", "telling_word", WORDS, values, listed=listed)]


def _names(texts: list[list[str]], answers: np.ndarray, classes: tuple[str, ...]) -> list[str]:
    """The classes whose name, as whole words, is in nearly all of their texts and in nearly no others."""
    joined = [f" {' '.join(words)} " for words in texts]
    found = []
    for code, name in enumerate(classes):
        own = answers == code
        wanted = f" {' '.join(_tokens(normalised(name)))} "
        if own.sum() < FEWEST or own.all() or not wanted.strip():
            continue
        holds = np.array([wanted in text for text in joined])
        if holds[own].mean() >= NEARLY_ALL and holds[~own].mean() <= NEARLY_NONE:
            found.append(name)
    return found


def _words(texts: list[list[str]], answers: np.ndarray, classes: tuple[str, ...]) -> dict[str, str]:
    """{class: the word that tells it best}."""
    within: list[Counter[str]] = [Counter() for _ in classes]
    everywhere: Counter[str] = Counter()
    for words, code in zip(texts, answers.tolist(), strict=True):
        within[code].update(set(words))
        everywhere.update(set(words))
    sizes = np.bincount(answers, minlength=len(classes))
    found = {}
    for code, name in enumerate(classes):
        others = len(texts) - sizes[code]
        if sizes[code] < FEWEST or others < FEWEST:
            continue
        telling = [
            (count, word)
            for word, count in within[code].items()
            if count >= NEARLY_ALL * sizes[code] and everywhere[word] - count <= NEARLY_NONE * others
        ]
        if telling:
            found[name] = max(telling)[1]
    return found


def _tokens(text: str) -> list[str]:
    """Words without the punctuation around them; Bangla vowel signs stay in their words."""
    return [word for word in (part.strip(".,;:!?()[]{}<>\"'“”‘’।|=*#_-/") for part in text.split()) if word]
