"""Which class does a series of measurements belong to?"""

from nikti.tasks._classification import Classification

TASK = Classification("series_classification", "series", family="series_classification")
