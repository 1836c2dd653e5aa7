"""What a network is asked to answer, and how such answers are learned. One file per kind of answer
(`nikti.core.task.Task.kind`): `answers/<kind>.py` with

    ON_PICTURES            whether answers are places in a picture: `finish` then needs the pictures' sizes
    outputs(classes) -> int
                           what a network's `build` receives as `outputs`
    learnable(targets, shape) -> (array [n, ...], (centre, spread))
                           targets as the loss takes them, in the frame of the encoder's `shape`, and what
                           turns numbers back into answers
    augment(encoder, batch, targets, generator) -> (batch, targets)
                           training only, on whole batches; random numbers come from the CPU generator
    loss(network, raw, targets, recipe) -> scalar tensor
                           raw = network(*batch) in float32, a tensor or a tuple of them
    read(network, raw) -> tensor [B, ...]
                           what is kept of a prediction, of one shape for every sample
    finish(found, scaling, sizes) -> answers as `Task.losses` takes them
                           found: what `read` gave, as an array [n, ...]; sizes: int64 [n, 2], height and
                           width of each picture where ON_PICTURES, else None
    PROBABILITIES          whether there are any: then `proba(found) -> float64 [n, C]`
    valid_loss(found, truth, scaling) -> float
                           the loss shown beside the score in the training curve

and, where the answer needs them,

    dressed(network, targets) -> network
                           with weights that it needs only while it learns (an embedder's people)
    bare(network) -> network
                           without them again
    calibrated(found, truth) -> (centre, spread)
                           what turns numbers into answers, where only samples that were not learned from
                           can tell (a threshold); instead of what `learnable` gave
"""

from __future__ import annotations

import importlib
from types import ModuleType


def of(kind: str) -> ModuleType:
    """The file of a kind of answer."""
    return importlib.import_module(f"nikti.deep.answers.{kind}")
