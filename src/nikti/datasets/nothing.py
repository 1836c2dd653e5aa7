"""Rows in which nothing can be learned: the answer is drawn without a look at the columns. The truth
about any two learners is a tie, and no honest referee may find otherwise (more than one time in twenty)."""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Frame
from nikti.core.words import Words

TITLE = Words(
    en="generated rows whose two classes have nothing to do with the columns: the truth is a tie",
    bn="বানানো সারি, যার দুই শ্রেণির সঙ্গে কলামের কোনো সম্পর্ক নেই: আসলে দুই পক্ষ সমান",
)
MODALITY = "table"
TASK = "tabular_classification"

BAYES_ACCURACY = 0.5


def load(seed: int = 0, n: int = 400) -> Data:
    """A frame of six noise columns (four numbers, two categories), n rows, half of each class."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 4)), columns=["width", "height", "weight", "age"])
    for name, values in (("colour", ["red", "green", "blue"]), ("town", ["Dhaka", "Khulna", "Sylhet"])):
        frame[name] = pd.Series(rng.choice(values, size=n), dtype="string").astype("category")
    targets = rng.permutation(np.array(["heads", "tails"], dtype=object)[np.arange(n) % 2])
    return Data("nothing", "table", Frame(frame), targets, target_name="coin")
