"""A network without its last layer, which gives features."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from nikti.deep.shapes import Shape

if TYPE_CHECKING:
    from torch import nn


def build(network: ModuleType, shape: Shape, params: dict[str, Any]) -> tuple[nn.Module, int]:
    """(the network of a family file, its features [B, width] instead of answers, width)."""
    from torch import nn

    whole = network.build(shape, 1, **params)
    place = network.PRETRAINED["head"][0].rstrip(".")
    width = whole.get_submodule(place).in_features
    above, _, name = place.rpartition(".")
    setattr(whole.get_submodule(above), name, nn.Identity())
    return whole, width
