"""From raw samples to one table of named features, for a trial and for prediction.

Features are of two sorts. *Fixed* ones learn nothing, so `prepare` measures them once per data set
and a trial looks its rows up. *Learned* ones (n-gram weights, encodings) are fitted on the rows a
trial may learn from and on no others.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import scipy.sparse as sp

from nikti import modalities
from nikti.classical import stored
from nikti.core import catalogue
from nikti.core.errors import DataError
from nikti.core.inputs import Inputs
from nikti.core.words import Words

#: The name under which the user's own functions stand among the transformers.
USER = "user"

#: Numbers beyond this are cut: trees compare in float32.
LARGEST = 1e30

_NO_SAMPLES = Words(
    en="no samples to predict: give at least one",
    bn="উত্তর দেওয়ার মতো নমুনা নেই: অন্তত একটি দিন",
)


@dataclass
class Parts:
    """The transformers of one contender, by file name, in the order of their columns."""

    fixed: dict[str, Any]
    learned: dict[str, Any]

    @property
    def both(self) -> dict[str, Any]:
        """All transformers, fixed and learned."""
        return {**self.fixed, **self.learned}


def parts(modality: str, view: str, user_file: str | None = None) -> Parts:
    """Fresh transformers for samples of a modality.

    view: "linear" or "trees", for files that serve one of them (`VIEWS`). user_file: the user's own
    functions, appended.
    """
    folder = f"classical/features/{modality}"
    found = Parts({}, {})
    for name in catalogue.names(folder):
        file = catalogue.load(folder, name)
        if view in getattr(file, "VIEWS", (view,)):
            (found.fixed if file.STATELESS else found.learned)[name] = file.build()
    if user_file is not None:
        from nikti.classical.features import _user

        found.fixed[USER] = _user.load(user_file)
    return found


def parts_for(file: ModuleType, modality: str, seed: int, user_file: str | None = None) -> Parts:
    """The transformers that the model of a file works on: its own (`features(seed)`), or its view of
    the catalogue's."""
    if hasattr(file, "features"):
        return Parts({}, file.features(seed))
    return parts(modality, file.VIEW, user_file)


@dataclass
class Gathered:
    """What is known of some rows before anything is learned.

    fixed: float32 [n, d]; counts: {name: (csr [n, t], terms [t])}, n-grams counted once per data set;
    raw: the samples, where a feature must see them, else None; seconds: spent or charged for all this.
    """

    fixed: np.ndarray
    names: list[str]
    counts: dict[str, tuple[sp.csr_matrix, np.ndarray]]
    raw: Any
    seconds: float = 0.0

    def take(self, rows: np.ndarray) -> Gathered:
        """The given rows."""
        counts = {name: (counts[rows], terms) for name, (counts, terms) in self.counts.items()}
        return Gathered(self.fixed[rows], self.names, counts, pick(self.raw, rows))


def gather(inputs: Inputs, rows: np.ndarray | None, home: Path | None, found: Parts) -> Gathered:
    """Look up what `prepare` stored for the rows (positions in the stored data set), and measure what
    it did not."""
    began, charged = time.perf_counter(), 0.0
    blocks = [np.zeros((len(inputs), 0), dtype=np.float32)]
    names: list[str] = []
    counts: dict[str, tuple[sp.csr_matrix, np.ndarray]] = {}
    for name, transformer in found.fixed.items():
        kept = stored.columns(home, name, transformer) if home is not None else None
        if kept is None or rows is None:
            raw = samples_for(name, inputs.raw())
            blocks.append(np.asarray(transformer.fit(raw).transform(raw), dtype=np.float32))
            names += list(transformer.get_feature_names_out())
        else:
            if name == USER:
                transformer.set_params(columns=kept.names)
            transformer.fit(samples_for(name, inputs.take([0]).raw()))
            blocks.append(np.asarray(kept.array[rows], dtype=np.float32))
            names += kept.names
            charged += kept.seconds_per_sample * len(rows)
    for name, transformer in found.learned.items():
        there = stored.counted(home, name, transformer) if home is not None else None
        if there is not None and rows is not None:
            counts[name] = (there.counts[rows], there.terms)
            charged += there.seconds_per_sample * len(rows)
    raw = inputs.raw() if set(found.learned) - set(counts) else None
    return Gathered(np.hstack(blocks), names, counts, raw, charged + time.perf_counter() - began)


def samples_for(name: str, raw: Any) -> Any:
    """Samples as a feature takes them: the user's functions get a table's rows as dicts, nikti's own the
    frame."""
    return raw.to_dict("records") if name == USER and hasattr(raw, "to_dict") else raw


@dataclass
class Features:
    """Fitted transformers and the names of their columns; what a model carries.

    form: what raw samples must look like, see `nikti.modalities`; names: known after `fit`; dense: number of
    leading columns that are plain numbers, the n-grams come after them.
    """

    parts: Parts
    modality: str
    form: dict[str, Any]
    names: list[str] = field(default_factory=list)
    dense: int = 0

    def fit(self, known: Gathered, targets: np.ndarray | None) -> Any:
        """Learn from the rows of a trial; returns their table of features."""
        blocks, dense = [known.fixed], list(known.names)
        sparse: list[str] = []
        for name, transformer in self.parts.learned.items():
            if name in known.counts:
                counts, terms = known.counts[name]
                block = transformer.learn(counts, terms).weigh(counts)
            else:
                block = transformer.fit(known.raw, targets).transform(known.raw)
            (sparse if sp.issparse(block) else dense).extend(transformer.get_feature_names_out())
            blocks.append(block)
        self.names, self.dense = dense + sparse, len(dense)
        return join(blocks)

    def apply(self, known: Gathered) -> Any:
        """The table of features of other rows."""
        blocks = [known.fixed]
        for name, transformer in self.parts.learned.items():
            if name in known.counts:
                blocks.append(transformer.weigh(known.counts[name][0]))
            else:
                blocks.append(transformer.transform(known.raw))
        return join(blocks)

    def blocks(self) -> list[tuple[Any, slice]]:
        """(transformer, its columns in the table): the plain numbers of all, then the n-grams."""
        every = list(self.parts.both.values())
        ordered = [t for t in every if not _is_sparse(t)] + [t for t in every if _is_sparse(t)]
        ends = np.cumsum([0, *(len(t.get_feature_names_out()) for t in ordered)])
        return [(t, slice(a, b)) for t, a, b in zip(ordered, ends[:-1], ends[1:], strict=True)]

    def formed(self, inputs: Inputs) -> Inputs:
        """Raw samples in the form of the training samples. Raises DataError where columns are missing or
        there is no sample."""
        if not len(inputs):
            raise DataError(_NO_SAMPLES)
        return modalities.of(self.modality).formed(inputs, self.form)

    def of(self, inputs: Inputs) -> Any:
        """The table of features of raw samples, which are first brought into the form of the
        training samples."""
        raw = self.formed(inputs).raw()
        blocks = [t.transform(samples_for(name, raw)) for name, t in self.parts.both.items()]
        return join([np.zeros((len(inputs), 0)), *blocks])


def _is_sparse(transformer: Any) -> bool:
    """Whether its columns are n-grams, which stand behind the plain numbers."""
    return hasattr(transformer, "terms_") or bool(getattr(transformer, "words_", None))


def join(blocks: list[Any]) -> Any:
    """One table: float32 [n, d], or csr with the plain numbers in front."""
    dense = np.hstack([np.asarray(b, dtype=np.float32) for b in blocks if not sp.issparse(b)])
    dense[~np.isfinite(dense)] = np.nan
    np.clip(dense, -LARGEST, LARGEST, out=dense)
    sparse = [b for b in blocks if sp.issparse(b)]
    if not sparse:
        return dense
    return sp.hstack([sp.csr_matrix(dense), *sparse], format="csr", dtype=np.float32)


def pick(raw: Any, rows: np.ndarray) -> Any:
    """Some of the raw samples; None stays None."""
    if raw is None or isinstance(raw, np.ndarray):
        return None if raw is None else raw[rows]
    return raw.iloc[rows] if hasattr(raw, "iloc") else [raw[int(row)] for row in rows]
