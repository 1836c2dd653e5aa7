"""Which class does a sound belong to?"""

from nikti.core.words import Words
from nikti.tasks._classification import Classification

TITLE = Words(en="sound classification", bn="শব্দের শ্রেণি চেনা")
TASK = Classification("sound_classification", "sound", family="sound_classification")
