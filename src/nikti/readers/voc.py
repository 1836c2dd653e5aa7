"""Pascal VOC's XML: a file per picture, beside it or in Annotations/; splits from ImageSets/Main.

VOC counts pixels from 1 and its right and lower edges belong to the box (VOC2012 development kit, section
2.2), so x1 = xmin - 1 and x2 = xmax in edges counted from 0. Tools that count from 0 are known by boxes
that start at 0; their numbers are taken as edges.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _images
from nikti.readers._boxes import Annotated, below, detection
from nikti.readers._pictures import Pictures
from nikti.readers._places import listed, role, role_below
from nikti.readers._tally import Tally
from nikti.readers._unpacked import TOO_LARGE

TITLE = Words(
    en="Pascal VOC: an XML file of boxes per picture (Annotations/ and JPEGImages/, or side by side)",
    bn="Pascal VOC: প্রতি ছবির জন্য ঘরের একটি XML ফাইল (Annotations/ ও JPEGImages/, বা পাশাপাশি)",
)
TASKS = ("object_detection",)

_FOLDERS = frozenset("annotation annotations xml xmls label labels".split())
_NO_PICTURES = frozenset({"segmentationclass", "segmentationobject", "masks", "mask"})
_EDGES = ("xmin", "ymin", "xmax", "ymax")
#: Boxes are a few lines of text; beyond it a file is not what it says.
LARGEST = 16 * 2**20

DECLARES = Words(
    en="{file} declares a document type (<!DOCTYPE), which is not read.",
    bn="{file} ফাইলে ডকুমেন্ট টাইপ ঘোষণা করা আছে (<!DOCTYPE); এমন ফাইল পড়া হয় না।",
)
NO_XML = Words(en="{file} is not valid XML: {reason}.", bn="{file} ঠিক XML নয়: {reason}।")
FROM_ZERO = Words(
    en="The XML files count pixels from 0 (boxes start there), not from 1 as VOC does.",
    bn="XML ফাইলে পিক্সেল ০ থেকে গোনা, VOC-এর মতো ১ থেকে নয়।",
)


def sniff(path: Path) -> bool:
    """Whether there are such XML files where they are put, and pictures."""
    if not path.is_dir():
        return False
    first = next((file for place in _homes(path) for file in sorted(place.glob("*.xml"))), None)
    if first is None or not any(_images.is_image(p) for p in _folders.files_below(path)):
        return False
    return re.search(rb"<annotation[\s>]", first.read_bytes()[:4096]) is not None


def _homes(folder: Path) -> list[Path]:
    """The folder itself, its Annotations folder, its train, valid and test folders and theirs."""
    places = [folder]
    for place in _folders.subfolders(folder):
        if place.name.lower() in _FOLDERS or role(place.name) is not None:
            places += [place, *(p for p in _folders.subfolders(place) if _inner(p))]
    return places


def _inner(folder: Path) -> bool:
    return folder.name.lower() in _FOLDERS or role(folder.name) is not None


def read(path: Path, options: Options) -> Data:
    """Pictures with `Boxes`. A picture without XML is kept without boxes; one with a damaged XML is
    dropped. Raises DataError where no box is left."""
    tally = Tally()
    places = _homes(path)
    inside = {p for place in places if place != path for p in _folders.files_below(place)}
    files = sorted({p for p in inside if p.suffix.lower() == ".xml"} | set(path.glob("*.xml")))
    pictures = Pictures(p for p in _images.below(path) if not _parts(p, path) & _NO_PICTURES)
    lists = listed(path / "ImageSets" / "Main")
    found: dict[Path, Annotated] = {p: Annotated(p) for p in pictures.paths}
    for file in files:
        _read_file(file, path, pictures, found, tally)
    if lists:
        for picture in [p for p in found if p.stem not in lists]:
            del found[picture]
            tally.add("pictures_not_listed", below(picture, path))
    for picture, one in found.items():
        one.split = lists[picture.stem] if lists else role_below(picture, path)
    annotated, notes = _counted_from_zero(list(found.values()))
    return detection(path.name, annotated, tally, None, path).noted(*notes, *pictures.notes())


def _parts(path: Path, root: Path) -> set[str]:
    return {part.lower() for part in path.relative_to(root).parts[:-1]}


def _read_file(
    file: Path, root: Path, pictures: Pictures, found: dict[Path, Annotated], tally: Tally
) -> None:
    """Put one file's boxes to its picture."""
    try:
        tree = parse(file)
    except DataError as error:
        tally.add("annotation_damaged", str(error).rstrip("."))
        if (damaged := pictures.like(file)) is not None:
            found.pop(damaged, None)
        return
    picture = pictures.like(file) or pictures.of(tree.findtext("filename") or "", near=file)
    if picture is None or picture not in found:
        tally.add("annotation_alone", below(file, root))
        return
    one = found[picture]
    height, width = _number(tree.findtext("size/height")), _number(tree.findtext("size/width"))
    one.size = (height, width) if height and width else None
    for number, thing in enumerate(tree.findall("object"), start=1):
        place = f"{below(file, root)}, object {number}"
        found_edges = [_number(thing.findtext(f"bndbox/{edge}")) for edge in _EDGES]
        corners = [edge for edge in found_edges if edge is not None]
        name = (thing.findtext("name") or "").strip()
        if len(corners) < len(_EDGES) or not name:
            tally.add("boxes_unreadable", place)
            continue
        if (thing.findtext("difficult") or "").strip() == "1":
            tally.add("boxes_difficult", place)
        one.add(corners, name, place)


def parse(file: Path) -> ET.Element:
    """An XML file's root. Raises DataError, with the line, for a file that is damaged, or declares a
    document type: entities in it can grow without end or name other files, and VOC has none."""
    if file.stat().st_size > LARGEST:
        raise DataError(TOO_LARGE.format(file=file.name, most=LARGEST // 2**20))
    text, _ = _delimited.decode(_delimited.read_bytes(file), file.name)
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise DataError(DECLARES.format(file=file.name))
    try:
        return ET.fromstring(text)
    except ET.ParseError as error:  # it tells line and column
        raise DataError(NO_XML.format(file=file.name, reason=str(error))) from error


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _counted_from_zero(pictures: Sequence[Annotated]) -> tuple[list[Annotated], list[Note]]:
    """Boxes in edges from 0. Corners that coincide as written stay so: a click, no box of one pixel."""
    starts = [edge for one in pictures for box in one.boxes for edge in box[:2]]
    if sum(edge == 0 for edge in starts) > sum(edge == 1 for edge in starts):
        return list(pictures), [Note.of("info", "voc_from_zero", FROM_ZERO)]
    for one in pictures:
        one.boxes = [_shifted(box) for box in one.boxes]
    return list(pictures), []


def _shifted(
    box: tuple[float, float, float, float, str],
) -> tuple[float, float, float, float, str]:
    x1, y1, x2, y2, name = box
    if x1 == x2 or y1 == y2:
        return box
    return (x1 - (x1 < x2), y1 - (y1 < y2), x2 - (x2 < x1), y2 - (y2 < y1), name)
