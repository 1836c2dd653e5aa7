"""A network built no larger than the weights that are there for it.

The facts of a model folder say how wide and deep its network is. Were they believed, a few bytes could ask
for more memory than there is; so the network is first built without memory, counting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nikti.core.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor, nn


def built(build: Callable[[], nn.Module], weights: Mapping[str, Tensor]) -> nn.Module:
    """What `build` makes, whose parameters the weights must fill. Raises ModelError, before memory is taken,
    where it would have more parameters than there are weights."""
    import torch

    with torch.device("meta"), _counted(weights):
        build()
    return build()


@contextmanager
def _counted(weights: Mapping[str, Tensor]) -> Iterator[None]:
    """Stop the building of a network that has outgrown its weights."""
    from torch.nn.modules.module import register_module_parameter_registration_hook

    tensors, values = len(weights), sum(tensor.numel() for tensor in weights.values())
    count = size = 0

    def count_one(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        nonlocal count, size
        if parameter is None:
            return
        count, size = count + 1, size + parameter.numel()
        # Shared parameters are registered twice and stored once.
        if count > 2 * tensors or size > 2 * values:
            raise ModelError(
                f"its facts ask for a network of more than {tensors} tensors with {values} weights, and "
                "no more are there"
            )

    hook = register_module_parameter_registration_hook(count_one)
    try:
        yield
    finally:
        hook.remove()
