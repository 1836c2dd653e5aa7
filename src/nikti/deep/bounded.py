"""A network built no larger than the weights that are there for it.

The facts of a model folder say how wide and deep its network is. Were they believed, a few bytes could ask
for more memory than there is; so the network is first built without memory, counting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nikti.core.errors import ModelError
from nikti.core.words import Words

if TYPE_CHECKING:
    from torch import Tensor, nn

#: Some networks are built with a larger head, which is then replaced: VGG's first one alone has 120 million
#: weights. So many are allowed on the way (600 MB) before what remains is counted.
ON_THE_WAY, ON_THE_WAY_TENSORS = 150_000_000, 2000

_MORE = Words(
    en="its facts ask for a network of more than {there} tensors with {filled} weights, and no more "
    "are there",
    bn="এর বিবরণ এমন নেটওয়ার্ক চায় যাতে {there}টির বেশি টেনসর ও {filled}টির বেশি ওজন, অথচ তত নেই",
)


def built(build: Callable[[], nn.Module], weights: Mapping[str, Tensor]) -> nn.Module:
    """What `build` makes, whose parameters the weights must fill. Raises ModelError, before memory is taken,
    where it would have more parameters than there are weights."""
    import torch

    with torch.device("meta"), _counted(weights):
        network = build()
    parameters = list(network.parameters())
    _refuse_more(len(parameters), sum(one.numel() for one in parameters), weights, 1, 1)
    return build()


@contextmanager
def _counted(weights: Mapping[str, Tensor]) -> Iterator[None]:
    """Stop the building of a network that has outgrown its weights."""
    from torch.nn.modules.module import register_module_parameter_registration_hook

    count = size = 0

    def count_one(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        nonlocal count, size
        if parameter is None:
            return
        count, size = count + 1, size + parameter.numel()
        _refuse_more(count, size, weights, ON_THE_WAY_TENSORS, ON_THE_WAY)

    hook = register_module_parameter_registration_hook(count_one)
    try:
        yield
    finally:
        hook.remove()


def _refuse_more(count: int, size: int, weights: Mapping[str, Tensor], tensors: int, values: int) -> None:
    """Raise ModelError where there are more parameters than twice the weights (shared ones are registered
    twice and stored once), and than so many as are allowed in any case."""
    there, filled = len(weights), sum(tensor.numel() for tensor in weights.values())
    if count > max(2 * there, tensors) or size > max(2 * filled, values):
        raise ModelError(_MORE.format(there=there, filled=filled))
