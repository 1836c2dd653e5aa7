"""Data that are already in memory: pandas, NumPy, lists, Hugging Face `datasets`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.data import Data, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Inputs, Ragged, Stack, Texts
from nikti.core.words import Words
from nikti.readers import _columns, _pairs, _spelling, _target, timeseries
from nikti.readers._answered import answered

if TYPE_CHECKING:
    import pandas as pd

TITLE = Words(
    en="in memory: a pandas frame, NumPy arrays, lists, a Hugging Face Dataset",
    bn="মেমরিতে: pandas-এর ফ্রেম, NumPy অ্যারে, তালিকা, Hugging Face Dataset",
)

ALLOWED = Words(
    en="a pandas DataFrame (with a target column, or y beside it), (X, y) with X an array [n, columns], "
    "images uint8 [n, H, W] or [n, H, W, C], series float [n, channels, length], a list of texts or arrays, "
    "a Hugging Face Dataset or DatasetDict, or a path",
    bn="pandas DataFrame (উত্তরের কলামসহ, বা পাশে y), অথবা (X, y), যেখানে X হলো অ্যারে [n, columns], ছবি uint8 [n, "
    "H, W] বা [n, H, W, C], সময়ক্রম float [n, channels, length], লেখা বা অ্যারের তালিকা, Hugging Face Dataset বা "
    "DatasetDict, অথবা একটি পথ",
)
NO_DATA = Words(
    en="{what} cannot be read as data. Give {allowed}.", bn="{what} ডেটা হিসেবে পড়া যায় না। দিন: {allowed}।"
)
ARRAY = Words(en="an array of {dtype} {shape}", bn="{dtype} {shape} অ্যারে")
A_TYPE = Words(en="a {type}", bn="{type}-এর বস্তু")
LIST_OF = Words(en="a list of {what}", bn="তালিকা, যার ভেতরে {what},")
NO_ANSWERS = Words(
    en="{modality} samples in memory need their answers: give (X, y), or y=...",
    bn="মেমরিতে থাকা {modality} নমুনার সঙ্গে উত্তর লাগে: দিন (X, y), বা y=...",
)
NO_SAMPLES = Words(en="the array holds no samples.", bn="অ্যারেতে কোনো নমুনা নেই।")
FOUR_CHANNELS = Words(
    en="images with four channels: drop the transparency, {code}, or paint a ground.",
    bn="ছবিতে চারটি চ্যানেল: স্বচ্ছতা বাদ দিন, {code}, বা পেছনে একটি রং দিন।",
)
NOT_UINT8 = Words(
    en="{what}: images must be uint8 in 0..255; convert with {code}.",
    bn="{what}: ছবি হতে হবে uint8, ০..২৫৫-এর মধ্যে; বদলাতে লিখুন {code}",
)
ODD_CHANNELS = Words(
    en="images must have one channel (grey) or three (RGB), [H, W] or [H, W, C].",
    bn="ছবির চ্যানেল হবে একটি (সাদা-কালো) বা তিনটি (RGB), [H, W] বা [H, W, C]।",
)
OTHER_CHANNELS = Words(
    en="series must all have the same number of channels, [channels, length].",
    bn="সব সময়ক্রমে চ্যানেলের সংখ্যা এক হতে হবে, [channels, length]।",
)
THERE_ALREADY = Words(
    en="the frame has a column {column!r} already; leave y out and type target={column!r}.",
    bn="ফ্রেমে {column} নামে কলাম আগেই আছে; y বাদ দিয়ে লিখুন target='{column}'",
)
OTHER_LENGTH = Words(
    en="{samples} samples and {answers} answers: X and y must be of one length.",
    bn="নমুনা {samples}টি, অথচ উত্তর {answers}টি: X ও y সমান লম্বা হতে হবে।",
)
OTHER_TRANSLATIONS = Words(
    en="{samples} texts and {answers} translations: X and y must be of one length.",
    bn="লেখা {samples}টি, অথচ অনুবাদ {answers}টি: X ও y সমান লম্বা হতে হবে।",
)
NO_LABELS = Words(
    en="{what} cannot be answers: give one answer for each sample [n], or 0 and 1 for each sample and label "
    "[n, labels].",
    bn="{what} উত্তর হতে পারে না: প্রতি নমুনার একটি উত্তর দিন [n], বা প্রতি নমুনা ও লেবেলের জন্য ০ ও ১ [n, labels]।",
)
ODD_SPLITS = Words(
    en="splits of the DatasetDict must be train, validation or test; found {found}.",
    bn="DatasetDict-এর ভাগগুলো হবে train, validation বা test; আছে {found}।",
)
NO_IMAGE = Words(
    en="a row of the Dataset has no image. Filter such rows out first.",
    bn="Dataset-এর একটি সারিতে ছবি নেই। আগে এমন সারিগুলো বাদ দিন।",
)
_SPLITS = {**_columns.SPLIT_CODES, "testing": 2}


def from_memory(source: Any, options: Options, y: Any = None) -> Data:
    """`source`, or a pair (X, y), as labelled data; labels that are the same to the eye have one name.

    Arrays: uint8 [n, H, W] or [n, H, W, C] are images, float [n, channels, length] are series, two
    dimensions are a table with columns x1, x2, ... Raises UsageError for anything else.
    """
    if isinstance(source, Data):
        return source if y is None else _answering(source, y, None)
    return _spelling.one_name_each(_understood(source, options, y))


def _understood(source: Any, options: Options, y: Any) -> Data:
    if isinstance(source, tuple) and len(source) == 2 and y is None:
        source, y = source
    if _is_frame(source):
        return _frame(source, options, y)
    if _is_hugging_face(source):
        return _hugging_face(source, options)
    inputs, modality = inputs_of(source)
    if modality == "table":
        return _frame(inputs, options, y)
    if y is None:
        raise UsageError(NO_ANSWERS.format(modality=modality))
    if options.task == _pairs.TASK:
        return Data("data", modality, inputs, _translations(y, len(inputs)), target_name="target")
    return _answering(Data("data", modality, inputs), y, options.task)


def inputs_of(source: Any) -> tuple[Any, str]:
    """(inputs, modality) of samples without answers; a table comes as a pandas frame.

    Raises UsageError where the kind of sample is not clear.
    """
    import pandas as pd

    if _is_frame(source):
        return source, "table"
    if isinstance(source, pd.Series):
        source = source.tolist()
    if isinstance(source, np.ndarray) and source.dtype.kind in "OUS" and source.ndim == 1:
        source = source.tolist()
    if isinstance(source, Sequence) and len(source) and all(isinstance(s, str) for s in source):
        return Texts(source), "text"
    if isinstance(source, (list, tuple)) and len(source) and all(isinstance(s, np.ndarray) for s in source):
        return _arrays(source)
    if isinstance(source, np.ndarray):
        return _array(source)
    raise UsageError(NO_DATA.format(what=_what(source), allowed=ALLOWED))


def _array(array: np.ndarray) -> tuple[Any, str]:
    import pandas as pd

    if not len(array):
        raise DataError(NO_SAMPLES)
    if array.ndim == 2 and array.dtype.kind in "biuf":
        return pd.DataFrame(array, columns=[f"x{i + 1}" for i in range(array.shape[1])]), "table"
    if array.dtype == np.uint8 and array.ndim == 3:
        return Stack(array[..., None]), "image"
    if array.dtype == np.uint8 and array.ndim == 4 and array.shape[-1] in (1, 3):
        return Stack(array), "image"
    if array.dtype == np.uint8 and array.ndim == 4 and array.shape[-1] == 4:
        raise UsageError(FOUR_CHANNELS.format(code="X[..., :3]"))
    if array.dtype.kind == "f" and array.ndim == 3:
        return Stack(np.ascontiguousarray(array, dtype=np.float32)), "series"
    if array.dtype.kind == "f" and array.ndim == 4:
        raise UsageError(NOT_UINT8.format(what=_what(array), code="(255 * X).astype('uint8')"))
    raise UsageError(NO_DATA.format(what=_what(array), allowed=ALLOWED))


def _arrays(samples: Sequence[np.ndarray]) -> tuple[Inputs, str]:
    """A list of arrays of their own shapes: uint8 images [H, W(, C)], float series [(channels,) length]."""
    if all(s.dtype == np.uint8 and s.ndim in (2, 3) for s in samples):
        images = [s[..., None] if s.ndim == 2 else s for s in samples]
        if {s.shape[-1] for s in images} - {1, 3}:
            raise UsageError(ODD_CHANNELS)
        return (Stack(np.stack(images)) if _alike(images) else Ragged.of(images)), "image"
    if all(s.dtype.kind in "fiu" and s.ndim in (1, 2) for s in samples):
        series = [np.atleast_2d(np.asarray(s, dtype=np.float32)) for s in samples]
        if len({len(s) for s in series}) > 1:
            raise UsageError(OTHER_CHANNELS)
        return timeseries.pack(series), "series"
    raise UsageError(NO_DATA.format(what=LIST_OF.format(what=_what(samples[0])), allowed=ALLOWED))


def _alike(samples: Sequence[np.ndarray]) -> bool:
    return len({s.shape for s in samples}) == 1


def _frame(frame: Any, options: Options, y: Any) -> Data:
    frame = frame.copy()
    frame.columns = list(map(str, frame.columns))
    if y is not None:
        labels = _labels(y, len(frame))
        name = "target" if labels.name is None else str(labels.name)
        if name in frame.columns:
            raise UsageError(THERE_ALREADY.format(column=name))
        frame[name] = labels.to_numpy()
        options = replace(options, target=name)
    frame = frame.reset_index(drop=True)
    return (_pairs if _pairs.meant(frame, options) else _columns).understand(frame, "data", options)


def _translations(y: Any, n: int) -> Phrases:
    """Answers given as one string, or a list of them, for each sample."""
    each = [[one] if isinstance(one, str) else list(one) for one in y]
    if len(each) != n:
        raise UsageError(OTHER_TRANSLATIONS.format(samples=n, answers=len(each)))
    return Phrases.of(each)


def _answering(data: Data, y: Any, task: str | None) -> Data:
    """The samples with these answers; of sets of labels, those that say anything."""
    labels = _labels(y, len(data))
    found = answered(labels.rename("label" if labels.name is None else labels.name), task)
    data = replace(data, targets=found.targets, classes=found.classes).noted(
        *found.notes if found.classes else ()
    )
    if labels.name is not None:
        data = replace(data, target_name=str(labels.name))
    return data.subset(np.flatnonzero(found.there)) if found.classes else data


def _labels(y: Any, n: int) -> pd.Series:
    """The answers as a column [n]: as they are; of a table [n, C] of 0 and 1 the names of the columns with
    a 1."""
    import pandas as pd

    if _is_table(y):
        y = _sets(pd.DataFrame(y))
    if isinstance(y, pd.DataFrame):
        y = y.iloc[:, 0]
    if not isinstance(y, pd.Series):
        y = pd.Series(np.ravel(y) if isinstance(y, np.ndarray) else list(y))
    if len(y) != n:
        raise UsageError(OTHER_LENGTH.format(samples=n, answers=len(y)))
    return y.reset_index(drop=True)


def _is_table(y: Any) -> bool:
    """Whether answers have several columns; lists of labels have none."""
    if isinstance(y, list | tuple):
        rows = [row for row in y if isinstance(row, list | tuple)]
        same = len(rows) == len(y) > 0 and len({len(row) for row in rows}) == 1
        return same and len(rows[0]) > 1 and all(cell in (0, 1) for row in rows for cell in row)
    return np.ndim(y) == 2 and np.shape(y)[1] > 1


def _sets(table: pd.DataFrame) -> pd.Series:
    import pandas as pd

    said = table.to_numpy()
    if not np.isin(said, (0, 1)).all():
        raise UsageError(NO_LABELS.format(what=_what(said)))
    names = [str(column) for column in table.columns]
    sets = [[name for name, there in zip(names, row, strict=True) if there] for row in said]
    return pd.Series(sets, dtype=object, name="labels")


def _is_frame(source: Any) -> bool:
    import pandas as pd

    return isinstance(source, pd.DataFrame)


def _is_hugging_face(source: Any) -> bool:
    parts = list(source.values()) if isinstance(source, Mapping) else [source]
    return bool(parts) and all(hasattr(p, "features") and hasattr(p, "column_names") for p in parts)


def _hugging_face(source: Any, options: Options) -> Data:
    """A `datasets.Dataset`, or a `DatasetDict` with the splits train, validation and test."""
    import pandas as pd

    parts = dict(source) if isinstance(source, Mapping) else {"train": source}
    unknown = [name for name in parts if name.lower() not in _SPLITS]
    if unknown and len(parts) > 1:
        raise UsageError(ODD_SPLITS.format(found=str(list(parts))))
    codes = [_SPLITS.get(name.lower(), 0) for name in parts]
    dealt = np.repeat(codes, [len(part) for part in parts.values()]).astype(np.uint8)
    split = dealt if len(parts) > 1 else None
    features = next(iter(parts.values())).features
    images = [name for name, feature in features.items() if type(feature).__name__ == "Image"]
    frame = pd.concat([_cells(part, images) for part in parts.values()], ignore_index=True)
    if not images and _pairs.meant(frame, options):
        return _pairs.understand(frame, "data", options, split=split)
    if not images or (options.task or "").startswith(("tabular", "text")):
        return _columns.understand(frame.drop(columns=images), "data", options, split=split)
    frame[images[0]] = "image"  # stands in while the answer's column is looked for
    target, notes = _target.pick(
        frame, {c: "image" if c in images else "categorical" for c in frame}, options, "data"
    )
    answer = answered(frame[target], options.task)
    groups = None
    if options.group:
        groups = _columns.codes(frame[_target.named(options.group, frame, "group", "data")])
    pictures = [_pixels(cell) for part in parts.values() for cell in part[images[0]]]
    inputs = Stack(np.stack(pictures)) if _alike(pictures) else Ragged.of(pictures)
    notes = [*notes, *answer.notes]
    if not answer.there.all():
        lost = int((~answer.there).sum())
        notes.append(_target.dropped(lost, len(frame), target))
    told = (answer.targets, answer.classes, target, groups, None, split, tuple(notes))
    return Data("data", "image", inputs, *told).subset(np.flatnonzero(answer.there))


def _cells(part: Any, images: list[str]) -> Any:
    """A split as a frame, classes by name, images left out."""
    frame = part.remove_columns(images).to_pandas() if images else part.to_pandas()
    for name, feature in part.features.items():
        inner: Any = getattr(feature, "feature", None)
        if type(feature).__name__ == "ClassLabel":
            words = {code: word for code, word in enumerate(feature.names)}
            frame[name] = frame[name].map(words)  # -1, no label, becomes missing
        elif type(inner).__name__ == "ClassLabel":  # sets of labels
            frame[name] = [[inner.names[code] for code in codes] for codes in frame[name]]
    for name in images:
        frame[name] = ""
    return frame


def _pixels(picture: Any) -> np.ndarray:
    """A PIL image as uint8 [H, W, 1 or 3]."""
    if picture is None:
        raise DataError(NO_IMAGE)
    grey = picture.mode in ("1", "L", "I", "F", "I;16")
    array = np.asarray(picture.convert("L" if grey else "RGB"), dtype=np.uint8)
    return array[..., None] if grey else array


def _what(source: Any) -> Words:
    """A value in words, for an error message."""
    if isinstance(source, np.ndarray):
        return ARRAY.format(dtype=str(source.dtype), shape=str(list(source.shape)))
    name = f"{type(source).__module__}.{type(source).__name__}".removeprefix("builtins.")
    return A_TYPE.format(type=name)
