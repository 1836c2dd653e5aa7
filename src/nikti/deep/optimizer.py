"""The optimizer of every training."""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

#: Methods that torch wraps for its compiler.
_WRAPPED = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")


def adamw(groups: Any, lr: float, **settings: Any) -> torch.optim.AdamW:
    """AdamW (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101), with torch's own arguments."""
    return _adamw()(groups, lr, **settings)


@cache
def _adamw() -> type[torch.optim.AdamW]:
    """torch's AdamW without what its compiler wants of it. The wrapped methods import the whole compiler when
    one is first called, 1.2 CPU-seconds and 150 MB of each process, and nothing here is compiled.
    """
    import torch

    base = torch.optim.AdamW
    plain_step = inspect.unwrap(base.step)

    def step(self: torch.optim.AdamW) -> None:
        with torch.no_grad():
            plain_step(self)

    methods = {name: inspect.unwrap(getattr(base, name)) for name in _WRAPPED}
    return type("AdamW", (base,), {**methods, "step": step})
