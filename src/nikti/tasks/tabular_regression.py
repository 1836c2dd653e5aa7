"""Which number belongs to a row of a table?"""

from nikti.core.words import Words
from nikti.tasks._regression import Regression

TITLE = Words(en="prediction of a number from table rows", bn="টেবিলের সারি থেকে একটি সংখ্যা অনুমান")
TASK = Regression("tabular_regression", modality="table", family="tabular")
