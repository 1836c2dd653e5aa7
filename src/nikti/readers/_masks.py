"""Mask files: which values stand for which class, and each file as class codes of its picture's size.

A mask's values are read in one of three ways, the same for all files of a data set:

    values    grey levels or palette positions: 0, 1, 2 ...; 0 and 255; 0, 128 and 255
    colours   one colour per class
    halves    0 and 255 with in-between values from smooth edges or JPEG: cut at 128
    objects   a file per object, whatever its value: not 0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from nikti.core import images
from nikti.core.answers import IGNORE, Masks
from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.inputs import ImageFiles
from nikti.core.words import Words, joined
from nikti.readers import _images
from nikti.readers._boxes import all_facts, annotators_frame, below, splits
from nikti.readers._mask_names import Names, colour_name
from nikti.readers._mask_values import HALF, MOST_CLASSES, SMOOTH_FROM, Seen, look, packed
from nikti.readers._tally import Tally

#: Codes of classes are small numbers; 255 beside such ones means "nothing is said".
SMALL = 64

BACKGROUND = "background"

UNKNOWN_PIXELS = Words(
    en="Pixels of value {value} in the masks are taken as unknown and are not used.",
    bn="মাস্কের {value} মানের পিক্সেল অজানা ধরা হয়েছে, কাজে লাগেনি।",
)
UNITED = Words(
    en="{count} pictures have a mask for each object; they were united: what any shows is an object.",
    bn="{count}টি ছবির প্রতিটি বস্তুর আলাদা মাস্ক আছে; সেগুলো একসঙ্গে নেওয়া হয়েছে।",
)
OTHER_SIZE = Words(
    en="{mask} is of another size than the masks beside it", bn="{mask}-এর মাপ পাশের মাস্কগুলোর মতো নয়"
)
NONE_USED = Words(
    en="{name}: none of {count} masks can be used.",
    bn="{name}: {count}টি মাস্কের একটিও কাজে লাগানো যায়নি।",
)
TOO_MANY_VALUES = Words(
    en="the masks of {name} hold {count} different values, and at most {most} classes are possible. A mask "
    "holds one value per class; are these photographs, or single objects with a number each?",
    bn="{name}-এর মাস্কে {count} রকম মান আছে, অথচ বড়জোর {most}টি শ্রেণি হতে পারে। মাস্কে প্রতি শ্রেণির একটি মান থাকে; "
    "এগুলো কি আলোকচিত্র, নাকি প্রতিটি বস্তুর আলাদা নম্বর?",
)
UNNAMED_COLOURS = Words(
    en="the masks of {name} hold {count} different colours, none of which {file} names.",
    bn="{name}-এর মাস্কে {count} রকম রং আছে, যার একটিও {file} ফাইলে নেই।",
)
TOO_MANY_COLOURS = Words(
    en="the masks of {name} hold {count} different colours, more than {most} classes.",
    bn="{name}-এর মাস্কে {count} রকম রং আছে, যা {most}টি শ্রেণির চেয়ে বেশি।",
)
ONE_COLOUR = Words(
    en="A mask holds one colour per class; JPEG and smooth edges mix them: save masks as PNG.",
    bn="মাস্কে প্রতি শ্রেণির একটি রং থাকে; JPEG ও মসৃণ কিনারায় রং মিশে যায়: মাস্ক PNG করে রাখুন।",
)


@dataclass(frozen=True)
class Pair:
    """A picture, its mask, and 0, 1, 2 for train, valid, test or None. others: more masks of it, where each
    shows one object; what any of them shows is an object."""

    picture: Path
    mask: Path
    split: int | None = None
    others: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Source:
    """A mask file, the (height, width) it is needed in, and the EXIF turn that it still needs; others: as in
    `Pair`."""

    path: Path
    size: tuple[int, int]
    turn: int = 1
    others: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Coding:
    """How values become class codes: value `values[i]` (sorted) is class `codes[i]`, any other IGNORE."""

    way: str
    values: np.ndarray
    codes: np.ndarray


def segmentation(name: str, pairs: Sequence[Pair], names: Names, tally: Tally, root: Path) -> Data:
    """`Data` with `Masks`. Every mask is looked at once; what cannot be used is dropped and said.

    Raises DataError where no mask is left or the masks hold no few classes.
    """
    with ThreadPoolExecutor(_images.threads()) as pool:
        seen = list(pool.map(_look, pairs))
    facts = all_facts([pair.picture for pair in pairs])
    sources: list[Source] = []
    kept: list[Pair] = []
    whole: list[Seen] = []
    for pair, found, picture in zip(pairs, seen, facts, strict=True):
        if isinstance(found, Words):
            said = found.en.replace(str(pair.mask), below(pair.mask, root)).rstrip(".")
            tally.add("masks_unreadable", said)
            continue
        source = _fitted(pair, found, picture, tally, root)
        if source is not None:
            sources.append(source)
            kept.append(pair)
            whole.append(found)
    if not kept:
        why = [note.words for note in tally.notes()]
        raise DataError(joined([NONE_USED.format(name=name, count=len(pairs)), *why], " "))
    notes: list[Note] = []
    united = sum(bool(pair.others) for pair in kept)
    if united and not any(found.smooth for found in whole):
        coding = Coding("objects", np.array([0, 255]), np.array([0, 1], np.uint8))
        classes = _two(names)
    else:
        coding, classes, notes = _coding(whole, names, name)
    if united:
        notes = [*notes, Note.of("info", "masks_united", UNITED, {"count": united})]
    for pair, found in zip(kept, whole, strict=True):
        if coding.way == "halves" and found.smooth:
            tally.add("masks_snapped", below(pair.mask, root))
        if coding.way == "colours" and found.colours - set(coding.values.tolist()):
            tally.add("masks_unknown_colour", below(pair.mask, root))
    data = Data(
        name,
        "image",
        ImageFiles([pair.picture for pair in kept], images.decode),
        Masks(sources, partial(load, coding=coding)),
        tuple(classes),
        "masks",
        split=splits([pair.split for pair in kept]),
    )
    return data.noted(*tally.notes(), *notes)


def _look(pair: Pair) -> Seen | Words:
    """What the masks of a picture hold together, or the reason why one cannot be used."""
    seen = [look(mask) for mask in (pair.mask, *pair.others)]
    whole = [found for found in seen if not isinstance(found, Words)]
    if len(whole) < len(seen):
        return next(found for found in seen if isinstance(found, Words))
    if len({found.size for found in whole}) > 1:
        return OTHER_SIZE.format(mask=str(pair.mask))
    values: set[int] | None = set().union(*(found.values or () for found in whole))
    if any(found.values is None for found in whole):
        values = None
    return Seen(
        whole[0].size,
        None if values is None else frozenset(values),
        frozenset().union(*(found.colours for found in whole)),
        {place: colour for found in whole for place, colour in found.palette.items()},
        any(found.smooth for found in whole),
    )


def _fitted(pair: Pair, found: Seen, picture: images.Facts | None, tally: Tally, root: Path) -> Source | None:
    if picture is None:  # `_images.readable` drops it, with the reason
        return Source(pair.mask, found.size, others=pair.others)
    frame, turned = annotators_frame(found.size, picture)
    if frame is None:
        (height, width), (tall, wide) = found.size, picture.upright
        text = f"{below(pair.mask, root)}: {width} x {height} for {wide} x {tall}"
        tally.add("masks_other_shape", text)
        return None
    if turned:
        tally.add("annotation_turned", below(pair.picture, root))
    elif found.size != picture.upright:
        tally.add("masks_resized", below(pair.mask, root))
    return Source(pair.mask, picture.upright, picture.turn if turned else 1, pair.others)


def _coding(seen: Sequence[Seen], names: Names, name: str) -> tuple[Coding, list[str], list[Note]]:
    """How these files are read, their classes, and what was guessed."""
    if _by_colour(seen, names):
        return *_colours(seen, names, name), []
    values = sorted({value for found in seen for value in found.values or ()})
    if any(found.smooth for found in seen) and len(values) > SMOOTH_FROM:
        return Coding("halves", np.array([0, 255]), np.array([0, 1], np.uint8)), _two(names), []
    if len(values) > MOST_CLASSES + (IGNORE in values):
        raise DataError(TOO_MANY_VALUES.format(name=name, count=len(values), most=MOST_CLASSES))
    notes, rest = [], [value for value in values if value != IGNORE]
    if len(values) > 2 and IGNORE in values and (rest[-1] < SMALL or rest[-1] < 2 * len(rest)):
        notes = [Note.of("info", "masks_ignore", UNKNOWN_PIXELS, {"value": IGNORE})]
        values = rest
    if values == [0, IGNORE]:
        classes = _two(names)
    else:
        classes = [_value_name(value, place, values, names) for place, value in enumerate(values)]
    return Coding("values", np.array(values), np.arange(len(values), dtype=np.uint8)), classes, notes


def _by_colour(seen: Sequence[Seen], names: Names) -> bool:
    """Whether the files differ by colour rather than by number: photographs' modes, palettes that
    disagree, or a list of colours that knows the palette's."""
    if any(found.values is None for found in seen):
        return True
    palettes = [found.palette for found in seen if found.palette]
    positions: dict[int, int] = {}
    for palette in palettes:
        if any(positions.setdefault(position, colour) != colour for position, colour in palette.items()):
            return True
    return bool(palettes and names.colours) and set(positions.values()) <= set(names.colours)


def _colours(seen: Sequence[Seen], names: Names, name: str) -> tuple[Coding, list[str]]:
    there = frozenset().union(*(found.colours for found in seen))
    used = sorted(there & set(names.colours)) if names.colours else sorted(there)
    if not used or len(used) > MOST_CLASSES:
        what = TOO_MANY_COLOURS if used else UNNAMED_COLOURS
        filled = what.format(name=name, count=len(there), most=MOST_CLASSES, file=names.file)
        raise DataError(joined([filled, ONE_COLOUR], " "))
    labels = {colour: names.colours.get(colour) or colour_name(colour) for colour in used}
    if not names.colours and 0 in labels:
        labels[0] = BACKGROUND
    # Two colours of one name are one class; the background comes first.
    order = sorted(dict.fromkeys(labels.values()), key=lambda label: label.lower() != BACKGROUND)
    codes = np.array([order.index(labels[colour]) for colour in used], dtype=np.uint8)
    return Coding("colours", np.array(used), codes), order


def _two(names: Names) -> list[str]:
    named = list(names.codes.values())
    return named if len(named) == 2 else [BACKGROUND, named[0] if len(named) == 1 else "foreground"]


def _value_name(value: int, place: int, values: Sequence[int], names: Names) -> str:
    if value in names.codes:
        return names.codes[value]
    if names.codes and len(names.codes) == len(values) and not set(values) & set(names.codes) - {0}:
        return list(names.codes.values())[place]
    return BACKGROUND if value == 0 else f"class {value}" if values[-1] < SMALL else f"level {value}"


def load(source: Source, coding: Coding) -> np.ndarray:
    """uint8 [H, W] of class codes, IGNORE for values that stand for no class."""
    codes = _codes(source.path, coding)
    for other in source.others:
        codes = np.maximum(codes, _codes(other, coding))
    return images.resize_mask(turned(codes, source.turn), source.size)


def _codes(path: Path, coding: Coding) -> np.ndarray:
    """uint8 [H, W] of one file, as it is stored."""
    array, palette = images.stored(path)
    if coding.way == "colours":
        if palette is not None:
            array = packed(palette)[np.minimum(array, len(palette) - 1)]
        else:
            array = packed(array) if array.ndim == 3 else array.astype(np.int32) * 0x010101
    elif array.ndim == 3:
        array = array[:, :, 0]
    if coding.way in ("halves", "objects"):
        array = np.where(array < (HALF if coding.way == "halves" else 1), 0, 255)
    places = np.searchsorted(coding.values, array).clip(max=len(coding.values) - 1)
    return np.where(coding.values[places] == array, coding.codes[places], IGNORE).astype(np.uint8)


def turned(mask: np.ndarray, orientation: int) -> np.ndarray:
    """A mask [H, W] turned as EXIF's orientation (see `_boxes.turn`) turns its picture."""
    turns: dict[int, Callable[[np.ndarray], np.ndarray]] = {
        1: lambda m: m,
        2: np.fliplr,
        3: lambda m: np.rot90(m, 2),
        4: np.flipud,
        5: np.transpose,
        6: lambda m: np.rot90(m, -1),
        7: lambda m: np.rot90(m, 2).T,
        8: np.rot90,
    }
    return np.ascontiguousarray(turns[orientation](mask))
