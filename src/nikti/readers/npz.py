"""NumPy archives: samples and labels as arrays, with or without train and test parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.data import SPLITS, Data, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Frame, Inputs
from nikti.core.npz import read as read_arrays
from nikti.core.words import Words, joined
from nikti.readers import _arrays, _folders, _places, clip_folder
from nikti.readers._unpacked import UNREADABLE

TITLE = Words(
    en=".npz file with arrays x and y (or x_train, y_train, x_test, y_test); or a train and a test .npz",
    bn="x ও y অ্যারের .npz ফাইল (বা x_train, y_train, x_test, y_test); অথবা ট্রেন ও টেস্টের দুটি .npz",
)
OPTIONS = ("target",)

SAMPLES = ("x", "images", "image", "data", "features", "inputs", "samples", "series", "texts")
LABELS = ("y", "labels", "label", "targets", "target")
CLASS_NAMES = ("class_names", "classes", "label_names", "target_names")
_PART = re.compile(r"train(?:ing)?|valid(?:ation)?|val|dev|test(?:ing)?")

TWO_SETS = Words(en="{name} holds two sets of {part} samples.", bn="{name}-এ {part} ভাগের নমুনা দুবার আছে।")
NO_SAMPLES = Words(
    en="{path}: no array of samples ({names}). Found: {found}.",
    bn="{path}: নমুনার কোনো অ্যারে নেই ({names})। আছে: {found}।",
)
OTHER_MODALITY = Words(
    en="{path} holds {found} samples, and the model predicts {modality}.",
    bn="{path} ফাইলের নমুনা {found} ধরনের, অথচ মডেলটি {modality} ধরনের নমুনার।",
)
NO_MATCH = Words(
    en="{file}: {samples} samples and {labels} labels do not match.",
    bn="{file}: নমুনা ({samples}) আর লেবেল ({labels}) মেলে না।",
)
NO_PAIR = Words(
    en="{file} needs an array of samples ({samples}) and one of labels ({labels}), or x_train, y_train, "
    "x_test, y_test. Found: {found}.",
    bn="{file} ফাইলে নমুনার একটি অ্যারে ({samples}) আর লেবেলের একটি ({labels}) লাগে, অথবা x_train, y_train, x_test, "
    "y_test। আছে: {found}।",
)
OTHER_SHAPES = Words(
    en="{name}: the parts hold samples of different shapes ({shapes}).",
    bn="{name}: ভাগগুলোতে নমুনার আকার এক নয় ({shapes})।",
)
EMPTY = Words(en="{name} holds no samples.", bn="{name}-এ কোনো নমুনা নেই।")
HELD = Words(en="{name} {dtype} {shape}", bn="{name} {dtype} {shape}")
NOTHING = Words(en="nothing", bn="কিছু না")
ONE_VALUE = Words(en="a single value", bn="একটিমাত্র মান")


def sniff(path: Path) -> bool:
    """Whether it is an .npz file, or a folder with one or with a train and a test one in it; where class
    folders of clips lie beside it, it is made of them or beside the point."""
    if path.is_dir():
        files = _files(path)
        if files and clip_folder.sniff(path):
            return False
        return len(files) == 1 or any(_part(file.stem)[0] == 0 for file in files)
    return path.is_file() and path.suffix.lower() == ".npz"


def read(path: Path, options: Options) -> Data:
    """Samples with labels out of one archive, or of a folder's train, valid and test ones.

    Pictures are uint8 [n, H, W(, C)], series [n, channels, length], tables [n, columns], texts [n]
    strings; see `nikti.readers._arrays`. Raises DataError for arrays of Python objects (pickle is never
    loaded), unequal lengths and damaged files.
    """
    files = _files(path) if path.is_dir() else [path]
    if len(files) > 1:
        files = [file for file in files if _part(file.stem)[0] is not None]
    parts: dict[int | None, tuple[np.ndarray, np.ndarray]] = {}
    named: dict[str, np.ndarray] = {}
    for file in files:
        arrays = load(file)
        named |= {name: arrays[name] for name in arrays if name.lower() in (*CLASS_NAMES, "feature_names")}
        for code, pair in _pairs(arrays, file, options).items():
            code = _part(file.stem)[0] if code is None and len(files) > 1 else code
            if code in parts:
                raise DataError(TWO_SETS.format(name=path.name, part=SPLITS[code or 0]))
            parts[code] = pair
    x, y, split = _join(parts, path)
    names = next((_listed_names(named[k]) for k in named if k.lower() in CLASS_NAMES), None)
    columns = _listed_names(named["feature_names"]) if "feature_names" in named else None
    modality, inputs, notes = _arrays.understand(x, options.task, columns)
    targets, more = _arrays.answers(y, names, options.task)
    data = Data(path.stem if path.is_file() else path.name, modality, inputs, targets, split=split)
    return data.noted(*notes, *more)


def read_inputs(path: Path, modality: str, hint: Mapping[str, Any]) -> tuple[Inputs, list[str]]:
    """Samples without answers for a model that is there: (inputs, row numbers from 1)."""
    arrays = load(Path(path))
    x = _one(arrays, SAMPLES)
    if x is None:
        raise DataError(NO_SAMPLES.format(path=str(path), names=", ".join(SAMPLES), found=_listed(arrays)))
    task = {"image": "image_classification", "series": "series_classification"}.get(modality)
    found, inputs, _ = _arrays.understand(x, task, list(hint.get("dtypes", ())) or None)
    if found != modality:
        raise UsageError(OTHER_MODALITY.format(path=str(path), found=found, modality=modality))
    if isinstance(inputs, Frame) and "dtypes" in hint:
        from nikti.core.columns import cast_like

        inputs = Frame(cast_like(inputs.frame, hint["dtypes"]))
    return inputs, [str(row) for row in range(1, len(inputs) + 1)]


def load(file: Path) -> dict[str, np.ndarray]:
    """Every array of an archive. Raises DataError for damaged files and arrays of objects."""
    try:
        return read_arrays(file, file.name)
    except OSError as error:
        raise DataError(UNREADABLE.format(file=file.name, reason=error.strerror)) from error


def _listed_names(array: np.ndarray) -> list[str] | None:
    """Names of classes or columns; None where the array is no list of them."""
    return array.tolist() if array.ndim == 1 else None


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() == ".npz" and not _folders.junk(p.name))


def _part(name: str) -> tuple[int | None, str]:
    """(split code or None, the rest of the name): "x_train" is (0, "x")."""
    words = [word for word in re.split(r"[_\-. ]+", name.lower()) if word]
    codes = [_places.role(word) for word in words if _PART.fullmatch(word)]
    rest = "_".join(word for word in words if not _PART.fullmatch(word))
    if not codes and (match := re.fullmatch(r"(x|y)(train|valid|val|test)", name.lower())):
        return _places.role(match.group(2)), match.group(1)
    return (codes[0] if len(codes) == 1 else None), rest


def _pairs(
    arrays: dict[str, np.ndarray], file: Path, options: Options
) -> dict[int | None, tuple[np.ndarray, np.ndarray]]:
    """{split code or None: (samples, labels)}."""
    by_part: dict[int | None, dict[str, np.ndarray]] = {}
    for name, array in arrays.items():
        code, rest = _part(name)
        by_part.setdefault(code, {})[rest] = array
    labels = LABELS if options.target is None else (options.target.lower(),)
    pairs = {}
    for code, group in by_part.items():
        x, y = _one(group, SAMPLES), _one(group, labels)
        if x is None or y is None:
            continue
        if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
            raise DataError(NO_MATCH.format(file=file.name, samples=_shape(x), labels=_shape(y)))
        pairs[code] = (x, y)
    if len(pairs) > 1:
        pairs.pop(None, None)  # beside x_train and x_test, a plain x is the two together
    if not pairs:
        names = {"samples": ", ".join(SAMPLES), "labels": ", ".join(labels)}
        raise DataError(NO_PAIR.format(file=file.name, found=_listed(arrays), **names))
    return pairs


def _one(arrays: Mapping[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray | None:
    lower = {name.lower(): array for name, array in arrays.items()}
    return next((lower[name] for name in names if name in lower), None)


def _join(
    parts: dict[int | None, tuple[np.ndarray, np.ndarray]], path: Path
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    codes = sorted(parts, key=lambda code: -1 if code is None else code)
    if len({(parts[code][0].shape[1:], parts[code][1].shape[1:]) for code in codes}) > 1:
        shapes = ", ".join(f"{SPLITS[code or 0]} {_shape(parts[code][0])}" for code in codes)
        raise DataError(OTHER_SHAPES.format(name=path.name, shapes=shapes))
    x = np.concatenate([parts[code][0] for code in codes])
    y = np.concatenate([parts[code][1] for code in codes])
    if not len(x):
        raise DataError(EMPTY.format(name=path.name))
    if len(codes) == 1:
        return x, y, None
    return x, y, np.concatenate([np.full(len(parts[code][0]), code, np.uint8) for code in codes])


def _shape(array: np.ndarray) -> str | Words:
    return "x".join(map(str, array.shape)) or ONE_VALUE


def _listed(arrays: Mapping[str, np.ndarray]) -> Words:
    found = [
        HELD.format(name=name, dtype=str(array.dtype), shape=_shape(array)) for name, array in arrays.items()
    ]
    return joined(found, ", ") if found else NOTHING
