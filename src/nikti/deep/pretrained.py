"""Weights that were learned elsewhere, from this machine's disk: found, and put under a new head.

They are safetensors files as timm, torchvision, Hugging Face or `nikti pretrain` name their contents. Only
`--allow-download` fetches anything; without it the local Hugging Face cache (which timm uses) and the
given path are all that is looked at. A network offers to take weights by a dict PRETRAINED:

    models                 {name in timm's collection: what `build` must be given to make that network}
    sign                   a tensor that only files of such networks have, by timm's name
    head                   beginnings of the names of the file's last layer
    layers                 optional: beginnings of names, layer by layer, see `nikti.deep.layers`
    part                   optional: the part of the network that the file is of ("" or none: all of it)
    recipe, encoding       optional: changes of RECIPE and of the encoder's options
    find                   instead of "models" and "sign": how weights that are not of pictures are found

and, where frozen features are to be had from it, VARIANTS {size: (cost, width of the features)}.
"""

from __future__ import annotations

import functools
import hashlib
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nikti.core.errors import ModelError, UsageError
from nikti.core.words import Words
from nikti.deep.foreign_names import to_timm, translated
from nikti.deep.layers import Layers
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    import torch
    from torch import nn

AUTO, NEVER = "auto", "never"
FILE, CONFIG, PREPROCESSING = "model.safetensors", "config.json", "preprocessor_config.json"
#: Fine-tuning: the head alone for a quarter of the passes, then all, the first layers at a tenth of a
#: learning rate that is low anyway.
RECIPE = {
    **{"lr": 3e-4, "weight_decay": 2e-2, "epochs": 8, "min_steps": 200, "max_epochs": 20, "warmup": 0.2},
    **{"head_first": 0.25, "first_layer": 0.1},
}
#: What ImageNet weights were trained on where no file beside them says otherwise (timm's default_cfg).
IMAGENET = {"input_size": (3, 224, 224), "mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
#: Sides, in pixels, of the images that given weights are tuned on, and that they only look through: larger
#: ones cost too much on a processor, on smaller ones they see nothing they know.
TUNED, FROZEN = (64, 128), (64, 160)
#: How many times as wide as they are stored images are looked through (`benchmarks/PICTURES.md`): photos of
#: dogs and cats of 64 px gave 0.84 as they were and 0.93 so, of 128 px 0.96 and 0.98.
ENLARGED = 2.0
#: Less than this share of a network's weights found in a file means that it is another network's file.
ENOUGH = 0.5

_AND_MORE = Words(en="{listed} and {count} more", bn="{listed} ও আরও {count}টি")
_NO_FIT = Words(en="{path} does not fit: {odd}.", bn="{path} মেলে না: {odd}।")
_OTHER_NETWORK = Words(
    en="{path} holds another network's weights; it lacks {missing}.",
    bn="{path} অন্য নেটওয়ার্কের ওজন; এতে নেই {missing}।",
)
_NO_SAFETENSORS = Words(
    en="{path} is not a safetensors file: {error}",
    bn="{path} safetensors ফাইল নয়: {error}",
)
_PICKLE = Words(
    en="{path} is a pickle, which can run code when it is opened. Give weights as .safetensors; timm's "
    "and Hugging Face's models come in that form (model.safetensors).",
    bn="{path} একটি pickle, যা খুললে কোড চলতে পারে। ওজন দিন .safetensors হিসেবে; timm ও Hugging "
    "Face-এর মডেল সেভাবেই পাওয়া যায় (model.safetensors)।",
)
_PICKLED = Words(
    en="{path} holds its weights as a pickle (.bin); give the folder of {file}.",
    bn="{path} ফোল্ডারে ওজন আছে pickle হিসেবে (.bin); {file} যে ফোল্ডারে আছে সেটি দিন।",
)
_NO_WEIGHTS = Words(
    en="no such file: {file}. --pretrained takes auto, never, or a .safetensors file or its folder.",
    bn="{file} নামে কোনো ফাইল নেই। --pretrained নেয় auto, never, অথবা একটি .safetensors ফাইল বা তার ফোল্ডার।",
)
NOT_FETCHED = Words(
    en="the weights of {model} could not be fetched: {error}",
    bn="{model}-এর ওজন আনা যায়নি: {error}",
)


@dataclass(frozen=True)
class Weights:
    """path: a safetensors file; network: the family file they are for; params: what its `build` must be
    given; width: of the features before its head, 0 if unknown; source: {"input_size" [C, H, W], "mean",
    "std"} of the images that they were learned on; size: pixels that images must have, None where any
    will do."""

    path: Path
    network: ModuleType = field(repr=False)
    params: dict[str, Any]
    width: int
    source: dict[str, Any] = field(default_factory=lambda: IMAGENET)
    size: int | None = None
    modality: str = "image"
    trained_on: Words | None = None

    @property
    def recipe(self) -> dict[str, Any]:
        """Changes of the training recipe for tuning these weights."""
        return RECIPE | self.network.PRETRAINED.get("recipe", {})

    @property
    def encoding(self) -> dict[str, Any]:
        """The encoder's options for tuning."""
        return self.images(TUNED) | self.network.PRETRAINED.get("encoding", {})

    @property
    def frozen_encoding(self) -> dict[str, Any]:
        """The encoder's options for a frozen network."""
        return self.images(FROZEN) | {"zoom": ENLARGED}

    @property
    def layers(self) -> Layers:
        """The layers that are newly initialised, and those that come before."""
        offer = self.network.PRETRAINED
        return Layers(offer.get("layers", ()), offer["head"], offer.get("part", ""))

    def images(self, sides: tuple[int, int]) -> dict[str, Any]:
        """The image encoder's options: normalised as they were learned, of a size between these."""
        low, high = (min(side, self.source["input_size"][-1]) for side in sides)
        return {
            "channels": self.source["input_size"][0],
            "min_size": self.size or low,
            "max_size": self.size or high,
            "mean": tuple(self.source["mean"]),
            "std": tuple(self.source["std"]),
        }

    def tensors(self) -> dict[str, torch.Tensor]:
        """What the file holds, under timm's names."""
        from safetensors.torch import load_file

        return translated(load_file(self.path))

    def load_into(self, network: nn.Module) -> None:
        """Overwrite all weights of the part but the head's.

        Raises ModelError, naming them, if weights have other shapes or most of them are missing.
        """
        head = self.network.PRETRAINED["head"]
        network = network.get_submodule(self.network.PRETRAINED.get("part", ""))
        found = {n: t for n, t in self.tensors().items() if not n.startswith(head)}
        if hasattr(self.network, "adapted"):
            found = self.network.adapted(found, network)
        own = {n: t for n, t in network.state_dict().items() if not n.startswith(head)}
        odd = [
            f"{name} {tuple(found[name].shape)} instead of {tuple(own[name].shape)}"
            for name in own
            if name in found and found[name].shape != own[name].shape
        ]
        if odd:
            raise ModelError(_NO_FIT.format(path=self.path, odd=_some(odd)))
        missing = [name for name in own if name not in found and not name.endswith("num_batches_tracked")]
        if len(missing) > (1 - ENOUGH) * len(own):
            raise ModelError(_OTHER_NETWORK.format(path=self.path, missing=_some(missing)))
        network.load_state_dict({name: found[name] for name in own if name in found}, strict=False)
        if head and not self.network.PRETRAINED.get("part"):
            _even(network.get_submodule(head[0].rstrip(".")))

    def digest(self) -> str:
        """16 hexadecimal digits of the file's contents."""
        return _digest(self.path, self.path.stat().st_mtime_ns)


@functools.cache
def _digest(path: Path, changed: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def find(
    network: ModuleType, where: str | Path = AUTO, allow_download: bool = False, variant: str | None = None
) -> Weights | None:
    """Weights for a network with a PRETRAINED entry, or None if there are none.

    where: "auto" (the local cache), "never", or a safetensors file or a folder with one; variant: of this
    size only. Raises UsageError if the path is missing or is a pickle.
    """
    offer = getattr(network, "PRETRAINED", None)
    if offer is None or where == NEVER:
        return None
    if "find" in offer:
        return offer["find"](network, where, allow_download, variant)
    models = {
        model: params for model, params in offer["models"].items() if variant in (None, params.get("variant"))
    }
    if where == AUTO:
        for model, params in models.items():
            path = cached(f"timm/{model}")
            if path is not None:
                return _weights(path, network, params)
        return _download(network, models) if allow_download and models else None
    path = file_in(Path(where))
    shapes = tensor_shapes(path)
    if offer["sign"] not in shapes:
        return None
    made = beside(path, CONFIG).get("nikti")
    if made and "vocabulary" in made:  # it reads texts
        return None
    if made:
        mine = made["network"] == network.__name__.rpartition(".")[2]
        params = made["params"] if mine else None
    else:
        architecture = beside(path, CONFIG).get("architecture")
        params = _named(architecture, offer["models"]) or _fitting(network, offer["models"], shapes)
    if params is None or variant not in (None, params.get("variant")):
        return None
    return _weights(path, network, params)


def _weights(path: Path, network: ModuleType, params: dict[str, Any]) -> Weights:
    """With what the files beside them tell."""
    config, source = beside(path, CONFIG), _source(path)
    if "nikti" in config:
        return Weights(path, network, params, config["num_features"], source, source["input_size"][-1])
    _, width = getattr(network, "VARIANTS", {}).get(params.get("variant"), (0, 0))
    return Weights(path, network, params, width, source)


def tensor_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """{timm's name: shape} of the tensors in a safetensors file, read from its header alone; of a tensor
    in parts only the name."""
    try:
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(min(length, 100 << 20)))
            header.pop("__metadata__", None)
            new = to_timm(header)
            return {new[n].partition(":")[0]: tuple(facts["shape"]) for n, facts in header.items()}
    except (struct.error, ValueError, TypeError, KeyError) as error:
        raise UsageError(_NO_SAFETENSORS.format(path=path, error=error)) from error


def file_in(path: Path) -> Path:
    """The safetensors file that a path means. Raises UsageError if there is none, or it is a pickle."""
    if path.suffix in (".pth", ".pt", ".bin", ".ckpt", ".pkl"):
        raise UsageError(_PICKLE.format(path=path))
    file = path / FILE if path.is_dir() else path
    if not file.is_file() and any(path.glob("*.bin")):
        raise UsageError(_PICKLED.format(path=path, file=FILE))
    if not file.is_file():
        raise UsageError(_NO_WEIGHTS.format(file=file))
    return file


def beside(path: Path, name: str) -> dict[str, Any]:
    """What a JSON file beside the weights says, {} without one."""
    file = path.with_name(name)
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _source(path: Path) -> dict[str, Any]:
    """The images that weights were learned on, as timm's or transformers' file beside them tells."""
    config = beside(path, CONFIG).get("pretrained_cfg", {})
    found = IMAGENET | {key: config[key] for key in IMAGENET if key in config}
    preprocessing = beside(path, PREPROCESSING)
    if "image_mean" in preprocessing:
        found = found | {"mean": preprocessing["image_mean"], "std": preprocessing["image_std"]}
    return found


def _named(architecture: str | None, models: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The params of the model that timm's config.json names."""
    return next((params for model, params in models.items() if model.split(".")[0] == architecture), None)


def _fitting(network: ModuleType, models: dict, shapes: dict[str, tuple[int, ...]]) -> dict[str, Any] | None:
    """The params whose network has the most weights of the same name and shape."""
    import torch

    different: list[dict[str, Any]] = []
    for params in models.values():
        if params not in different:
            different.append(params)
    if len(different) < 2:
        return different[0] if different else None

    def fit(params: dict[str, Any]) -> float:
        with torch.device("meta"):
            whole = network.build(ImageShape(3, 224), 1, **params)
        own = whole.get_submodule(network.PRETRAINED.get("part", "")).state_dict()
        names = [name for name, tensor in own.items() if tensor.ndim >= 2]
        same = sum(shapes.get(name) == tuple(own[name].shape) for name in names)
        return same / max(len(names), sum(len(shape) >= 2 for shape in shapes.values()))

    return max(different, key=fit)


def cached(repository: str) -> Path | None:
    """The weights of a repository in the local Hugging Face cache, or None."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repository, FILE)
    return Path(found) if isinstance(found, str) else None


def _download(network: ModuleType, models: dict[str, dict[str, Any]]) -> Weights:
    """Fetch the first model offered; only called when the user allowed it."""
    from huggingface_hub import hf_hub_download

    model, params = next(iter(models.items()))
    try:
        path = Path(hf_hub_download(f"timm/{model}", FILE))
        hf_hub_download(f"timm/{model}", CONFIG)
        return _weights(path, network, params)
    except Exception as error:
        raise ModelError(NOT_FETCHED.format(model=model, error=error)) from error


def _even(head: nn.Module) -> None:
    """A linear last layer answers alike at first. Drawn at random as timm does it, that of EfficientNet began
    with a loss of 18 for two classes, and what undid it tore the features."""
    import torch

    if isinstance(head, torch.nn.Linear):
        with torch.no_grad():
            for weight in head.parameters():
                weight.zero_()


def _some(names: list[str]) -> Words:
    listed = ", ".join(names[:4])
    return _AND_MORE.format(listed=listed, count=len(names) - 4) if len(names) > 4 else Words(listed, listed)
