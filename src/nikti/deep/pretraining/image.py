"""`nikti pretrain` on pictures without labels: two views of one picture should get the same features,
different pictures different ones.

VICReg (Bardes, Ponce & LeCun 2022, https://arxiv.org/abs/2105.04906): it needs neither large batches, nor
negative pairs, nor a second network, so it works with few pictures on a processor.
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
from nikti.deep import backbone, families
from nikti.deep import device as devices
from nikti.deep.descent import descend
from nikti.deep.encoders import image
from nikti.deep.pretrained import CONFIG, FILE
from nikti.deep.samples import Samples, encoded
from nikti.deep.schedule import RECIPE_FIELDS, Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

#: Weights of the three terms, section 4.2, and the numbers of formula 1 (section 4.1).
INVARIANCE, VARIANCE, COVARIANCE = 25.0, 25.0, 1.0
SPREAD, EPSILON = 1.0, 1e-4
#: Width of the features that the loss is computed on; the paper's 8192 is for a million pictures.
EXPANDED = 512
BATCH = 256
RECIPE = Recipe(lr=2e-3, weight_decay=1e-4, warmup=0.1)
#: Pictures looked at in all, where the user names no number of epochs, and bounds on the epochs.
LOOKS, FEWEST_EPOCHS, MOST_EPOCHS = 400_000, 5, 200
#: With fewer pictures their covariance says nothing.
FEWEST = 64
#: What is pre-trained where the user names no network, and the largest side in pixels at which pictures are
#: stored for it: what the small networks look at.
NETWORK, STORED = "small_cnn", 64
#: The family whose networks can be pre-trained.
FAMILY = "image_classification"

_FEW = Words(
    en="{count} pictures are too few to learn from without labels; give {fewest}.",
    bn="উত্তর ছাড়া শেখার জন্য {count}টি ছবি খুব কম; অন্তত {fewest}টি দিন।",
)
_NOT_THESE = Words(
    en="{network} cannot be used on these pictures: {reason}",
    bn="এই ছবিগুলোতে {network} ব্যবহার করা যায় না: {reason}",
)
_NOT_PRETRAINED = Words(
    en="{network} cannot be pre-trained; a convolutional network can, e.g. small_cnn.",
    bn="{network} আগাম শেখানো যায় না; কনভোলিউশনাল নেটওয়ার্ক যায়, যেমন small_cnn।",
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
    """Train the network `name` (a family or one of its sizes) on pictures of one size, and write
    `model.safetensors` and `config.json` (in timm's layout, with a part "nikti") into the folder.

    Returns that part. Raises UnknownName, UsageError for a network that cannot be pre-trained, DataError
    for too few pictures.
    """
    from safetensors.torch import save_file

    if len(inputs) < FEWEST:
        raise DataError(_FEW.format(count=len(inputs), fewest=FEWEST))
    module, family, params = _network(name)
    encoder = image.fit(inputs, seed=seed, options=getattr(module, "ENCODER", {}))
    reason = module.accepts(encoder.shape, 1, len(inputs))
    if reason is not None:
        raise UsageError(_NOT_THESE.format(network=name, reason=reason))
    epochs = epochs or min(MOST_EPOCHS, max(FEWEST_EPOCHS, LOOKS // len(inputs)))
    with devices.threads(threads):
        network, curve = pretrain(
            lambda: backbone.build(module, encoder.shape, params),
            encoder,
            encoded(encoder, inputs),
            epochs=epochs,
            seed=seed,
            device=devices.choose(device),
            progress=progress,
        )
    save_file({n: t.cpu().contiguous() for n, t in network.state_dict().items()}, folder / FILE)
    size = encoder.shape.size
    made = {
        **{"network": family, "params": params, "method": "VICReg", "pictures": len(inputs)},
        **{"epochs": epochs, "seed": seed, "loss": curve},
    }
    config = {
        "architecture": params.get("variant", family),
        "num_features": backbone.build(module, encoder.shape, params)[1],
        "pretrained_cfg": {
            "input_size": [encoder.shape.channels, size, size],
            "mean": encoder.mean,
            "std": encoder.std,
        },
        "nikti": made,
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=1), encoding="utf-8")
    return made


def _network(name: str) -> tuple[Any, str, dict[str, Any]]:
    """(the family's file, its name, what `build` is given)."""
    family, size = families.family(name, FAMILY)
    module = catalogue.load(f"deep/networks/{FAMILY}", family)
    if not hasattr(module, "PRETRAINED"):
        raise UsageError(_NOT_PRETRAINED.format(network=name))
    params = {k: v for k, v in module.CANDIDATES[0].items() if k not in RECIPE_FIELDS}
    return module, family, params if size is None else {**params, "variant": size}


def vicreg(one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
    """The loss of the features [B, D] of two views of B pictures; section 4.1."""
    import torch.nn.functional as F

    batch, width = one.shape
    loss = INVARIANCE * F.mse_loss(one, two)
    for features in (one, two):
        features = features - features.mean(0)
        deviation = (features.var(0) + EPSILON).sqrt()
        covariance = features.T @ features / (batch - 1)  # [D, D]
        outside = covariance.square().sum() - covariance.diagonal().square().sum()
        loss = loss + VARIANCE * F.relu(SPREAD - deviation).mean() + COVARIANCE * outside / width
    return loss


def pretrain(
    build: Callable[[], tuple[nn.Module, int]],
    encoder: Any,
    samples: Samples,
    *,
    epochs: int,
    seed: int,
    device: str,
    progress: Callable[[float, str], None] = lambda fraction, text: None,
) -> tuple[nn.Module, list[float]]:
    """(the network that `build()` gives with its width, trained on the samples; mean loss of each epoch).

    Raises NiktiError if the loss is no longer finite.
    """
    import torch

    samples = samples.resident(device)
    generator = torch.Generator().manual_seed(seed)
    with devices.seeded(seed, device):
        network, width = build()
        for layer in network.modules():
            if isinstance(layer, torch.nn.Dropout):
                layer.p = 0.0  # features that come and go have a covariance that means nothing
        network = network.to(device, memory_format=torch.channels_last).train()
        expander = _expander(width).to(device)

        def loss_of(places: torch.Tensor) -> tuple[torch.Tensor, int]:
            batch = encoder.batch(samples.gather(samples.rows[places], device))
            views = [encoder.view(batch, generator)[0] for _ in range(2)]
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                features = expander(network(torch.cat(views)))  # [2 B, EXPANDED]
            return vicreg(*features.float().chunk(2)), 1

        curve = descend(
            [*network.parameters(), *expander.parameters()],
            loss_of,
            n=len(samples),
            batch=BATCH,
            epochs=epochs,
            recipe=RECIPE,
            generator=generator,
            progress=progress,
        )
    return network.eval(), curve


def _expander(width: int) -> nn.Module:
    """Three layers (section 4.2), thrown away afterwards."""
    from torch import nn

    layers: list[nn.Module] = []
    for before in (width, EXPANDED):
        layers += [nn.Linear(before, EXPANDED, bias=False), nn.BatchNorm1d(EXPANDED), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(EXPANDED, EXPANDED, bias=False))
