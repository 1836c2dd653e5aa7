"""`nikti pretrain` on texts without labels: some tokens are hidden, and the network says which they were.

The masked language model of BERT (Devlin et al. 2019, https://aclanthology.org/N19-1423, section 3.1),
in the windows and with the tokens that the network will read later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti.core import catalogue
from nikti.core.errors import DataError, UsageError
from nikti.deep import backbone
from nikti.deep import device as devices
from nikti.deep.descent import descend
from nikti.deep.encoders import _given_tokens, text
from nikti.deep.pretrained import CONFIG, FILE
from nikti.deep.schedule import RECIPE_FIELDS, Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

#: Share of the tokens that are asked for; of these, those that are hidden, and that another token stands
#: in for. The rest is left as it is, so that no token can be trusted blindly (section 3.1).
ASKED, HIDDEN, REPLACED = 0.15, 0.8, 0.1
BATCH = 128
RECIPE = Recipe(lr=1e-3, weight_decay=1e-2, warmup=0.1)
#: Windows looked at in all, where the user names no number of passes, and bounds on the passes.
LOOKS, FEWEST_EPOCHS, MOST_EPOCHS = 400_000, 3, 60
#: With fewer texts there is hardly a word that occurs in several.
FEWEST = 64
#: Tokens of one text that are learned from.
LONGEST = 4096
FOLDER = "deep/networks/text_classification"


def make(
    texts: Sequence[str],
    folder: Path,
    *,
    name: str,
    epochs: int | None = None,
    seed: int = 0,
    device: str | None = None,
    threads: int | None = None,
    progress: Callable[[float, str], None] = lambda fraction, text: None,
) -> dict[str, Any]:
    """Train the network `name` on texts, and write `model.safetensors`, `config.json` (with a part "nikti")
    and `tokenizer.json` into the folder.

    Returns that part. Raises UnknownName, UsageError for a network that cannot be pre-trained, DataError
    for too few texts.
    """
    from safetensors.torch import save_file

    if len(texts) < FEWEST:
        raise DataError(f"{len(texts)} texts are too few to learn from without labels; give {FEWEST}.")
    module = catalogue.load(FOLDER, name)
    if not hasattr(module, "PRETRAINED"):
        fit = [n for n in catalogue.names(FOLDER) if hasattr(catalogue.load(FOLDER, n), "PRETRAINED")]
        raise UsageError(f"{name} cannot be pre-trained; these can: {', '.join(fit)}.")
    params = {k: v for k, v in module.CANDIDATES[0].items() if k not in RECIPE_FIELDS}
    encoder = text.learn(texts, max_length=LONGEST)
    tokens = windows(encoder.encode_texts(texts), module.WINDOW)
    epochs = epochs or min(MOST_EPOCHS, max(FEWEST_EPOCHS, LOOKS // len(tokens)))
    with devices.threads(threads):
        network, width, curve = pretrain(
            lambda: backbone.build(module, encoder.shape, params),
            tokens,
            epochs=epochs,
            seed=seed,
            device=devices.choose(device),
            progress=progress,
        )
    learned = network.get_submodule(module.PRETRAINED.get("part", "")).state_dict()
    save_file({name: tensor.cpu().contiguous() for name, tensor in learned.items()}, folder / FILE)
    encoder.tokenizer.save(str(folder / _given_tokens.TOKENIZER))
    made = {
        **{"network": name, "params": params, "method": "masked tokens", "texts": len(texts)},
        **{"vocabulary": encoder.shape.vocabulary, "epochs": epochs, "seed": seed, "loss": curve},
    }
    config = {
        **{"vocab_size": encoder.shape.vocabulary, "num_features": width, "hidden_size": width},
        **{"num_hidden_layers": params["layers"], "nikti": made},
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=1), encoding="utf-8")
    return made


def windows(tokens: torch.Tensor, size: int) -> torch.Tensor:
    """int32 [n, L] -> [m, size]: the parts in which a network reads, each a row; empty ones left out."""
    import torch

    tokens = torch.nn.functional.pad(tokens, (0, -tokens.shape[1] % size)).view(-1, size)
    return tokens[(tokens > text.START).any(1)]


def hide(
    tokens: torch.Tensor, vocabulary: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """int64 [B, L] -> (the same with some tokens hidden or replaced, bool [B, L] which are asked for).
    A hidden token is UNKNOWN, which the network will meet again as such."""
    import torch

    chance = torch.rand(tokens.shape, generator=generator)
    asked = (chance < ASKED) & (tokens > text.START).cpu()
    other = torch.randint(text.START + 1, vocabulary, tokens.shape, generator=generator)
    shown = torch.where(asked & (chance < ASKED * (HIDDEN + REPLACED)), other, tokens.cpu())
    shown = torch.where(asked & (chance < ASKED * HIDDEN), text.UNKNOWN, shown)
    return shown.to(tokens.device), asked.to(tokens.device)


def pretrain(
    build: Callable[[], tuple[nn.Module, int]],
    tokens: torch.Tensor,
    *,
    epochs: int,
    seed: int,
    device: str,
    progress: Callable[[float, str], None] = lambda fraction, text: None,
) -> tuple[nn.Module, int, list[float]]:
    """(the network that `build()` gives, its width, the mean loss of each epoch).

    Raises NiktiError if the loss is no longer finite.
    """
    import torch
    import torch.nn.functional as F

    generator = torch.Generator().manual_seed(seed)
    with devices.seeded(seed, device):
        network, width = build()
        network = network.to(device).train()
        guess = _head(network.vectors()).to(device)

        def loss_of(places: torch.Tensor) -> tuple[torch.Tensor, int]:
            whole = text.trim(tokens[places]).to(device)
            shown, asked = hide(whole, len(network.vectors()), generator)
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                found = guess(network.read(shown)[asked]) @ network.vectors().T  # [asked, vocabulary]
            return F.cross_entropy(found.float(), whole[asked]), int(asked.sum())

        curve = descend(
            [*network.parameters(), *guess.parameters()],
            loss_of,
            n=len(tokens),
            batch=BATCH,
            epochs=epochs,
            recipe=RECIPE,
            generator=generator,
            progress=progress,
        )
    return network.eval(), width, curve


def _head(vectors: torch.Tensor) -> nn.Module:
    """From what is read at a place to the vector of its token (the same vectors as at the input, as in
    BERT); thrown away afterwards."""
    from torch import nn

    width = vectors.shape[1]
    last = nn.LayerNorm(width)
    nn.init.constant_(last.weight, 1 / (vectors.detach().std().item() * width**0.5))  # logits of deviation 1
    return nn.Sequential(nn.Linear(width, width), nn.GELU(), last)
