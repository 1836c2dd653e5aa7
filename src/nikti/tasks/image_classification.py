"""Which class does a picture belong to?"""

from nikti.tasks._classification import Classification

TASK = Classification("image_classification", modality="image", family="image_classification")
