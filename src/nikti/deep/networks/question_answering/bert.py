"""A Transformer encoder that reads question and passage together, with a head for both ends of the answer
(Devlin et al. 2019, BERT, https://arxiv.org/abs/1810.04805, section 4.2), learned from scratch at a size that
the data deserve. Long passages are read in overlapping windows. An extra input marks words of the passage
that are in the question, which BERT needs billions of words to learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nikti.core.words import Words
from nikti.deep import pretrained_text
from nikti.deep.methods import TRANSFORMER
from nikti.deep.networks.question_answering import _given
from nikti.deep.shapes import QuestionShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(
    en="Transformer encoder on question and passage (BERT's span head)",
    bn="প্রশ্ন আর অনুচ্ছেদ একসঙ্গে পড়া ট্রান্সফরমার এনকোডার (BERT-এর মতো শুরু আর শেষ বলা)",
)
PRESETS = ("medium", "best")
METHOD = TRANSFORMER
REPRESENTS = False
RECIPE = {"epochs": 12, "min_steps": 800, "max_epochs": 40, "batch": 32, "label_smoothing": 0.0}
CANDIDATES = (
    {"width": 96, "layers": 3, "dropout": 0.1, "lr": 1e-3},
    {"width": 96, "layers": 3, "dropout": 0.2, "lr": 2e-3},
    {"width": 160, "layers": 4, "dropout": 0.2, "lr": 7e-4},
)
HEADS = 4
#: Tokens that are mixed before the first look around (as in QANet, Yu et al. 2018, arXiv 1804.09541): where
#: there is little to learn from, that neighbours belong together need not be learned.
NEIGHBOURS = 7
#: Tokens of the passage that are read at once, and from one window to the next.
WINDOW, STRIDE = 128, 64
#: Measured on one thread, in batches of 32.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN = 9.0e-11, 6.0e-6


#: How given weights are found and tuned. Learning rate and passes as in section 4.2 of the paper, more of
#: them where there are few questions.
PRETRAINED = {
    "find": pretrained_text.find,
    "part": "body",
    "head": ("ends.", "none.", "match."),
    "recipe": {
        **{"lr": 5e-5, "batch": 16, "weight_decay": 1e-2, "warmup": 0.1, "label_smoothing": 0.0},
        **{"epochs": 3, "min_steps": 300, "max_epochs": 10, "head_first": 0.0, "first_layer": 1.0},
    },
}


def build(
    shape: QuestionShape,
    outputs: int,
    width: int = 96,
    layers: int = 3,
    dropout: float = 0.1,
    config: dict[str, Any] | None = None,
) -> nn.Module:
    """int64 [B, Q], [B, P] -> logits [B, 1 + P] of the first and of the last token, see
    `nikti.deep.answers.span`. width: a multiple of 4, the number of heads; config: of the network that
    given weights belong to, as in the config.json beside them: width and layers then say nothing."""
    if config is not None:
        return _given.reader(config, dropout)
    import torch
    from torch import nn

    from nikti.deep.encoders.question import MAX_QUESTION
    from nikti.deep.networks.question_answering import _windows
    from nikti.deep.networks.question_answering._tokens import matches, within
    from nikti.deep.networks.text_classification._tokens import embedding

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = embedding(shape.vocabulary, width, 0.3)
            self.places = nn.Parameter(0.1 * torch.randn(MAX_QUESTION + WINDOW, width))
            self.match = nn.Embedding(2, width)
            self.local = nn.Sequential(nn.Conv1d(width, width, NEIGHBOURS, padding="same"), nn.GELU())
            self.dropout = nn.Dropout(dropout)
            block = nn.TransformerEncoderLayer(
                width, HEADS, 2 * width, dropout, nn.functional.gelu, batch_first=True, norm_first=True
            )
            self.blocks = nn.TransformerEncoder(
                block, layers, nn.LayerNorm(width), enable_nested_tensor=False
            )
            self.ends, self.none = nn.Linear(width, 2), nn.Linear(width, 2)

        def forward(self, question: Tensor, passage: Tensor) -> tuple[Tensor, Tensor]:
            windows, row = _windows.cut(passage, min(WINDOW, passage.shape[1]), STRIDE)  # [W, w], [W]
            asked = question[row]  # [W, Q]
            parts = [
                self._seen(asked, torch.zeros_like(asked), self.places[:MAX_QUESTION]),
                self._seen(windows, matches(asked, windows).long(), self.places[MAX_QUESTION:]),
            ]
            there = torch.cat([asked, windows], 1) != 0  # [W, Q + w]
            x = self.blocks(torch.cat(parts, 1), src_key_padding_mask=~there)  # [W, Q + w, D]
            ends = self.ends(x[:, asked.shape[1] :])  # [W, w, 2]
            ends = _windows.joined(ends, row, passage.shape[1], STRIDE)  # [B, P, 2]
            none = _windows.least(self.none(x[:, 0]), row)  # [B, 2]
            first, last = ends.unbind(2)
            return within(none, first, last, passage != 0)

        def _seen(self, tokens: Tensor, same: Tensor, places: Tensor) -> Tensor:
            """[W, L] -> [W, L, D]: each token, where it is, whether it is asked about, and its neighbours."""
            x = self.tokens(tokens) + places[: tokens.shape[1]] + self.match(same)
            x = x * (tokens != 0)[..., None]  # beyond the end is nothing, however long the batch
            return self.dropout(x + self.local(x.transpose(1, 2)).transpose(1, 2))

    return Reader()


def adapted(found: dict[str, Any], network: nn.Module) -> dict[str, Any]:
    """Given tensors under the names of the body."""
    return pretrained_text.adapted(found, network)


def accepts(shape: QuestionShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: QuestionShape,
    outputs: int,
    width: int = 96,
    layers: int = 3,
    dropout: float = 0.1,
    config: dict[str, Any] | None = None,
) -> float:
    """Training seconds of one sample on one thread."""
    windows = 1 + max(0, -(-(shape.passage - WINDOW) // STRIDE))
    tokens = windows * (shape.question + min(WINDOW, shape.passage))
    if config is not None:
        width, layers, _ = pretrained_text.sizes(config)
    return tokens * layers * (SECONDS_PER_PRODUCT * (8 * width**2 + 2 * WINDOW * width) + SECONDS_PER_TOKEN)
