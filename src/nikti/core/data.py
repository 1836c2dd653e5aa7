"""Labelled data, as every stage of the way sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.answers import arrays_of
from nikti.core.cell_format import Reading
from nikti.core.foreign import printable_all
from nikti.core.hashing import feed_array
from nikti.core.inputs import Inputs
from nikti.core.words import Words

#: The answers of n samples: an array of labels or numbers, or a kind of `nikti.core.answers`. Which one is
#: the task's business, and all who hand them on treat them alike.
Answers = Any

#: What a reader may be told about the data; see `Options`.
SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class Note:
    """One thing found while reading: a problem, a repair, a choice made for the user.

    level: "info" (a choice), "warning" (rows lost or a danger to the verdict).
    code: a stable key, e.g. "dropped_unreadable".
    text: the English sentence, complete in itself.
    values: what the sentence says, for programs (JSON-able); `count` where samples are concerned.
    text_bn: the Bangla sentence, "" in what earlier versions stored.
    """

    level: str
    code: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    text_bn: str = ""

    @classmethod
    def of(
        cls, level: str, code: str, words: Words, values: dict[str, Any] | None = None, **more: Any
    ) -> Note:
        """A note whose sentences are filled with its values. more: values that only the sentences use, or
        use in another form."""
        values = printable_all(values or {})
        filled = words.format(**values | printable_all(more))
        return cls(level, code, filled.en.strip(), values, filled.bn.strip())

    @property
    def words(self) -> Words:
        """The sentence in both languages."""
        return Words(self.text, self.text_bn)

    def shown(self, lang: str) -> str:
        """The sentence of a language, the English one where it has none."""
        return self.words.shown(lang)


@dataclass(frozen=True)
class Options:
    """What the user said about the data beyond its place.

    target, group, time: column names (tables) or None; drop: columns to leave out;
    task: the task's name where the user gave one, so that a reader can choose between readings.
    """

    target: str | None = None
    group: str | None = None
    time: str | None = None
    task: str | None = None
    drop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Data:
    """Samples with their answers.

    inputs    raw samples, see `nikti.core.inputs`; n = len(inputs)
    targets   [n]: strings or float64 as read; after `Task.prepare` int64 class codes or float64. `Boxes`,
              `Masks` or `Phrases` (see `nikti.core.answers`; stored masks are an array uint8 [n, S, S]).
              None for unlabelled data (prediction)
    classes   class names in the order of the codes; () before `prepare` and for regression
    groups    int64 [n]: samples with one code never straddle a split (patient, speaker ...); or None
    times     float64 [n]: when each sample was taken, for splits in time; or None
    split     uint8 [n]: 0 train, 1 valid, 2 test, as the user brought it; or None
    notes     what was found on the way
    rows      int64 [n]: positions in the stored data set, so that what is computed once per data
              set can be looked up; None before it is stored
    home      the folder where the data set is stored; None before it is stored
    fingerprint  SHA-256 (hex, 16 characters) of the samples, answers, groups, times and split as they were
              read, whatever was resized since: see `fingerprinted`; "" before, and for a part of the samples
    reading   how a table's cells were written, for the model's card; None for other sources, and once stored
    """

    name: str
    modality: str
    inputs: Inputs
    targets: Answers = None
    classes: tuple[str, ...] = ()
    target_name: str = "label"
    groups: np.ndarray | None = None
    times: np.ndarray | None = None
    split: np.ndarray | None = None
    notes: tuple[Note, ...] = ()
    rows: np.ndarray | None = None
    home: Path | None = None
    fingerprint: str = ""
    reading: Reading | None = None

    def __post_init__(self) -> None:
        for what in ("targets", "groups", "times", "split", "rows"):
            array = getattr(self, what)
            if array is not None and len(array) != len(self.inputs):
                raise ValueError(f"{what} has {len(array)} entries for {len(self.inputs)} samples")

    def __len__(self) -> int:
        return len(self.inputs)

    def subset(self, rows: Sequence[int] | np.ndarray) -> Data:
        """The samples at the given positions, in that order (int positions, not a mask)."""
        rows = np.asarray(rows)
        if rows.dtype == bool:
            raise TypeError("subset takes positions; for a mask use np.flatnonzero(mask)")
        if len(rows) == len(self) and np.array_equal(rows, np.arange(len(self))):  # nothing to copy
            return replace(self, fingerprint="")
        picked: dict[str, Any] = {
            what: None if getattr(self, what) is None else getattr(self, what)[rows]
            for what in ("targets", "groups", "times", "split", "rows")
        }
        return replace(self, inputs=self.inputs.take(rows), fingerprint="", **picked)

    @property
    def folder(self) -> Path:
        """Where the data set is stored. Raises ValueError before it is."""
        if self.home is None:
            raise ValueError(f"{self.name} is not stored yet")
        return self.home

    def noted(self, *notes: Note) -> Data:
        """The same data with more notes."""
        return replace(self, notes=self.notes + notes)

    def fingerprinted(self) -> Data:
        """The same data with their fingerprint, computed from them as they are now.

        Image files enter by their bytes, so the same photos under other names of folders count
        as the same samples but for their labels.
        """
        digest = hashlib.sha256(self.modality.encode())
        self.inputs.feed(digest)
        for values in (self.targets, self.groups, self.times, self.split):
            digest.update(b"|")
            for array in () if values is None else arrays_of(values):
                feed_array(digest, array)
        digest.update("\0".join(self.classes).encode())
        return replace(self, fingerprint=digest.hexdigest()[:16])
