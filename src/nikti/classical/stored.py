"""What is measured once per data set and looked up by every trial: `home/features/<name>-<version>.*`.

Files are written beside and renamed, the facts (`.json`) last, with the seals of the others: facts there
means columns there, and what has changed since counts as not there.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from nikti.core import seals
from nikti.core.files import write_atomic


@dataclass(frozen=True)
class Columns:
    """Fixed features of every stored sample: array [n, d], read from disk as needed."""

    array: np.ndarray
    names: list[str]
    seconds_per_sample: float


@dataclass(frozen=True)
class Counted:
    """N-gram counts of every stored sample: csr [n, t] and the t n-grams."""

    counts: sp.csr_matrix
    terms: np.ndarray
    seconds_per_sample: float


@cache
def _sources(folder: Path) -> bytes:
    """Digest of the code in a folder: a change to any of it makes new files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def version(name: str, transformer: Any) -> str:
    """12 hexadecimal digits that change with a feature's code or the user's file."""
    digest = hashlib.sha256(_sources(Path(__file__).parent / "features"))
    digest.update((Path(__file__).parent / "ngrams.py").read_bytes())
    digest.update(name.encode())
    digest.update(getattr(transformer, "sha256", "").encode())
    return digest.hexdigest()[:12]


def _base(home: Path, name: str, transformer: Any) -> Path:
    return Path(home) / "features" / f"{name}-{version(name, transformer)}"


def columns(home: Path, name: str, transformer: Any) -> Columns | None:
    """The stored columns of a fixed feature, or None if they were not made or have changed since."""
    base = _base(home, name, transformer)
    facts = _facts(base)
    if facts is None:
        return None
    return Columns(np.load(f"{base}.npy", mmap_mode="r"), facts["names"], facts["seconds_per_sample"])


def counted(home: Path, name: str, transformer: Any) -> Counted | None:
    """The stored counts of an n-gram feature, or None if they were not made (or it counts nothing)."""
    base = _base(home, name, transformer)
    facts = _facts(base) if hasattr(transformer, "count") else None
    if facts is None:
        return None
    data, indices, indptr = (np.load(f"{base}.{part}.npy", mmap_mode="r") for part in _CSR)
    counts = sp.csr_matrix((data, indices, indptr), shape=facts["shape"], copy=False)
    terms = Path(f"{base}.txt").read_text(encoding="utf-8")
    listed = np.array(terms.split("\n") if terms else [], dtype=object)
    return Counted(counts, listed, facts["seconds_per_sample"])


_CSR = ("data", "indices", "indptr")


def store_columns(home: Path, name: str, transformer: Any, raw: Any) -> float:
    """Measure a fixed feature of every sample and keep it; returns seconds per sample."""
    base = _base(home, name, transformer)
    facts = _facts(base, thorough=True)
    if facts is None:
        began = time.perf_counter()
        transformer.fit(raw)
        array = np.ascontiguousarray(transformer.transform(raw), dtype=np.float32)
        seconds = (time.perf_counter() - began) / max(1, len(raw))
        facts = {"names": list(transformer.get_feature_names_out()), "seconds_per_sample": seconds}
        _write(base, {"npy": array}, facts)
    return facts["seconds_per_sample"]


def store_counts(home: Path, name: str, transformer: Any, raw: list[str]) -> float:
    """Count the n-grams of every text and keep them; returns seconds per sample."""
    base = _base(home, name, transformer)
    facts = _facts(base, thorough=True)
    if facts is None:
        began = time.perf_counter()
        counts, terms = transformer.count(raw)
        seconds = (time.perf_counter() - began) / max(1, len(raw))
        facts = {"shape": list(counts.shape), "seconds_per_sample": seconds}
        arrays = {f"{part}.npy": getattr(counts, part) for part in _CSR}
        _write(base, {**arrays, "txt": "\n".join(terms)}, facts)
    return facts["seconds_per_sample"]


def _facts(base: Path, thorough: bool = False) -> dict[str, Any] | None:
    """What is said of stored features whose files are as they were written; None where there are none."""
    facts = seals.read(Path(f"{base}.json"))
    sealed = (
        None if facts is None else facts.get("files", None if thorough else {})
    )  # older versions sealed none
    if sealed is None:
        return None
    whole = all(seals.holds(Path(f"{base}.{ending}"), seal, thorough) for ending, seal in sealed.items())
    return facts if whole else None


def _write(base: Path, files: dict[str, Any], facts: dict[str, Any]) -> None:
    sealed = {}
    for ending, body in files.items():
        text = isinstance(body, str)
        place = Path(f"{base}.{ending}")
        write_atomic(place, body if text else partial(np.save, arr=body, allow_pickle=False))
        sealed[ending] = seals.of(place)
    write_atomic(f"{base}.json", seals.written({**facts, "files": sealed}))
