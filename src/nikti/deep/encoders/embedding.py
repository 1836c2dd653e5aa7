"""Pictures or texts to what a frozen network makes of them: standardised features, from which a head learns.

The features of a stored data set are computed once (`store`), kept beside it, and looked up by every
trial; those of other samples are computed when they are asked for.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from nikti.core import catalogue, seals
from nikti.core.files import write_atomic
from nikti.core.inputs import Inputs, Stack, Texts
from nikti.core.steps import Frozen, Standardise, Value
from nikti.core.words import Words
from nikti.deep import backbone, encoders, shapes
from nikti.deep import device as devices
from nikti.deep.pretrained import Weights
from nikti.deep.shapes import EmbeddingShape, Shape, TextShape

if TYPE_CHECKING:
    import torch
    from torch import nn

#: Samples that go through the network at a time; of long texts many windows do.
CHUNK = {"image": 128, "text": 16}
#: Samples whose lengths tell that of all.
MEASURED = 500
#: What looking through a sample costs beside learning from it, and seconds to build a network and load its
#: weights, measured on one thread of the reference machine.
FORWARD, START_SECONDS = 0.42, 1.0
#: Copies of the weights that are there at once while a model is written.
COPIES = 4

TOO_SLOW = Words(
    en="to look through all samples takes it {needed} core-seconds, and {most} is what there is",
    bn="সব নমুনা একবার দেখতেই এর {needed} কোর-সেকেন্ড লাগে, হাতে আছে {most}",
)


def forecast(data: Any, options: dict[str, Any]) -> EmbeddingShape:
    """The shape `fit` gives."""
    return EmbeddingShape(options["width"])


def misfit(inputs: Inputs, options: dict[str, Any]) -> Words | None:
    """The reason why the frozen network's encoder refuses such samples, or that computing all features
    would take longer than options["most_seconds"]; None where neither holds."""
    before, most = encoders.of(options["weights"].modality), options.get("most_seconds")
    reason = before.misfit(inputs, options["weights"].frozen_encoding) if hasattr(before, "misfit") else None
    if reason is not None or most is None or (needed := seconds(inputs, options)) <= most:
        return reason
    return TOO_SLOW.format(needed=round(needed), most=round(most))


def fit(inputs: Inputs, *, seed: int, options: dict[str, Any], targets: Any = None) -> EmbeddingEncoder:
    """Mean and deviation of each feature over these samples.

    options: "family" and "network" (the backbone's file), "weights" (`nikti.deep.pretrained.Weights`),
    "width"; "most_seconds" is for `misfit`. seed is not used.
    """
    weights: Weights = options["weights"]
    before = encoders.of(weights.modality).fit(inputs, seed=seed, options=weights.frozen_encoding)
    facts = {"family": options["family"], "network": options["network"], "params": weights.params}
    facts["modality"] = weights.modality

    def network() -> nn.Module:
        built = _built(facts, before.shape)
        weights.load_into(built)
        return built

    encoder = EmbeddingEncoder(before, network, facts, options["width"], _seen(weights, before))
    encoder.standardise(inputs)
    return encoder


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> EmbeddingEncoder:
    """The inverse of `EmbeddingEncoder.state`."""
    before = encoders.of(facts["backbone"]["modality"]).from_state(facts["before"], {})
    network = _built(facts["backbone"], before.shape)
    network.load_state_dict(
        {n.removeprefix("network."): t for n, t in tensors.items() if n.startswith("network.")}
    )
    encoder = EmbeddingEncoder(before, lambda: network, facts["backbone"], facts["width"], facts["digest"])
    encoder.mean, encoder.scale = tensors["mean"], tensors["scale"]
    return encoder


def megabytes(options: dict[str, Any]) -> float:
    """Memory in megabytes of the frozen network, beside the head that a trial trains."""
    return COPIES * options["weights"].path.stat().st_size / 1e6


def store(home: Path, inputs: Inputs, options: dict[str, Any]) -> None:
    """Compute the features of a stored data set and keep them in `home / "features"`; written beside and
    renamed, so they are whole or absent. Those that are there stay."""
    encoder = fit(inputs.take(range(min(2, len(inputs)))), seed=0, options=options)
    path = _place(home, encoder.digest)
    if _facts(path, thorough=True) is not None:
        return
    began = time.perf_counter()
    features = encoder.features(inputs)
    seconds_each = (time.perf_counter() - began) / len(inputs)
    write_atomic(path, lambda file: np.save(file, features, allow_pickle=False))
    # Last: facts there means features there.
    facts = {"seconds_per_sample": seconds_each, "seal": seals.of(path)}
    write_atomic(path.with_suffix(".json"), seals.written(facts))


def seconds(inputs: Inputs, options: dict[str, Any]) -> float:
    """Expected core-seconds of `store` on the reference machine; 0 where the features are there."""
    weights: Weights = options["weights"]
    some = inputs.take(np.unique(np.linspace(0, len(inputs) - 1, MEASURED).astype(int)))
    before = encoders.of(weights.modality).fit(some, seed=0, options=weights.frozen_encoding)
    if _path(inputs, _seen(weights, before)) is not None:
        return 0.0
    shape = before.shape
    if isinstance(shape, TextShape):  # as long as they are, not as long as the longest
        (tokens,) = before.encode(some)
        shape = replace(shape, length=max(1, round(float((tokens != 0).sum(1).float().mean()))))
    each = weights.network.seconds_per_sample(shape, 1, **weights.params)
    return START_SECONDS + len(inputs) * FORWARD * each


class EmbeddingEncoder:
    """See `nikti.deep.encoders` for the verbs. before: the encoder of what the network reads; make: builds
    the network, which a trial that finds its features stored does not need; digest: of the weights and what
    they see of a sample, which names the stored features."""

    views = None

    def __init__(
        self, before: Any, make: Callable[[], nn.Module], backbone: dict[str, Any], width: int, digest: str
    ):
        self.before, self.make, self.backbone = before, make, backbone
        self.shape, self.digest = EmbeddingShape(width), digest
        self.mean: torch.Tensor | None = None
        self.scale: torch.Tensor | None = None
        self.feature_seconds = 0.0

    @cached_property
    def network(self) -> nn.Module:
        """The frozen network, which draws no random numbers that training would draw; gradients can flow
        through it, whoever asks first."""
        import torch

        with devices.seeded(0, "cpu"), torch.inference_mode(False):
            return self.make().eval()

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again; the whole frozen network is in it."""
        tensors = {f"network.{name}": tensor for name, tensor in self.network.state_dict().items()}
        return self.facts(), tensors | {"mean": self.mean, "scale": self.scale}

    def facts(self) -> dict[str, Any]:
        """The plain facts alone: they need no network."""
        before = self.before.state()[0]
        return {
            **{"backbone": self.backbone, "before": before},
            **{"width": self.shape.width, "digest": self.digest},
        }

    def graph(self) -> tuple[tuple[Value, ...], tuple[Any, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        if self.mean is None or self.scale is None:
            raise ValueError("the encoder has not been fitted yet: it knows no mean")
        raw, steps, read = self.before.graph()
        frozen = Frozen(read[0].name, "features", self.network)
        standard = Standardise("features", "embedding", self.mean.numpy(), self.scale.numpy())
        return raw, (*steps, frozen, standard), (Value("embedding", "float32", (None, self.shape.width)),)

    def standardise(self, inputs: Inputs) -> None:
        """Learn mean and deviation of the features of these samples. The time that storing their features
        took is counted as this trial's."""
        (features,) = self.encode(inputs)
        path = _path(inputs, self.digest)
        facts = None if path is None else _facts(path)
        if facts is not None:
            self.feature_seconds = facts["seconds_per_sample"] * len(inputs)
        self.mean = features.mean(0)
        self.scale = 1 / features.std(0, correction=0).clamp(min=1e-4)

    def encode(self, inputs: Inputs) -> tuple[torch.Tensor]:
        """float32 [n, width]: looked up where they are stored, else computed."""
        import torch

        known = _stored(inputs, self.digest)
        return (torch.from_numpy(self.features(inputs) if known is None else known),)

    def features(self, inputs: Inputs) -> np.ndarray:
        """What the network makes of samples, float32 [n, width], on the CPU."""
        import torch

        found = np.empty((len(inputs), self.shape.width), np.float32)
        order, step = np.arange(len(inputs)), CHUNK[self.backbone["modality"]]
        if isinstance(inputs, Texts):  # those of like length together: less is filled up
            order = np.argsort([len(text) for text in inputs], kind="stable")
        with torch.inference_mode():
            for start in range(0, len(inputs), step):
                rows = order[start : start + step]
                batch = self.before.batch(self.before.encode(inputs.take(rows)))
                found[rows] = self.network(*batch).numpy()
        return found

    def batch(self, tensors: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """float32 [B, width] of mean 0 and deviation 1."""
        (features,) = tensors
        if self.mean is None or self.scale is None:
            raise RuntimeError("mean and deviation are learned before batches are made")
        return ((features - self.mean.to(features.device)) * self.scale.to(features.device),)

    def augment(self, batch: tuple[torch.Tensor], generator: torch.Generator) -> tuple[torch.Tensor]:
        """Unchanged features."""
        return batch


def _built(facts: dict[str, Any], shape: Shape) -> nn.Module:
    module = catalogue.load(f"deep/networks/{facts['family']}", facts["network"])
    return backbone.build(module, shape, facts["params"])[0]


def _seen(weights: Weights, before: Any) -> str:
    """16 hexadecimal digits that tell features apart: of the weights, and of how a sample comes to them."""
    said = f"{weights.digest()} {shapes.to_json(before.shape)}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _place(home: Path, digest: str) -> Path:
    return Path(home) / "features" / f"embedding-{digest}.npy"


def _path(inputs: Inputs, digest: str) -> Path | None:
    """Where the features of a stored data set lie, if these samples are of one and its features are there."""
    if isinstance(inputs, Stack):
        name = getattr(inputs.base, "filename", None)
        home = None if name is None else Path(name).parent
    else:
        home = inputs.home if isinstance(inputs, Texts) else None
    path = None if home is None else _place(home, digest)
    return path if path is not None and _facts(path) is not None else None


def _facts(path: Path, thorough: bool = False) -> dict[str, Any] | None:
    """What is said of stored features that are as they were written; None where there are none."""
    facts = seals.read(path.with_suffix(".json"))
    if facts is None or ("seal" not in facts and thorough):
        return None
    if "seal" not in facts:  # older versions sealed nothing
        return facts if path.is_file() else None
    return facts if seals.holds(path, facts["seal"], thorough) else None


def _stored(inputs: Inputs, digest: str) -> np.ndarray | None:
    """The stored features of these samples, float32 [n, width], if there are any."""
    path = _path(inputs, digest)
    if path is None:
        return None
    found = np.load(path, mmap_mode="r", allow_pickle=False)
    if isinstance(inputs, Stack) and len(inputs.base) != len(found):  # a part of the stored array is not it
        return None
    rows = cast(Stack | Texts, inputs).rows  # `_path` knows of no others
    return np.array(found if rows is None else found[rows], dtype=np.float32)
