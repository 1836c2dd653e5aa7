"""Is a tumour malignant? 569 cell samples, 30 measured columns (Wolberg 1995, through scikit-learn)."""

from nikti.core.data import Data
from nikti.core.words import Words

TITLE = Words(en="569 tumours, 30 columns, malignant or benign", bn="৫৬৯টি টিউমার, ৩০টি কলাম, ক্ষতিকর না নিরীহ")
MODALITY = "table"
TASK = "tabular_classification"


def load(seed: int = 0) -> Data:
    """The data set as scikit-learn holds it; the seed plays no part."""
    from sklearn.datasets import load_breast_cancer

    from nikti.datasets._sklearn import table

    return table("breast_cancer", load_breast_cancer(as_frame=True), "diagnosis")
