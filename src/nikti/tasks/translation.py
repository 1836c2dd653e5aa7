"""What does a text say in another language?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import Texts
from nikti.core.task import Metric, Task
from nikti.core.words import Words
from nikti.tasks import _bleu

TITLE = Words(en="translation", bn="অনুবাদ")
#: Control characters but white space, and the marks that say which way text runs. The joiners that shape
#: Bangla conjuncts (U+200C, U+200D) are none of them.
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
#: A side so many times as long as the other, in characters, is hardly its translation ...
LOPSIDED = 9.0
#: ... unless both are shorter than this.
SHORT = 40

EMPTY_SIDE = Words(
    en="{count} of {of} pairs have an empty side and were dropped.",
    bn="{of}টি জোড়ার {count}টিতে এক পাশ ফাঁকা, তাই বাদ গেছে।",
)
CONTROLS = Words(
    en="{count} texts hold control characters or direction marks; these were taken out.",
    bn="{count}টি লেখায় নিয়ন্ত্রণ-অক্ষর বা লেখার দিকের চিহ্ন ছিল; সরানো হয়েছে।",
)
SAME = Words(
    en="{count} of {of} pairs say the same on both sides; they teach copying.",
    bn="{of}টি জোড়ার {count}টিতে দুই পাশে একই কথা; তা থেকে শুধু নকল করা শেখা যায়।",
)
ODD_LENGTHS = Words(
    en="In {count} of {of} pairs one side is {times:g} times as long as the other; they may not belong "
    "together. They were kept.",
    bn="{of}টি জোড়ার {count}টিতে এক পাশ অন্য পাশের তুলনায় অনেক লম্বা; হয়তো একে অন্যের অনুবাদ নয়। রাখা হয়েছে।",
)
IN_BOTH = Words(
    en="{count} training pairs are in your test split too; its score is too good.",
    bn="শেখানোর {count}টি জোড়া আপনার টেস্ট অংশেও আছে; সেই স্কোর বাড়িয়ে বলা।",
)


OTHER_ANSWERS = Words(
    en="{task} needs a text as the answer to each text; the answers are of another kind",
    bn="{task}-এর জন্য প্রতিটি লেখার উত্তরে একটি লেখা লাগে; এই উত্তরগুলো অন্য ধরনের",
)


NO_TEXTS = Words(
    en="{task} needs texts; these are {given} data",
    bn="{task}-এর জন্য লেখা লাগে; এগুলো {given}",
)
NO_TRANSLATIONS = Words(
    en="{task} needs texts with their translations; these have no answers",
    bn="{task}-এর জন্য লেখার সঙ্গে তার অনুবাদ লাগে; এগুলোতে উত্তর নেই",
)

_FEW = Words(
    en="{name} has {count} pairs of texts with something on both sides; at least two are needed.",
    bn="{name}-এ দুই পাশেই লেখা আছে এমন জোড়া {count}টি; অন্তত দুটি লাগে।",
)


@dataclass(frozen=True)
class Translation(Task):
    """The task whose answers are texts; the protocol is `nikti.core.task.Task`."""

    name: str = "translation"
    modality: str = "text"
    family: str = "translation"
    answer: str = "phrases"
    metrics: tuple[Metric, ...] = (
        Metric(
            "bleu",
            shown=Words(en="BLEU {value}", bn="BLEU {value}"),
            title=Words(en="BLEU (100% is the reference to the letter)", bn="BLEU (১০০% মানে হুবহু আসল অনুবাদ)"),
        ),
        Metric("chrf"),
    )
    image_cap: dict[str, int] = field(default_factory=dict)

    def accepts(self, data: Data) -> Words | None:
        """None, or why the data are not for this task."""
        if not isinstance(data.inputs, Texts):
            return NO_TEXTS.format(task=self.name, given=data.modality)
        if data.targets is None:
            return NO_TRANSLATIONS.format(task=self.name)
        if not isinstance(data.targets, Phrases):
            return OTHER_ANSWERS.format(task=self.name)
        return None

    def prepare(self, data: Data) -> Data:
        """Both sides in Unicode's NFC, white space as single blanks, without control characters; pairs with
        an empty side are dropped. Each change is noted.

        Raises DataError when the data do not fit, and for fewer than two pairs.
        """
        if reason := self.accepts(data):
            raise DataError(reason.sentence())
        sources = list(data.inputs)
        answers = [data.targets[row] for row in range(len(data))]
        every = [*sources, *(text for some in answers for text in some)]
        clean = {text: tidy(text) for text in every}
        there = np.array(
            [
                bool(clean[s]) and any(clean[a] for a in some)
                for s, some in zip(sources, answers, strict=True)
            ],
            dtype=bool,
        )
        kept = np.flatnonzero(there)
        if len(kept) < 2:
            raise DataError(_FEW.format(name=data.name, count=len(kept)))
        notes = []
        if lost := int((~there).sum()):
            values = {"count": lost, "of": len(data)}
            notes.append(Note.of("warning", "dropped_empty_side", EMPTY_SIDE, values))
        if controls := sum(bool(_CONTROL.search(text)) for text in every):
            notes.append(Note.of("warning", "control_characters", CONTROLS, {"count": controls}))
        inputs = Texts([clean[sources[row]] for row in kept])
        targets = Phrases.of([[clean[a] for a in answers[row] if clean[a]] for row in kept])
        data = replace(data.subset(kept), inputs=inputs, targets=targets)
        return data.noted(*notes, *_warnings(data))

    def strata(self, targets: Phrases) -> np.ndarray:
        """int64 [n]: the quarter that the length of a translation is in, so that no part is of long ones."""
        lengths = np.array([len(targets[row][0]) for row in range(len(targets))])
        return np.searchsorted(np.quantile(lengths, [0.25, 0.5, 0.75]), lengths) if len(lengths) else lengths

    def facts(self, data: Data) -> dict[str, Any]:
        """range: characters of the shortest and longest translation; words: of both sides on the mean;
        signature: how BLEU is counted."""
        firsts = [data.targets[row][0] for row in range(len(data))]
        lengths = [len(text) for text in firsts]
        return {
            "range": [min(lengths), max(lengths)],
            "words": [float(np.mean([len(text.split()) for text in side])) for side in (data.inputs, firsts)],
            "signature": _bleu.signature(),
        }

    def losses(
        self, truth: Phrases, predicted: Phrases, scale: float = 1.0, proba: None = None
    ) -> np.ndarray:
        """float64 [n]: 1 minus what each pair adds to corpus BLEU (`_bleu.pseudo_values`); their mean is
        1 - BLEU, single ones may leave 0..1."""
        return 1.0 - _bleu.pseudo_values(_bleu.counts(truth, predicted))

    def score(
        self, truth: Phrases, predicted: Phrases, proba: None = None, scale: float = 1.0
    ) -> dict[str, float]:
        """BLEU and chrF2 of the corpus, in 0..1."""
        return {
            "bleu": float(_bleu.bleu(_bleu.counts(truth, predicted).sum(0))),
            "chrf": _bleu.chrf(_bleu.texts(predicted), truth),
        }


def tidy(text: str) -> str:
    """A text as it is learned and scored.

    >>> tidy(" one\\u200e\\ttwo ")
    'one two'
    """
    return " ".join(_CONTROL.sub("", unicodedata.normalize("NFC", text)).split())


def _warnings(data: Data) -> list[Note]:
    notes = []
    firsts = [data.targets[row][0] for row in range(len(data))]
    pairs = list(zip(data.inputs, firsts, strict=True))
    same = sum(source == answer for source, answer in pairs)
    if same:
        notes.append(Note.of("warning", "untranslated_pairs", SAME, {"count": same, "of": len(data)}))
    odd = sum(_lopsided(len(source), len(answer)) for source, answer in pairs)
    if odd:
        values = {"count": odd, "of": len(data)}
        notes.append(Note.of("warning", "lopsided_pairs", ODD_LENGTHS, values, times=LOPSIDED))
    if data.split is not None:
        test = {pair for pair, part in zip(pairs, data.split, strict=True) if part == 2}
        both = sum(pair in test for pair, part in zip(pairs, data.split, strict=True) if part != 2)
        if both:
            notes.append(Note.of("warning", "pairs_in_both", IN_BOTH, {"count": both}))
    return notes


def _lopsided(one: int, other: int) -> bool:
    return max(one, other) > max(SHORT, LOPSIDED * min(one, other))


TASK = Translation()
