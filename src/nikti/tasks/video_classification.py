"""Which class does a clip of moving pictures belong to?"""

from nikti.core.words import Words
from nikti.tasks._classification import Classification

TITLE = Words(en="video classification", bn="ভিডিওর শ্রেণি চেনা")
TASK = Classification("video_classification", modality="video", family="video_classification")
