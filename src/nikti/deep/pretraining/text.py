"""`nikti pretrain` on texts without labels: some tokens are masked, and the network predicts them.

The masked language model of BERT (Devlin et al. 2019, https://aclanthology.org/N19-1423, section 3.1),
in the windows and with the tokens that the network will read later.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti.core import catalogue
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Inputs
from nikti.core.words import Words
from nikti.deep import backbone
from nikti.deep import device as devices
from nikti.deep.descent import descend
from nikti.deep.encoders import text
from nikti.deep.pretrained import CONFIG, FILE
from nikti.deep.pretrained_text import TOKENIZER
from nikti.deep.schedule import RECIPE_FIELDS, Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

#: Share of the tokens that are asked for; of these, those that are hidden, and that another token stands
#: in for. The rest is left as it is, so that no token can be trusted blindly (section 3.1).
ASKED, HIDDEN, REPLACED = 0.15, 0.8, 0.1
#: Frequent tokens are asked for less often, by the square root of how much more frequent than this they are
#: (Mikolov et al. 2013, https://arxiv.org/abs/1310.4546, section 2.3, for another model): what "the" and "to"
#: tell is soon learned, and tells little of what a text is about. MOST_ASKED: of any one token.
FREQUENT, MOST_ASKED = 1e-3, 0.5
#: Deviation of the tokens' vectors at first: large ones keep what they were by chance (10,003 short texts, 39
#: passes: a loss of 3.9 from 0.3, and of 2.5 from this).
SMALL = 0.03
BATCH = 128
RECIPE = Recipe(lr=3e-3, weight_decay=1e-2, warmup=0.1)
#: Windows looked at in all, where the user names no number of passes, and bounds on the passes.
LOOKS, FEWEST_EPOCHS, MOST_EPOCHS = 400_000, 3, 60
#: With fewer texts there is hardly a word that occurs in several.
FEWEST = 64
#: Tokens of one text that are learned from.
LONGEST = 4096
#: What is pre-trained where the user names no network; texts are read as they are, and not stored.
NETWORK, STORED = "transformer", None
FOLDER = "deep/networks/text_classification"

_FEW = Words(
    en="{count} texts are too few to learn from without labels; give {fewest}.",
    bn="উত্তর ছাড়া শেখার জন্য {count}টি লেখা খুব কম; অন্তত {fewest}টি দিন।",
)
_NOT_PRETRAINED = Words(
    en="{network} cannot be pre-trained; these can: {fit}.",
    bn="{network} আগাম শেখানো যায় না; এগুলো যায়: {fit}।",
)


def make(
    inputs: Inputs,
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

    texts = list(inputs)
    if len(texts) < FEWEST:
        raise DataError(_FEW.format(count=len(texts), fewest=FEWEST))
    module = catalogue.load(FOLDER, name)
    if not hasattr(module, "PRETRAINED"):
        fit = [n for n in catalogue.names(FOLDER) if hasattr(catalogue.load(FOLDER, n), "PRETRAINED")]
        raise UsageError(_NOT_PRETRAINED.format(network=name, fit=", ".join(fit)))
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
    encoder.tokenizer.save(str(folder / TOKENIZER))
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


def chances(tokens: torch.Tensor, vocabulary: int) -> torch.Tensor:
    """float32 [vocabulary]: the probability that each token of these texts, int [n, L], is masked: ASKED
    on average, 0 for special tokens."""
    import torch

    counts = torch.bincount(tokens.flatten().long(), minlength=vocabulary).float()
    counts[: text.START + 1] = 0
    frequency = counts / counts.sum()
    wanted = (FREQUENT / frequency.clamp(min=1e-12)).sqrt().clamp(max=1.0) * (counts > 0)
    return (wanted * ASKED / (wanted * frequency).sum()).clamp(max=MOST_ASKED)


def hide(
    tokens: torch.Tensor, chances: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """int64 [B, L] -> (the same with some tokens masked or replaced, bool [B, L] which are to be
    predicted). chances: of each token to be masked. The mask is UNKNOWN, which the network also meets in
    later texts."""
    import torch

    drawn, chance = torch.rand(tokens.shape, generator=generator), chances[tokens.cpu()]
    asked = drawn < chance
    other = torch.randint(text.START + 1, len(chances), tokens.shape, generator=generator)
    shown = torch.where(asked & (drawn < chance * (HIDDEN + REPLACED)), other, tokens.cpu())
    shown = torch.where(asked & (drawn < chance * HIDDEN), text.UNKNOWN, shown)
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
        with torch.no_grad():
            network.vectors().mul_(SMALL / network.vectors().std())
        guess = _head(network.vectors()).to(device)
        often = chances(tokens, len(network.vectors()))

        def loss_of(places: torch.Tensor) -> tuple[torch.Tensor, int]:
            whole = text.trim(tokens[places]).to(device)
            shown, asked = hide(whole, often, generator)
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
