"""What a fitted model looked at in inputs that a user hands over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nikti.core.answers import CLASS, SCORE
from nikti.core.errors import UsageError
from nikti.core.inputs import Inputs
from nikti.explain import answers, occlusion, regions, scores
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


def explain(
    model: Any,
    kind: str,
    modality: str,
    inputs: Inputs,
    *,
    method: str,
    code: int | None = None,
    background: Inputs | None = None,
) -> list[list[tuple[Any, np.ndarray]]]:
    """For each input [(answer, weights over the raw sample), ...], see `nikti.explain.answers`. Weights are
    signed: float64, picture [H, W], text [characters], series [length], row [columns].

    background: samples that fill what is taken away, and that gradients are compared with.
    """
    told = answers.of(model, kind, inputs, code)
    if method != OCCLUSION:
        codes = None if kind == "regression" else np.array([each[0] for each in told])
        some = None if background is None else background.take(range(min(BACKGROUND, len(background))))
        maps = model.explainer().explain(inputs, codes, method, some)
        return [[(each[0], weights)] for each, weights in zip(told, maps, strict=True)]
    score, remover = scores.of(model, kind), Remover(modality, background)
    found: list[list[tuple[Any, np.ndarray]]] = []
    for row, each in enumerate(told):
        labels = remover.regions(inputs, row, occlusion.SHOWN)
        found.append([])
        for answer in each:
            falls = occlusion.occlusion(score, inputs, row, answer, remover, labels)
            found[-1].append((answer, regions.spread(falls, labels)))
    return found


def answer_in_words(answer: Any, kind: str, classes: Sequence[str], value: float | None) -> dict[str, Any]:
    """An answer as plain data: {"class"}, {"value"}, {"class", "score", "box"}, {"class", "share"} or
    {"text"}."""
    if kind == "classification":
        return {"class": classes[int(answer)]}
    if kind == "regression":
        return {"value": value}
    if kind == "detection":
        box = [round(float(edge), 1) for edge in answer[:4]]
        return {"class": classes[int(answer[CLASS])], "score": float(answer[SCORE]), "box": box}
    if kind == "segmentation":
        region, code = answer
        return {"class": classes[code], "share": float(region.mean())}
    return {"text": answer} if isinstance(answer, str) else {}
