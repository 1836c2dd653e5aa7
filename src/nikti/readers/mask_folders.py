"""A folder of pictures beside a folder of masks of the same names; train, valid and test folders or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _mask_layout, _mask_names, _mask_values, _masks
from nikti.readers._boxes import below
from nikti.readers._mask_names import Names
from nikti.readers._places import listed
from nikti.readers._tally import Tally

TITLE = Words(
    en="folder of pictures beside a folder of masks with the same names (images/ and masks/)",
    bn="ছবির ফোল্ডার, পাশে একই নামের মাস্কের ফোল্ডার (images/ ও masks/)",
)
TASKS = ("semantic_segmentation",)

#: The classes of Pascal VOC's masks by code (VOC2012 development kit, section 2), background first.
VOC_CLASSES = (
    "background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike "
    "person pottedplant sheep sofa train tvmonitor"
).split()

VOC_NAMES = Words(
    en="The masks' codes are named as in Pascal VOC; other names go into a labels.txt beside them.",
    bn="মাস্কের সংখ্যাগুলোর নাম Pascal VOC থেকে নেওয়া হয়েছে।",
)
NO_MASK = Words(
    en="{name}: no picture has a mask. Put them into {name}/images and {name}/masks under the same names.",
    bn="{name}: কোনো ছবির মাস্ক নেই। একই নামে রাখুন: ছবি {name}/images-এ, মাস্ক {name}/masks-এ।",
)


def sniff(path: Path) -> bool:
    """Whether pictures lie beside masks: the names pair up, and the first mask has few values."""
    if not path.is_dir():
        return False
    first = next(iter(_mask_layout.pairs(path)), None)
    if first is None:
        return False
    seen = _mask_values.look(first.mask)
    return isinstance(seen, Words) or _mask_values.is_mask(seen)


def read(path: Path, options: Options) -> Data:
    """Pictures with `Masks`.

    Names of the classes come from a classes.txt, labels.txt, class_dict.csv or colour map beside them.
    Raises DataError where no picture has a mask or the masks hold no few classes.
    """
    tally = Tally()
    pairs = _mask_layout.pairs(path, tally)
    if not pairs:
        raise DataError(NO_MASK.format(name=path.name))
    lists = listed(path / "ImageSets" / "Segmentation")
    if lists:
        for pair in pairs:
            if pair.picture.stem not in lists:
                tally.add("pictures_not_listed", below(pair.picture, path))
        pairs = [replace(p, split=lists[p.picture.stem]) for p in pairs if p.picture.stem in lists]
    folders = dict.fromkeys(f for pair in _mask_layout.folders(path) for f in (pair[1], pair[1].parent))
    names, notes = _mask_names.find(path, *folders), []
    if not names.file and any(folder.name == "SegmentationClass" for folder in folders):
        names = Names(dict(enumerate(VOC_CLASSES)))
        notes = [Note.of("info", "voc_names", VOC_NAMES)]
    return _masks.segmentation(path.name, pairs, names, tally, path).noted(*notes)
