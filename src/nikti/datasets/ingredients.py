"""Generated pictures: which shapes are there, none, one or several kinds? Where they are, and how many of a
kind, is nuisance."""

import numpy as np

from nikti.core.answers import CLASS
from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words
from nikti.datasets import scenes

TITLE = Words(
    en="generated pictures with the kinds of shapes in each, none or several, 96 x 96 pixels",
    bn="বানানো ছবি আর তাতে কোন কোন আকৃতি আছে, একটিও না বা একাধিক, ৯৬ × ৯৬ পিক্সেল",
)
MODALITY = "image"
TASK = "image_multilabel_classification"


def load(seed: int = 0, n: int = 300) -> Data:
    """Images uint8 [n, 96, 96, 3], and which kinds of shapes each holds, bool [n, 3]."""
    rng = np.random.default_rng(seed)
    drawn = [scenes.draw(rng) for _ in range(n)]
    kinds = np.array([[(boxes[:, CLASS] == code).any() for code in range(3)] for _, boxes in drawn])
    pictures = Stack(np.stack([picture for picture, _ in drawn]))
    return Data("ingredients", "image", pictures, kinds, scenes.CLASSES, target_name="shapes")
