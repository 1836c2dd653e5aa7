"""Class folders: which files there are, and which class and split the folders say they belong to."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.images import OTHER_ENDINGS
from nikti.core.inputs import Inputs
from nikti.core.words import Words, joined
from nikti.readers import _places, _purposes

LISTED = 5

_JUNK = frozenset(
    {"thumbs.db", "desktop.ini", "__macosx", "icon\r", "ehthumbs.db"}
    | {"__pycache__", "node_modules", "nikti_runs"}  # of programs, and our own
)
_PAPERS = frozenset(
    "source.txt sources.txt labels.txt classes.txt class_names.txt citation.txt notes.txt attribution.txt "
    "changelog.txt copying requirements.txt makefile dockerfile".split()
)
#: Endings of programs, their settings, their models and pages about data.
_ABOUT = frozenset(
    ".py .pyc .ipynb .md .rst .sh .bat .ps1 .toml .cfg .ini .lock .log .html .css .js .r .m .bib .tex "
    ".pt .pth .h5 .keras .onnx .pkl .joblib .safetensors .url .lnk .torrent".split()
)

#: What a sample is called.
PICTURE, TEXT = Words("picture", "ছবি"), Words("text", "লেখা")
SOUND, CLIP = Words("sound", "শব্দ"), Words("clip", "ভিডিও")
#: What the column of a table beside class folders may be called that names them.
_COLUMN = {PICTURE: "image", SOUND: "sound", TEXT: "text", CLIP: "file"}

NO_SAMPLE = Words(
    en="{name}: no {unit} lies in a class folder. Make one folder per class: {name}/cat, ...",
    bn="{name}: কোনো {unit} শ্রেণির ফোল্ডারে নেই। প্রতি শ্রেণির জন্য একটি ফোল্ডার করুন: {name}/cat, ...",
)
SEVERAL_FORMS = Words(
    en="each of the folders {listed} of {name} holds folders of classes of its own: one data set in several "
    "forms. Give one of them, {name}/{first}.",
    bn="{name}-এর {listed} ফোল্ডারগুলোর প্রতিটির ভেতরে আবার শ্রেণির ফোল্ডার আছে: একই ডেটা কয়েক রূপে। এর একটি দিন, "
    "যেমন {name}/{first}",
)
NO_CLASSES = Words(
    en="{name} holds the folders {listed}, which are no classes, and no table that says what each {unit} "
    "shows.",
    bn="{name} ফোল্ডারে আছে {listed}; এগুলো শ্রেণি নয়। কোন {unit} কিসের, তা বলার মতো কোনো টেবিলও নেই।",
)
MAKE_CLASSES = Words(
    en="Make one folder per class ({name}/cat, or {name}/train/cat ...), or put a labels.csv beside them "
    "with the columns {column} and label.",
    bn="প্রতি শ্রেণির জন্য একটি ফোল্ডার করুন ({name}/cat, বা {name}/train/cat ...), অথবা পাশে একটি labels.csv রাখুন "
    "যাতে {column} আর label কলাম আছে।",
)
UNLABELLED = Words(
    en="{count} {unit}s lie in no class folder and were left out ({listed}).",
    bn="{count}টি নমুনা কোনো শ্রেণির ফোল্ডারে নেই, তাই বাদ গেছে।",
)
OTHER_FILES = Words(
    en="{count} files that are no {unit}s were passed over ({listed}).",
    bn="অন্য ধরনের {count}টি ফাইল ধরা হয়নি।",
)
OTHER_PICTURES = Words(
    en="{count} pictures are of kinds that nikti does not read and were left out ({listed}). Save them as "
    "JPEG or PNG.",
    bn="{count}টি ছবি এমন ধরনের যা nikti পড়ে না, তাই বাদ গেছে ({listed})। JPEG বা PNG করে রাখুন।",
)
EMPTY_CLASS = Words(
    en="{count} class folders hold no {unit} ({listed}).", bn="কিছু শ্রেণির ফোল্ডার খালি: {classes}।"
)
ENCODED = Words(
    en="Names of class folders are not UTF-8; they were read as Windows-1252: {classes}.",
    bn="কিছু শ্রেণির ফোল্ডারের নাম UTF-8 নয়; Windows-1252 ধরে পড়া হয়েছে: {classes}।",
)
OUTSIDE = Words(
    en="Folders beside the train and test folders were not read ({listed}).",
    bn="ট্রেন ও টেস্ট ফোল্ডারের পাশের এই ফোল্ডারগুলো পড়া হয়নি: {folders}।",
)


@dataclass
class Found:
    """What lies in a folder of class folders.

    paths, labels, split: one entry per sample, sorted; split None where the folders show none.
    unlabelled: samples in no class folder. others: {ending: count} of files that are no samples.
    empty: class folders without a sample. outside: folders beside train/test that were not read.
    renamed: classes whose folders' names are not in UTF-8.
    forms: whether the folders hold the same samples in other forms, each with folders of classes.
    """

    paths: list[Path] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    split: list[int] | None = None
    unlabelled: list[Path] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    empty: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    forms: bool = False

    @property
    def no_classes(self) -> bool:
        """Whether the names of the folders say what they are for, and none says a class."""
        return self.forms or _purposes.alone(self.labels)


def junk(name: str) -> bool:
    """Whether a file or folder is hidden or left behind by an operating system."""
    return name.startswith((".", "~$")) or name.lower() in _JUNK


def paper(name: str) -> bool:
    """Whether a file tells about the data rather than being of them (README, LICENSE ...)."""
    return name.lower() in _PAPERS or name.lower().startswith(("readme", "license", "licence", "attribution"))


def about(path: Path) -> bool:
    """Whether a file belongs to a project around the data: a paper, a program, a model."""
    return paper(path.name) or path.suffix.lower() in _ABOUT


def files_below(folder: Path) -> Iterator[Path]:
    """All files in a folder and its sub-folders in the order of their names, without junk. Links to
    folders are followed, but no folder is read twice."""
    seen: set[tuple[int, int]] = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        stat = os.stat(place)
        if (stat.st_dev, stat.st_ino) in seen:
            folders.clear()
            continue
        seen.add((stat.st_dev, stat.st_ino))
        folders[:] = sorted(name for name in folders if not junk(name))
        yield from (Path(place, name) for name in sorted(files) if not junk(name))


def subfolders(folder: Path) -> list[Path]:
    """The folders in a folder, by name, without junk."""
    with os.scandir(folder) as entries:  # which need not ask for each file whether it is a folder
        return sorted(Path(entry.path) for entry in entries if entry.is_dir() and not junk(entry.name))


def readable_name(name: str) -> str:
    """A file's name as text, also where its bytes are no UTF-8: those are taken for Windows-1252, as of
    texts.

    >>> readable_name("caf\\udce9"), readable_name("বিড়াল")
    ('café', 'বিড়াল')
    """
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        content = name.encode("utf-8", "surrogateescape")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def has_samples(folder: Path, is_sample: Callable[[Path], bool]) -> bool:
    """Whether any class folder (in a split folder or not) holds a sample."""
    return any(is_sample(path) for place in subfolders(folder) for path in files_below(place))


def scan(folder: Path, is_sample: Callable[[Path], bool]) -> Found:
    """Sort what lies in `folder` into samples with classes and splits, and the rest.

    The class is the first folder below `folder`, or below a train, valid or test folder in it. Folders whose
    names say what they are for are no classes: in a split they are opened, and beside classes left out.
    """
    splits = _split_folders(folder, is_sample)
    if not splits:
        return _scan_classes(folder, is_sample)
    found = Found(split=[])
    _loose(found, folder, is_sample)
    for place in subfolders(folder):
        if place not in splits:
            if any(is_sample(path) for path in files_below(place)):
                found.outside.append(place.name)
            continue
        inner = place
        while True:
            _loose(found, inner, is_sample)
            deeper = _doubled(inner)
            if deeper is None:
                break
            inner = deeper
        for class_folder in subfolders(inner):
            _collect(found, class_folder, splits[place], is_sample)
    _leave_out_unlabelled(found)
    found.empty = sorted(set(found.empty) - set(found.labels))
    return found


def _scan_classes(folder: Path, is_sample: Callable[[Path], bool]) -> Found:
    """The classes of a folder without train and test folders that hold classes."""
    tops = [place for place in subfolders(folder) if any(is_sample(path) for path in files_below(place))]
    spoken = {place for place in tops if _places.role(place.name) is not None}
    holders = [place for place in tops if place.name.lower() in _purposes.PURPOSES]
    wrappers = [place for place in holders if len(_classes_in(place, is_sample)) > 1]
    found = Found()
    if len(holders) == len(tops) and len(wrappers) == 1:
        found = scan(wrappers[0], is_sample)
        found.outside += sorted(place.name for place in holders if place not in wrappers)
    _loose(found, folder, is_sample)
    if found.paths:
        return found
    codes = {_places.role(place.name) for place in spoken}
    # A train is a vehicle too, and parts may be valid; a test folder and two kinds of splits are clear.
    sure = len(codes) > 1 or any(place.name.lower() not in ("train", "valid", "dev") for place in spoken)
    beside = sure and len(tops) - len(spoken) > 1
    for place in subfolders(folder):
        if beside and place in spoken:
            found.unlabelled += [path for path in files_below(place) if is_sample(path)]
        elif place in tops and _repeats(place, tops):
            found.outside.append(place.name)
        else:
            _collect(found, place, None, is_sample)
    if tops and all(
        top.name.lower() in _purposes.FORMS and len(_classes_in(top, is_sample)) > 1 for top in tops
    ):
        found.forms = True
    _split_inside(found, tops, is_sample)
    _leave_out_unlabelled(found)
    return found


def _repeats(place: Path, tops: list[Path]) -> bool:
    """Whether a folder beside classes holds these classes again (an archive unpacked into itself)."""
    names, inner = {top.name for top in tops if top != place}, {one.name for one in subfolders(place)}
    return len(inner) > 1 and inner <= names


def _split_inside(found: Found, tops: list[Path], is_sample: Callable[[Path], bool]) -> None:
    """The split of classes that each hold train and test folders and no samples beside them."""
    for top in tops if found.paths else ():
        codes = [_places.role(place.name) for place in subfolders(top)]
        if 0 not in codes or None in codes or any(p.is_file() and is_sample(p) for p in top.iterdir()):
            return
    inside = [next(path for path in reversed(file.parents) if path.parent in tops) for file in found.paths]
    found.split = [_places.role(place.name) or 0 for place in inside]


def _leave_out_unlabelled(found: Found) -> None:
    """Take away samples in folders that are called unlabelled, or that are the only ones of a valid or test
    split whose name no class of the training split has."""
    codes = found.split or [0] * len(found.labels)
    pairs = set(zip(codes, found.labels, strict=True))
    of_part = {code: {label for c, label in pairs if c == code} for code in {code for code, _ in pairs}}
    out = {pair for pair in pairs if pair[1].lower() in _purposes.UNLABELLED}
    known = {label.casefold() for label in of_part.get(0, ())}
    for code, label in pairs:
        if code != 0 and len(of_part[code]) == 1 and len(known) > 1 and label.casefold() not in known:
            out.add((code, label))
    kept = [row for row, pair in enumerate(zip(codes, found.labels, strict=True)) if pair not in out]
    if len({found.labels[row] for row in kept}) < 2:
        return
    found.unlabelled += [found.paths[row] for row in sorted(set(range(len(codes))) - set(kept))]
    found.paths, found.labels = [found.paths[row] for row in kept], [found.labels[row] for row in kept]
    if found.split is not None:
        found.split = [found.split[row] for row in kept]


def _split_folders(folder: Path, is_sample: Callable[[Path], bool]) -> dict[Path, int]:
    """{folder: code}, or {} where no folder means train and holds class folders. A folder "train"
    with samples of its own beside "car" and "bus" is a class."""
    there = subfolders(folder)
    codes = _places.roles(place.name for place in there)
    splits = {place: codes[place.name] for place in there if place.name in codes}
    whole = any(_classes_in(place, is_sample) for place, code in splits.items() if code == 0)
    return splits if whole else {}


def _classes_in(place: Path, is_sample: Callable[[Path], bool]) -> list[Path]:
    """The folders with samples in a folder, or in the folder that is `_doubled` in it."""
    while deeper := _doubled(place):
        place = deeper
    return [inner for inner in subfolders(place) if any(is_sample(path) for path in files_below(inner))]


def _doubled(place: Path) -> Path | None:
    """The only folder in a folder, where its name is the same one again, a split's or one that says what lies
    in it: train/train, train/images."""
    inner = subfolders(place)
    if len(inner) != 1:
        return None
    name = inner[0].name
    again = name.lower() == place.name.lower() or name.lower() in _purposes.PURPOSES
    return inner[0] if again or _places.role(name) is not None else None


def _loose(found: Found, place: Path, is_sample: Callable[[Path], bool]) -> None:
    for path in sorted(p for p in place.iterdir() if p.is_file() and not junk(p.name)):
        _put_aside(found, path, is_sample)


def _put_aside(found: Found, path: Path, is_sample: Callable[[Path], bool]) -> None:
    if is_sample(path) and not paper(path.name):
        found.unlabelled.append(path)
    elif not paper(path.name):
        found.others[path.suffix.lower() or path.name] += 1


def _collect(found: Found, folder: Path, code: int | None, is_sample: Callable[[Path], bool]) -> None:
    label = readable_name(folder.name).strip()
    if label != folder.name.strip():
        found.renamed.append(label)
    before = len(found.paths)
    for path in files_below(folder):
        if not is_sample(path):
            found.others[path.suffix.lower() or path.name] += 1
            continue
        found.paths.append(path)
        found.labels.append(label)
        if code is not None and found.split is not None:
            found.split.append(code)
    if len(found.paths) == before:
        found.empty.append(label)


def labelled(found: Found, name: str, modality: str, inputs: Inputs, unit: Words) -> Data:
    """`Data` of what was found, with notes on everything else; unit: what a sample is called."""
    split = None if found.split is None else np.array(found.split, dtype=np.uint8)
    if split is not None and len(np.unique(split)) < 2:
        split = None  # a train folder alone is no split
    targets = np.array(found.labels, dtype=object)
    return Data(
        name, modality, inputs, targets, target_name="class", split=split, notes=tuple(_notes(found, unit))
    )


def _notes(found: Found, unit: Words) -> list[Note]:
    notes = []
    if found.unlabelled:
        names = [f"{p.parent.name}/{p.name}" for p in found.unlabelled[:LISTED]]
        values = {"count": len(found.unlabelled), "paths": names}
        more = {"unit": unit, "listed": _list(names) + (", ..." if len(found.unlabelled) > LISTED else "")}
        notes.append(Note.of("warning", "dropped_unlabelled", UNLABELLED, values, **more))
    pictures = Counter({e: n for e, n in found.others.items() if e in OTHER_ENDINGS and unit is PICTURE})
    for level, code, words, others in (
        ("warning", "pictures_not_read", OTHER_PICTURES, pictures),
        ("info", "other_files", OTHER_FILES, found.others - pictures),
    ):
        if others:
            listed = ", ".join(f"{count} {ending}" for ending, count in others.most_common(LISTED))
            values = {"count": others.total(), "endings": dict(others)}
            notes.append(Note.of(level, code, words, values, unit=unit, listed=listed))
    if found.empty:
        more = {"unit": unit, "listed": _list(found.empty)}
        values = {"count": len(found.empty), "classes": found.empty}
        notes.append(Note.of("warning", "empty_class", EMPTY_CLASS, values, **more))
    if found.renamed:
        values = {"classes": sorted(set(found.renamed))}
        notes.append(Note.of("warning", "class_names_encoded", ENCODED, values))
    if found.outside:
        values = {"folders": found.outside}
        notes.append(Note.of("warning", "folders_not_read", OUTSIDE, values, listed=_list(found.outside)))
    return notes


def refuse_empty(found: Found, name: str, unit: Words) -> None:
    """Raise DataError where nothing with a class was found."""
    if not found.paths:
        raise DataError(NO_SAMPLE.format(name=name, unit=unit))


def no_classes(found: Found, name: str, unit: Words, table: Words | None = None) -> DataError:
    """The error for folders whose names say what their samples are for. table: what is wrong with the table
    beside them, where there is one."""
    listed = ", ".join(sorted(set(found.labels)))
    if found.forms:
        return DataError(SEVERAL_FORMS.format(listed=listed, name=name, first=min(found.labels)))
    what = NO_CLASSES.format(name=name, listed=listed, unit=unit)
    make = MAKE_CLASSES.format(name=name, column=_COLUMN[unit])
    return DataError(joined([what, *([table] if table else []), make], " "))


def _list(items: list[str]) -> str:
    return ", ".join(items[:LISTED]) + (", ..." if len(items) > LISTED else "")
