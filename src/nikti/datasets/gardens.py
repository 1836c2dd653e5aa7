"""Generated rows: which plants thrive in a garden? Each asks for something else of light, water and soil, and
several may thrive, or none."""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Frame
from nikti.core.words import Words

TITLE = Words(
    en="generated gardens with the plants that thrive there, none or several",
    bn="বানানো বাগান আর সেখানে যেসব গাছ ভালো হয়, একটিও না বা একাধিক",
)
MODALITY = "table"
TASK = "tabular_multilabel_classification"

PLANTS = ("basil", "fern", "rose", "taro")
SOILS = ("clay", "loam", "sand")
NOISE = 0.35  # of what a plant makes of a garden; its needs vary by about 1


def load(seed: int = 0, n: int = 400) -> Data:
    """n rows of three numbers and a soil, and which plants thrive, bool [n, 4]."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    light, water, acid = rng.uniform(0, 1, (3, n))
    soil = rng.integers(len(SOILS), size=n)
    needs = (
        3 * light - 1.5 * (soil == 0) - 1.2,  # basil: sun, no clay
        2 * water - 3 * light + 0.6,  # fern: shade
        2.5 * light + water - 4 * np.abs(acid - 0.5) - 1.0,  # rose: sun, neither sour nor chalky
        4 * water - (soil == 2) - 2.6,  # taro: wet, no sand
    )
    thrive = np.stack(needs, axis=1) + rng.normal(0, NOISE, (n, len(PLANTS))) > 0
    frame = pd.DataFrame(
        {
            "light": (24 * light).round(1),
            "water": (100 * water).round(),
            "ph": (4 + 5 * acid).round(2),
            "soil": pd.Categorical.from_codes(soil, SOILS),
        }
    )
    return Data("gardens", "table", Frame(frame), thrive, PLANTS, target_name="plants")
