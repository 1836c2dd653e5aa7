"""Texts to the tokens that given weights know: the tokenizer beside them, read and left as it is.

A text becomes one row of windows, each with the tokens that stand around every text the encoder has seen
([CLS] ... [SEP]); the network cuts the row where a window ends.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.errors import ModelError
from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Tokenize, Value
from nikti.core.words import Words
from nikti.deep import pretrained_text
from nikti.deep.pretrained import CONFIG
from nikti.deep.pretrained_text import TOKENIZER, WORDPIECE
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

PAD = 0
#: Share of the letters that weights may know only one by one, or not at all. Measured with an English
#: vocabulary: English 0.01 to 0.04, German and Spanish 0.04, Bangla 0.96 to 1.00, Hindi 0.99, Russian 1.00.
SPELT_OUT = 0.5
#: What BERT's and RoBERTa's kinds of tokenizers call a piece that they do not know.
UNKNOWN = ("[UNK]", "<unk>")

OTHER_LANGUAGE = Words(
    en="its weights know {share}% of these letters only one by one, not as words: they were learned from "
    "another language",
    bn="এর ওজনগুলো এই লেখার {share}% অক্ষর কেবল একটি একটি করে চেনে, শব্দ হিসেবে নয়: সেগুলো অন্য ভাষা থেকে শেখা",
)

NO_TOKENIZER = Words(
    en="the tokenizer in {folder} cannot be read: {error}",
    bn="{folder} ফোল্ডারের টোকেনাইজার পড়া যায় না: {error}",
)
_OTHER_VOCABULARY = Words(
    en="the tokenizer knows {known} tokens and its weights {weights}: they do not belong together.",
    bn="টোকেনাইজারটি {known}টি টোকেন জানে আর তার ওজনগুলো {weights}টি: এরা একসঙ্গের নয়।",
)


def config(folder: str | Path) -> dict[str, Any]:
    """What `config.json` in the weights' folder says."""
    return json.loads((Path(folder) / CONFIG).read_text(encoding="utf-8"))


def tokenizer(folder: str | Path) -> Tokenizer:
    """The tokenizer of a weights' folder. Raises ModelError where it cannot be read."""
    from tokenizers import Tokenizer

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # a trial's threads are counted
    folder = Path(folder)
    try:
        if (folder / TOKENIZER).is_file():
            found = Tokenizer.from_file(str(folder / TOKENIZER))
        else:
            found = _wordpiece(folder)
    except Exception as error:  # the library raises bare exceptions
        raise ModelError(NO_TOKENIZER.format(folder=folder, error=error)) from error
    found.no_padding()
    found.no_truncation()
    return found


def _wordpiece(folder: Path) -> Tokenizer:
    """BERT's own, from its list of pieces (one a line); whether capitals are kept says
    `tokenizer_config.json`."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    said = folder / "tokenizer_config.json"
    lower = (
        json.loads(said.read_text(encoding="utf-8")).get("do_lower_case", True) if said.is_file() else True
    )
    found = Tokenizer(models.WordPiece.from_file(str(folder / WORDPIECE), unk_token="[UNK]"))
    found.normalizer = normalizers.BertNormalizer(lowercase=lower)
    found.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    around = [(name, found.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    found.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=around)
    return found


def misfit(folder: str | Path, texts: Sequence[str]) -> Words | None:
    """The reason why a tokenizer does not fit texts (it would split them into letters), or None."""
    share = spelt_out(tokenizer(folder), texts)
    if share <= SPELT_OUT:
        return None
    return OTHER_LANGUAGE.format(share=round(100 * share))


def spelt_out(tokenizer: Tokenizer, texts: Sequence[str]) -> float:
    """Share of the letters of texts (with their vowel signs) that the tokenizer splits into single
    letters, 0 to 1."""
    letters = known = 0
    for text, found in zip(texts, tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True):
        pieces = zip(found.tokens, found.offsets, strict=True)
        wide = [range(a, b) for token, (a, b) in pieces if token not in UNKNOWN and b - a > 1]
        places = {place for place, sign in enumerate(text) if unicodedata.category(sign)[0] in "LM"}
        letters, known = letters + len(places), known + len(places.intersection(chain(*wide)))
    return 1 - known / letters if letters else 0.0


def shape(folder: str | Path, length: int) -> TextShape:
    """The shape of the tokens, from the folder's `config.json` alone."""
    facts = config(folder)
    return TextShape(facts["vocab_size"] + pretrained_text.shift(facts), length)


class GivenTokens:
    """See `nikti.deep.encoders` for the verbs. window: tokens that the network looks at at once; shift:
    what is added to the tokenizer's numbers."""

    views = None

    def __init__(self, tokenizer: Tokenizer, shape: TextShape, window: int, shift: int):
        self.tokenizer, self.shape, self.window, self.shift = tokenizer, shape, window, shift
        tokenizer.enable_truncation(window)  # the rest comes as further windows
        if tokenizer.get_vocab_size() + shift > shape.vocabulary:
            raise ModelError(
                _OTHER_VOCABULARY.format(known=tokenizer.get_vocab_size(), weights=shape.vocabulary - shift)
            )

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        facts = {"tokenizer": self.tokenizer.to_str(), "length": self.shape.length}
        return facts | {"vocabulary": self.shape.vocabulary, "window": self.window, "shift": self.shift}, {}

    def graph(
        self, of: str = SAMPLE, to: str = "tokens"
    ) -> tuple[tuple[Value, ...], tuple[Tokenize, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        vocabulary = self.tokenizer.to_str()
        step = Tokenize(of, to, vocabulary, self.shape.length, shift=self.shift, window=self.window, pad=PAD)
        return (Value(of, "str", (None,)),), (step,), (Value(to, "int64", (None, None)),)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """int32 [n, length], the end filled with PAD."""
        return (self.encode_texts(list(inputs)),)

    def encode_texts(self, texts: Sequence[str]) -> torch.Tensor:
        """int32 [n, length] of plain strings."""
        import torch

        tokens = np.full((len(texts), self.shape.length), PAD, np.int32)
        for row, found in enumerate(self.tokenizer.encode_batch(texts)):
            kept = [number for part in self._keep(found) for number in part.ids]
            tokens[row, : len(kept)] = np.array(kept) + self.shift
        return torch.from_numpy(tokens)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """(first, past the last) character of `text` for each token that `encode` keeps."""
        return [span for part in self._keep(self.tokenizer.encode(text)) for span in part.offsets]

    def _keep(self, found: Any) -> list[Any]:
        """The windows of a text; of one that is too long the first and the last."""
        parts = [found, *found.overflowing]
        room = max(1, self.shape.length // self.window)
        if len(parts) <= room:
            return parts
        tail = room // 2
        return parts[: room - tail] + parts[len(parts) - tail :]

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """int32 [B, length] -> int64 [B, longest in the batch]."""
        longest = int((tensors[0] != PAD).sum(1).max())
        return (tensors[0][:, : max(1, longest)].long(),)

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """Unchanged: the weights were learned on whole texts."""
        return batch


def length(folder: str, some: Sequence[str], whole: float, most: int) -> int:
    """Tokens of windows enough for the share `whole` of texts like these, `most` of them at most."""
    window = pretrained_text.window(config(folder))
    lengths = [len(found.ids) for found in tokenizer(folder).encode_batch(list(some))]
    needed = np.ceil(np.quantile(lengths, whole) / (window - 2)) * window
    return int(max(window, min(needed, most // window * window)))


def fit(folder: str, length: int) -> GivenTokens:
    """The encoder of a weights' folder for texts of so many tokens."""
    facts = config(folder)
    window, shift = pretrained_text.window(facts), pretrained_text.shift(facts)
    return GivenTokens(tokenizer(folder), shape(folder, length), window, shift)


def from_state(facts: dict[str, Any]) -> GivenTokens:
    """The inverse of `GivenTokens.state`."""
    from tokenizers import Tokenizer

    found = TextShape(facts["vocabulary"], facts["length"])
    return GivenTokens(Tokenizer.from_str(facts["tokenizer"]), found, facts["window"], facts["shift"])
