"""Which labels does a row of a table have: none, one or several?"""

from nikti.core.words import Words
from nikti.tasks._multilabel import MultiLabel

TITLE = Words(en="labels of rows of a table, several at once", bn="টেবিলের সারির একাধিক লেবেল চেনা")
TASK = MultiLabel("tabular_multilabel_classification", modality="table", family="tabular")
