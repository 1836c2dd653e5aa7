"""Which class does a text belong to?"""

from nikti.core.words import Words
from nikti.tasks._classification import Classification

TITLE = Words(en="text classification", bn="লেখার শ্রেণি চেনা")
TASK = Classification("text_classification", modality="text", family="text_classification")
