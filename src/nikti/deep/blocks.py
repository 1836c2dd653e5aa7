"""The layers of a network, found from its structure, and what they make of samples.

A sample goes through a network's parts one after the other; what a part is given is what the parts before
it made. So layer k is what part k + 1 receives: this counts sums of shortcuts, joined branches and
functions between modules in, for a network of any make. Parts that receive the raw sample, or what another
part received already (parallel branches), are no new layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core import catalogue
from nikti.core.inputs import Inputs
from nikti.deep import answers
from nikti.deep import device as devices
from nikti.deep.predict import at_once
from nikti.deep.raw_table import pooled
from nikti.deep.samples import encoded
from nikti.deep.shapes import TextShape

if TYPE_CHECKING:
    import torch
    from torch import nn

#: Layers of a deep network that are looked at: the first, the last, and others evenly between.
MOST_LAYERS = 8

#: A slope below this share of the steepest is none.
LEAST_SLOPE = 1e-4


@dataclass(frozen=True)
class Layer:
    """What one layer made of n samples.

    name: the part of the network that made it; table float32 [n, w], see `nikti.deep.raw_table.pooled`; peaks
    float32 [n, units]: each unit's largest answer over all places; places int64 [n, units]: where that was,
    None where a layer has no places; grid: the places' shape ((H, W), (length,) or ())
    """

    name: str
    table: np.ndarray
    peaks: np.ndarray
    places: np.ndarray | None
    grid: tuple[int, ...]


def file_of(model: Any) -> ModuleType:
    """The network file that a DeepModel was built from."""
    if model.file is not None:
        return catalogue.load_file(model.file)
    return catalogue.load(f"deep/networks/{model.family}", model.network_name)


def untrained(model: Any, seed: int = 0) -> nn.Module:
    """The network of a DeepModel with its weights before training."""
    outputs = answers.of(model.answer).outputs(len(model.classes))
    with devices.seeded(seed, "cpu"):
        network = file_of(model).build(model.encoder.shape, outputs, **model.params)
    return network.to(model.device).eval()


def parts(network: nn.Module, named: Sequence[str] = ()) -> list[tuple[str, nn.Module]]:
    """[(path, module)] of a network's parts with weights, as they were defined.

    named: what the network's file says (`BLOCKS`): paths, of which a list stands for its members. Without
    it, the network's children; sequences of several weighted parts are opened, members of a ModuleList
    are blocks, and other modules stay whole unless that leaves fewer than three parts.
    """
    if named:
        return [pair for path in named for pair in _members(path, network.get_submodule(path))]
    found = list(_opened("", network, first=True))
    while len(found) < 3:
        wider = [pair for path, part in found for pair in (_inside(path, part) or [(path, part)])]
        if len(wider) == len(found):
            break
        found = wider
    return found


def _members(path: str, part: nn.Module) -> list[tuple[str, nn.Module]]:
    from torch import nn

    if isinstance(part, nn.ModuleList):
        return [(f"{path}.{name}", member) for name, member in part.named_children()]
    return [(path, part)]


def _opened(path: str, part: nn.Module, first: bool = False) -> Iterator[tuple[str, nn.Module]]:
    from torch import nn

    inside = _inside(path, part)
    if isinstance(part, nn.ModuleList):
        yield from inside
    elif first or (isinstance(part, nn.Sequential) and len(inside) > 1):
        for name, child in inside:
            yield from _opened(name, child)
    else:
        yield path, part


def _inside(path: str, part: nn.Module) -> list[tuple[str, nn.Module]]:
    """The children with weight matrices: norms and activations belong to what stands before them."""
    return [
        (f"{path}.{name}" if path else name, child)
        for name, child in part.named_children()
        if any(weight.ndim >= 2 for weight in child.parameters())
    ]


class _Watch:
    """Hooks that keep what each part is given, and what the last module before the end gave."""

    def __init__(self, network: nn.Module, watched: Sequence[tuple[str, nn.Module]]):
        self.given: list[tuple[str, nn.Module, torch.Tensor]] = []
        self.last: tuple[nn.Module, torch.Tensor] | None = None
        self.hooks = [
            part.register_forward_pre_hook(self._note(path, part), with_kwargs=True) for path, part in watched
        ]
        leaves = [m for m in network.modules() if not list(m.children())]
        self.hooks += [leaf.register_forward_hook(self._leave) for leaf in leaves]

    def _note(self, path: str, part: nn.Module) -> Any:
        def note(_: nn.Module, args: tuple, kwargs: dict) -> None:
            value = next(iter((*args, *kwargs.values())), None)
            if hasattr(value, "ndim"):
                self.given.append((path, part, value))

        return note

    def _leave(self, leaf: nn.Module, _: Any, output: Any) -> None:
        if hasattr(output, "ndim"):
            self.last = (leaf, output)

    def __enter__(self) -> _Watch:
        return self

    def __exit__(self, *error: object) -> None:
        for hook in self.hooks:
            hook.remove()


def _forward(
    network: nn.Module, watched: Sequence[tuple[str, nn.Module]], batch: tuple
) -> list[tuple[str, nn.Module, Any]]:
    """[(name of what made it, module that receives it or gave it, tensor)] of one batch, in order."""
    with _Watch(network, watched) as watch:
        output = network(*batch)
    seen = {id(tensor) for tensor in batch}
    made, found = "", []
    for path, part, value in watch.given:
        if made and value.is_floating_point() and id(value) not in seen:
            found.append((made, part, value))
        seen.add(id(value))
        made = path
    if watch.last is not None:
        leaf, value = watch.last
        answers_ = {id(t) for t in (output if isinstance(output, tuple | list) else (output,))}
        heavy = any(weight.ndim >= 2 for weight in leaf.parameters())
        if not heavy and value.is_floating_point() and id(value) not in seen | answers_:
            found.append((made, leaf, value))  # the head is no module: what it is given is this
    return found


def activations(
    network: nn.Module, encoder: Any, inputs: Inputs, *, device: str, named: Sequence[str] = ()
) -> list[Layer]:
    """What each layer makes of raw samples; [] for a network without a layer between sample and answer. Of a
    long text that a network reads in windows, the first."""
    import torch

    network.eval()
    samples = encoded(encoder, inputs)
    batch = at_once(samples.tensors)
    watched = parts(network, named)
    kept: list[list[tuple]] = []
    names: list[str] = []
    with torch.inference_mode():
        for rows in samples.rows.split(batch):
            given = encoder.batch(samples.gather(rows, device))
            if hasattr(network, "window"):
                given = (given[0][:, : network.window],)
            found = _forward(network, watched, given)
            if not kept:
                chosen = _spread(len(found))
                names = [found[i][0] for i in chosen]
                kept = [[] for _ in chosen]
            mask = given[0] != 0 if isinstance(encoder.shape, TextShape) else None
            for place, i in enumerate(chosen):
                kept[place].append(_summary(*found[i][1:], mask))
    return [_joined(name, pieces) for name, pieces in zip(names, kept, strict=True)]


def reach(
    network: nn.Module, encoder: Any, inputs: Inputs, *, device: str, named: Sequence[str] = ()
) -> list[int]:
    """How much of a picture's side, or of the length of a series or a wave, a unit in the middle of each
    layer's map can see, in pixels or moments of what the network receives: where its answer has a slope.
    The whole where a layer has no places; [] for samples that are no numbers on a grid (texts, rows of a
    table)."""
    import torch

    if not hasattr(encoder.shape, "channels") and not hasattr(encoder.shape, "samples"):
        return []
    samples = encoded(encoder, inputs)
    given = encoder.batch(samples.gather(samples.rows, device))[0].requires_grad_(True)
    grid = given.ndim > 3  # rows and columns last, else moments alone
    along = given.ndim - 2 if grid else given.ndim - 1
    whole, found = given.shape[along], []  # a picture's height, the length of a series or a wave
    with torch.enable_grad():
        layers = _forward(network.eval(), parts(network, named), (given,))
        for place in _spread(len(layers)):
            _, part, value = layers[place]
            value = value.transpose(1, 2) if value.ndim == 3 and not _channels_first(part) else value
            middle = tuple(length // 2 for length in value.shape[2:])
            (slope,) = torch.autograd.grad(
                value[(slice(None), slice(None), *middle)].sum(), given, retain_graph=True
            )
            strong = slope.abs().amax(tuple(axis for axis in range(slope.ndim) if axis != along))
            rows = (strong > LEAST_SLOPE * strong.max()).nonzero()
            found.append(int(rows.max() - rows.min()) + 1 if len(rows) else whole)
    return found


def _spread(count: int) -> list[int]:
    return sorted({round(i) for i in np.linspace(0, count - 1, min(count, MOST_LAYERS))}) if count else []


def _joined(name: str, pieces: list[tuple]) -> Layer:
    tables, peaks, places, grids = zip(*pieces, strict=True)
    where = None if places[0] is None else np.concatenate(places)
    longest = max(grids, key=lambda grid: int(np.prod(grid)) if grid else 0)
    return Layer(name, np.concatenate(tables), np.concatenate(peaks), where, longest)


def _summary(part: nn.Module, value: torch.Tensor, mask: torch.Tensor | None) -> tuple:
    """(table, peaks, places, grid) of one batch; channels are brought to the second place first."""
    value = value.float()
    if value.ndim == 2:
        table = value.cpu().numpy()
        return table, table, None, ()
    if value.ndim == 3 and not _channels_first(part):
        value = value.transpose(1, 2)  # [B, L, D] -> [B, D, L]
    grid = tuple(value.shape[2:])
    flat = value.flatten(2)  # [B, D, places]
    if mask is not None and mask.shape[1] == flat.shape[2]:
        there = mask.unsqueeze(1)  # [B, 1, L]
        peaks, places = flat.masked_fill(~there, float("-inf")).max(2)
        mean = (flat * there).sum(2) / there.sum(2).clamp(min=1)
        table = np.concatenate([mean.cpu().numpy(), peaks.cpu().numpy()], axis=1)
    else:
        peaks, places = flat.max(2)
        table = pooled(value).cpu().numpy()
    return table, peaks.cpu().numpy(), places.cpu().numpy(), grid


def _channels_first(part: nn.Module) -> bool:
    """Whether a part that is given three dimensions takes [B, channels, length]."""
    from torch import nn

    for module in part.modules():
        if isinstance(module, nn.Conv1d | nn.BatchNorm1d | nn.AdaptiveAvgPool1d):
            return True
        if isinstance(module, nn.Linear | nn.LayerNorm | nn.GRU | nn.LSTM):
            return False
    return False
