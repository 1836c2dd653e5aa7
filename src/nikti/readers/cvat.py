"""CVAT's "CVAT for images 1.1": one annotations.xml of boxes, polygons and tags, beside the pictures."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _columns, _folders, _images, _marked
from nikti.readers._boxes import below
from nikti.readers._marked import Marked
from nikti.readers._pictures import Pictures
from nikti.readers._places import role_below
from nikti.readers._tally import Tally
from nikti.readers.voc import parse

TITLE = Words(
    en="CVAT for images 1.1: annotations.xml with boxes, polygons or tags, beside the pictures",
    bn="CVAT: ছবির পাশে annotations.xml, তাতে ঘর, বহুভুজ বা ট্যাগ",
)
#: What of the user's words about columns it follows.
OPTIONS = ("target", "group", "time", "drop")

NO_FILE = Words(
    en="{name} holds no annotations.xml of CVAT.", bn="{name} ফোল্ডারে CVAT-এর annotations.xml নেই।"
)
VIDEO = Words(
    en='{file} is CVAT\'s export of a video. Export it as "{form}" or COCO, with the pictures.',
    bn='{file} ফাইলটি CVAT থেকে নেওয়া ভিডিওর এক্সপোর্ট। "{form}" বা COCO হিসেবে, ছবিসহ এক্সপোর্ট করুন।',
)
#: What CVAT calls its form for pictures.
FORM = "CVAT for images 1.1"

_HEAD = 4096
_EDGES = ("xtl", "ytl", "xbr", "ybr")


def sniff(path: Path) -> bool:
    """Whether the file is such an XML, or the folder holds one."""
    return _file(path) is not None


def _file(path: Path) -> Path | None:
    files = [path] if path.is_file() else []
    if path.is_dir():
        files = [f for place in (path, *_folders.subfolders(path)) for f in sorted(place.glob("*.xml"))]
    return next((file for file in files if _is_cvat(file)), None)


def _is_cvat(file: Path) -> bool:
    if file.suffix.lower() != ".xml":
        return False
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    return b"<annotations" in head and (b"<image " in head or b"<meta" in head)


def read(path: Path, options: Options) -> Data:
    """Pictures with boxes, with masks where all is outlined, or with their tags where nothing else is there
    or a task of labels is asked for.

    Ellipses are taken as outlines, turned boxes as the upright boxes around them; points, lines and painted
    masks are not used, and said. Raises DataError for a video's tracks and where nothing is left.
    """
    file = _file(path)
    if file is None:
        raise DataError(NO_FILE.format(name=path.name))
    root = path if path.is_dir() else path.parent
    tree, tally, pictures = parse(file), Tally(), Pictures(_images.below(root))
    if tree.find("track") is not None:
        raise DataError(VIDEO.format(file=file.name, form=FORM))
    found, tags = [], []
    for number, image in enumerate(tree.findall("image"), start=1):
        name = image.get("name") or ""
        picture = pictures.of(name, near=file)
        if picture is None:
            tally.add("pictures_not_there", f"{file.name}, image {number}: {name}")
            continue
        one = Marked(picture, _size(image), role_below(picture, root))
        for at, shape in enumerate(image, start=1):
            _add(one, shape, f"{below(file, root)}, image {number}, shape {at}", tally)
        found.append(one)
        tags.append([tag.get("label") or "" for tag in image.findall("tag")])
    marked = any(one.things for one in found)
    if any(tags) and (not marked or "classification" in (options.task or "")):
        return _tagged(root, found, tags, options).noted(*tally.notes())
    data = _marked.data(path.name if path.is_dir() else path.stem, found, tally, root, options)
    return data.noted(*pictures.notes())


def _tagged(root: Path, found: list[Marked], tags: list[list[str]], options: Options) -> Data:
    import pandas as pd

    images = [one.path.relative_to(root).as_posix() for one in found]
    table = pd.DataFrame({"image": images, "label": pd.Series(tags, dtype=object)})
    return _columns.understand(table, root.name, options, base=root)


def _size(image: ET.Element) -> tuple[float, float] | None:
    try:
        return float(image.get("height") or ""), float(image.get("width") or "")
    except ValueError:
        return None


def _add(one: Marked, shape: ET.Element, place: str, tally: Tally) -> None:
    label, kind = shape.get("label") or "", shape.tag
    try:
        if kind == "box":
            x1, y1, x2, y2 = (float(shape.get(edge) or "") for edge in _EDGES)
            if turn := float(shape.get("rotation") or 0):
                middle = ((x1 + x2) / 2, (y1 + y2) / 2)
                one.outlined(label, _marked.turned_box((x1, y1, x2, y2), middle, turn), place, boxed=True)
                tally.add("boxes_turned", place)
            else:
                one.box(label, (x1, y1, x2, y2), place)
        elif kind == "polygon":
            pairs = (shape.get("points") or "").replace(";", ",").split(",")
            one.outlined(label, [float(value) for value in pairs], place)
        elif kind == "ellipse":
            x, y, across, down = (float(shape.get(key) or "") for key in ("cx", "cy", "rx", "ry"))
            one.outlined(label, _marked.ellipse(x, y, across, down), place)
        elif kind != "tag":
            tally.add("shapes_not_used", f"{place}: {kind}")
    except ValueError:
        tally.add("boxes_unreadable", place)
