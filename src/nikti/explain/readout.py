"""Which hand-made features can be read out of which layer, and what that says of the network.

A feature that is readable somewhere was not necessarily learned: it may have been there in the raw input,
or any network of this wiring, untrained, would show it (the control of Zhang & Bowman 2018,
https://arxiv.org/abs/1809.10040, and Conneau et al. 2018, https://arxiv.org/abs/1805.01070). Only what
exceeds both was found by learning.
"""

from __future__ import annotations

import numpy as np

#: A feature counts as readable from this R^2 on: half of its variance.
READABLE = 0.5

#: By so much of R^2 must a layer exceed what it is held against.
MORE = 0.1

RAW, LEARNED, WIRING, HIDDEN = "raw", "learned", "wiring", "hidden"


def verdict(
    raw: float, layers: np.ndarray, untrained: np.ndarray, low: np.ndarray | None = None
) -> tuple[str, int]:
    """(what a feature is to the network, the layer that says so: 0 for the first).

    raw: its R^2 from the raw input; layers [k] and untrained [k]: from each layer of the trained network,
    and of the same network with random weights; low [k]: lower ends of the intervals of `layers`, where
    there are any. "raw": it lay open in the input; "learned": a trained layer shows it, and exceeds both
    the input and every untrained layer by MORE and with its interval; "wiring": a layer shows it, but an
    untrained one would nearly as well; "hidden": it is readable nowhere.

    >>> verdict(0.2, np.array([0.4, 0.9]), np.array([0.3, 0.35]))
    ('learned', 1)
    >>> verdict(0.2, np.array([0.8, 0.9]), np.array([0.7, 0.85]))
    ('wiring', 0)
    """
    best = int(np.argmax(layers))
    # The first layer that is as good as the best one, within what counts as a difference.
    first = int(np.flatnonzero(layers >= layers[best] - MORE)[0])
    before = max(raw, float(np.max(untrained)))
    sure = low is None or low[best] > before
    if layers[best] >= READABLE and layers[best] >= before + MORE and sure:
        return LEARNED, first
    if raw >= READABLE:
        return RAW, first
    if layers[best] >= READABLE:
        return WIRING, first
    return HIDDEN, best
