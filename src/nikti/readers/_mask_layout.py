"""Which folders hold pictures and which their masks, and which mask belongs to which picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from nikti.readers import _folders, _images
from nikti.readers._boxes import below
from nikti.readers._masks import Pair
from nikti.readers._places import role, role_below
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


def pairs(root: Path, tally: Tally | None = None) -> list[Pair]:
    """Every picture with its mask; what has no partner is added to the tally."""
    found = []
    for pictures, masks in folders(root):
        of_stem: dict[str, list[Path]] = {}
        for mask in _images.below(masks):
            for key in {mask.stem, stem(mask)}:
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


def _partner(picture: Path, pictures: Path, masks: Path, of_stem: dict[str, list[Path]]) -> Path | None:
    """The mask of a picture: in the same sub-folder if there is one, of the same stem before others."""
    there = of_stem.get(picture.stem) or of_stem.get(stem(picture)) or []
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
