"""Texts in one file, each after a line "# class"."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.inputs import Texts
from nikti.core.words import Words

TITLE = Words(
    en="texts in one .quotes file, each after a line with its class, '# sad'",
    bn="একটি .quotes ফাইলে লেখাগুলো, প্রতিটির আগের লাইনে তার শ্রেণি, '# দুঃখ'",
)


def sniff(path: Path) -> bool:
    """A file with that ending."""
    return path.is_file() and path.suffix == ".quotes"


def read(path: Path, options: Options) -> Data:
    """Raises DataError where a text has no class."""
    first, *parts = path.read_text(encoding="utf-8").split("# ")
    if first.strip():
        raise DataError(f"{path.name}, line 1: the first text has no class. Put a line '# CLASS' before it.")
    pairs = [part.partition("\n")[::2] for part in parts]
    texts, classes = [text.strip() for _, text in pairs], [name.strip() for name, _ in pairs]
    return Data(path.stem, "text", Texts(texts), np.array(classes, dtype=object))
