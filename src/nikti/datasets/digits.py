"""Handwritten digits: 1,797 grey pictures of 8 x 8 pixels (Alpaydin and Kaynak 1998, through
scikit-learn)."""

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
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.round(bunch.images * (255 / 16)).astype(np.uint8)[..., None]  # [n, 8, 8, 1]
    targets = bunch.target.astype(str).astype(object)
    return Data("digits", "image", Stack(images), targets, target_name="digit")
