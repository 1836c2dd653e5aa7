"""Digests of a model's training samples, so that it can tell later which samples it was trained on. No
sample can be read from them."""

from __future__ import annotations

import numpy as np

from nikti import modalities
from nikti.core.data import Data


def to_keep(data: Data) -> dict[str, np.ndarray]:
    """What a model keeps of its training data: {"digests": uint64 [m], sorted, "side": int64 []}.

    Samples whose equals are to be expected are left out (m <= n). Pictures must be stored ones.
    """
    modality = modalities.of(data.modality)
    found = modality.digests(data.inputs)
    found = found[modality.beyond_chance(data.inputs, found)]
    return {"digests": np.unique(found), "side": np.array(modality.stored_side(data.inputs), dtype=np.int64)}


def seen_in_training(kept: dict[str, np.ndarray], data: Data) -> np.ndarray:
    """bool [n]: the samples that are among those of which `to_keep` kept the digests."""
    found = modalities.of(data.modality).digests(data.inputs, int(kept["side"]))
    return np.isin(found, kept["digests"])
