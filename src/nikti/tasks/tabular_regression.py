"""Which number belongs to a row of a table?"""

from nikti.tasks._regression import Regression

TASK = Regression("tabular_regression", modality="table", family="tabular")
