"""What bare arrays mean: pictures, series, tables or texts; classes or values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nikti.core import images, limits
from nikti.core.data import Note
from nikti.core.errors import DataError
from nikti.core.inputs import Frame, Inputs, Stack, Texts
from nikti.core.words import Words

SMALLEST_PICTURE = 4  # pixels; [n, 3, 100] is a series of three channels

PICTURES = Words(
    en="Arrays of {height} x {width} were read as grey pictures. If they are series, type --task "
    "series_classification.",
    bn="অ্যারেগুলোকে সাদা-কালো ছবি হিসেবে পড়া হয়েছে।",
)
SERIES = Words(
    en="{count} series with {channels} channels of length {length}.",
    bn="প্রতিটি নমুনা {channels}টি চ্যানেলের {length}টি মানের সময়ক্রম হিসেবে পড়া হয়েছে।",
)
CHANNELS_FIRST = Words(
    en="The channels came first in the arrays and were moved last.",
    bn="অ্যারেতে চ্যানেল আগে ছিল, শেষে আনা হয়েছে।",
)
RESCALED = Words(
    en="Pixel values ({low:g} to {high:g}) were brought to 0..255.",
    bn="পিক্সেলের মান ({low} থেকে {high}) ০ থেকে ২৫৫-এর মধ্যে আনা হয়েছে।",
)
OVER_WHITE = Words(en="Transparent pictures were laid over white.", bn="স্বচ্ছ ছবিগুলো সাদার ওপর বসানো হয়েছে।")
ONE_HOT = Words(
    en="One-hot labels were turned into class numbers.",
    bn="ওয়ান-হট উত্তরগুলো শ্রেণির নম্বরে বদলানো হয়েছে।",
)
OTHER_COLUMNS = Words(
    en="The {names} names of columns are not one for each of {columns} columns; they were left aside.",
    bn="{columns}টি কলামের প্রতিটির জন্য আলাদা একটি নাম নেই ({names}টি নাম), তাই নামগুলো ধরা হয়নি।",
)
OTHER_NAMES = Words(
    en="{names} class names do not fit labels {low} to {high} and were left aside.",
    bn="{names}টি শ্রেণির নাম উত্তরের সঙ্গে মেলে না, তাই ধরা হয়নি।",
)
NO_VALUES = Words(en="samples of shape {shape} hold no values.", bn="{shape} আকারের নমুনায় কোনো মান নেই।")
ODD_TYPE = Words(
    en="samples of type {dtype} are neither numbers nor texts.",
    bn="{dtype} ধরনের নমুনা সংখ্যাও নয়, লেখাও নয়।",
)
ODD_SHAPE = Words(
    en="samples of shape {shape} cannot be read. Pictures are [n, H, W] or [n, H, W, C], series "
    "[n, channels, length], tables [n, columns], texts [n] strings.",
    bn="{shape} আকারের নমুনা পড়া যায় না। ছবি হয় [n, H, W] বা [n, H, W, C], সময়ক্রম [n, channels, length], "
    "টেবিল [n, columns], আর লেখা [n]টি স্ট্রিং।",
)
ODD_CHANNELS = Words(
    en="pictures of shape {shape} have neither 1 (grey) nor 3 (RGB) channels.",
    bn="{shape} আকারের ছবির চ্যানেল ১টিও (সাদা-কালো) নয়, ৩টিও (RGB) নয়।",
)
NOT_FINITE = Words(
    en="the pictures hold values that are no numbers (NaN or infinite).",
    bn="ছবিগুলোতে এমন মান আছে যা সংখ্যা নয় (NaN বা অসীম)।",
)
ODD_LABELS = Words(
    en="labels of shape {shape} cannot be read; one label per sample is needed.",
    bn="{shape} আকারের লেবেল পড়া যায় না; প্রতিটি নমুনার একটি করে লেবেল লাগে।",
)
ODD_LABEL_TYPE = Words(
    en="labels of type {dtype} are neither numbers nor texts.",
    bn="{dtype} ধরনের লেবেল সংখ্যাও নয়, লেখাও নয়।",
)


def understand(
    x: np.ndarray, task: str | None, columns: Sequence[str] | None
) -> tuple[str, Inputs, list[Note]]:
    """(modality, inputs, notes) of an array of samples.

    [n] strings: texts. [n, columns]: a table, or series of one channel where the task says so.
    [n, H, W] and [n, H, W, C] (or [n, C, H, W]): pictures; [n, channels, length]: series, where the task
    says so or the values are no pixels. Raises DataError for shapes that mean nothing.
    """
    if x.ndim == 1 and x.dtype.kind in "US":
        return "text", Texts([_string(value) for value in x.tolist()]), []
    if not all(x.shape):
        raise DataError(NO_VALUES.format(shape=str(x.shape)))
    if x.dtype.kind not in "biuf":
        raise DataError(ODD_TYPE.format(dtype=str(x.dtype)))
    task = task or ""
    if x.ndim == 4:
        return "image", *pictures(x)
    if x.ndim == 3 and (task.startswith("image") or (not task.startswith("series") and _pixels(x))):
        inputs, notes = pictures(x[..., None])
        if not task:
            more = {"height": x.shape[1], "width": x.shape[2]}
            notes.append(Note.of("info", "read_as_pictures", PICTURES, {"shape": list(x.shape)}, **more))
        return "image", inputs, notes
    if x.ndim == 3 or (x.ndim == 2 and task.startswith("series")):
        series = x if x.ndim == 3 else x[:, None, :]
        values = {"channels": series.shape[1], "length": series.shape[2]}
        note = Note.of("info", "read_as_series", SERIES, values, count=len(x))
        return "series", Stack(np.ascontiguousarray(series, dtype=np.float32)), [note]
    if x.ndim == 2:
        return "table", *table(x, columns)
    raise DataError(ODD_SHAPE.format(shape=str(x.shape)))


def pictures(x: np.ndarray) -> tuple[Stack, list[Note]]:
    """[n, H, W, C] or [n, C, H, W] of any number type as uint8 [n, H, W, 1 or 3], with notes."""
    notes = []
    if x.shape[-1] not in (1, 2, 3, 4) and x.shape[1] in (1, 2, 3, 4):
        x = np.moveaxis(x, 1, -1)
        notes.append(Note.of("info", "channels_first", CHANNELS_FIRST))
    if x.shape[-1] not in (1, 2, 3, 4):
        raise DataError(ODD_CHANNELS.format(shape=str(x.shape[1:])))
    if x.dtype != np.uint8:
        if not np.isfinite(x).all():
            raise DataError(NOT_FINITE)
        low, high = float(x.min()), float(x.max())
        x = images.to_uint8(x)
        notes.append(Note.of("info", "rescaled_pixels", RESCALED, {"low": low, "high": high}))
    if x.shape[-1] in (2, 4):
        x = images.over_white(x)
        notes.append(Note.of("info", "over_white", OVER_WHITE))
    return Stack(np.ascontiguousarray(x)), notes


def table(x: np.ndarray, columns: Sequence[str] | None) -> tuple[Frame, list[Note]]:
    """[n, columns] as a frame of float64, with a note where the names given do not fit."""
    import pandas as pd

    limits.check("the array", columns=x.shape[1])
    given, notes = None if columns is None else [_string(name) for name in columns], []
    if given is not None and (len(given) != x.shape[1] or len(set(given)) < len(given)):
        values = {"names": len(given), "columns": x.shape[1]}
        notes.append(Note.of("warning", "column_names_ignored", OTHER_COLUMNS, values))
        given = None
    given = given or [f"column_{place + 1}" for place in range(x.shape[1])]
    return Frame(pd.DataFrame(x.astype(np.float64), columns=given)), notes


def answers(y: np.ndarray, names: Sequence[str] | None, task: str | None) -> tuple[np.ndarray, list[Note]]:
    """(targets [n], notes): class names as strings, or float64 where the values have fractions or the
    task is a regression. names: the classes' names, for labels 0, 1, 2 ...; one-hot rows are decoded."""
    notes = []
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 2 and y.dtype.kind in "biuf" and (y.sum(axis=1) == 1).all() and np.isin(y, (0, 1)).all():
        y = y.argmax(axis=1)
        notes.append(Note.of("info", "one_hot_labels", ONE_HOT))
    if y.ndim != 1:
        raise DataError(ODD_LABELS.format(shape=str(y.shape)))
    if y.dtype.kind in "US":
        return np.array([_string(value) for value in y.tolist()], dtype=object), notes
    if y.dtype.kind not in "biuf":
        raise DataError(ODD_LABEL_TYPE.format(dtype=str(y.dtype)))
    if (task or "").endswith("regression"):
        return y.astype(np.float64), notes
    if y.dtype.kind == "f" and not (np.isfinite(y).all() and (y == np.round(y)).all()):
        return y.astype(np.float64), notes
    codes = y.astype(np.int64)
    if names is not None and codes.min() >= 0 and codes.max() < len(names):
        named = np.array([_string(name) for name in names], dtype=object)
        return named[codes], notes
    if names is not None:
        more = {"low": codes.min(), "high": codes.max()}
        notes.append(Note.of("warning", "class_names_ignored", OTHER_NAMES, {"names": len(names)}, **more))
    return codes.astype(str).astype(object), notes


def _pixels(x: np.ndarray) -> bool:
    """Whether [n, a, b] looks like grey pictures: bytes, or square with values in 0..1 or 0..255."""
    if min(x.shape[1:]) < SMALLEST_PICTURE:
        return False
    if x.dtype in (np.uint8, bool):
        return True
    if x.shape[1] != x.shape[2] or not np.isfinite(x).all():
        return False
    low, high = float(x.min()), float(x.max())
    return low >= 0 and (high <= 1 or (high <= 255 and bool((x == np.round(x)).all())))


def _string(value: object) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
