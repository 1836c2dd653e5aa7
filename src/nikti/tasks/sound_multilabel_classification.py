"""Which labels does a sound have: none, one or several?"""

from nikti.core.words import Words
from nikti.tasks._multilabel import MultiLabel

TITLE = Words(en="labels of sounds, several at once", bn="শব্দের একাধিক লেবেল চেনা")
TASK = MultiLabel("sound_multilabel_classification", modality="sound", family="sound_classification")
