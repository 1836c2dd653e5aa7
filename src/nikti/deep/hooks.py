"""Feature maps and attention weights of any network, recorded during a forward pass. Maps come from hooks
on modules that return a tensor [B, C, h, w]; attention from calls of torch's
`scaled_dot_product_attention`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode


class Attention(TorchFunctionMode):
    """While it is entered, `seen` gathers the weights [B, heads, queries, keys] of every attention."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if function is nn.functional.scaled_dot_product_attention:
            query, key = (args[i] if len(args) > i else kwargs[n] for i, n in ((0, "query"), (1, "key")))
            mask = args[3] if len(args) > 3 else kwargs.get("attn_mask")
            scores = query @ key.transpose(-2, -1) * (kwargs.get("scale") or query.shape[-1] ** -0.5)
            if mask is not None:
                scores = (
                    scores.masked_fill(~mask, float("-inf")) if mask.dtype == torch.bool else scores + mask
                )
            self.seen.append(scores.softmax(-1).detach())
        return function(*args, **kwargs)


def attention(network: nn.Module, batch: tuple[Tensor, ...]) -> list[Tensor]:
    """The weights of each layer that attends from a sequence to itself, [B, heads, L, L]; [] for none."""
    with torch.no_grad(), Attention() as recorder:
        network(*batch)
    square = [weights for weights in recorder.seen if weights.shape[-1] == weights.shape[-2]]
    return [weights for weights in square if weights.shape == square[0].shape]


def rollout(layers: list[Tensor]) -> Tensor:
    """[B, L, L]: how much of each input reaches each output, through all layers and the shortcuts around
    them (S. Abnar, W. Zuidema, Quantifying attention flow in transformers, ACL 2020, section 3.1: heads
    averaged, half of each layer is the shortcut). It knows neither class nor sign."""
    found = None
    for weights in layers:
        mixed = weights.mean(1)  # [B, L, L]
        step = 0.5 * mixed + 0.5 * torch.eye(mixed.shape[-1], device=mixed.device)
        found = step if found is None else step @ found
    return found


def last_maps(network: nn.Module, batch: tuple[Tensor, ...]) -> nn.Module | None:
    """The module that gives the last maps [B, C, h, w] of more than one place; None for a network without."""
    found: list[nn.Module] = []

    def note(module: nn.Module, args: Any, out: Any) -> None:
        if isinstance(out, Tensor) and out.ndim == 4 and out.shape[2] * out.shape[3] > 1:
            found.append(module)

    hooks = [m.register_forward_hook(note) for m in network.modules() if m is not network]
    try:
        with torch.no_grad():
            network(*batch)
    finally:
        for hook in hooks:
            hook.remove()
    return found[-1] if found and any(isinstance(m, nn.Conv2d) for m in network.modules()) else None


def grad_cam(
    network: nn.Module, layer: nn.Module, batch: tuple[Tensor, ...], target: Callable[[Tensor], Tensor]
) -> Tensor:
    """[B, h, w]: the maps of a layer times the gradient of the answer, added over channels.

    Where the mean over places follows the layer this is Grad-CAM (R. Selvaraju et al., ICCV 2017,
    https://arxiv.org/abs/1610.02391, equations 1 and 2) but for a factor; where it does not, taking the
    gradient place by place stays true to the network (R. Draelos, L. Carin, HiResCAM,
    https://arxiv.org/abs/2011.08891). The last ReLU is left out, so that what speaks against the class is
    told apart from what is silent.
    """
    seen: list[Tensor] = []

    def keep(module: nn.Module, args: Any, out: Tensor) -> Tensor:
        seen.append(out.detach().requires_grad_(True))
        return seen[-1]

    hook = layer.register_forward_hook(keep)
    try:
        outputs = target(network(*batch).float())
    finally:
        hook.remove()
    (gradient,) = torch.autograd.grad(outputs.sum(), seen[-1])
    return (gradient * seen[-1]).sum(1).detach()
