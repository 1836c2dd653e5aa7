"""Random convolution kernels on the mel bands of sounds, and a linear classifier on their answers (MiniRocket
with ridge: A. Dempster, D. Schmidt, G. Webb, KDD 2021)."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import RANDOM_KERNELS
from nikti.classical.models import random_kernels
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(
    en="random convolution kernels on mel bands with ridge (MiniRocket)",
    bn="মেল ব্যান্ডের উপর এলোমেলো কনভোলিউশন কার্নেল, সঙ্গে রিজ (MiniRocket)",
)
ANSWERS = ("label",)
PRESETS = ("medium", "best")
METHOD = RANDOM_KERNELS
REPRESENTS = True
MODALITIES = ("sound",)


def features(seed: int) -> dict[str, Any]:
    """It works on its own columns and no others."""
    from nikti.classical.features.sound._kernels import SoundKernels

    return {"sound_kernels": SoundKernels(random_kernels.KERNEL_COLUMNS, seed)}


candidates = random_kernels.candidates
build = random_kernels.build
accepts = random_kernels.accepts


def cost(shape: Shape) -> float:
    """Core-seconds of one fit, the kernels' answers to sounds of a few seconds included (measured)."""
    return 0.1 + 0.02 * shape.n + 2.5e-7 * shape.n * shape.n
