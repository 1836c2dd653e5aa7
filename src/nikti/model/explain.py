"""What a fitted model looked at in inputs that a user hands over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nikti import answers
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Frame, ImageFiles, Inputs, Stack, TextFiles, Texts
from nikti.explain import occlusion, regions, scores
from nikti.explain.measure import OCCLUSION
from nikti.explain.remove import Remover

#: Samples that a gradient is compared with.
BACKGROUND = 16


def methods(model: Any) -> tuple[str, ...]:
    """The ways in which a model can be explained, its own first; occlusion is there for every model."""
    explainer = model.explainer() if hasattr(model, "explainer") else None
    return (*(explainer.methods if explainer is not None else ()), OCCLUSION)


def chosen(model: Any, method: str | None, contender: str) -> str:
    """The method asked for, or the model's first. Raises UsageError for one that it does not know."""
    known = methods(model)
    if method is None:
        return known[0]
    if method not in known:
        why = " It has no gradients." if "gradient" in method or "cam" in method else ""
        raise UsageError(
            f"{contender} cannot be explained by {method!r}.{why} "
            f"Type --method {' or --method '.join(known)}."
        )
    return method


def decoded(inputs: Inputs, modality: str) -> Inputs:
    """Pictures as arrays, documents as texts. Raises DataError for samples of another kind than the
    model's."""
    if isinstance(inputs, ImageFiles):
        inputs = Pictures(list(inputs))
    elif isinstance(inputs, TextFiles):
        inputs = Texts(list(inputs))
    for row in range(0 if isinstance(inputs, Frame) else len(inputs)):
        sample = inputs[row]
        wanted = {"image": 3, "series": 2}.get(modality)
        if wanted and np.ndim(sample) != wanted:
            shape = "[height, width, 1 or 3]" if wanted == 3 else "[channels, length]"
            raise DataError(
                f"input {row} has the shape {list(np.shape(sample))}; this model was trained on "
                f"{'pictures' if wanted == 3 else 'series'} {shape}. Give one of that kind."
            )
    return inputs


class Pictures(Inputs):
    """Pictures of any sizes, in memory."""

    def __init__(self, pictures: Sequence[np.ndarray]):
        self.pictures = list(pictures)

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, row: int) -> np.ndarray:
        return self.pictures[row]

    def take(self, rows: Any) -> Inputs:
        some = [self.pictures[int(row)] for row in rows]
        return Stack(np.stack(some)) if len({picture.shape for picture in some}) == 1 else Pictures(some)


def explain(
    model: Any,
    answer: str,
    inputs: Inputs,
    *,
    method: str,
    code: int | None = None,
    background: Inputs | None = None,
) -> list[list[tuple[Any, np.ndarray]]]:
    """For each input [(part of its answer, weights over the raw sample), ...], see `explained` in
    `nikti.answers`. Weights are signed: float64, picture [H, W], text [characters], series [length], row
    [columns].

    background: samples that fill what is taken away, and that gradients are compared with.
    """
    kind = answers.of(answer)
    told = kind.explained(model, inputs, code)
    if method != OCCLUSION:
        codes = kind.codes([each[0] for each in told])
        some = None if background is None else background.take(range(min(BACKGROUND, len(background))))
        maps = model.explainer().explain(inputs, codes, method, some)
        return [[(each[0], weights)] for each, weights in zip(told, maps, strict=True)]
    score, remover = scores.of(model, answer), Remover(background)
    found: list[list[tuple[Any, np.ndarray]]] = []
    for row, each in enumerate(told):
        labels = regions.of(inputs, row, occlusion.SHOWN)
        found.append([])
        for part in each:
            falls = occlusion.occlusion(score, inputs, row, part, remover, labels)
            found[-1].append((part, regions.spread(falls, labels)))
    return found
