"""Generated points in the plane with a known truth: on which ring does a point lie?"""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Frame
from nikti.core.words import Words

TITLE = Words(
    en="generated points on an inner and an outer ring, which no straight line parts",
    bn="বানানো বিন্দু, ভেতরের বা বাইরের বৃত্তে; কোনো সরলরেখা দিয়ে আলাদা করা যায় না",
)
MODALITY = "table"
TASK = "tabular_classification"


def load(seed: int = 0, n: int = 200) -> Data:
    """n rows of two numbers."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    outer = rng.permutation(n) % 2
    radius, angle = 1 + outer + rng.normal(0, 0.1, n), rng.uniform(0, 2 * np.pi, n)
    frame = pd.DataFrame({"x": radius * np.cos(angle), "y": radius * np.sin(angle)})
    names = np.array(["inner", "outer"], dtype=object)[outer]
    return Data("rings", "table", Frame(frame), names, target_name="ring")
