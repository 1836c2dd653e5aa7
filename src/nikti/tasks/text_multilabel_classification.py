"""Which labels does a text have: none, one or several?"""

from nikti.core.words import Words
from nikti.tasks._multilabel import MultiLabel

TITLE = Words(en="labels of texts, several at once", bn="লেখার একাধিক লেবেল চেনা")
TASK = MultiLabel("text_multilabel_classification", modality="text", family="text_classification")
