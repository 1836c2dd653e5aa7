"""The hand-made features that a network is probed for: some of every kind, and the most important ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nikti.core.contender import ContenderSpec
from nikti.core.data import Data
from nikti.core.run import Run
from nikti.core.task import Task
from nikti.report.measures import importance
from nikti.sides import side
from nikti.verdict.judge import Verdict
from nikti.verdict.pooled import trials

#: Features probed for in all; of one kind, evenly spread; and those that mattered most, whatever their kind.
MOST, OF_A_KIND, LEADING = 140, 10, 24

#: Rows that what features learn (vocabularies, categories) is learned from.
LEARN_ROWS = 4000

#: A feature whose value is the same on all but this share of the rows cannot be measured.
LEAST_DIFFERENT = 0.02


@dataclass(frozen=True)
class HandMade:
    """names [f]; kinds [f]: what stands before ":" or "," in a name, "" where nothing does; importance
    {name: share}; table float64 [n, f]: the requested rows, missing values at the column's mean."""

    names: list[str]
    kinds: list[str]
    importance: dict[str, float]
    table: np.ndarray


def hand_made(
    task: Task,
    run: Run,
    verdict: Verdict,
    specs: Mapping[str, ContenderSpec],
    data: Data,
    train: np.ndarray,
    test: np.ndarray,
) -> HandMade:
    """Features of the training rows and then the test rows (positions in the stored data). What is learned
    is learned from training rows of the first fold. The recipe is that of the contender whose importances
    the report shows, or the linear models' view where none has any. specs: of the contenders by name."""
    ranking = importance(run, verdict)
    name = str(ranking["contender"]) if ranking else None
    shares = _shares(run, name) if name else {}
    options = specs[name].options if name else next(iter(specs.values())).options
    with np.load(run.folder / "split.npz", allow_pickle=False) as split:
        learn = np.sort(split["order_0"][:LEARN_ROWS])
    rows = np.concatenate([train, test])
    features = side("classical").feature_table(task, data, learn, rows, name, options)
    chosen = choose(features.names, features.dense, shares, _varying(features.table, len(train)))
    table = features.table[:, chosen]
    table = np.asarray(table.toarray() if hasattr(table, "toarray") else table, dtype=np.float64)
    names = [features.names[i] for i in chosen]
    return HandMade(names, [kind_of(name) for name in names], shares, _whole(table, len(train)))


def kind_of(name: str) -> str:
    """The kind that a feature's name begins with, "" where it names none.

    >>> kind_of("edges, row 1"), kind_of("colour: mean red"), kind_of("age")
    ('edges', 'colour', '')
    """
    end = re.search("[:,]", name)
    return name[: end.start()].strip() if end else ""


def choose(names: list[str], dense: int, shares: dict[str, float], varying: np.ndarray) -> list[int]:
    """Columns to probe for: the LEADING by importance, then up to OF_A_KIND of each kind among the plain
    numbers (the first `dense` columns), evenly spread; at most MOST. Of n-grams only leading ones."""
    place = {name: i for i, name in enumerate(names)}
    ranked = sorted(shares, key=lambda name: (-shares[name], name))
    leading = [place[name] for name in ranked if name in place and varying[place[name]]][:LEADING]
    kinds: dict[str, list[int]] = {}
    for i in range(dense):
        if varying[i]:
            kinds.setdefault(kind_of(names[i]), []).append(i)
    spread = []
    for kind, own in kinds.items():
        most = OF_A_KIND if kind else MOST
        spread += [own[i] for i in np.unique(np.linspace(0, len(own) - 1, min(most, len(own))).astype(int))]
    return list(dict.fromkeys([*leading, *spread]))[:MOST]


def _shares(run: Run, contender: str) -> dict[str, float]:
    """Importance of every feature that was kept, mean over the folds."""
    tables = [dict(r.importance) for r in trials(run, contender) if r.importance]
    features = dict.fromkeys(key for one in tables for key in one)
    return {key: float(np.mean([one.get(key, 0.0) for one in tables])) for key in features}


def _varying(table: Any, n: int) -> np.ndarray:
    """bool [d]: columns that differ from their commonest value often enough, in both parts of the rows. Of
    a sparse table the commonest value is 0."""
    found = np.ones(table.shape[1], bool)
    for part in (table[:n], table[n:]):
        if hasattr(part, "getnnz"):
            often = part.getnnz(axis=0)
            differing = np.minimum(often, part.shape[0])
            dense = part.tocsc()
            low = np.flatnonzero(often == part.shape[0])  # plain numbers in front of the n-grams
            differing[low] = [len(np.unique(dense[:, [i]].toarray())) > 1 for i in low]
            differing[low] *= part.shape[0]
        else:
            part = np.where(np.isfinite(part), part, 0.0)
            differing = (part != np.median(part, axis=0)).sum(axis=0)
        found &= differing >= max(2, LEAST_DIFFERENT * part.shape[0])
    return found


def _whole(table: np.ndarray, n: int) -> np.ndarray:
    """Missing values at the mean of the training rows, and what lies far out brought in: one wild value
    would be all that a squared error sees."""
    table = np.where(np.isfinite(table), table, np.nan)
    with np.errstate(all="ignore"):
        mean = np.nan_to_num(np.nanmean(table[:n], axis=0))
        low, high = np.nanquantile(table[:n], [0.01, 0.99], axis=0)
    reach = high - low
    table = np.where(np.isnan(table), mean, table)
    return np.where(reach > 0, np.clip(table, low - reach, high + reach), table)
