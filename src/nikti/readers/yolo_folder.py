"""YOLO's text files: a line per box in shares of the picture, labels/ beside images/, names in data.yaml.

A line is `class x_centre y_centre width height`, or `class x1 y1 x2 y2 x3 y3 ...` for an outline. Key points
behind a box (`kpt_shape` in data.yaml, or three numbers each with a 2 for "visible") are not used. A label
file lies where its picture lies, with `labels` for `images` in the path, or beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from nikti.core import images
from nikti.core.answers import IGNORE, Masks
from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _images, _outlines
from nikti.readers._boxes import SHARES, Annotated, all_facts, below, detection, splits
from nikti.readers._marked import around_box
from nikti.readers._mask_values import refuse_too_many
from nikti.readers._masks import BACKGROUND
from nikti.readers._pictures import Pictures
from nikti.readers._places import role_below
from nikti.readers._tally import Tally

TITLE = Words(
    en="YOLO: labels/*.txt beside images/, with data.yaml or classes.txt",
    bn="YOLO: images/-এর পাশে labels/*.txt, সঙ্গে data.yaml বা classes.txt",
)
TASKS = ("object_detection", "semantic_segmentation")

LOOKED_AT = 200  # pictures among which one must have a label file
LARGEST_YAML = 2**20  # bytes
MOST_OF_A_BOX = 6  # words of a line without key points: class, four numbers, confidence
BEYOND = 1.5  # shares may leave the picture a little; larger numbers are no shares
_SPLITS = {"train": 0, "val": 1, "valid": 1, "validation": 1, "test": 2}
_NAMES = ("classes.txt", "obj.names", "names.txt", "labels.txt", "_darknet.labels")

NO_YAML = Words(en="{file} is not valid YAML: {reason}.", bn="{file} ঠিক YAML নয়: {reason}।")
NO_FOLDERS = Words(
    en="{file} names no folder with pictures below {root} ({asked}). Put it into the folder that holds "
    "train/images and the like.",
    bn="{file} ফাইলে {root}-এর ভেতরের এমন কোনো ফোল্ডারের নাম নেই যাতে ছবি আছে ({asked})। ফাইলটি সেই ফোল্ডারে রাখুন "
    "যেখানে train/images ইত্যাদি আছে।",
)
IN_PIXELS = Words(
    en="{name} has label files as YOLO's, but in pixels ({place}): YOLO writes shares of the picture, 0 to "
    "1. Divide x and width by the picture's width, y and height by its height; or export YOLO or COCO.",
    bn="{name}-এর লেবেল ফাইলগুলো YOLO-র মতো, কিন্তু পিক্সেলে লেখা ({place}): YOLO লেখে ছবির অংশ হিসেবে, ০ থেকে ১। "
    "x ও width-কে ছবির প্রস্থ দিয়ে, y ও height-কে উচ্চতা দিয়ে ভাগ করুন; বা YOLO কিংবা COCO হিসেবে এক্সপোর্ট করুন।",
)
ODD_NAMES = Words(
    en="the names in the YAML file of {root} are no list of words.",
    bn="{root}-এর YAML ফাইলে নামগুলো (names) শব্দের তালিকা নয়।",
)
NO_OUTLINES = Words(
    en="{name}: its label files hold boxes and no outlines, so there are no masks.",
    bn="{name}: লেবেল ফাইলগুলোতে শুধু বাক্স আছে, সীমারেখা নেই; তাই মাস্ক হয় না।",
)

#: One line: class, (x1, y1, x2, y2) or None, outline or None; all in shares.
_Line = tuple[str, tuple[float, float, float, float] | None, list[float] | None]


def sniff(path: Path) -> bool:
    """Whether the file is such a data.yaml, or pictures in the folder have such label files."""
    if path.is_file():
        return path.suffix.lower() in (".yaml", ".yml") and _config(path) is not None
    if not path.is_dir():
        return False
    found = islice((p for p in _folders.files_below(path) if _images.is_image(p)), LOOKED_AT)
    labels = (label for p in found if (label := _label_of(p, path)) is not None)
    return any(_is_label(label) for label in labels)


def _is_label(file: Path) -> bool:
    """Whether the first line of a file with lines is YOLO's, in shares or by mistake in pixels."""
    with file.open("rb") as opened:
        first = next((line for line in opened.read(4096).decode("utf-8", "replace").splitlines() if line), "")
    try:
        _, box, outline = _parsed(first)
    except ValueError:
        return False
    return box is not None or all(-BEYOND < share < BEYOND for share in outline or ())


def _label_of(picture: Path, root: Path) -> Path | None:
    """The picture's label file, None where there is none."""
    parts = list(picture.relative_to(root).parts)
    for place in reversed(range(len(parts) - 1)):
        if parts[place].lower() in ("images", "imgs", "image", "jpegimages"):
            folders = (root.joinpath(*parts[:place], name) for name in ("labels", "label"))
            for folder in folders:
                file = folder.joinpath(*parts[place + 1 :]).with_suffix(".txt")
                if file.is_file():
                    return file
    file = picture.with_suffix(".txt")
    return file if file.is_file() and not _folders.paper(file.name) else None


def _config(file: Path) -> dict[str, Any] | None:
    """A data.yaml's content, every value a string; None for other YAML. Raises nothing."""
    try:
        return _yaml(file)
    except DataError:
        return None


def _yaml(file: Path) -> dict[str, Any] | None:
    import yaml

    if file.stat().st_size > LARGEST_YAML:
        return None
    text, _ = _delimited.decode(_delimited.read_bytes(file), file.name)
    try:
        # The base loader makes strings, lists and dicts only: no objects, and a class called "no" stays so.
        content = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise DataError(NO_YAML.format(file=file.name, reason=said)) from error
    known = isinstance(content, dict) and "names" in content and not content.keys().isdisjoint(_SPLITS)
    return content if known else None


def read(path: Path, options: Options) -> Data:
    """Pictures with `Boxes`, or with `Masks` where outlines are asked for or are all there is.

    Pictures without a label file are kept, without boxes. Raises DataError for a data.yaml that cannot
    be read or names no folder that is there.
    """
    root = path if path.is_dir() else path.parent
    yamls = [path] if path.is_file() else [p for p in sorted(root.iterdir()) if p.suffix in (".yaml", ".yml")]
    written = next(((c, f) for f in yamls if (c := _yaml(f)) is not None), None)
    config = None if written is None else written[0]
    tally = Tally()
    there = Pictures(_images.below(root))
    roles = {p: role_below(p, root) for p in there.paths} if written is None else _listed(*written, there)
    for picture in there.paths:
        if picture not in roles:
            tally.add("pictures_not_listed", below(picture, root))
    found: list[tuple[Annotated, list[tuple[_Line, str]]]] = []
    used = set()
    for picture, role in roles.items():
        label = _label_of(picture, root)
        used.add(label)
        lines = [] if label is None else _lines(label, root, tally, _key_points(config))
        if lines is not None:
            found.append((Annotated(picture, size=SHARES, split=role), lines))
    for label in _folders.files_below(root):
        if label.suffix == ".txt" and label.parent.name in ("labels", "label") and label not in used:
            if label.name not in _NAMES and there.like(label) is None:
                tally.add("annotation_alone", below(label, root))
    _refuse_pixels(root.name, [(line, place) for _, lines in found for line, place in lines])
    names = _names(config, root, found)
    everything = [line for _, lines in found for line, _ in lines]
    if options.task == "semantic_segmentation" or (
        options.task is None and everything and all(outline for _, _, outline in everything)
    ):
        return _masks(root.name, found, names, tally, root).noted(*there.notes())
    for one, lines in found:
        for (code, box, outline), place in lines:
            if box is None:
                box = _outlines.around([outline], (1, 1))
                tally.add("boxes_from_outlines", place)
            one.add(box, names.get(code, code), place)
    data = detection(root.name, [one for one, _ in found], tally, list(names.values()), root)
    return data.noted(*there.notes())


def _listed(config: dict[str, Any], file: Path, pictures: Pictures) -> dict[Path, int]:
    """{picture: split} as the data.yaml says. Its paths are often of another machine: they are looked for
    below the file, by their last folders."""
    root = file.parent
    found: dict[Path, int] = {}
    for key, code in _SPLITS.items():
        asked = config.get(key) or []
        for place in [asked] if isinstance(asked, str) else asked:
            inside = _inside(place, root) if isinstance(place, str) else None
            if inside is not None and inside.is_dir():
                found |= {p: code for p in pictures.paths if p.is_relative_to(inside) and p not in found}
            elif inside is not None and inside.suffix == ".txt":
                named = (line.strip() for line in inside.read_text("utf-8", "replace").splitlines())
                listed = (pictures.of(line, near=inside) for line in named if line)
                found |= {p: code for p in listed if p is not None and p not in found}
    if not found:
        asked = ", ".join(f"{key}: {config[key]}" for key in _SPLITS if isinstance(config.get(key), str))
        raise DataError(NO_FOLDERS.format(file=file.name, root=root.name, asked=asked))
    return found


def _inside(place: str, root: Path) -> Path | None:
    """The file or folder below root that ends like `place` ("../train/images", "/data/x/train/images")."""
    parts = [part for part in place.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    tries = (root.joinpath(*parts[start:]) for start in range(len(parts)))
    return next((found for found in tries if found.exists()), None)


def _key_points(config: dict[str, Any] | None) -> int:
    """Numbers that stand behind each box for its key points, as `kpt_shape` says; else 0."""
    shape = (config or {}).get("kpt_shape")
    numbers = [int(part) for part in shape if str(part).isdecimal()] if isinstance(shape, list) else []
    return math.prod(numbers) if len(numbers) == 2 else 0


def _refuse_pixels(name: str, lines: Sequence[tuple[_Line, str]]) -> None:
    """Raises DataError where boxes are written in pixels instead of shares."""
    far = [place for (_, box, _), place in lines if box is not None and max(map(abs, box)) > BEYOND]
    if 2 * len(far) > len(lines):
        raise DataError(IN_PIXELS.format(name=name, place=far[0]))


def _lines(label: Path, root: Path, tally: Tally, key_points: int = 0) -> list[tuple[_Line, str]] | None:
    """A label file's lines with their places; None, said, where it cannot be read."""
    if not label.stat().st_size:
        return []
    try:
        text, _ = _delimited.decode(label.read_bytes(), below(label, root))
    except (DataError, OSError) as error:
        tally.add("annotation_damaged", str(error).rstrip("."))
        return None
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        place = f"{below(label, root)} line {number}"
        try:
            found += [(_parsed(line, key_points), place)] if line.strip() else []
        except ValueError:
            tally.add("boxes_unreadable", place)
            continue
        if len(line.split()) > MOST_OF_A_BOX and found[-1][0][1] is not None:
            tally.add("key_points_not_used", place)
    return found


def _parsed(line: str, key_points: int = 0) -> _Line:
    """Class, corners, outline of one line. Raises ValueError for any other line. key_points: numbers behind a
    box that are not used, where it is known that there are such.

    >>> _parsed("0 0.5 0.5 0.5 0.5")
    ('0', (0.25, 0.25, 0.75, 0.75), None)
    """
    code, *rest = line.split() or [""]
    numbers = [float(word) for word in rest]
    if not float(code).is_integer() or not all(map(math.isfinite, numbers)):
        raise ValueError("no class number")
    code = str(int(float(code)))
    if (key_points and len(numbers) == 4 + key_points) or _has_visibility(numbers):
        numbers = numbers[:4]
    if len(numbers) in (4, 5):  # the fifth is the confidence of a prediction
        x, y, width, height = numbers[:4]
        return code, (x - width / 2, y - height / 2, x + width / 2, y + height / 2), None
    if len(numbers) >= 6 and len(numbers) % 2 == 0:
        return code, None, numbers
    raise ValueError("neither a box nor an outline")


def _has_visibility(numbers: Sequence[float]) -> bool:
    """Whether four numbers of a box are followed by threes whose last says how visible a key point is: 0, 1
    or, as no share is, 2."""
    said = numbers[6::3]
    return len(numbers) > 6 and (len(numbers) - 4) % 3 == 0 and set(said) <= {0, 1, 2} and 2 in said


def _names(config: dict[str, Any] | None, root: Path, found: Sequence[Any]) -> dict[str, str]:
    """{class number: name} from the data.yaml, from a classes.txt, or "class 0" ... for those used."""
    names = config["names"] if config else next((_plain(file) for file in _names_files(root)), None)
    named = names if isinstance(names, dict) else dict(enumerate(names or ()))
    if isinstance(names, str) or not all(isinstance(name, str) for name in named.values()):
        raise DataError(ODD_NAMES.format(root=root.name))
    if named:
        return {str(code): name for code, name in named.items()}
    codes = {int(line[0]) for _, lines in found for line, _ in lines}
    return {str(code): f"class {code}" for code in sorted(codes)}


def _names_files(root: Path) -> Iterator[Path]:
    places = [root, *_folders.subfolders(root)]
    return (place / name for place in places for name in _NAMES if (place / name).is_file())


def _plain(file: Path) -> list[str]:
    text, _ = _delimited.decode(_delimited.read_bytes(file), file.name)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _masks(name: str, found: Sequence[Any], names: dict[str, str], tally: Tally, root: Path) -> Data:
    used = {line[0] for _, lines in found for line, _ in lines}
    kept = {code: label for code, label in names.items() if code in used}
    classes = list(dict.fromkeys([BACKGROUND, *kept.values()]))
    refuse_too_many(name, classes)
    drawings = []
    for (one, lines), facts in zip(found, all_facts([one.path for one, _ in found]), strict=True):
        size = (1, 1) if facts is None else facts.upright  # `_images.readable` drops the former
        shapes = []
        for (code, box, outline), place in lines:
            if outline is None:
                tally.add("boxes_not_outlined", place)
                points = [share * size[1 - i % 2] for i, share in enumerate(around_box(box))]
                shapes.append((-math.inf, IGNORE, [points]))
            elif code not in kept:
                tally.add("boxes_unknown_class", f"{place}: {code}")
            else:
                points = [share * size[1 - i % 2] for i, share in enumerate(outline)]
                shapes.append((-_outlines.area([points], size), classes.index(kept[code]), [points]))
        shapes.sort(key=lambda shape: shape[0])
        if facts is not None and not shapes:
            tally.add("pictures_without_objects", below(one.path, root))
        drawings.append(_outlines.Drawing(size, size, 1, tuple(shape[1:] for shape in shapes)))
    if all(code == IGNORE for drawing in drawings for code, _ in drawing.shapes):
        raise DataError(NO_OUTLINES.format(name=name))
    inputs = ImageFiles([one.path for one, _ in found], images.decode)
    split = splits([one.split for one, _ in found])
    data = Data(name, "image", inputs, Masks(drawings, _outlines.paint), tuple(classes), "masks", split=split)
    return data.noted(*tally.notes())
