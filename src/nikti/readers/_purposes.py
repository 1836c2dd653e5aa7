"""Names of folders that say what lies in them or what it is for, and no class."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nikti.readers import _places

#: Names that sort samples by what they are for, not by class.
PURPOSES = frozenset(
    "image images img imgs jpegimages pictures photos mask masks segmentation segmentationclass labels "
    "annotations groundtruth ground_truth gt data dataset "
    "audio audios sounds wav wavs clips recordings".split()
)
#: Names of folders whose samples have no class.
UNLABELLED = frozenset(
    "unsup unsupervised unlabeled unlabelled unlabeled_data unlabelled_data no_label".split()
)
#: Names of folders that differ in such words and numbers alone sort samples by when they were packed.
_PART = re.compile(
    r"(?:^|[^a-z])(?:part|batch|chunk|fold|folder|images?|imgs?|set|archive)[ _-]?\d", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+")
#: Forms of the same pictures.
FORMS = frozenset(
    "color colour grayscale greyscale gray grey rgb segmented raw original processed preprocessed augmented "
    "cropped resized".split()
)


def alone(labels: Iterable[str]) -> bool:
    """Whether names of folders say what they are for and none says a class: images and masks, train and test,
    cats_train and cats_test, part_1 and part_2.

    >>> alone(["images", "masks"]), alone(["cat_train", "cat_test"]), alone(["a"])
    (True, True, False)
    """
    names = set(labels)
    if names and all(name.lower() in PURPOSES or _places.role(name) is not None for name in names):
        return True
    if len(names) > 1 and len({_NUMBER.sub("", name) for name in names}) == 1 and _PART.search(min(names)):
        return True
    return all(map(_places.speaks_of_split, names)) and len(set(map(_places.spoken_role, names)) - {None}) > 1
