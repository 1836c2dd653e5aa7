"""Which labels does a series of measurements have: none, one or several?"""

from nikti.core.words import Words
from nikti.tasks._multilabel import MultiLabel

TITLE = Words(en="labels of series, several at once", bn="সময়ক্রমের একাধিক লেবেল চেনা")
TASK = MultiLabel("series_multilabel_classification", modality="series", family="series_classification")
