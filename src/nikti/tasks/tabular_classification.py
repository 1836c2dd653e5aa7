"""Which class does a row of a table belong to?"""

from nikti.core.words import Words
from nikti.tasks._classification import Classification

TITLE = Words(en="classification of table rows", bn="টেবিলের সারির শ্রেণি চেনা")
TASK = Classification("tabular_classification", modality="table", family="tabular")
