"""Label Studio's JSON export: a list of tasks, each with the data that were shown and what was marked:
choices for texts and pictures, rectangles, polygons and ellipses in percent of a picture."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _columns, _delimited, _folders, _images, _json, _marked
from nikti.readers._boxes import SHARES
from nikti.readers._marked import Marked
from nikti.readers._pictures import Pictures
from nikti.readers._places import role_below
from nikti.readers._tally import Tally

TITLE = Words(
    en="Label Studio's JSON export: choices, rectangles, polygons and ellipses",
    bn="Label Studio-র JSON: বাছাই করা লেবেল, আয়ত, বহুভুজ ও উপবৃত্ত",
)
#: What of the user's words about columns it follows.
OPTIONS = ("target", "group", "time", "drop")

_KEYS = (b'"data"', b'"result"')
_ANNOTATIONS = (b'"annotations"', b'"completions"')
#: What Label Studio puts before the names of files that were uploaded.
_UPLOADED = re.compile(r"[0-9a-f]{8}-")

SEVERAL_ANNOTATORS = Words(
    en="{count} tasks have several annotations; the first that was not cancelled is used.",
    bn="{count}টি কাজে একাধিক অ্যানোটেশন আছে; বাতিল হয়নি এমন প্রথমটি নেওয়া হয়েছে।",
)
UNMARKED = Words(
    en="{count} of {of} tasks have no annotation and were dropped.",
    bn="{count}টি কাজে কোনো অ্যানোটেশন নেই, তাই বাদ গেছে।",
)
NO_EXPORT = Words(
    en="{name} holds no JSON export of Label Studio.", bn="{name}-এ Label Studio-র JSON এক্সপোর্ট নেই।"
)
NO_RECORD = Words(
    en="{file}, task {number} has no record 'data', as Label Studio's export has.",
    bn="{file}, {number} নম্বর কাজে 'data' রেকর্ড নেই, যা Label Studio-র এক্সপোর্টে থাকে।",
)
NOTHING_MARKED = Words(
    en="{file} is Label Studio's export, but nothing is marked in it yet.",
    bn="{file} Label Studio-র এক্সপোর্ট, কিন্তু এতে এখনো কিছুই দাগানো হয়নি।",
)
PARTS_MARKED = Words(
    en="{file} marks parts of texts (or sounds) with labels, and no task of nikti's asks for those. Labels "
    "of whole texts are Choices in Label Studio.",
    bn="{file} ফাইলে লেখার (বা শব্দের) অংশে অংশে লেবেল আছে; নিক্তির কোনো কাজে এগুলো লাগে না। Label Studio-তে পুরো লেখার "
    "লেবেল হলো Choices",
)
PAINTED = Words(
    en="{file} holds painted masks in Label Studio's own form. Export them as PNG or COCO, and give the "
    "folder with the pictures.",
    bn="{file} ফাইলে রং করা মাস্ক আছে Label Studio-র নিজস্ব ধরনে। সেগুলো PNG বা COCO হিসেবে এক্সপোর্ট করুন, তারপর ছবিসহ "
    "ফোল্ডারটি দিন।",
)
NO_PICTURES = Words(
    en="none of the pictures that {file} names lie in {folder}.",
    bn="{file} ফাইলে লেখা ছবিগুলোর একটিও {folder} ফোল্ডারে নেই।",
)
NO_CHOICES = Words(
    en="{file} is Label Studio's export, and holds neither choices nor shapes that are read.",
    bn="{file} Label Studio-র এক্সপোর্ট, কিন্তু এতে Choices-ও নেই, পড়ার মতো দাগও নেই।",
)
SEVERAL_QUESTIONS = Words(
    en="{file} has several questions with choices. Type {flags}.",
    bn="{file} ফাইলে Choices-এর একাধিক প্রশ্ন আছে। একটি লিখুন: {flags}।",
)


@dataclass
class _Task:
    """What was shown, {name: value}; results of one annotation; place: "task 3"."""

    shown: dict[str, Any]
    results: list[dict[str, Any]]
    place: str


def sniff(path: Path) -> bool:
    """Whether the file is such an export, or the folder holds one."""
    return _file(path) is not None


def _file(path: Path) -> Path | None:
    files = [path] if path.is_file() else []
    if path.is_dir():
        files = [p for p in sorted(path.glob("*.json")) if p.is_file() and not _folders.junk(p.name)]
    return next((file for file in files if _is_export(file)), None)


def _is_export(file: Path) -> bool:
    if file.suffix.lower() != ".json" or file.stat().st_size == 0:
        return False
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if not re.match(rb"\[\s*\{", content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")):
            return False
        return all(content.find(key) >= 0 for key in _KEYS) and any(
            content.find(a) >= 0 for a in _ANNOTATIONS
        )


def read(path: Path, options: Options) -> Data:
    """Pictures with boxes or masks where shapes are marked, else what was shown with the choices.

    Raises DataError for what is no such export, for marked parts of texts, and for brushes, with the export
    to take instead.
    """
    file = _file(path)
    if file is None:
        raise DataError(NO_EXPORT.format(name=path.name))
    root, notes = file.parent, []
    tasks, several, empty = [], 0, 0
    records = list(_records(file))
    for number, record in enumerate(records, start=1):
        made = [a for a in record.get("annotations") or record.get("completions") or () if _is_used(a)]
        several += len(made) > 1
        if not made:
            empty += 1
            continue
        results = [one for one in made[0]["result"] if isinstance(one, dict)]
        tasks.append(_Task(record["data"], results, f"{file.name}, task {number}"))
    if several:
        notes.append(Note.of("warning", "several_annotators", SEVERAL_ANNOTATORS, {"count": several}))
    if empty:
        notes.append(Note.of("warning", "dropped_no_answer", UNMARKED, {"count": empty}, of=len(records)))
    kinds = {str(one.get("type")) for task in tasks for one in task.results}
    _refuse(file.name, kinds)
    shapes = kinds & {"rectanglelabels", "rectangle", "polygonlabels", "ellipselabels"}
    if shapes and "classification" not in (options.task or ""):
        return _pictures(path, root, tasks, options).noted(*notes)
    return _choices(path, root, tasks, options).noted(*notes)


def _records(file: Path) -> Iterator[dict[str, Any]]:
    try:
        content = json.loads(_delimited.decode(_delimited.read_bytes(file), file.name)[0])
    except (ValueError, RecursionError) as error:
        raise DataError(_json.INVALID.format(place=file.name, reason=str(error))) from error
    for number, record in enumerate(content, start=1):
        if not isinstance(record, dict) or not isinstance(record.get("data"), dict):
            raise DataError(NO_RECORD.format(file=file.name, number=number))
        yield record


def _is_used(annotation: Any) -> bool:
    there = isinstance(annotation, dict) and isinstance(annotation.get("result"), list)
    return there and bool(annotation["result"]) and not annotation.get("was_cancelled")


def _refuse(name: str, kinds: set[str]) -> None:
    if not kinds:
        raise DataError(NOTHING_MARKED.format(file=name))
    if "labels" in kinds:
        raise DataError(PARTS_MARKED.format(file=name))
    if kinds <= {"brushlabels", "brush"}:
        raise DataError(PAINTED.format(file=name))


def _pictures(path: Path, root: Path, tasks: list[_Task], options: Options) -> Data:
    tally, pictures, found = Tally(), Pictures(_images.below(root)), []
    for task in tasks:
        named = [str(value) for value in task.shown.values() if isinstance(value, str)]
        picture = next((there for name in named if (there := _picture(name, pictures, root))), None)
        if picture is None:
            tally.add("pictures_not_there", f"{task.place}: {named[0] if named else ''}")
            continue
        one = Marked(picture, SHARES, role_below(picture, root))
        for number, result in enumerate(task.results, start=1):
            _add(one, result, f"{task.place}, result {number}", tally)
        found.append(one)
    if not found:
        raise DataError(NO_PICTURES.format(file=path.name, folder=str(root)))
    marked = _marked.data(path.name if path.is_dir() else path.stem, found, tally, root, options)
    return marked.noted(*pictures.notes())


def _picture(name: str, pictures: Pictures, root: Path) -> Path | None:
    """The picture that a path, a URL or "/data/local-files/?d=..." names."""
    parts = urlsplit(name.replace("\\", "/"))
    local = parse_qs(parts.query).get("d", [""])[0]
    place = unquote(local or parts.path)
    tries = (
        place,
        str(PurePosixPath(place).with_name(_UPLOADED.sub("", PurePosixPath(place).name, count=1))),
    )
    near = root / "export.json"
    return next(
        (found for one in tries if PurePosixPath(one).name and (found := pictures.of(one, near))), None
    )


def _add(one: Marked, result: dict[str, Any], place: str, tally: Tally) -> None:
    """One shape, from percent to shares of the picture."""
    kind, value = str(result.get("type")), result.get("value") or {}
    try:
        if kind in ("rectanglelabels", "rectangle"):
            label = _label(value, kind)
            x, y, width, height = (float(value[key]) / 100 for key in ("x", "y", "width", "height"))
            corners = (x, y, x + width, y + height)
            if turn := float(value.get("rotation") or 0):
                outline = _turned(corners, turn, result)
                one.outlined(label, outline, place, boxed=True)
                tally.add("boxes_turned", place)
            else:
                one.box(label, corners, place)
        elif kind == "polygonlabels":
            points = [float(edge) / 100 for point in value["points"] for edge in point]
            one.outlined(_label(value, kind), points, place)
        elif kind == "ellipselabels":
            x, y, across, down = (float(value[key]) / 100 for key in ("x", "y", "radiusX", "radiusY"))
            one.outlined(_label(value, kind), _marked.ellipse(x, y, across, down), place)
        elif kind != "choices":
            tally.add("shapes_not_used", f"{place}: {kind}")
    except (KeyError, TypeError, ValueError, IndexError):
        tally.add("boxes_unreadable", place)


def _label(value: dict[str, Any], kind: str) -> str:
    return str(value["object"] if kind == "rectangle" and "object" in value else value[kind][0])


def _turned(corners: _marked.Corners, degrees: float, result: dict[str, Any]) -> list[float]:
    """A box is turned around its upper left corner, in pixels: shares of the two sides differ in length."""
    width, height = float(result["original_width"]), float(result["original_height"])
    x1, y1, x2, y2 = corners
    wide = (x1 * width, y1 * height, x2 * width, y2 * height)
    outline = _marked.turned_box(wide, (wide[0], wide[1]), degrees)
    return [edge / (height if place % 2 else width) for place, edge in enumerate(outline)]


def _choices(path: Path, root: Path, tasks: list[_Task], options: Options) -> Data:
    """What was shown, a column each, and a column of lists for each control of choices."""
    import pandas as pd

    pictures = Pictures(_images.below(root)) if root.is_dir() else Pictures([])
    rows = []
    for task in tasks:
        row = {name: _shown(value, pictures, root) for name, value in task.shown.items()}
        for result in task.results:
            value = result.get("value")
            picked = value.get("choices") if isinstance(value, dict) else None
            if isinstance(picked, list):
                row.setdefault(_control(result, task.shown), []).extend(map(str, picked))
        rows.append(row)
    table = pd.DataFrame(rows)
    controls = [name for name in table.columns if table[name].map(lambda cell: isinstance(cell, list)).any()]
    if not controls:
        raise DataError(NO_CHOICES.format(file=path.name))
    if options.target is None and len(controls) > 1:
        flags = [f"--target {name}" for name in controls]
        either = Words(" or ".join(flags), " বা ".join(flags))
        raise DataError(SEVERAL_QUESTIONS.format(file=path.name, flags=either))
    target = options.target or controls[0]
    name = path.name if path.is_dir() else path.stem
    table = table.drop(columns=[one for one in controls if one != target])
    read = _columns.understand(table, name, replace(options, target=target), base=root)
    return read.noted(*pictures.notes())


def _control(result: dict[str, Any], shown: dict[str, Any]) -> str:
    """The name of the question, apart from those of the data."""
    name = str(result.get("from_name") or "choice")
    return f"{name} (choice)" if name in shown else name


def _shown(value: Any, pictures: Pictures, root: Path) -> Any:
    """A picture's name as its path below the root, where it is there; other values as they are."""
    if not isinstance(value, str) or not pictures.paths:
        return value
    found = _picture(value, pictures, root)
    return value if found is None else found.relative_to(root).as_posix()
