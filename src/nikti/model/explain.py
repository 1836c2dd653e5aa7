"""Explanations of a fitted model on inputs that a user hands over."""

from __future__ import annotations

from typing import Any

import numpy as np

from nikti import answers
from nikti.core.errors import NOTHING, UsageError
from nikti.core.explanation import ExplanationMethod
from nikti.core.inputs import Inputs
from nikti.core.words import Words
from nikti.explain import occlusion, regions, scores
from nikti.explain.measure import OCCLUSION
from nikti.explain.remove import Remover

#: Samples that a gradient is compared with.
BACKGROUND = 16

_NO_GRADIENTS = Words(en=" It has no gradients.", bn=" এর কোনো গ্রেডিয়েন্ট নেই।")
_NO_METHOD = Words(
    en="{contender} cannot be explained by {method!r}.{why} Type --method {ways}.",
    bn="“{method}” দিয়ে {contender} ব্যাখ্যা করা যায় না।{why} লিখুন --method {ways}",
)


def methods(model: Any) -> tuple[str, ...]:
    """The ways in which a model can be explained, its own first; occlusion is there for every model."""
    explainer = model.explainer() if hasattr(model, "explainer") else None
    return (*(explainer.methods if explainer is not None else ()), OCCLUSION)


def describe(model: Any, method: str) -> ExplanationMethod:
    """One of a model's methods in words."""
    return occlusion.METHOD if method == OCCLUSION else model.explainer().describe(method)


def chosen(model: Any, method: str | None, contender: str) -> str:
    """The method asked for, or the model's first. Raises UsageError for one that it does not have."""
    available = methods(model)
    if method is None:
        return available[0]
    if method not in available:
        why = _NO_GRADIENTS if "gradient" in method or "cam" in method else NOTHING
        raise UsageError(
            _NO_METHOD.format(
                contender=contender, method=method, why=why, ways=" or --method ".join(available)
            )
        )
    return method


def explain(
    model: Any,
    answer: str,
    modality: str,
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
    explained = kind.explained(model, inputs, code)
    if method != OCCLUSION:
        rows = np.repeat(np.arange(len(inputs)), [len(each) for each in explained])
        parts = [part for each in explained for part in each]
        some = None if background is None else background.take(range(min(BACKGROUND, len(background))))
        maps = model.explainer().explain(inputs.take(rows), kind.codes(parts), method, some)
        laid = iter(zip(parts, maps, strict=True))
        return [[next(laid) for _ in each] for each in explained]
    score, remover = scores.of(model, answer), Remover(modality, background)
    found: list[list[tuple[Any, np.ndarray]]] = []
    for row, each in enumerate(explained):
        labels = remover.regions(inputs, row, occlusion.SHOWN)
        found.append([])
        for part in each:
            drops = occlusion.occlusion(score, inputs, row, part, remover, labels)
            found[-1].append((part, regions.spread(drops, labels)))
    return found
