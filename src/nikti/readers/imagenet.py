"""ImageNet's layout: class folders called n01440764, and the files that tell what such a name means.

train/ has a folder per class; val/ has them too, or is flat with LOC_val_solution.csv or the development
kit's ground truth. Files are listed, none is opened but the small ones that name things.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError
from nikti.core.images import decode
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words
from nikti.readers import _folders, _images, _places

TITLE = Words(
    en="ImageNet: class folders by synset (n01440764), with the list of their names",
    bn="ইমেজনেট: সিনসেট নামের শ্রেণির ফোল্ডার (যেমন n01440764), সঙ্গে নামের তালিকা",
)
TASKS = ("image_classification",)

_SYNSET = re.compile(r"n\d{8}")
#: Where the pictures lie below the folder that the archives unpack to.
_INSIDE = ("", "ILSVRC/Data/CLS-LOC", "Data/CLS-LOC", "CLS-LOC")
_UP = 3  # folders above the pictures that are looked through: Data, ILSVRC and theirs
_LISTS = ("LOC_synset_mapping.txt", "synset_words.txt", "map_clsloc.txt", "meta.mat")
_SOLUTION = "LOC_val_solution.csv"
_TRUTH = re.compile(r"ILSVRC20\d\d_(clsloc_)?validation_ground_truth\.txt")

NAMES_FROM = Words(en="The classes' names were read from {file}.", bn="শ্রেণির নাম {file} ফাইল থেকে নেওয়া হয়েছে।")
NO_SYNSETS = Words(
    en="{name} holds no folders of synsets, such as n02012849.",
    bn="{name} ফোল্ডারে সিনসেটের কোনো ফোল্ডার নেই, যেমন n02012849",
)
NAMELESS = Words(en="{count} classes have no name there ({listed}).", bn="{count}টি শ্রেণির নাম সেখানে নেই।")


def sniff(path: Path) -> bool:
    """Whether the folder's classes are synsets and a file beside or above names them."""
    root = _pictures(path)
    return root is not None and next(_near(root, _LISTS), None) is not None


def _pictures(path: Path) -> Path | None:
    """The folder that holds the synset folders, or the train folder with them."""
    for inside in _INSIDE:
        root = path / inside
        if root.is_dir() and any(_are_synsets(place) for place in (root, root / "train")):
            return root
    return None


def _are_synsets(folder: Path) -> bool:
    names = [place.name for place in _folders.subfolders(folder)] if folder.is_dir() else []
    return bool(names) and all(_SYNSET.fullmatch(name) for name in names)


def _near(root: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """Files of these names beside the pictures, above them, or in a development kit there."""
    root = root.absolute()
    for place in (root, *root.parents[:_UP]):
        kits = [kit for kit in sorted(place.glob("*devkit*")) if kit.is_dir()]
        for folder in (place, *(kit / inner for kit in kits for inner in ("", "data"))):
            yield from (folder / name for name in names if (folder / name).is_file())


def read(path: Path, options: Options) -> Data:
    """Pictures with their class's first name as the answer, with the synset behind it where two share one
    ("crane (n02012849)"). The split is that of the folders; a flat val folder is read with its solution."""
    root = _pictures(path)
    if root is None:
        raise DataError(NO_SYNSETS.format(name=path.name))
    found = _folders.scan(root, _images.is_image)
    lists = list(_near(root, _LISTS))
    flat, found.unlabelled = _flat(found, _solution(root, lists))
    if flat and found.split is None:
        found.split = [0] * len(found.paths)
    for file, synset in flat:
        found.paths.append(file)
        found.labels.append(synset)
        if found.split is not None:
            found.split.append(1)
    _folders.refuse_empty(found, path.name, _folders.PICTURE)
    data = _folders.labelled(found, path.name, "image", ImageFiles(found.paths, decode), _folders.PICTURE)
    words = {synset: name for file in reversed(lists) for synset, name in _names(file).items()}
    names = readable(words, sorted(set(found.labels)))
    targets = np.array([names[synset] for synset in found.labels], dtype=object)
    notes = [Note.of("info", "synset_names", NAMES_FROM, {"file": lists[0].name})]
    if nameless := [synset for synset in names if synset not in words]:
        values = {"count": len(nameless)}
        notes.append(Note.of("warning", "synsets_unnamed", NAMELESS, values, listed=", ".join(nameless[:5])))
    return replace(data, targets=targets).noted(*notes)


def readable(words: dict[str, str], synsets: list[str]) -> dict[str, str]:
    """{synset: its first name}, unique.

    >>> readable({"n1": "crane, bird", "n2": "crane", "n3": "tench, Tinca tinca"}, ["n1", "n2", "n3"])
    {'n1': 'crane (n1)', 'n2': 'crane (n2)', 'n3': 'tench'}
    """
    first = {synset: words.get(synset, synset).split(",")[0].strip() for synset in synsets}
    often = Counter(first.values())
    return {synset: name if often[name] == 1 else f"{name} ({synset})" for synset, name in first.items()}


def _names(file: Path) -> dict[str, str]:
    """{synset: its names} from one list: `n01440764 tench, Tinca tinca`, or `n01440764 449 tench`."""
    if file.suffix == ".mat":
        return {synset: words for _, synset, words in _meta(file)}
    found = {}
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        synset, _, words = line.strip().partition(" ")
        if _SYNSET.fullmatch(synset):
            found[synset] = re.sub(r"^\d+ ", "", words).replace("_", " ")
    return found


def _meta(file: Path) -> list[tuple[int, str, str]]:
    """(number, synset, words) of the development kit's table."""
    from scipy.io import loadmat

    table = loadmat(file, squeeze_me=True)["synsets"]
    return [(int(row["ILSVRC2012_ID"]), str(row["WNID"]), str(row["words"])) for row in np.atleast_1d(table)]


def _solution(root: Path, lists: list[Path]) -> dict[str, str]:
    """{stem of a picture in val: synset}; {} where no solution is there."""
    for file in _near(root, (_SOLUTION,)):
        rows = (line.split(",", 1) for line in file.read_text(encoding="utf-8").splitlines()[1:])
        return {row[0]: row[1].split()[0].strip('"') for row in rows if len(row) == 2 and row[1].split()}
    places = {file.parent for file in lists} | {root, root.parent}
    truths = [file for place in places for file in sorted(place.glob("*.txt")) if _TRUTH.fullmatch(file.name)]
    numbers = next((found for file in lists if (found := _numbers(file))), {})
    for file in truths if numbers else ():
        codes = [int(line) for line in file.read_text(encoding="utf-8").split()]
        return {f"{row:08d}": numbers[code] for row, code in enumerate(codes, start=1) if code in numbers}
    return {}


def _numbers(file: Path) -> dict[int, str]:
    """{class number in the ground truth: synset}."""
    if file.suffix == ".mat":
        return {number: synset for number, synset, _ in _meta(file)}
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    found = (re.match(r"(n\d{8}) (\d+) ", line) for line in lines)
    return {int(match.group(2)): match.group(1) for match in found if match}


def _flat(found: _folders.Found, solution: dict[str, str]) -> tuple[list[tuple[Path, str]], list[Path]]:
    """The pictures that lie in no class folder and whose class is known, and the rest."""
    labelled, rest = [], []
    for file in found.unlabelled:
        key = file.stem if file.stem in solution else file.stem.rsplit("_", 1)[-1]
        if key in solution and _places.role(file.parent.name) == 1:
            labelled.append((file, solution[key]))
        else:
            rest.append(file)
    return labelled, rest
