"""How far does diabetes progress in a year? 442 patients, 10 columns (Efron et al. 2004, through
scikit-learn)."""

from nikti.core.data import Data
from nikti.core.words import Words

TITLE = Words(
    en="442 patients, 10 columns, disease progression as a number",
    bn="৪৪২ জন রোগী, ১০টি কলাম, রোগ কতটা এগিয়েছে তার সংখ্যা",
)
MODALITY = "table"
TASK = "tabular_regression"


def load(seed: int = 0) -> Data:
    """The data set as scikit-learn holds it; the seed plays no part."""
    from sklearn.datasets import load_diabetes

    from nikti.datasets._sklearn import table

    return table("diabetes", load_diabetes(as_frame=True), "progression")
