"""Facts of sound files that tell the class: the format, the rate, the channels, the length, the loudness.

Sounds of one class from one recorder or one web page share what has nothing to do with what is heard, and it
survives: a rate leaves no high frequencies, a codec its gaps, a length its silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nikti.core import sounds
from nikti.core.data import Data, Note
from nikti.core.words import Words
from nikti.protocol.leaks import _file_facts

#: Lambda from which a fact tells too much. How long and how loud a sound is belongs to what it is, too.
TELLING = {"format": 0.3, "rate": 0.3, "channels": 0.3, "seconds": 0.6, "loudness": 0.6}

TELLS = Words(
    en="The {fact} of a sound alone tells its class in {percent}% of the sounds ({base}% by guessing). "
    "Models can learn that instead of what is heard: record and save the sounds of all classes the same way.",
    bn="{fact} দেখেই {percent}% শব্দের শ্রেণি বলা যায় (আন্দাজে {base}%)। মডেল শোনার বদলে এটাই শিখে ফেলতে "
    "পারে: সব শ্রেণির শব্দ একইভাবে রেকর্ড করুন ও একইভাবে রাখুন।",
)
_FACTS = {
    "format": Words("file format", "শব্দের ফাইলের ধরন"),
    "rate": Words("sampling rate of the file", "ফাইলে সেকেন্ডে কত মান, তা"),
    "channels": Words("number of channels of the file", "ফাইলে কয়টি চ্যানেল, তা"),
    "seconds": Words("length in seconds", "শব্দ কত সেকেন্ড লম্বা, তা"),
    "loudness": Words("loudness", "শব্দ কত জোরে, তা"),
}


def notes(data: Data, fold: np.ndarray, classes: bool, files: Sequence[Path] | None) -> list[Note]:
    """At most one warning, for the fact that tells most of the classes."""
    if not classes:
        return []
    rows = _file_facts.drawn(len(data))
    waves = [data.inputs[row] for row in rows.tolist()]
    plain = data.targets[rows], fold[rows]
    level = [np.log10(np.square(one, dtype=np.float64).mean() + 1e-12) for one in waves]
    found = {
        "seconds": _file_facts.of_numbers([len(one) for one in waves], *plain),
        "loudness": _file_facts.of_numbers([round(float(one), 2) for one in level], *plain),
    }
    if read := _file_facts.read(files, rows, sounds.facts) if files else []:
        known = np.array([row for row, _ in read])
        plain = data.targets[known], fold[known]
        heads = [head for _, head in read]
        found["format"] = _file_facts.of_names([f"{head.format} {head.coding}" for head in heads], *plain)
        found["rate"] = _file_facts.of_names([head.rate for head in heads], *plain)
        found["channels"] = _file_facts.of_names([head.channels for head in heads], *plain)
    return _file_facts.strongest(found, TELLING, TELLS, _FACTS)
