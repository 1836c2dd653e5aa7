"""Which labels does a picture have: none, one or several?"""

from nikti.core.words import Words
from nikti.tasks._multilabel import MultiLabel

TITLE = Words(en="labels of pictures, several at once", bn="ছবির একাধিক লেবেল চেনা")
TASK = MultiLabel("image_multilabel_classification", modality="image", family="image_classification")
