"""A recurrent reader with attention from the passage to the question and back (Seo et al. 2017, BiDAF,
https://arxiv.org/abs/1611.01603), smaller than the paper's and without its character vectors: pieces of words
stand for them. An extra input marks words of the passage that are in the question (Chen et al. 2017, DrQA,
https://arxiv.org/abs/1704.00051, section 3.2: the exact match)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.methods import RECURRENT
from nikti.deep.shapes import QuestionShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(
    en="recurrent reader with attention to the question and back (BiDAF)",
    bn="প্রশ্ন থেকে অনুচ্ছেদে আর উল্টো দিকে মনোযোগ দেওয়া রিকারেন্ট পাঠক (BiDAF)",
)
PRESETS = ("fast", "medium", "best")
METHOD = RECURRENT
REPRESENTS = True
RECIPE = {"epochs": 12, "min_steps": 500, "max_epochs": 30, "batch": 32, "label_smoothing": 0.0}
CANDIDATES = (
    {"width": 64, "hidden": 32, "dropout": 0.2, "lr": 6e-3},
    {"width": 64, "hidden": 48, "dropout": 0.4, "lr": 3e-3},
    {"width": 128, "hidden": 96, "dropout": 0.3, "lr": 2e-3},
)
#: Measured on one thread, in batches of 16 and 32: a step of a GRU costs more than what it computes.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN = 1.5e-10, 5.0e-5


def build(
    shape: QuestionShape, outputs: int, width: int = 64, hidden: int = 32, dropout: float = 0.2
) -> nn.Module:
    """int64 [B, Q], [B, P] -> logits [B, 1 + P] of the first and of the last token, see
    `nikti.deep.answers.span`."""
    import torch
    from torch import nn

    from nikti.deep.networks.question_answering._tokens import matches, within
    from nikti.deep.networks.text_classification._tokens import embedding, reverse

    class Both(nn.Module):
        """A GRU each way over the tokens that are there: [B, L, D] -> [B, L, 2 H]."""

        def __init__(self, size: int):
            super().__init__()
            self.forth = nn.GRU(size, hidden, batch_first=True)
            self.back = nn.GRU(size, hidden, batch_first=True)

        def forward(self, x: Tensor, there: Tensor) -> Tensor:
            there = there[..., None]
            turned = self.back(reverse(x, there))[0]
            return torch.cat([self.forth(x)[0], reverse(turned, there)], 2)

    class Flow(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            size = 2 * hidden
            self.tokens = embedding(shape.vocabulary, width, 0.3)
            self.reader = Both(width + 1)
            self.alike = nn.ModuleList(nn.Linear(size, 1, bias=False) for _ in range(3))
            self.merge = nn.Sequential(nn.Linear(4 * size, size), nn.ReLU())
            self.model, self.after = Both(size), Both(size)
            self.first, self.last = nn.Linear(2 * size, 1), nn.Linear(2 * size, 1)
            self.none = nn.Linear(2 * size, 2)
            self.dropout = nn.Dropout(dropout)

        def forward(self, question: Tensor, passage: Tensor) -> tuple[Tensor, Tensor]:
            asked, there = question != 0, passage != 0  # [B, Q], [B, P]
            same = matches(question, passage)  # [B, P]
            u = self._read(question, torch.zeros_like(question, dtype=same.dtype), asked)  # [B, Q, 2 H]
            h = self._read(passage, same, there)  # [B, P, 2 H]
            alike = self.alike[0](h) + self.alike[1](u).transpose(1, 2)  # [B, P, Q]
            alike = alike + (h * self.alike[2].weight) @ u.transpose(1, 2)
            alike = alike.masked_fill(~asked[:, None], float("-inf"))
            to_question = alike.softmax(2) @ u  # [B, P, 2 H]
            most = alike.amax(2).masked_fill(~there, -1e4).softmax(1)  # [B, P]
            to_passage = most[:, None] @ h  # [B, 1, 2 H]
            g = self.merge(self.dropout(torch.cat([h, to_question, h * to_question, h * to_passage], 2)))
            m = self.model(g, there)
            n = self.after(self.dropout(m), there)
            first = self.first(self.dropout(torch.cat([g, m], 2)))[..., 0]
            last = self.last(self.dropout(torch.cat([g, n], 2)))[..., 0]
            pooled = torch.cat([m.masked_fill(~there[..., None], -1e4).amax(1), (most[:, None] @ m)[:, 0]], 1)
            return within(self.none(self.dropout(pooled)), first, last, there)

        def _read(self, tokens: Tensor, same: Tensor, there: Tensor) -> Tensor:
            return self.reader(torch.cat([self.dropout(self.tokens(tokens)), same[..., None]], 2), there)

    return Flow()


def accepts(shape: QuestionShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: QuestionShape, outputs: int, width: int = 64, hidden: int = 32, dropout: float = 0.2
) -> float:
    """Training seconds of one sample on one thread."""
    products = 6 * 2 * hidden * (width + 7 * hidden) + 16 * hidden**2 + shape.question * 6 * hidden
    return (shape.passage + shape.question) * (SECONDS_PER_PRODUCT * products + SECONDS_PER_TOKEN)
