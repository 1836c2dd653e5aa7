"""Pieces of words, learned by byte-pair encoding (Sennrich et al. 2016, https://aclanthology.org/P16-1162).

Words are cut at white space and punctuation only. The usual patterns of letters (`\\w+`, `\\p{L}+`) tear
Bangla words apart at their vowel signs, which are marks and not letters; so are the joiners (U+200C, U+200D)
that shape conjuncts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Characters rarer than the thousand commonest are unknown (of scripts other than Chinese: none).
ALPHABET = 1000
#: Characters of a word; what is longer (a file in base64) is cut, or joining its pieces takes for ever.
LONGEST_WORD = 64
#: A pair of pieces seen once says nothing about other texts.
MIN_FREQUENCY = 2


def learned(texts: Iterable[str], vocabulary: int, special: tuple[str, ...], *, lower: bool) -> Tokenizer:
    """At most `vocabulary` pieces of NFC texts. special: the tokens that stand for no text, the second of
    them for what is unknown; lower: whether letters lose their case."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # a trial's threads are counted
    tokenizer = Tokenizer(models.BPE(unk_token=special[1], fuse_unk=True))
    cases = [normalizers.Lowercase()] if lower else []
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), *cases])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.FixedLength(LONGEST_WORD),
        ]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=MIN_FREQUENCY,
        limit_alphabet=ALPHABET,
        special_tokens=list(special),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
