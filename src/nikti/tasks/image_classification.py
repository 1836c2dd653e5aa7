"""Which class does a picture belong to?"""

from nikti.core.words import Words
from nikti.tasks._classification import Classification

TITLE = Words(en="image classification", bn="ছবির শ্রেণি চেনা")
TASK = Classification("image_classification", modality="image", family="image_classification")
