"""A part of a passage that answers a question, or the word that none does. A network gives two tensors of
logits [B, 1 + P]: of the answer's first token and of its last one; place 0 means that there is no answer,
places past the end of a passage are -inf."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.decoding import Spans
from nikti.core.graph import Missing
from nikti.core.inputs import Inputs
from nikti.core.wording import ALWAYS, best_refusal, f1
from nikti.deep.schedule import Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBABILITIES = False

#: Tokens of an answer at most (BERT's script for SQuAD has 30).
LONGEST = 32
#: True answers that are learned from, of one question.
MOST_TRUE = 4
#: What `read` keeps: first and last token, log-probabilities of that part and of no answer.
FIRST, LAST, PART, NONE = range(4)
#: Scripts without blanks between words: Thai to Burmese, Khmer, and from kana on.
UNSPACED = ((0x0E00, 0x109F), (0x1780, 0x17FF), (0x3040, 0x10FFFF))
#: Log-probability of what cannot be.
NEVER = -1e4


def outputs(classes: int) -> int:
    """2: logits of the first and of the last token."""
    return 2


def learnable(targets: Phrases, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """int64 [n, MOST_TRUE, 2]: place of the first and of the last token, counted from 1; 0 and 0 where there
    is no answer; -1 pads. A question whose answers are beyond what is read is learned from nowhere. Unless
    `calibrated`, every question is answered."""
    found = np.full((len(targets), MOST_TRUE, 2), -1, np.int64)
    for row in range(len(targets)):
        texts, starts = targets[row], targets.places(row)
        if not texts:
            found[row, 0] = 0
            continue
        passage = inputs[row].passage
        spans = [encoder.span(passage, start, len(text)) for text, start in zip(texts, starts, strict=True)]
        different = list(dict.fromkeys(span for span in spans if span is not None))[:MOST_TRUE]
        for place, span in enumerate(different):
            found[row, place] = span[0] + 1, span[1] + 1
    return found, (0.0, ALWAYS)


def augment(encoder: Any, batch: tuple, targets: torch.Tensor, generator: torch.Generator) -> tuple:
    """Samples as the encoder augments them; positions stay the same."""
    return encoder.augment(batch, generator), targets


def loss(network: nn.Module, raw: Any, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Mean over both ends of -log of the probability that the true places have together (Clark & Gardner
    2018, https://arxiv.org/abs/1710.10723, section 3: the summed objective)."""
    import torch

    real = targets[:, 0, 0] >= 0  # [B]
    total = raw[0].new_zeros(())
    for end, logits in enumerate(raw):
        places = targets[real, :, end]  # [b, K]
        chances = logits[real].log_softmax(1).gather(1, places.clamp(min=0))
        chances = chances.masked_fill(places < 0, float("-inf"))
        same = (places[:, None] == places[:, :, None]).tril(-1).any(2)  # a place that two answers share
        total = total - chances.masked_fill(same, float("-inf")).logsumexp(1).sum() / 2
    return total / torch.clamp(real.sum(), min=1)


def read(network: nn.Module, raw: Any) -> torch.Tensor:
    """[B, 4]: the likeliest part of at most LONGEST tokens, see FIRST."""
    import torch
    import torch.nn.functional as F

    first, last = (logits.log_softmax(1) for logits in raw)  # [B, 1 + P]
    reach = min(LONGEST, first.shape[1] - 1)
    ends = F.pad(last[:, 1:], (0, reach - 1), value=float("-inf")).unfold(1, reach, 1)  # [B, P, reach]
    best, further = ends.max(2)
    chance, place = (first[:, 1:] + best).max(1)
    none = first[:, 0] + last[:, 0]
    end = place + further.gather(1, place[:, None])[:, 0]
    found = torch.stack([place, end, chance, none], 1)
    return found.nan_to_num(neginf=NEVER).clamp(min=NEVER)


def calibrated(found: np.ndarray, truth: Phrases, inputs: Inputs, encoder: Any) -> tuple[float, float]:
    """(0, how much likelier no answer must be than the likeliest one to be believed): best on these
    questions."""
    answers = finish(found, (0.0, ALWAYS), inputs, encoder)
    score = np.array([f1(answers[row][0], truth[row]) for row in range(len(answers))])
    return 0.0, best_refusal(found[:, NONE] - found[:, PART], score, truth.counts() == 0)


def finish(found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any) -> Phrases:
    """The words of the passage, "" for no answer, with their places and probabilities."""
    answers = [_answer(row, scaling[1], inputs[at].passage, encoder) for at, row in enumerate(found)]
    return Phrases.of(
        [[text] for text, _, _ in answers],
        [[start] for _, start, _ in answers],
        [[sure] for *_, sure in answers],
    )


def _answer(row: np.ndarray, threshold: float, passage: str, encoder: Any) -> tuple[str, int, float]:
    """(text, place, probability)."""
    places = encoder.places(passage)
    if row[NONE] - row[PART] > threshold or int(row[LAST]) >= len(places):
        return "", -1, float(np.exp(row[NONE]))
    start, end = int(places[int(row[FIRST]), 0]), int(places[int(row[LAST]), 1])
    start, end = _whole(passage, start, -1), _whole(passage, end, 1)
    text = passage[start:end]
    return text.strip(), start + len(text) - len(text.lstrip()), float(np.exp(row[PART]))


def _whole(passage: str, place: int, step: int) -> int:
    """The end, in a direction, of the word that a place cuts: pieces of words are no answer."""
    while 0 < place < len(passage) and _inner(passage[place - 1]) and _inner(passage[place]):
        place += step
    return place


def _inner(letter: str) -> bool:
    """Whether words may go on before and after a letter, a mark or a figure."""
    spaced = not any(low <= ord(letter) <= high for low, high in UNSPACED)
    return spaced and (unicodedata.category(letter)[0] in "LMN" or letter in "\u200c\u200d")


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """The likeliest part of the passage, in tokens."""
    why = "a part is widened to whole words of the passage by Python code: nikti/deep/answers/answering.py"
    return (Spans(LONGEST, scaling[1]),), (Missing("words of the answer", why),)
