"""Weights that were learned elsewhere, from this machine's disk: found, and put under a new head.

Only `--allow-download` fetches anything; without it the local Hugging Face cache (which timm uses)
and the given path are all that is looked at. A network offers to take weights by a dict PRETRAINED:

    models                 {name in timm's collection: what `build` must be given to make that network}
    sign                   a tensor that only files of such networks have
    head                   beginnings of the names of the file's last layer
    part                   optional: the part of the network that the file is of ("" or none: all of it)
    recipe, encoding       optional: changes of RECIPE and ENCODING
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nikti.core.errors import ModelError, UsageError

if TYPE_CHECKING:
    from torch import nn

AUTO, NEVER = "auto", "never"
FILE = "model.safetensors"
#: Fine-tuning: a low learning rate, little decay, few passes.
RECIPE = {"lr": 3e-4, "weight_decay": 2e-2, "epochs": 8, "min_steps": 200, "max_epochs": 20, "warmup": 0.2}
#: What timm's ImageNet weights were trained on (its default_cfg): RGB with this mean and deviation.
ENCODING = {
    "channels": 3,
    "min_size": 64,
    "max_size": 128,
    "mean": (0.485, 0.456, 0.406),
    "std": (0.229, 0.224, 0.225),
}
#: Less than this share of a network's weights found in a file means that it is another network's file.
ENOUGH = 0.5


@dataclass(frozen=True)
class Weights:
    """path: a safetensors file; params: what `build` must be given to make the same network; head:
    beginnings of the names of the file's last layer, which is learned anew; part: the name of the part of
    our network that the file is of, "" for all of it."""

    path: Path
    params: dict[str, Any]
    head: tuple[str, ...]
    part: str = ""
    recipe: dict[str, Any] = field(default_factory=lambda: RECIPE)
    encoding: dict[str, Any] = field(default_factory=lambda: ENCODING)

    def load_into(self, network: nn.Module) -> None:
        """Overwrite all weights of the part but the head's.

        Raises ModelError, naming them, if weights have other shapes or most of them are missing.
        """
        from safetensors.torch import load_file

        network = network.get_submodule(self.part)
        found = {n: t for n, t in load_file(self.path).items() if not n.startswith(self.head)}
        own = {n: t for n, t in network.state_dict().items() if not n.startswith(self.head)}
        odd = [
            f"{name} {tuple(found[name].shape)} instead of {tuple(own[name].shape)}"
            for name in own
            if name in found and found[name].shape != own[name].shape
        ]
        if odd:
            raise ModelError(f"{self.path} does not fit: {_some(odd)}.")
        missing = [name for name in own if name not in found and not name.endswith("num_batches_tracked")]
        if len(missing) > (1 - ENOUGH) * len(own):
            raise ModelError(f"{self.path} holds another network's weights; it lacks {_some(missing)}.")
        network.load_state_dict({name: found[name] for name in own if name in found}, strict=False)


def find(network: ModuleType, where: str | Path = AUTO, allow_download: bool = False) -> Weights | None:
    """Weights for a network with a PRETRAINED entry, or None if there are none.

    where: "auto" (the local cache), "never", or a safetensors file or a folder with one.
    Raises UsageError if the path is missing or is a pickle.
    """
    offer = getattr(network, "PRETRAINED", None)
    if offer is None or where == NEVER:
        return None
    if where == AUTO:
        for model, params in offer["models"].items():
            path = _cached(f"timm/{model}")
            if path is not None:
                return _weights(path, params, offer)
        return _download(offer) if allow_download else None
    path = _file(Path(where))
    if offer["sign"] not in tensor_names(path):
        return None
    return _weights(path, _params(path, offer["models"]), offer)


def tensor_names(path: Path) -> set[str]:
    """Names of the tensors in a safetensors file, read from its header alone."""
    try:
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            return set(json.loads(file.read(min(length, 100 << 20)))) - {"__metadata__"}
    except (struct.error, ValueError) as error:
        raise UsageError(f"{path} is not a safetensors file: {error}") from error


def _file(path: Path) -> Path:
    if path.suffix in (".pth", ".pt", ".bin", ".ckpt", ".pkl"):
        raise UsageError(
            f"{path} is a pickle, which can run code when it is opened. Give weights as .safetensors; "
            "timm's and Hugging Face's models come in that form (model.safetensors)."
        )
    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        raise UsageError(
            f"no such file: {file}. --pretrained takes auto, never, or a .safetensors file or its folder."
        )
    return file


def _weights(path: Path, params: dict[str, Any], offer: dict[str, Any]) -> Weights:
    """An offer may change the recipe and the encoding of fine-tuning."""
    recipe, encoding = RECIPE | offer.get("recipe", {}), ENCODING | offer.get("encoding", {})
    return Weights(path, params, offer["head"], offer.get("part", ""), recipe, encoding)


def _params(path: Path, models: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The variant that a config.json beside the file names (as timm writes it), else the first."""
    config = path.with_name("config.json")
    if config.is_file():
        architecture = json.loads(config.read_text(encoding="utf-8")).get("architecture")
        for model, params in models.items():
            if model.split(".")[0] == architecture:
                return params
    return next(iter(models.values()))


def _cached(repository: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repository, FILE)
    return Path(found) if isinstance(found, str) else None


def _download(offer: dict[str, Any]) -> Weights:
    """Fetch the first model offered; only called when the user allowed it."""
    from huggingface_hub import hf_hub_download

    model, params = next(iter(offer["models"].items()))
    try:
        return _weights(Path(hf_hub_download(f"timm/{model}", FILE)), params, offer)
    except Exception as error:
        raise ModelError(f"the weights of {model} could not be fetched: {error}") from error


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
