"""Which class does a text belong to?"""

from nikti.tasks._classification import Classification

TASK = Classification("text_classification", modality="text", family="text_classification")
