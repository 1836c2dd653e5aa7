"""Weights of text encoders: from a folder as Hugging Face's transformers writes it, or from `nikti pretrain`.

Such a folder holds `config.json`, `model.safetensors` and its own tokenizer (`tokenizer.json`, or `vocab.txt`
of WordPiece). Only that is read: no pickle, and no code that a model brings along.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nikti.core.errors import ModelError, UsageError
from nikti.core.words import Words
from nikti.deep import pretrained
from nikti.deep.layers import Layers

if TYPE_CHECKING:
    from torch import nn

#: Kinds of encoders (`model_type` in config.json) that read tokens and give a vector for each.
ENCODERS = (
    *("albert", "bert", "camembert", "deberta-v2", "distilbert", "electra", "modernbert", "mpnet"),
    *("nomic_bert", "roberta", "xlm-roberta"),
)
#: Where the file of a whole model (with its head for masked words, say) keeps the encoder.
PREFIXES = ("bert.", "roberta.", "distilbert.", "electra.", "mpnet.", "albert.", "deberta.", "model.")
#: Beginnings of the k-th block's names.
BLOCKS = ("encoder.layer.{}.", "transformer.layer.{}.", "layers.{}.")
#: Tokens that look at each other: encoders could take more, but this is what a processor can afford, and
#: sentence encoders were trained on.
WINDOW = 128
#: Tokens of a text that given weights only look through: as many as they are tuned on.
FROZEN = 512
TOKENIZER, WORDPIECE = "tokenizer.json", "vocab.txt"

_NO_TOKENIZER = Words(
    en="{folder} has no {file} (or {other}); put the model's own beside it.",
    bn="{folder} ফোল্ডারে {file} (বা {other}) নেই; মডেলের নিজেরটি পাশে রাখুন।",
)


@dataclass(frozen=True)
class TextWeights(pretrained.Weights):
    """config: what `config.json` says."""

    config: dict[str, Any] = dataclasses.field(default_factory=dict)
    modality: str = "text"

    @property
    def encoding(self) -> dict[str, Any]:
        """The text encoder's options: the tokenizer that the weights know."""
        return {"tokenizer": str(self.path.parent)}

    @property
    def frozen_encoding(self) -> dict[str, Any]:
        """The same for a frozen network: a length that does not depend on the data."""
        return self.encoding | {"length": FROZEN}

    @property
    def layers(self) -> Layers:
        """Blocks from the input on."""
        offer = self.network.PRETRAINED
        if "layers" in offer:
            return super().layers
        blocks = [tuple(b.format(k) for b in BLOCKS) for k in range(sizes(self.config)[1])]
        return Layers(("embeddings.", *blocks), offer["head"], offer.get("part", ""))


def find(
    network: ModuleType, where: str | Path, allow_download: bool, variant: str | None
) -> TextWeights | None:
    """Weights for a text network; see `nikti.deep.pretrained.find`.

    Raises UsageError for a pickle, a folder without a tokenizer, or one whose files cannot be read.
    """
    repositories = network.PRETRAINED.get("repositories", ())
    if where == pretrained.AUTO:
        path = next((p for p in map(pretrained.cached, repositories) if p is not None), None)
        if path is None and allow_download and repositories:
            path = _download(repositories[0])
    else:
        path = pretrained.file_in(Path(where))
    if path is None:
        return None
    config = pretrained.beside(path, pretrained.CONFIG)
    own = config.get("nikti")
    mine = network.__name__.rpartition(".")[2]
    if own is not None:
        if own.get("network") != mine or "vocabulary" not in own:
            return None
        params, width = own["params"], config["num_features"]
    else:
        if mine != "bert" or config.get("model_type") not in ENCODERS:
            return None
        params, width = {"config": _architecture(config)}, sizes(config)[0]
    if not any((path.parent / name).is_file() for name in (TOKENIZER, WORDPIECE)):
        if where == pretrained.AUTO:
            return None
        raise UsageError(_NO_TOKENIZER.format(folder=path.parent, file=TOKENIZER, other=WORDPIECE))
    pretrained.tensor_shapes(path)  # whether it is a safetensors file
    return TextWeights(path, network, params, width, config=config)


def _architecture(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration that the network is built from, without its origin and without code of its own."""
    left_out = ("architectures", "auto_map", "transformers_version", "torch_dtype", "dtype", "_name_or_path")
    return {key: value for key, value in config.items() if key not in left_out}


def _download(repository: str) -> Path:
    """Fetch what a text encoder needs; only called when the user allowed it."""
    from huggingface_hub import hf_hub_download

    try:
        for name in (pretrained.CONFIG, TOKENIZER):
            hf_hub_download(repository, name)
        return Path(hf_hub_download(repository, pretrained.FILE))
    except Exception as error:
        raise ModelError(pretrained.NOT_FETCHED.format(model=repository, error=error)) from error


def sizes(config: dict[str, Any]) -> tuple[int, int, int]:
    """(width, blocks, width between) of an encoder; DistilBERT has words of its own for them."""
    hidden = config.get("hidden_size") or config.get("dim") or config["n_embd"]
    layers = config.get("num_hidden_layers") or config.get("n_layers") or config["n_layer"]
    between = config.get("intermediate_size") or config.get("hidden_dim") or config.get("n_inner")
    return hidden, layers, between or 4 * hidden


def window(config: dict[str, Any], most: int = WINDOW) -> int:
    """Tokens that the encoder reads at once. RoBERTa's first places are for padding."""
    places = config.get("max_position_embeddings") or most
    return min(most, places - 2 if shift(config) else places)


def shift(config: dict[str, Any]) -> int:
    """What is added to a tokenizer's numbers so that 0 is padding here: 1 where 0 is another token."""
    return int((config.get("pad_token_id") or 0) != 0)


def adapted(found: dict[str, Any], network: nn.Module) -> dict[str, Any]:
    """Tensors of a file under the names of the bare encoder; those of a head are left out."""
    own = set(network.state_dict())
    new = {}
    for name, tensor in found.items():
        name = name.replace(".gamma", ".weight").replace(".beta", ".bias")  # as TensorFlow calls them
        bare = next((name.removeprefix(p) for p in PREFIXES if name.startswith(p)), name)
        if (name if name in own else bare) in own:
            new[name if name in own else bare] = tensor
    return new
