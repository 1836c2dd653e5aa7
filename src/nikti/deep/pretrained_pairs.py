"""Weights of translators that were learned elsewhere: a folder as Hugging Face's transformers writes it.

It holds `config.json`, `model.safetensors` and the model's own tokenizer: `tokenizer.json`, or Marian's
`source.spm`, `target.spm` and `vocab.json`. Only that is read: no pickle, and no code that a model brings
along. The cache is not searched, because a file does not say which languages its weights translate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nikti.core.errors import ModelError, UsageError
from nikti.core.words import Words
from nikti.deep import pretrained
from nikti.deep.layers import Layers

if TYPE_CHECKING:
    from torch import nn

#: Kinds of models (`model_type` in config.json) that need nothing but a text: no code of a language, say.
KINDS = ("marian", "t5", "mt5")
TOKENIZER, MARIAN = ("tokenizer.json",), ("source.spm", "target.spm", "vocab.json")
#: What is not built from: where the model came from, and code of its own.
_LEFT_OUT = ("architectures", "auto_map", "transformers_version", "torch_dtype", "dtype", "_name_or_path")
#: Weights that a file may lack, as others stand for them or they are computed.
_COMPUTED = ("embed_tokens.weight", "embed_positions.weight", "lm_head.weight")

_NO_FIT = Words(
    en="{path} does not fit its config.json: {names}.",
    bn="{path} তার config.json-এর সঙ্গে মেলে না: {names}।",
)
_NO_TOKENIZER = Words(
    en="{folder} has no {file} (or {others}); put the model's own beside it.",
    bn="{folder} ফোল্ডারে {file} (বা {others}) নেই; মডেলের নিজেরটি পাশে রাখুন।",
)


@dataclass(frozen=True)
class PairWeights(pretrained.Weights):
    """config: what `config.json` says."""

    config: dict[str, Any] = field(default_factory=dict)
    modality: str = "text"

    @property
    def encoding(self) -> dict[str, Any]:
        """The encoder's options: the tokenizer that the weights know."""
        return {"tokenizer": str(self.path.parent)}

    @property
    def layers(self) -> Layers:
        """No layer is new; all are tuned at one learning rate."""
        return Layers()

    def load_into(self, network: nn.Module) -> None:
        """Overwrite all weights. Raises ModelError, naming them, where some are missing or do not fit."""
        from safetensors.torch import load_file

        own, found = network.body.state_dict(), load_file(self.path)
        missing = [name for name in own if name not in found and not name.endswith(_COMPUTED)]
        odd = [name for name in own if name in found and found[name].shape != own[name].shape]
        if missing or odd:
            raise ModelError(_NO_FIT.format(path=self.path, names=", ".join((missing + odd)[:4])))
        network.body.load_state_dict({name: found[name] for name in own if name in found}, strict=False)
        network.body.tie_weights()


def find(
    network: ModuleType, where: str | Path, allow_download: bool, variant: str | None
) -> PairWeights | None:
    """Weights for a translator; see `nikti.deep.pretrained.find`.

    Raises UsageError for a pickle, or a folder without a tokenizer.
    """
    if where == pretrained.AUTO:
        return None
    path = pretrained.file_in(Path(where))
    config = pretrained.beside(path, pretrained.CONFIG)
    if config.get("model_type") not in KINDS:
        return None
    if not any(all((path.parent / name).is_file() for name in names) for names in (TOKENIZER, MARIAN)):
        raise UsageError(
            _NO_TOKENIZER.format(folder=path.parent, file=TOKENIZER[0], others=", ".join(MARIAN))
        )
    told = {key: value for key, value in config.items() if key not in _LEFT_OUT}
    return PairWeights(path, network, {"config": told}, 0, config=config)
