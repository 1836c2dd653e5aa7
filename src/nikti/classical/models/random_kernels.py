"""Random convolution kernels and a linear classifier on their answers (MiniRocket with ridge).

A. Dempster, D. Schmidt, G. Webb, MiniRocket, KDD 2021. Nothing of the kernels is learned, which makes
it classical: a fixed, if large, set of hand-made features.
"""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import RANDOM_KERNELS
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(
    en="random convolution kernels with ridge (MiniRocket)",
    bn="এলোমেলো কনভোলিউশন কার্নেল, সঙ্গে রিজ (MiniRocket)",
)
ANSWERS = ("label",)
PRESETS = ("fast", "medium", "best")
METHOD = RANDOM_KERNELS
REPRESENTS = True
MODALITIES = ("series",)

KERNEL_COLUMNS = 9996

MOST_SERIES = 10_000
TOO_MANY = Words(
    en="{n:,} series; ridge on {columns:,} columns is for {most:,} at most",
    bn="{n}টি সময়ক্রম; {columns}টি কলামের উপর রিজ বড়জোর {most}টির জন্য",
)


def features(seed: int) -> dict[str, Any]:
    """It works on its own columns and no others."""
    from nikti.classical.features.series._random_kernels import RandomKernels

    return {"random_kernels": RandomKernels(KERNEL_COLUMNS, seed)}


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """The penalty is chosen by leave-one-out inside the fit, which ridge gives for nothing."""
    return ({},)


def build(shape: Shape, *, seed: int, threads: int) -> Any:
    """A pipeline over a table of features."""
    import numpy as np
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline

    from nikti.classical.scaling import Scale

    return make_pipeline(Scale(shape.dense), RidgeClassifierCV(alphas=np.logspace(-1, 5, 10)))


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    if shape.n > MOST_SERIES:
        return TOO_MANY.format(n=shape.n, columns=KERNEL_COLUMNS, most=MOST_SERIES)
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit, the kernels' answers included (measured)."""
    return 0.1 + 0.003 * shape.n + 2.5e-7 * shape.n * shape.n
