"""LabelMe's JSON: a file per picture, with rectangles, polygons and circles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _images, _marked
from nikti.readers._boxes import below
from nikti.readers._marked import Marked
from nikti.readers._pictures import Pictures
from nikti.readers._places import role_below
from nikti.readers._tally import Tally

TITLE = Words(
    en="LabelMe: a JSON file of shapes per picture, beside it",
    bn="LabelMe: প্রতি ছবির পাশে আকৃতির একটি JSON ফাইল",
)
TASKS = ("object_detection", "semantic_segmentation")

_KEYS = (b'"shapes"', b'"imagePath"')
#: Bytes among which the keys stand: the picture itself may follow, as text.
_HEAD = 2**20


def sniff(path: Path) -> bool:
    """Whether the first JSON file of a folder is LabelMe's."""
    if not path.is_dir():
        return False
    first = next((file for file in _folders.files_below(path) if file.suffix.lower() == ".json"), None)
    if first is None:
        return False
    with first.open("rb") as opened:
        head = opened.read(_HEAD)
    return all(key in head for key in _KEYS)


def read(path: Path, options: Options) -> Data:
    """Pictures with boxes, or with masks where all is outlined or they are asked for; pictures without a file
    have no objects. Lines and points are not used, and said. Raises DataError where nothing is left."""
    tally, pictures = Tally(), Pictures(_images.below(path))
    found = {picture: Marked(picture, split=role_below(picture, path)) for picture in pictures.paths}
    for file in sorted(_folders.files_below(path)):
        if file.suffix.lower() == ".json":
            _read_file(file, path, pictures, found, tally)
    marked = _marked.data(path.name, list(found.values()), tally, path, options)
    return marked.noted(*pictures.notes())


def _read_file(file: Path, root: Path, pictures: Pictures, found: dict[Path, Marked], tally: Tally) -> None:
    try:
        content = json.loads(_delimited.decode(_delimited.read_bytes(file), file.name)[0])
    except (ValueError, RecursionError, DataError) as error:
        tally.add("annotation_damaged", f"{below(file, root)}: {error}")
        if (damaged := pictures.like(file)) is not None:
            found.pop(damaged, None)
        return
    if not isinstance(content, dict) or not isinstance(content.get("shapes"), list):
        return  # another file of the data set
    picture = pictures.of(str(content.get("imagePath") or ""), near=file) or pictures.like(file)
    if picture is None or picture not in found:
        tally.add("annotation_alone", below(file, root))
        return
    one, height, width = found[picture], content.get("imageHeight"), content.get("imageWidth")
    if isinstance(height, int | float) and isinstance(width, int | float) and min(height, width) > 0:
        one.size = (float(height), float(width))
    for number, shape in enumerate(content["shapes"], start=1):
        _add(one, shape, f"{below(file, root)}, shape {number}", tally)


def _add(one: Marked, shape: Any, place: str, tally: Tally) -> None:
    try:
        label, kind = str(shape["label"]), shape.get("shape_type") or "polygon"
        points = [(float(x), float(y)) for x, y in shape["points"]]
        if kind == "rectangle" and len(points) == 4:  # newer versions write all corners
            points = [points[0], points[2]]
        if kind == "rectangle":
            (x1, y1), (x2, y2) = points
            one.box(label, (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), place)
        elif kind == "polygon":
            one.outlined(label, [value for point in points for value in point], place)
        elif kind == "circle":
            (x, y), (across, down) = points
            radius = ((across - x) ** 2 + (down - y) ** 2) ** 0.5
            one.outlined(label, _marked.ellipse(x, y, radius, radius), place)
        else:
            tally.add("shapes_not_used", f"{place}: {kind}")
    except (KeyError, TypeError, ValueError, AttributeError):
        tally.add("boxes_unreadable", place)
