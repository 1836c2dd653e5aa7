"""Which folders hold pictures and which their masks, and which mask belongs to which picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from nikti.readers import _folders, _images
from nikti.readers._boxes import below
from nikti.readers._masks import Pair
from nikti.readers._pictures import without_zeros
from nikti.readers._places import role, role_below, roles
from nikti.readers._tally import Tally

_PICTURES = re.compile(
    r"(?:(.*)[ _-])?(?:images?|imgs?|photos?|pictures?|inputs?|raw|x|(?:jpeg|png|original)[ _-]?images?)",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"(.*?)[ _-]?(?:masks?|gts?|ground[ _-]?truths?|annot(?:ation)?s?|segmentation[ _-]?(?:class|masks?)"
    r"|segmentations?)",
    re.IGNORECASE,
)
#: Words that are also names of classes (letters) or of other things.
_UNSURE = re.compile(r"(.*?)[ _-]?(?:labels?|segs?|targets?)|(?:(.*)[ _-])?y", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:[ _.-]?(?:masks?|labels?|gt|seg(?:mentation)?|annotation|ground[ _-]?truth|manual\d)"
    r"|[ _.-](?:l|image|img|sat))$",
    re.IGNORECASE,
)
#: The last word of a file that is a mask, where it lies beside its picture.
_MASK_FILE = re.compile(
    r"(?:^|[ _.-])(?:masks?|gt|seg|segmentation|ground[ _-]?truth)[ _.-]?\d*$", re.IGNORECASE
)
#: So many folders must each hold one picture, so that they are samples and no classes.
FEWEST_FOLDERS = 2


def folders(root: Path) -> list[tuple[Path, Path]]:
    """(folder of pictures, folder of their masks), in `root` and in its train, valid and test folders."""
    places = [root, *(p for p in _folders.subfolders(root) if role(p.name) is not None)]
    return [pair for place in places for pair in _side_by_side(_folders.subfolders(place))]


def _side_by_side(siblings: list[Path]) -> Iterable[tuple[Path, Path]]:
    """Folders called images and masks, train and train_labels, train_images and train_masks ..."""
    named = {folder.name.lower(): folder for folder in siblings}
    pictures: dict[str, Path] = {}
    for folder in siblings:
        if match := _PICTURES.fullmatch(folder.name):
            pictures.setdefault((match.group(1) or "").lower(), folder)
    taken: set[Path] = set()
    for pattern in (_SURE, _UNSURE):
        for folder in siblings:
            match = pattern.fullmatch(folder.name)
            if not match or folder in pictures.values():
                continue
            prefix = next((group for group in match.groups() if group), "").lower()
            beside = pictures.get(prefix) or named.get(prefix)
            if beside is None or beside in taken or not _holds_pictures(folder):
                continue
            others = [p for p in siblings if p not in (beside, folder) and not prefix and _holds_pictures(p)]
            if pattern is _UNSURE and others:
                continue
            taken.add(beside)
            yield beside, folder


def _holds_pictures(folder: Path) -> bool:
    return any(_images.is_image(path) for path in _folders.files_below(folder))


def stem(path: Path) -> str:
    """A file's stem without what only says that it is a mask or a picture.

    >>> stem(Path("07_mask.png")), stem(Path("07_img.jpg")), stem(Path("07.png"))
    ('07', '07', '07')
    """
    short = _TAIL.sub("", path.stem)
    return short or path.stem


def _written_otherwise(path: Path) -> str:
    """A key that no stem is: `stem` in small letters, without leading zeros of its numbers."""
    return f"/{without_zeros(stem(path))}"


def pairs(root: Path, tally: Tally | None = None) -> list[Pair]:
    """Every picture with its mask; what has no partner is added to the tally."""
    found = _folder_each(root, tally)
    if found:
        return found
    for pictures, masks in folders(root):
        of_stem: dict[str, list[Path]] = {}
        for mask in _images.below(masks):
            for key in {mask.stem, stem(mask), _written_otherwise(mask)}:
                of_stem.setdefault(key, []).append(mask)
        used = set()
        for picture in _images.below(pictures):
            partner = _partner(picture, pictures, masks, of_stem)
            if partner is not None:
                used.add(partner)
                found.append(Pair(picture, partner, _split(picture, masks, root)))
            elif tally is not None:
                tally.add("pictures_without_mask", below(picture, root))
        if tally is not None:
            for mask in _images.below(masks):
                if mask not in used:
                    tally.add("masks_alone", below(mask, root))
    return found


def _folder_each(root: Path, tally: Tally | None) -> list[Pair]:
    """Pairs of folders that hold one picture each, with its mask or one mask per object: id/images/x.png and
    id/masks/*.png, or id/image.png and id/mask.png; in `root` or its train, valid and test folders. [] where
    the first folders are not of that kind."""
    inner = _folders.subfolders(root)
    codes = roles(place.name for place in inner)
    places = [(root, None), *((place, codes[place.name]) for place in inner if place.name in codes)]
    found: list[Pair] = []
    without: list[Path] = []
    for place, split in places:
        each = [folder for folder in _folders.subfolders(place) if place != root or folder.name not in codes]
        fewest = FEWEST_FOLDERS if split is None else 1
        if len(each) < fewest or not all(map(_of_one, each[:FEWEST_FOLDERS])):
            continue
        for folder in each:
            one = _of_one(folder)
            if one is None or not one[1]:
                without += _images.below(folder)
            else:
                found.append(Pair(one[0], one[1][0], split, tuple(one[1][1:])))
    if found and tally is not None:
        for picture in without:
            tally.add("pictures_without_mask", below(picture, root))
    return found


def _of_one(folder: Path) -> tuple[Path, list[Path]] | None:
    """(the picture, its masks, if any) of a folder that holds one picture; None for any other."""
    inner = _folders.subfolders(folder)
    if not inner:
        files = _images.below(folder)
        beside = [file for file in files if _MASK_FILE.search(file.stem)]
        alone = [file for file in files if file not in beside]
        return (alone[0], beside) if len(alone) == 1 and beside else None
    sides = next(iter(_side_by_side(inner)), None)
    if sides is not None:
        pictures, masks = (_images.below(side) for side in sides)
        return (pictures[0], masks) if len(pictures) == 1 else None
    pictures = _images.below(inner[0]) if len(inner) == 1 and _PICTURES.fullmatch(inner[0].name) else []
    return (pictures[0], []) if len(pictures) == 1 else None


def _partner(picture: Path, pictures: Path, masks: Path, of_stem: dict[str, list[Path]]) -> Path | None:
    """The mask of a picture: in the same sub-folder if there is one, of the same stem before others."""
    keys = (picture.stem, stem(picture), _written_otherwise(picture))
    there = next(filter(None, map(of_stem.get, keys)), [])
    inner = picture.parent.relative_to(pictures)
    here = [mask for mask in there if mask.parent.relative_to(masks) == inner]
    exact = [mask for mask in here if mask.stem == picture.stem]
    return next(iter(exact or here), there[0] if len(there) == 1 and inner == Path(".") else None)


def _split(picture: Path, masks: Path, root: Path) -> int | None:
    inside = role_below(picture, root)
    if inside is not None:
        return inside
    match = _SURE.fullmatch(masks.name) or _UNSURE.fullmatch(masks.name)
    return role(next((group for group in match.groups() if group), "") if match else "")
