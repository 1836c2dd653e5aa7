"""Explanations of a network by its gradients, its last feature maps and its attention, on the raw sample."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nikti.core.errors import ModelError
from nikti.core.explanation import ExplanationMethod
from nikti.core.inputs import Inputs
from nikti.core.words import Words
from nikti.deep import answers, encoders, hooks
from nikti.deep import device as devices
from nikti.deep.encoders import image
from nikti.deep.gradients import integrated_gradients

METHODS = (
    ExplanationMethod(
        "integrated_gradients",
        title=Words(en="integrated gradients", bn="ইন্টিগ্রেটেড গ্রেডিয়েন্ট"),
        how=Words(
            en="integrated gradients: what each input adds on the way from other samples to this one.",
            bn="ইন্টিগ্রেটেড গ্রেডিয়েন্ট: অন্য নমুনা থেকে এই নমুনায় আসার পথে প্রতিটি ইনপুট কতটা যোগ করে।",
        ),
    ),
    ExplanationMethod(
        "grad_cam",
        title=Words(en="Grad-CAM", bn="Grad-CAM"),
        how=Words(
            en="Grad-CAM: where the last maps of the network speak for the answer.",
            bn="Grad-CAM: নেটওয়ার্কের শেষ ম্যাপগুলো কোথায় উত্তরের পক্ষে বলে।",
        ),
    ),
    ExplanationMethod(
        "attention_rollout",
        title=Words(en="attention rollout", bn="অ্যাটেনশন রোলআউট"),
        how=Words(en="attention, rolled out through all layers.", bn="অ্যাটেনশন, সব স্তর মিলিয়ে।"),
    ),
)
INTEGRATED_GRADIENTS, GRAD_CAM, ROLLOUT = (method.name for method in METHODS)

_NO_GRADIENT = Words(
    en="no gradient reaches the sample in {contender}, so integrated gradients say nothing. Type "
    "--method occlusion.",
    bn="{contender}-এ নমুনা পর্যন্ত কোনো গ্রেডিয়েন্ট পৌঁছায় না, তাই integrated gradients কিছু বলতে "
    "পারে না। লিখুন --method occlusion",
)


def explains(model: Any) -> bool:
    """Whether attributions of encoded samples can be mapped back to the raw ones."""
    return hasattr(_file(model), "lay")


def _file(model: Any) -> ModuleType:
    """The encoder file of what the model looks at: of frozen features, of the network that makes them."""
    frozen = model.modality == "embedding"
    return encoders.of(model.encoder.backbone["modality"] if frozen else model.modality)


class DeepExplainer:
    """See `nikti.core.contender.Explainer`. model: a DeepModel of classes, values or sets of labels."""

    def __init__(self, model: Any):
        self.model = model
        frozen = model.modality == "embedding"
        self.encoder = model.encoder.before if frozen else model.encoder
        self.file = _file(model)
        self.network = _Whole(model.encoder, model.network).eval() if frozen else model.network.eval()

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """Gradients for every network; then maps of convolutions, or attention."""
        if self._attends:
            return (INTEGRATED_GRADIENTS, *((ROLLOUT,) if hasattr(self.file, "rolled") else ()))
        if self._layer is None:
            return (INTEGRATED_GRADIENTS,)
        return (INTEGRATED_GRADIENTS, GRAD_CAM)

    def describe(self, method: str) -> ExplanationMethod:
        """One of the methods in words."""
        return next(one for one in METHODS if one.name == method)

    @cached_property
    def _attends(self) -> bool:
        return bool(hooks.attention(self.network, self._example))

    @cached_property
    def _layer(self) -> nn.Module | None:
        return hooks.last_maps(self.network, self._example)

    @property
    def _example(self) -> tuple[Tensor, ...]:
        return tuple(part.to(self.model.device) for part in self.encoder.shape.example())

    def explain(
        self, inputs: Inputs, codes: np.ndarray | None, method: str, background: Inputs | None = None
    ) -> list[np.ndarray]:
        """Signed weights over each raw sample, in log-odds of the class or in the value's own unit;
        attention: in shares. Raises ModelError where no gradient reaches the sample."""
        with devices.threads(self.model.threads):
            behind = None if background is None else self._batch(background)
            return [
                self._one(inputs.take([row]), None if codes is None else int(codes[row]), method, behind)
                for row in range(len(inputs))
            ]

    def randomised(self, seed: int) -> Any:
        """The model with the numbers of each weight tensor permuted."""
        model = copy.copy(self.model)
        network = copy.deepcopy(self.model.network)
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for weights in network.parameters():
                order = torch.randperm(weights.numel(), generator=generator).to(weights.device)
                weights.copy_(weights.flatten()[order].view(weights.shape))
        return replace(model, network=network)

    def _batch(self, inputs: Inputs) -> tuple[Tensor, ...]:
        return self.encoder.batch(tuple(part.to(self.model.device) for part in self.encoder.encode(inputs)))

    def _one(
        self, one: Inputs, code: int | None, method: str, behind: tuple[Tensor, ...] | None
    ) -> np.ndarray:
        batch = self._batch(one)
        target = answers.of(self.model.answer).explained(code)
        if method == GRAD_CAM:
            found = hooks.grad_cam(self.network, self._layer, batch, target)[0].cpu().numpy()
            return image.on_picture(one, found)
        if method == ROLLOUT:
            found = hooks.rollout(hooks.attention(self.network, batch)).cpu().numpy()  # [windows, L, L]
            return self.file.rolled(self.encoder, one, found, batch[0].shape[1])
        parts = integrated_gradients(self.network, batch, target, behind)
        if parts is None:
            raise ModelError(_NO_GRADIENT.format(contender=self.model.contender))
        scale = self.model.scaling[1] if code is None else 1.0
        return scale * self.file.lay(self.encoder, one, parts)


class _Whole(nn.Module):
    """A frozen network with its head: from what its encoder gives to logits."""

    def __init__(self, encoder: Any, head: nn.Module):
        super().__init__()
        self.body, self.head, self.standardise = encoder.network, head, encoder.batch

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(*self.standardise((self.body(samples),)))
