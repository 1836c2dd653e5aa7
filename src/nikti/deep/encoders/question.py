"""Questions and their passages to token numbers, and back from tokens to the words of the passage.

The pieces of words are learned as for texts (`nikti.deep.encoders.text`), from the fitting rows alone.
Passages are read whole, up to MAX_PASSAGE tokens; a network may cut them into windows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.errors import ModelError
from nikti.core.inputs import Inputs, Questions
from nikti.core.steps import Tokenize, Value
from nikti.core.words import Words
from nikti.deep import pretrained_text
from nikti.deep.encoders import _given_tokens, text
from nikti.deep.encoders._given_tokens import PAD
from nikti.deep.shapes import QuestionShape

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

#: Tokens of which no more are read: about 700 English words, 5 times a paragraph of SQuAD. A question's.
MAX_PASSAGE, MAX_QUESTION = 1024, 64
MAX_VOCABULARY = 8000
#: Passages whose places are kept at hand while the same rows are asked about again and again.
KEPT = 4096

_LONE = re.compile("[\ud800-\udfff]")  # halves of characters, which UTF-8 does not have

_NO_ENDS = Words(
    en="the tokenizer in {folder} does not put a token before and one after a text.",
    bn="{folder} ফোল্ডারের টোকেনাইজার লেখার আগে একটি ও পরে একটি টোকেন বসায় না।",
)


def forecast(data: Any, options: dict[str, Any]) -> QuestionShape:
    """The shape `fit` would give, from the words of some of the passages."""
    asked = data.inputs
    assert isinstance(asked, Questions)
    words = [asked.passages[place].split() for place in _some(len(asked.passages))]
    vocabulary = 400 + 2 * len({word for passage in words for word in passage})
    vocabulary = vocabulary * (len(asked.passages) / len(words)) ** 0.5  # Heaps' law
    length = 1.5 * np.quantile([len(passage) for passage in words], text.WHOLE) + 2
    if "tokenizer" in options:
        vocabulary = _given_tokens.shape(options["tokenizer"], 1).vocabulary
    return QuestionShape(
        int(min(vocabulary, options.get("vocabulary", MAX_VOCABULARY))),
        int(
            np.clip(
                1.5 * max(len(asked.questions[row].split()) for row in _some(len(asked))), 8, MAX_QUESTION
            )
        ),
        int(min(length, MAX_PASSAGE)),
    )


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Any = None) -> QuestionEncoder:
    """Learn the pieces of words from passages and questions.

    options: "vocabulary" (most pieces), or "tokenizer" (the folder of weights whose pieces are taken
    instead). seed and targets are not used.
    """
    assert isinstance(inputs, Questions)
    if "tokenizer" in options:
        return given(options["tokenizer"], inputs)
    said = [_clean(words) for words in (*inputs.passages, *inputs.questions)]
    learned = text.learn(said, vocabulary=options.get("vocabulary", MAX_VOCABULARY))
    return measured(learned.tokenizer, inputs, learned.tokenizer.get_vocab_size(), Around())


def given(folder: str, inputs: Questions) -> QuestionEncoder:
    """An encoder by the pieces that given weights know. Raises ModelError where their tokenizer does not mark
    beginnings and ends of texts."""
    tokenizer = _given_tokens.tokenizer(folder)
    shift = pretrained_text.shift(_given_tokens.config(folder))
    ends = [number + shift for number in tokenizer.encode("").ids]
    if len(ends) != 2:
        raise ModelError(_NO_ENDS.format(folder=folder))
    vocabulary = _given_tokens.shape(folder, 1).vocabulary
    return measured(tokenizer, inputs, vocabulary, Around(ends[0], ends[1], shift))


@dataclass(frozen=True)
class Around:
    """start: the token before a question; end: the one behind it, or None; shift: what is added to the
    tokenizer's numbers."""

    start: int = text.START
    end: int | None = None
    shift: int = 0


def measured(tokenizer: Tokenizer, inputs: Questions, vocabulary: int, around: Around) -> QuestionEncoder:
    """An encoder by these pieces of words, with the lengths of these passages and questions."""
    counts = [
        np.array([len(found.ids) for found in tokenizer.encode_batch_fast(words, add_special_tokens=False)])
        for words in ([_clean(p) for p in inputs.passages], [_clean(q) for q in inputs.questions])
    ]
    longest = [int(np.ceil(np.quantile(count, text.WHOLE))) for count in counts]
    shape = QuestionShape(vocabulary, int(np.clip(longest[1], 8, MAX_QUESTION)), min(longest[0], MAX_PASSAGE))
    encoder = QuestionEncoder(tokenizer, shape, around)
    if cut := int((counts[0] > MAX_PASSAGE).sum()):
        encoder.notes = [
            f"{cut} of {len(counts[0])} passages are longer than {MAX_PASSAGE} tokens; what follows was not "
            "read."
        ]
    return encoder


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> QuestionEncoder:
    """The inverse of `QuestionEncoder.state`."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(facts["tokenizer"])
    return QuestionEncoder(tokenizer, QuestionShape(*facts["shape"]), Around(**facts["around"]))


class QuestionEncoder:
    """See `nikti.deep.encoders` for the verbs. Every question begins with a start token, so that none is
    empty."""

    views = False

    def __init__(self, tokenizer: Tokenizer, shape: QuestionShape, around: Around):
        self.tokenizer, self.shape, self.around = tokenizer, shape, around
        self.notes: list[str] = []
        self._places: dict[str, np.ndarray] = {}

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        shape = [self.shape.vocabulary, self.shape.question, self.shape.passage]
        return {"tokenizer": self.tokenizer.to_str(), "shape": shape, "around": asdict(self.around)}, {}

    def graph(self) -> tuple[tuple[Value, ...], tuple[Tokenize, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        vocabulary, around = self.tokenizer.to_str(), self.around
        start, end = (around.start,), () if around.end is None else (around.end,)
        shift = around.shift
        steps = (
            Tokenize("question", "questions", vocabulary, MAX_QUESTION, start, end, shift=shift),
            Tokenize("passage", "passages", vocabulary, MAX_PASSAGE, shift=shift),
        )
        raw = tuple(Value(step.of, "str", (None,)) for step in steps)
        return raw, steps, tuple(Value(step.to, "int64", (None, None)) for step in steps)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor, torch.Tensor]:
        """int32 [n, longest question], int32 [n, longest passage], the end filled with PAD."""
        import torch

        assert isinstance(inputs, Questions)
        before, after = [self.around.start], [] if self.around.end is None else [self.around.end]
        questions = self._tokens(inputs.questions, MAX_QUESTION, before, after)
        passages = self._tokens(inputs.passages, MAX_PASSAGE)
        return torch.from_numpy(questions), torch.from_numpy(passages[inputs.which])

    def _tokens(
        self, texts: Sequence[str], most: int, before: Sequence[int] = (), after: Sequence[int] = ()
    ) -> np.ndarray:
        """int32 [n, longest, at least 1], all of a text's tokens between others."""
        found = self.tokenizer.encode_batch_fast([_clean(t) for t in texts], add_special_tokens=False)
        room = most - len(before) - len(after)
        rows = [[*before, *(i + self.around.shift for i in one.ids[:room]), *after] for one in found]
        tokens = np.full((len(texts), max([1, *map(len, rows)])), PAD, np.int32)
        for row, kept in enumerate(rows):
            tokens[row, : len(kept)] = kept
        return tokens

    def places(self, passage: str) -> np.ndarray:
        """int64 [tokens, 2]: the first and the past-the-last character of each token that `encode` keeps."""
        found = self._places.get(passage)
        if found is None:
            offsets = self.tokenizer.encode(_clean(passage), add_special_tokens=False).offsets[:MAX_PASSAGE]
            found = _with_marks(passage, np.array(offsets, dtype=np.int64).reshape(-1, 2))
            if len(self._places) >= KEPT:
                self._places.clear()
            self._places[passage] = found
        return found

    def span(self, passage: str, start: int, length: int) -> tuple[int, int] | None:
        """(first, last) token that has characters of a part of the passage; None beyond what is read."""
        places = self.places(passage)
        inside = np.flatnonzero((places[:, 1] > start) & (places[:, 0] < start + length))
        whole = len(inside) and places[-1, 1] >= start + length
        return (int(inside[0]), int(inside[-1])) if whole else None

    def batch(self, tensors: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        """int32 [B, L] -> int64 [B, longest in the batch], of questions and of passages."""
        return tuple(_trimmed(tokens) for tokens in tensors)

    def augment(
        self, batch: tuple[torch.Tensor, ...], generator: torch.Generator
    ) -> tuple[torch.Tensor, ...]:
        """Unchanged: a question without one of its words is another question."""
        return batch


def _trimmed(tokens: torch.Tensor) -> torch.Tensor:
    """Without the padding that all rows share, at least one column."""
    longest = max(1, int((tokens != PAD).sum(1).max()))
    return tokens[:, :longest].long()


def _with_marks(passage: str, places: np.ndarray) -> np.ndarray:
    """Places that do not end before a letter's own marks: where letter and mark became one character for the
    tokenizer, its place is that of the letter alone."""
    after = np.append(places[1:, 0], len(passage))
    for token in np.flatnonzero(places[:, 1] < after).tolist():
        end = int(places[token, 1])
        while end < after[token] and unicodedata.category(passage[end])[0] == "M":
            end += 1
        places[token, 1] = end
    return places


def _clean(words: str) -> str:
    """With as many characters, all of which can be written."""
    return _LONE.sub("\ufffd", words)


def _some(n: int) -> list[int]:
    """Up to a thousand of n positions, evenly spread."""
    return np.unique(np.linspace(0, n - 1, 1000).astype(int)).tolist()
