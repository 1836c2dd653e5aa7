"""A network explains itself: by its gradients, its last maps, its attention, laid back on the raw sample."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nikti.core.errors import ModelError
from nikti.core.inputs import Inputs
from nikti.deep import device as devices
from nikti.deep import hooks, shapes
from nikti.deep.encoders.series import resample
from nikti.deep.gradients import integrated_gradients, log_odds, value

INTEGRATED_GRADIENTS, GRAD_CAM, ROLLOUT = "integrated_gradients", "grad_cam", "attention_rollout"

#: Modalities whose raw samples the parts can be laid back on.
MODALITIES = ("image", "embedding", "text", "series", "table")


class DeepExplainer:
    """See `nikti.core.contender.Explainer`. model: a DeepModel of classes or values."""

    def __init__(self, model: Any):
        self.model = model
        frozen = model.modality == "embedding"
        self.encoder = model.encoder.before if frozen else model.encoder
        self.modality = model.encoder.backbone["modality"] if frozen else model.modality
        self.network = _Whole(model.encoder, model.network).eval() if frozen else model.network.eval()

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """Gradients for every network; then maps of convolutions, or attention."""
        if self._attends:
            return (
                (INTEGRATED_GRADIENTS, ROLLOUT) if self.model.modality != "table" else (INTEGRATED_GRADIENTS,)
            )
        if self._layer is None:
            return (INTEGRATED_GRADIENTS,)
        return (INTEGRATED_GRADIENTS, GRAD_CAM)

    @cached_property
    def _attends(self) -> bool:
        return bool(hooks.attention(self.network, self._example))

    @cached_property
    def _layer(self) -> nn.Module | None:
        return hooks.last_maps(self.network, self._example)

    @property
    def _example(self) -> tuple[Tensor, ...]:
        return tuple(part.to(self.model.device) for part in shapes.example(self.encoder.shape))

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

    def shuffled(self, seed: int) -> Any:
        """The model with the numbers of each weight matrix in another order."""
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
        target = value if code is None else log_odds(code)
        lay = {
            "image": self._picture,
            "series": self._series,
            "table": self._row,
        }.get(self.modality, self._text)
        if method == GRAD_CAM:
            return self._picture(
                one, hooks.grad_cam(self.network, self._layer, batch, target)[0].cpu().numpy()
            )
        if method == ROLLOUT:
            return self._rolled(one, batch)
        parts = integrated_gradients(self.network, batch, target, behind)
        if parts is None:
            raise ModelError(
                f"no gradient reaches the sample in {self.model.contender}, so integrated gradients say "
                "nothing. Type --method occlusion."
            )
        scale = self.model.scaling[1] if code is None else 1.0
        return scale * lay(one, parts)

    def _picture(self, one: Inputs, parts: Any) -> np.ndarray:
        """[h, w], or parts of [C, S, S], on the raw picture [H, W]; the sum stays."""
        import cv2

        small = parts if isinstance(parts, np.ndarray) else parts.inputs[0].sum(0)
        height, width = one[0].shape[:2]
        large = cv2.resize(small.astype(np.float64), (width, height), interpolation=cv2.INTER_LINEAR)
        return large * (small.size / large.size)

    def _series(self, one: Inputs, parts: Any) -> np.ndarray:
        """Parts of [channels, L] on the raw length; the channel that tells what was there counts with it."""
        moments = one[0].shape[1]
        length = self.encoder._length(moments)
        found = parts.inputs[0].sum(0, keepdims=True)[:, :length]
        return resample(found, moments)[0] * (length / moments)

    def _text(self, one: Inputs, parts: Any) -> np.ndarray:
        """Parts of [L, width], from one table of vectors or several, on the characters of the tokens."""
        return self._characters(one[0], sum(vectors.sum(-1) for vectors in parts.vectors))

    def _characters(self, text: str, tokens: np.ndarray) -> np.ndarray:
        found = np.zeros(len(text))
        for (start, end), weight in zip(self.encoder.spans(text), tokens, strict=False):
            found[start:end] += weight / max(1, end - start)
        return found

    def _row(self, one: Inputs, parts: Any) -> np.ndarray:
        """Parts of the numbers [N], of a vector for each code and each text, on the columns of the row."""
        encoder = self.encoder
        names = [*encoder.quantiles, *encoder.categories, *encoder.texts]
        shares = [*parts.inputs[0], *(vector.sum() for vector in parts.vectors)]
        columns = [str(name) for name in one.frame.columns]
        found = np.zeros(len(columns))
        for name, share in zip(names, shares, strict=False):
            found[columns.index(_owner(name, columns))] += share
        return found

    def _rolled(self, one: Inputs, batch: tuple[Tensor, ...]) -> np.ndarray:
        """Attention rolled out: what reaches the first token of a picture's patches, or all tokens of a
        text."""
        found = hooks.rollout(hooks.attention(self.network, batch)).cpu().numpy()  # [windows, L, L]
        if isinstance(one[0], str):
            return self._characters(one[0], found.mean(1).flatten()[: batch[0].shape[1]])
        (found,) = found
        patches = int(len(found) ** 0.5) ** 2
        reached = found[0, -patches:] if patches < len(found) else found.mean(0)
        return self._picture(one, reached.reshape(int(patches**0.5), -1))


class _Whole(nn.Module):
    """A frozen network with its head: from what its encoder gives to logits."""

    def __init__(self, encoder: Any, head: nn.Module):
        super().__init__()
        self.body, self.head, self.standardise = encoder.network, head, encoder.batch

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(*self.standardise((self.body(samples),)))


def _owner(name: str, columns: list[str]) -> str:
    """The column that one of the table encoder's parts ("date weekday", "size missing") was made of."""
    if name in columns:
        return name
    return max((column for column in columns if name.startswith(f"{column} ")), key=len)
