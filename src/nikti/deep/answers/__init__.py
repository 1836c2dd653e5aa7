"""How networks learn each kind of answer. One file per kind of answer, by its
name in `nikti.answers`: `deep/answers/<name>.py` with

    outputs(classes) -> int
                           what a network's `build` receives as `outputs`
    learnable(targets, inputs, encoder) -> (array [n, ...], (centre, spread))
                           targets as the loss takes them, in the frame of what the encoder makes of the
                           inputs, and what turns numbers back into answers
    augment(encoder, batch, targets, generator) -> (batch, targets)
                           training only, on whole batches; random numbers come from the CPU generator
    loss(network, raw, targets, recipe) -> scalar tensor
                           raw = network(*batch) in float32, a tensor or a tuple of them
    read(network, raw) -> tensor [B, ...]
                           what is kept of a prediction, of one shape for every sample
    finish(found, scaling, inputs, encoder) -> answers as `Task.losses` takes them
                           found: what `read` gave of these inputs, as an array [n, ...]
    decoding(network, scaling) -> (steps, missing)
                           what `read` and `finish` do, as plain data, see `nikti.core.graph`
    PROBABILITIES          whether there are any: then `proba(found) -> float64 [n, C]`

and, where the answer needs them,

    explained(code) -> function of `raw` -> tensor [B]
                           the number that gradients explain: of a class, or of the value, whose code is None
    LINEAR                 whether a linear layer on what a frozen network makes of a sample can answer

    valid_loss(found, truth, scaling) -> float
                           the loss shown beside the score in the training curve; without it, what the
                           score lacks
    MOST_JUDGED            validation samples that a training is judged by at most, where answering costs
                           more than learning
    ANSWER_SHARE           what answering costs beside learning from a sample, where that is not the usual
                           share (the network's forward pass)

    seen(shape) -> float   what a step of training sees of a sample, as a share of it, where that is not all

    ENCODER                the file in `encoders/` that reads samples for this kind of answer, where that of
                           the modality does not do
    parts(inputs, encoder) -> (inputs, owners int64)
                           what is too long for the encoder, in parts that are answered one by one
    joined(answers, owners, n) -> answers of the n inputs
    for_training(network, targets) -> network
                           with what it needs only while it learns (a direction for each person)
    for_prediction(network) -> network
                           without them again
    calibrated(found, truth, inputs, encoder) -> (centre, spread)
                           what turns numbers into answers, where only samples that were not learned from
                           can tell (a threshold); instead of what `learnable` gave
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

from nikti.core import catalogue
from nikti.core.task import Task


@cache
def of(answer: str) -> ModuleType:
    """The file of a kind of answer. Raises UnknownName for one that no network gives."""
    return catalogue.load("deep/answers", answer)


def encoder(task: Task) -> str:
    """The name of the file in `encoders/` that reads the samples of a task."""
    return getattr(of(task.answer), "ENCODER", task.modality)
