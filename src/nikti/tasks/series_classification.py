"""Which class does a series of measurements belong to?"""

from nikti.core.words import Words
from nikti.tasks._classification import Classification

TITLE = Words(en="series classification", bn="সময়ক্রমের শ্রেণি চেনা")
TASK = Classification("series_classification", "series", family="series_classification")
