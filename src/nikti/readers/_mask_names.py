"""Names of a mask's classes, from the small files that people put beside masks.

Lines such as `road`, `1 road`, `1: road`, `road,128,64,128`, `128 64 128 road` and CVAT's
`road:128,64,128::` are understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from nikti.core.errors import DataError
from nikti.readers import _delimited, _folders

_FILE = re.compile(
    r"(classes|class_names|labels?|label_?names|label_?map|names)\.txt"
    r"|(class_?dict|classes|.*colou?r_?map.*|labels?_?(map|colou?rs?))\.(csv|txt|tsv)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[,;:\t ]+")
_HEADER = frozenset(
    "name names class classes label labels color_rgb r g b red green blue id code index".split()
)

_PLAIN = {
    0x000000: "black",
    0xFFFFFF: "white",
    0xFF0000: "red",
    0x00FF00: "green",
    0x0000FF: "blue",
    0xFFFF00: "yellow",
    0xFF00FF: "magenta",
    0x00FFFF: "cyan",
    0x800000: "dark red",
    0x008000: "dark green",
    0x000080: "dark blue",
    0x808000: "olive",
    0x800080: "purple",
    0x008080: "teal",
    0x808080: "grey",
    0xFFA500: "orange",
}


@dataclass
class Names:
    """codes: {code: name}; colours: {r << 16 | g << 8 | b: name}; file: where they stand."""

    codes: dict[int, str] = field(default_factory=dict)
    colours: dict[int, str] = field(default_factory=dict)
    file: str = ""


def colour_name(packed: int) -> str:
    """A plain word, or the colour as #rrggbb.

    >>> colour_name(0xFF0000), colour_name(0x123456)
    ('red', '#123456')
    """
    return _PLAIN.get(packed, f"#{packed:06x}")


def find(*folders: Path) -> Names:
    """The names in the first file of that kind in the folders; empty where there is none."""
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.is_file() and not _folders.junk(path.name) and _FILE.fullmatch(path.name):
                found = read(path)
                if found.codes or found.colours:
                    return found
    return Names()


def read(path: Path) -> Names:
    """The names in one file; lines without a name are passed over."""
    try:
        text, _ = _delimited.decode(_delimited.read_bytes(path), path.name)
    except DataError:
        return Names()
    found = Names(file=path.name)
    for line in text.splitlines():
        numbers, name = _parts(line)
        if not name or line.lstrip().startswith("#") or set(_SPLIT.split(line.strip().lower())) <= _HEADER:
            continue
        if len(numbers) >= 3:
            red, green, blue = numbers[-3:]
            if max(numbers[-3:]) <= 255:
                found.colours.setdefault(red << 16 | green << 8 | blue, name)
        elif len(numbers) == 1:
            found.codes.setdefault(numbers[0], name)
        else:
            found.codes.setdefault(len(found.codes), name)
    return found


def _parts(line: str) -> tuple[list[int], str]:
    """The whole numbers around a name, and the name.

    >>> _parts("traffic light,250,170,30"), _parts("7: car 2")
    (([250, 170, 30], 'traffic light'), ([7], 'car 2'))
    """
    words = [word for word in _SPLIT.split(line.strip().strip("\ufeff").rstrip(":,;")) if word]
    first = 0
    while first < len(words) and words[first].isdigit():
        first += 1
    last = len(words)
    while last - first >= 4 and all(word.isdigit() for word in words[last - 3 : last]):
        last -= 3
    numbers = words[:first] + words[last:]
    return [int(word) for word in numbers], " ".join(words[first:last])
