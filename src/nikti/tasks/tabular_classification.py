"""Which class does a row of a table belong to?"""

from nikti.tasks._classification import Classification

TASK = Classification("tabular_classification", modality="table", family="tabular")
