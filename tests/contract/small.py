"""One small labelled data set per task, cheap enough to fit everything on it."""

from dataclasses import replace

import numpy as np

from nikti.core import catalogue
from nikti.core.answers import Boxes, Masks, Phrases
from nikti.core.inputs import Stack

#: (data set, samples) for each task.
SETS = {
    "image_classification": ("digits", 120),
    "face_verification": ("faces", 120),
    "text_classification": ("messages", 120),
    "tabular_classification": ("wine", 120),
    "tabular_regression": ("diabetes", 120),
    "series_classification": ("waves", 90),
    "video_classification": ("moving_shapes", 32),
    "sound_classification": ("tones", 48),
    "series_multilabel_classification": ("traces", 90),
    "image_multilabel_classification": ("ingredients", 40),
    "text_multilabel_classification": ("genres", 120),
    "tabular_multilabel_classification": ("gardens", 120),
    "sound_multilabel_classification": ("soundscapes", 48),
    "object_detection": ("scenes", 48),
    "semantic_segmentation": ("blobs", 24),
    "translation": ("phrasebook", 120),
    "question_answering": ("stories", 60),
}

#: For contenders that refuse those: how many of the samples, and how many times as wide.
WIDER = {"image_classification": (32, 4)}

#: Epochs where samples are so large that more would take long; what is promised holds after one too.
FEW_EPOCHS = {"image_multilabel_classification": 1}

#: Pixels of a side of what classifiers of pixels learn from.
CORNER = 32


def small(task_name, seed=0, wider=False):
    """(task, data) with encoded answers. wider: fewer, of larger pictures."""
    task = catalogue.load("tasks", task_name).TASK
    name, count = SETS[task_name]
    data = catalogue.load("datasets", name).load(seed=0)
    rows = np.random.default_rng(seed).permutation(len(data))[:count]
    data = data.subset(np.sort(rows))
    if wider:
        count, times = WIDER[task_name]
        data = data.subset(np.arange(count))
        pixels = data.inputs.array().repeat(times, axis=1).repeat(times, axis=2)
        data = replace(data, inputs=Stack(pixels))
    data = task.prepare(data)
    if isinstance(data.targets, Masks):  # as they are once they are stored; a corner is enough
        masks = np.stack([data.targets[row] for row in range(len(data))])
        pixels = np.ascontiguousarray(data.inputs.array()[:, :CORNER, :CORNER])
        data = replace(data, inputs=Stack(pixels), targets=masks[:, :CORNER, :CORNER])
    return task, data


def numbers(answers):
    """Predicted classes, values, boxes, masks or the letters of texts as one array."""
    if isinstance(answers, Phrases):
        return answers.letters.astype(float)[:, None]
    return answers.flat if isinstance(answers, Boxes) else np.asarray(answers)
