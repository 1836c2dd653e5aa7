"""Which of three cultivars is a wine made of? 178 wines, 13 columns (Aeberhard 1991, through
scikit-learn)."""

from nikti.core.data import Data
from nikti.core.words import Words

TITLE = Words(en="178 wines, 13 columns, three cultivars", bn="১৭৮টি ওয়াইন, ১৩টি কলাম, তিন জাতের আঙুর")
MODALITY = "table"
TASK = "tabular_classification"


def load(seed: int = 0) -> Data:
    """The data set as scikit-learn holds it; the seed plays no part."""
    from sklearn.datasets import load_wine

    from nikti.datasets._sklearn import table

    return table("wine", load_wine(as_frame=True), "cultivar")
