"""An unfinished training on disk: one safetensors file, from which it goes on bit for bit."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti.core.files import write_atomic

if TYPE_CHECKING:
    import torch
    from torch import nn


def key(*facts: Any) -> str:
    """A digest of everything that decides the training, so that no other training's file is used."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def digest(*tensors: torch.Tensor) -> str:
    """A digest of the tensors' contents."""
    found = hashlib.sha256()
    for tensor in tensors:
        found.update(tensor.cpu().numpy().tobytes())
    return found.hexdigest()


def write(path: Path, key: str, parts: dict[str, dict[str, torch.Tensor]], facts: dict[str, Any]) -> None:
    """A file is old or new, never half. parts: {part: {name: tensor}}."""
    from safetensors.torch import save

    flat = {
        f"{part}/{name}": tensor.detach().cpu().contiguous().clone()
        for part, tensors in parts.items()
        for name, tensor in tensors.items()
    }
    write_atomic(path, save(flat, metadata={"key": key, "facts": json.dumps(facts)}))


def read(path: Path, key: str) -> tuple[dict[str, dict[str, torch.Tensor]], dict[str, Any]] | None:
    """What `write` was given, or None if there is no such file or it is another training's."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        return None
    parts: dict[str, dict[str, torch.Tensor]] = {}
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("key") != key:
                return None
            for flat in file.keys():
                part, name = flat.split("/", 1)
                parts.setdefault(part, {})[name] = file.get_tensor(flat)
    except SafetensorError:
        return None  # cut short by a full disk: train again from the start
    return parts, json.loads(metadata["facts"])


def optimizer_state(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """{"<number of the parameter>/<what>": tensor}."""
    states = optimizer.state_dict()["state"]
    return {f"{number}/{what}": value for number, state in states.items() for what, value in state.items()}


def set_optimizer_state(optimizer: torch.optim.Optimizer, tensors: dict[str, torch.Tensor]) -> None:
    """The inverse. Moments get the memory layout of their weights, which fused kernels rely on."""
    import torch

    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    for flat, tensor in tensors.items():
        number, what = flat.split("/")
        weight = weights[int(number)]
        if tensor.ndim:
            tensor = torch.empty_like(weight).copy_(tensor)
        elif weight.device.type == "cuda":
            tensor = tensor.to(weight.device)
        optimizer.state[weight][what] = tensor


def copied(network: nn.Module) -> dict[str, torch.Tensor]:
    """A copy of all weights and buffers."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
