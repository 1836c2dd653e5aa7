"""Handwritten digits: 1,797 grey pictures of 8 x 8 pixels (Alpaydin and Kaynak 1998, through
scikit-learn)."""

import importlib.util
from pathlib import Path

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Stack
from nikti.core.words import Words

TITLE = Words(
    en="1,797 handwritten digits, grey, 8 x 8 pixels, ten classes",
    bn="হাতে লেখা ১,৭৯৭টি অঙ্ক, সাদা-কালো, ৮ × ৮ পিক্সেল, দশ শ্রেণি",
)
MODALITY = "image"
TASK = "image_classification"


def load(seed: int = 0) -> Data:
    """Images uint8 [1797, 8, 8, 1], ink white; the 17 grey levels are spread over 0..255. The seed
    plays no part."""
    table = np.loadtxt(_file(), delimiter=",", dtype=np.int64)  # [n, 64 pixels and the digit]
    images = np.round(table[:, :-1] * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8, 1)
    targets = table[:, -1].astype(str).astype(object)
    return Data("digits", "image", Stack(images), targets, target_name="digit")


def _file() -> Path:
    """scikit-learn's file of them, found without importing scikit-learn: that takes a second, and whoever
    tries nikti on its digits waits for it."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise ImportError("scikit-learn, which brings the digits, is not installed.")
    return Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
