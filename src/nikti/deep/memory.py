"""How much memory the training of a network will need, from its own graph and the shape of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nikti.deep.predict import TOKEN, fitting
from nikti.deep.shapes import Shape

if TYPE_CHECKING:
    from torch import nn

#: Megabytes that a trial's process touches whatever it trains: pages of torch, the encoder, an optimizer.
BASE_MB = 80.0

#: Bytes of a weight: itself, its gradient and AdamW's two means, four each; the best epoch's copy; and
#: the model twice more while it is written. A running mean of the weights is one more.
WEIGHT_BYTES, MEAN_BYTES = 4 * 4 + 4 + 8, 4

#: Times the activations that the forward pass keeps: their gradients, layouts that convolutions convert to
#: and their workspace. Of pictures 1.3 to 3.1 were measured (resnet, small_cnn, efficientnet, unet; 28 to
#: 512 px); a network that needs more says so, see `nikti.deep.encoders`.
BACKWARD, BACKWARD_PICTURES = 5.0, 2.5

#: The same when only predicting, where most layers' activations are freed at once (measured: 0.2 to 0.7).
PREDICTING = 0.5

#: A cell of a raw table that is no number, while it is read, split and encoded (measured).
CELL_BYTES = 230

#: Encoded samples and what they are encoded from.
COPIES = 2


def megabytes(
    parameters: int,
    kept: float,
    sample: float,
    rows: int,
    *,
    batch: float,
    predicted: int,
    backward: float,
    mean: bool = False,
    cells: int = 0,
) -> float:
    """Peak resident megabytes of a trial beyond an empty process.

    parameters: numbers learned; kept: bytes that a sample's forward pass keeps for the backward pass;
    sample: bytes of an encoded sample; rows: of the fit; batch: samples of a step, a fraction where it sees
    only windows of them; predicted: samples answered at once; backward: see BACKWARD; mean: whether a running
    mean of the weights is kept; cells: of the raw table that are no numbers.

    >>> round(megabytes(11_000_000, 1.8e6, 12_288, rows=5000, batch=32, predicted=85, backward=2.5))
    655
    """
    weights = parameters * (WEIGHT_BYTES + MEAN_BYTES * mean)
    activations = kept * max(backward * batch, PREDICTING * min(rows, predicted))
    return BASE_MB + (weights + activations + COPIES * rows * sample + CELL_BYTES * cells) / 1e6


def graph(network: nn.Module, batch: tuple[Any, ...]) -> tuple[int, float]:
    """(numbers learned, bytes kept for the backward pass per sample) of a network, from a forward pass
    of a small batch."""
    import torch

    own = {t.untyped_storage()._cdata for t in (*network.parameters(), *network.buffers())}
    kept: dict[int, torch.Tensor] = {}  # holding them keeps a storage's number from being used again

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        number = tensor.untyped_storage()._cdata
        if number not in own:
            kept[number] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        network.train()(*batch)
    size = sum(tensor.untyped_storage().nbytes() for tensor in kept.values())
    return sum(weight.numel() for weight in network.parameters()), size / len(batch[0])


def predicted(shape: Shape) -> int:
    """Samples that are answered at once, as `nikti.deep.predict.at_once` counts them."""
    return fitting(shape.values if shape.PIXELS else shape.values * TOKEN)


def backward(shape: Shape) -> float:
    """Times the activations that training takes, of most networks for such samples."""
    return BACKWARD_PICTURES if shape.PIXELS else BACKWARD
