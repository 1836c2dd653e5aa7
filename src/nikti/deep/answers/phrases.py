"""A text for a text. A translator is a network that reads and writes token numbers:

forward(source) -> memory           a tuple of float tensors, [B, ...] each
forward(source, answer)             the whole of training's work, for those who count it
decode(memory, before) -> [B, T, D] hidden states at each place of the answer, from the tokens int64 [B, T]
                                    before it
logits(states) -> [..., vocabulary]    logits of the next token
start(memory, beams) -> (fixed, moving)
                                    before the first token of K answers for each sample: `moving` is a
                                    tuple of tensors [B * K, ...], which go with their answer
step(fixed, moving, token, place) -> (states [B, K, D], moving)
                                    the same as `decode`, one token int64 [B, K] at a time
beams, longest                      answers followed at a time, and tokens written at most
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.decoding import Beam
from nikti.core.graph import Missing
from nikti.core.inputs import Inputs, Texts
from nikti.deep.schedule import Recipe

if TYPE_CHECKING:
    import torch
    from torch import nn

PROBABILITIES = False
ENCODER = "translation"
#: Validation pairs that a training is judged by: to translate takes longer than to learn.
MOST_JUDGED = 200
#: Measured on captions: 1.9 of the recurrent network, 2.4 of the Transformer.
ANSWER_SHARE = 2.2


def outputs(classes: int) -> int:
    """0: the vocabulary is part of the shape, and there are no classes."""
    return 0


def learnable(targets: Phrases, inputs: Inputs, encoder: Any) -> tuple[np.ndarray, tuple[float, float]]:
    """int32 [n, answer]: the tokens of each first reference, END, PAD."""
    return encoder.encode_answers([targets[row][0] for row in range(len(targets))]), (0.0, 1.0)


def augment(encoder: Any, batch: tuple, targets: torch.Tensor, generator: torch.Generator) -> tuple:
    """The sources as the encoder changes them."""
    return encoder.augment(batch, generator), targets


def for_training(network: nn.Module, targets: np.ndarray) -> nn.Module:
    """The network with greedy search, which is enough to compare epochs by."""
    network.beams = 1
    return network


def for_prediction(network: nn.Module) -> nn.Module:
    """The network with its own number of beams."""
    del network.beams
    return network


def loss(network: nn.Module, raw: Any, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Cross-entropy of each token with the right ones before it; the right answer is smoothed over all tokens
    (Szegedy et al. 2016, section 7)."""
    import torch.nn.functional as F

    from nikti.deep.encoders._pairs import PAD, START, trim

    tokens = trim(targets)  # [B, T]
    states = network.decode(raw, F.pad(tokens[:, :-1], (1, 0), value=START))  # [B, T, D]
    real = tokens != PAD
    return F.cross_entropy(network.logits(states[real]), tokens[real], label_smoothing=recipe.label_smoothing)


def read(network: nn.Module, raw: Any) -> torch.Tensor:
    """Token numbers int32 [B, longest] of the answer found, END, PAD."""
    from nikti.deep.beam import search

    return search(network, raw, beams=network.beams, longest=network.longest)


def finish(found: np.ndarray, scaling: tuple[float, float], inputs: Inputs, encoder: Any) -> Phrases:
    """One text for each sample."""
    return Phrases.of([[text] for text in encoder.decode(found)])


def parts(inputs: Inputs, encoder: Any) -> tuple[Texts, np.ndarray]:
    """The texts, those that are longer than the encoder takes in parts; which text each part is of."""
    each = encoder.parts(list(inputs))
    owners = np.repeat(np.arange(len(each)), [len(some) for some in each])
    return Texts([part for some in each for part in some]), owners


def joined(translations: Phrases, owners: np.ndarray, n: int) -> Phrases:
    """The parts' translations one after another."""
    texts: list[list[str]] = [[] for _ in range(n)]
    for row, owner in enumerate(owners.tolist()):
        texts[owner] += translations[row]
    return Phrases.of([[" ".join(filter(None, some))] for some in texts])


def decoding(network: nn.Module, scaling: tuple[float, float]) -> tuple[tuple[Any, ...], tuple[Missing, ...]]:
    """No steps, and the reason: beam search is no single pass through a network."""
    from nikti.deep.beam import LENGTH_POWER

    why = "answers are looked for token by token, and long texts in parts: nikti/deep/beam.py"
    return (Beam(network.beams, network.longest, LENGTH_POWER),), (Missing("beam search", why),)
