"""COCO's JSON: pictures with boxes, polygons and run lengths; a file, or a folder with such files.

Roboflow's train, valid and test folders with a file each, and COCO's own annotations/instances_train2017.json
beside train2017/, are read with their split. Boxes unless the task is segmentation or there are none.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nikti.core import images, spelling
from nikti.core.answers import IGNORE, Masks
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words, joined
from nikti.readers import _delimited, _folders, _images, _json, _outlines
from nikti.readers._boxes import SHARES, Annotated, all_facts, annotators_frame, below, detection, splits
from nikti.readers._marked import around_box
from nikti.readers._mask_values import refuse_too_many
from nikti.readers._masks import BACKGROUND
from nikti.readers._pictures import Pictures
from nikti.readers._places import role_below, spoken_role
from nikti.readers._tally import Tally

TITLE = Words(
    en="COCO JSON: boxes or outlines of objects, beside the pictures",
    bn="COCO JSON: ছবির পাশে বস্তুর ঘর বা সীমারেখা",
)
TASKS = ("object_detection", "semantic_segmentation")

_KEYS = (b'"images"', b'"annotations"', b'"categories"')
_MARKS = (b'"bbox"', b'"segmentation"')

NOT_READ = Words(
    en="Not read, because other annotation files were taken: {files}.",
    bn="অন্য অ্যানোটেশন ফাইল নেওয়া হয়েছে বলে এগুলো পড়া হয়নি: {files}।",
)
NONE_THERE = Words(
    en="none of the pictures that {file} names lie in {folder}; the first is {first}.",
    bn="{file} ফাইলে লেখা ছবিগুলোর একটিও {folder} ফোল্ডারে নেই; প্রথমটি {first}।",
)
SEVERAL = Words(
    en="{folder} holds several annotation files ({listed}). Give one of them.",
    bn="{folder} ফোল্ডারে একাধিক অ্যানোটেশন ফাইল আছে ({listed})। এর একটি দিন।",
)
NO_LIST = Words(
    en="{file} has no list of records {key!r}, as COCO's JSON has.",
    bn="{file} ফাইলে রেকর্ডের তালিকা {key} নেই, যা COCO-র JSON-এ থাকে।",
)
NO_OUTLINE = Words(
    en="{name}: no outline can be read, so there are no masks. It may hold boxes alone.",
    bn="{name}: একটি সীমারেখাও পড়া যায়নি, তাই মাস্ক হয় না। হয়তো এতে শুধু বাক্স আছে।",
)


def sniff(path: Path) -> bool:
    """Whether the file is such a JSON, or the folder holds one where they are put."""
    return _is_coco(path) if path.is_file() else path.is_dir() and bool(_files(path))


def _is_coco(path: Path) -> bool:
    if path.suffix.lower() != ".json" or path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        starts = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        return (
            starts and all(content.find(k) >= 0 for k in _KEYS) and any(content.find(m) >= 0 for m in _MARKS)
        )


def _files(folder: Path) -> list[Path]:
    """COCO's files in a folder, in its annotations folder, and in its train, valid and test folders."""
    inner = [p for p in _folders.subfolders(folder) if _is_notes(p) or spoken_role(p.name) is not None]
    inner += [p for place in inner for p in _folders.subfolders(place) if _is_notes(p)]
    found = [p for place in (folder, *inner) for p in sorted(place.glob("*.json")) if p.is_file()]
    return [path for path in found if not _folders.junk(path.name) and _is_coco(path)]


def _is_notes(folder: Path) -> bool:
    return folder.name.lower().startswith("annotation")


def read(path: Path, options: Options) -> Data:
    """Pictures with `Boxes`, or with `Masks` where outlines are asked for or are all there is.

    Regions of a crowd (iscrowd) are left out: no boxes, and pixels that are not used. Where objects
    overlap, the smaller one is in front. Raises DataError for a file that is no such JSON.
    """
    root = path if path.is_dir() else path.parent.parent if _is_notes(path.parent) else path.parent
    files, notes = ([path], []) if path.is_file() else _chosen(_files(path), path)
    tally, contents = Tally(), [_content(file) for file in files]
    pictures = Pictures(_images.below(root))
    names: list[str] = []
    found: list[_Picture] = []
    for file, content in zip(files, contents, strict=True):
        role = spoken_role(file.name) if path.is_dir() else None
        role = role_below(file, root) if role is None else role
        found += _pictures(file, content, names, pictures, role, root, tally)
    notes += pictures.notes()
    if not found:
        first = next(filter(None, map(_file_name, contents[0]["images"])), "nothing")
        said = NONE_THERE.format(file=files[0].name, folder=str(root), first=repr(first))
        raise DataError(joined([said, *(note.words for note in pictures.notes())], " "))
    if path.is_dir():
        named = {picture.path for picture in found}
        for picture in pictures.paths:
            if picture not in named:
                tally.add("pictures_not_listed", below(picture, root))
    boxed = any(_corners(a) is not None for picture in found for a, _, _ in picture.objects)
    outlined = any(a.get("segmentation") for picture in found for a, _, _ in picture.objects)
    if options.task == "semantic_segmentation" or (options.task is None and outlined and not boxed):
        return _masks(path.stem, found, names, tally, root).noted(*notes)
    return _boxes(path.name if path.is_dir() else path.stem, found, names, tally, root).noted(*notes)


def _chosen(files: Sequence[Path], folder: Path) -> tuple[list[Path], list[Note]]:
    """The files that belong together: COCO's instances rather than key points, splits rather than all."""
    chosen = [f for f in files if f.name.startswith("instances")] or list(files)
    if len(chosen) > 1:
        chosen = [f for f in chosen if spoken_role(f.name) is not None or role_below(f, folder) is not None]
        if not chosen:
            listed = ", ".join(below(f, folder) for f in files)
            raise UsageError(SEVERAL.format(folder=folder.name, listed=listed))
    others = [below(f, folder) for f in files if f not in chosen]
    if not others:
        return chosen, []
    return chosen, [Note.of("warning", "files_not_read", NOT_READ, {"files": others})]


def _content(file: Path) -> dict[str, Any]:
    text, _ = _delimited.decode(_delimited.read_bytes(file), file.name)
    content = _json.parse(text, file.name)
    for key in ("images", "annotations", "categories"):
        entries = content.get(key) if isinstance(content, dict) else None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise DataError(NO_LIST.format(file=file.name, key=key))
    return content


class _Picture:
    """A picture of a file: its path, size and split, and its objects (record, class, place)."""

    def __init__(self, path: Path, size: tuple[float, float] | None, split: int | None):
        self.path, self.size, self.split = path, size, split
        self.objects: list[tuple[dict[str, Any], str, str]] = []


def _pictures(
    file: Path,
    content: dict[str, Any],
    names: list[str],
    pictures: Pictures,
    role: int | None,
    root: Path,
    tally: Tally,
) -> list[_Picture]:
    """The pictures of one file that are there; `names` grows by its categories."""
    ordered = sorted(content["categories"], key=lambda c: c["id"] if isinstance(c.get("id"), int) else 0)
    labels = {str(category.get("id")): str(category.get("name", category.get("id"))) for category in ordered}
    same = spelling.merged(dict.fromkeys([*names, *labels.values()], 1))
    labels = {key: same[label] for key, label in labels.items()}
    names += [label for label in dict.fromkeys(labels.values()) if label not in names]
    found, absent = {}, set()
    for number, record in enumerate(content["images"], start=1):
        name, key = _file_name(record), str(record.get("id"))
        path = pictures.of(name, near=file) if name else None
        if path is None:
            tally.add("pictures_not_there", f"{file.name}, image {number}: {name}")
            absent.add(key)
            continue
        found[key] = _Picture(path, _size(record), role if role is not None else role_below(path, root))
    for number, record in enumerate(content["annotations"], start=1):
        place = f"{file.name}, annotation {record.get('id', number)}"
        key, label = str(record.get("image_id")), labels.get(str(record.get("category_id")))
        if key not in found:
            if key not in absent:
                tally.add("annotation_alone", place)
        elif label is None:
            tally.add("boxes_unknown_class", f"{place}: {record.get('category_id')}")
        else:
            found[key].objects.append((record, label, place))
    return list(found.values())


def _file_name(record: dict[str, Any]) -> str | None:
    """Where a picture lies, or what it was fetched from where nothing else is written (as in LVIS)."""
    names = (record.get(key) for key in ("file_name", "coco_url", "flickr_url"))
    return next((name for name in names if isinstance(name, str) and name.strip()), None)


def _size(record: dict[str, Any]) -> tuple[float, float] | None:
    """(height, width) as written; None where they are no sizes of a picture."""
    height, width = _number(record.get("height")), _number(record.get("width"))
    if height is None or width is None or min(height, width) <= 0 or height * width > images.PIXEL_LIMIT:
        return None
    return height, width


def _number(value: object) -> float | None:
    """A number, be it written as a string."""
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def _corners(record: dict[str, Any]) -> tuple[float, float, float, float] | None:
    """x1, y1, x2, y2 out of COCO's x, y, width, height; None where they are no four numbers."""
    box = record.get("bbox")
    numbers = [n for value in box if (n := _number(value)) is not None] if isinstance(box, list) else []
    if len(numbers) != 4 or len(numbers) != len(box or ()):
        return None
    x, y, width, height = numbers
    return x, y, x + width, y + height


def _boxes(name: str, found: Sequence[_Picture], names: list[str], tally: Tally, root: Path) -> Data:
    pictures = []
    for picture in found:
        one = Annotated(picture.path, size=picture.size, split=picture.split)
        for record, label, place in picture.objects:
            corners = _corners(record)
            if record.get("iscrowd"):
                tally.add("boxes_crowd", place)
                continue
            if corners is None and record.get("segmentation"):
                try:
                    corners = _outlines.around(record["segmentation"], _whole(picture.size))
                    tally.add("boxes_from_outlines", place)
                except (ValueError, TypeError):
                    corners = None
            if corners is None:
                tally.add("boxes_unreadable", place)
            else:
                one.add(corners, label, place)
        pictures.append(one)
    return detection(name, pictures, tally, names, root)


def _whole(size: tuple[float, float] | None) -> tuple[int, int]:
    return (1, 1) if size is None else (round(size[0]), round(size[1]))


def _masks(name: str, found: Sequence[_Picture], names: list[str], tally: Tally, root: Path) -> Data:
    used = {label for picture in found for _, label, _ in picture.objects}
    classes = [BACKGROUND, *(label for label in names if label in used and label.lower() != BACKGROUND)]
    refuse_too_many(name, classes)
    for label in names:
        if label not in used:
            tally.add("classes_unused", label)
    drawings, drawn = [], 0
    for picture, facts in zip(found, all_facts([picture.path for picture in found]), strict=True):
        if facts is None:  # `_images.readable` drops it, with the reason
            drawings.append(_outlines.Drawing((1, 1), (1, 1), 1, ()))
            continue
        frame, turned = annotators_frame(picture.size, facts)
        if frame is None and picture.size is not None:
            tally.add("boxes_other_size", below(picture.path, root))
        if turned:
            tally.add("annotation_turned", below(picture.path, root))
        seen = facts.upright if frame is None or frame == SHARES else _whole(frame)
        shapes = _shapes(picture, classes, seen, tally)
        drawn += sum(code != IGNORE for code, _ in shapes)
        if not shapes:
            tally.add("pictures_without_objects", below(picture.path, root))
        drawings.append(_outlines.Drawing(seen, facts.upright, facts.turn if turned else 1, shapes))
    if not drawn:
        raise DataError(NO_OUTLINE.format(name=name))
    inputs = ImageFiles([picture.path for picture in found], images.decode)
    masks = Masks(drawings, _outlines.paint)
    split = splits([picture.split for picture in found])
    return Data(name, "image", inputs, masks, tuple(classes), "masks", split=split).noted(*tally.notes())


def _shapes(
    picture: _Picture, classes: list[str], seen: tuple[int, int], tally: Tally
) -> tuple[tuple[int, Any], ...]:
    """The objects from behind to front: crowds first, as pixels that are not used, then large to small."""
    shapes: list[tuple[bool, float, int, Any]] = []
    for record, label, place in picture.objects:
        outline, crowd = record.get("segmentation"), bool(record.get("iscrowd"))
        try:
            size = _outlines.area(outline or (), seen)
        except (ValueError, TypeError):
            size = 0.0
        corners = None if size or crowd else _corners(record)
        if corners is not None:
            tally.add("boxes_not_outlined", place)
            shapes.append((False, -size, IGNORE, [around_box(corners)]))
            continue
        if not size:
            tally.add("outlines_unreadable", place)
            continue
        if crowd:
            tally.add("boxes_crowd", place)
        code = IGNORE if crowd else 0 if label.lower() == BACKGROUND else classes.index(label)
        shapes.append((not crowd, -size, code, outline))
    return tuple((code, outline) for *_, code, outline in sorted(shapes, key=lambda shape: shape[:2]))
