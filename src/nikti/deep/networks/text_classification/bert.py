"""BERT (Devlin et al. 2019, https://aclanthology.org/N19-1423), as transformers builds it: small and from
scratch, or any encoder of that kind with weights that were learned elsewhere (RoBERTa, MiniLM, MPNet ...).

The answer is made of the mean over the tokens (Reimers & Gurevych 2019, https://aclanthology.org/D19-1410,
table 6: better than the first token, and what sentence encoders are trained for). A long text is read in
windows, and the mean is over all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nikti.core.words import Words
from nikti.deep import pretrained_text
from nikti.deep.methods import TRANSFORMER
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="BERT", bn="বার্ট (BERT)")
#: From scratch it is the small Transformer once more, at a higher price; it is for given weights.
PRESETS = ("best",)
METHOD = TRANSFORMER
REPRESENTS = False
ENCODER = {"part": 256}
RECIPE = {"epochs": 12, "min_steps": 600, "max_epochs": 30, "batch": 64, "weight_decay": 1e-2, "warmup": 0.2}
CANDIDATES = (
    {"hidden": 128, "layers": 2, "dropout": 0.1, "lr": 1e-3},
    {"hidden": 256, "layers": 4, "dropout": 0.1, "lr": 5e-4},
)
#: What a text goes through, see `nikti.deep.blocks`.
BLOCKS = ("blocks", "head")
#: Tokens that look at each other, where the weights do not say.
WINDOW = 128
#: Width of a head of attention, and of the layer between two blocks beside their width, as in the paper.
HEAD, BETWEEN = 64, 4
#: How given weights are found and tuned. Learning rates and batch as in appendix A.3 of the paper.
PRETRAINED = {
    "find": pretrained_text.find,
    "part": "body",
    "head": ("head.",),
    "repositories": (
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        "sentence-transformers/all-MiniLM-L6-v2",
    ),
    "recipe": {
        "lr": 5e-5,
        "batch": 32,
        "weight_decay": 1e-2,
        "epochs": 4,
        "min_steps": 200,
        "max_epochs": 12,
    },
    "encoding": {"max_length": 512},
}
#: Measured on one thread, in batches of 32 windows.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN = 7.0e-11, 6.0e-6


def build(
    shape: TextShape,
    outputs: int,
    hidden: int = 128,
    layers: int = 2,
    dropout: float = 0.1,
    config: dict[str, Any] | None = None,
) -> nn.Module:
    """int64 [B, L] -> logits [B, outputs]. config: of the network that given weights belong to, as in the
    config.json beside them; hidden (a multiple of 64) and layers then say nothing."""
    import torch
    from torch import nn

    from nikti.deep.networks.text_classification._tokens import Windows, mean, present

    own = config or _config(shape, hidden, layers)

    class Bert(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = _body(own, dropout)
            self.dropout = nn.Dropout(dropout)
            self.head = nn.Linear(self.body.config.hidden_size, outputs)
            self.window = pretrained_text.window(own, WINDOW)
            self.padding, self.shift = own.get("pad_token_id") or 0, pretrained_text.shift(own)

        def read(self, tokens: Tensor) -> Tensor:
            """[B, L] -> [B, L, D]"""
            there = present(tokens)
            windows = Windows(there, self.window)
            words = torch.where(tokens != 0, tokens - self.shift, self.padding)
            words = windows.cut(self.body.get_input_embeddings()(words))  # [W, l, D]
            seen = windows.there.squeeze(-1).long()  # [W, l]
            return windows.join(self.body(inputs_embeds=words, attention_mask=seen).last_hidden_state)

        @property
        def blocks(self) -> nn.ModuleList:
            """The body's blocks, whatever its kind calls them."""
            return next(part for part in self.body.modules() if isinstance(part, nn.ModuleList))

        def vectors(self) -> Tensor:
            """Token embeddings, [vocabulary, D]."""
            return self.body.get_input_embeddings().weight

        def forward(self, tokens: Tensor) -> Tensor:
            return self.head(self.dropout(mean(self.read(tokens), present(tokens))))

    return Bert()


def _config(shape: TextShape, hidden: int, layers: int) -> dict[str, Any]:
    """Of a BERT from scratch."""
    return {
        **{"model_type": "bert", "vocab_size": shape.vocabulary, "pad_token_id": 0},
        **{"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": max(1, hidden // HEAD)},
        **{"intermediate_size": BETWEEN * hidden, "max_position_embeddings": WINDOW, "type_vocab_size": 1},
    }


def _body(config: dict[str, Any], dropout: float) -> nn.Module:
    """The encoder without what stands behind it."""
    from transformers import AutoConfig, AutoModel

    facts = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout, **config}
    body = AutoModel.from_config(AutoConfig.for_model(**facts))
    if getattr(body, "pooler", None) is not None:
        body.pooler = None  # it reads the first token alone
    return body


def adapted(found: dict[str, Any], network: nn.Module) -> dict[str, Any]:
    """Given tensors under the names of the body."""
    return pretrained_text.adapted(found, network)


def accepts(shape: TextShape, outputs: int, n: int) -> Words | None:
    """Any shape and any number of rows."""
    return None


def seconds_per_sample(
    shape: TextShape,
    outputs: int,
    hidden: int = 128,
    layers: int = 2,
    dropout: float = 0.1,
    config: dict[str, Any] | None = None,
) -> float:
    """Training seconds of one sample on one thread."""
    config = config or _config(shape, hidden, layers)
    hidden, layers, between = pretrained_text.sizes(config)
    window = min(shape.trained, pretrained_text.window(config, WINDOW))
    products = 4 * hidden**2 + 2 * hidden * between + 2 * window * hidden
    return shape.trained * layers * (SECONDS_PER_PRODUCT * products + SECONDS_PER_TOKEN)
