"""Activations of a network and of the same network untrained, for the same rows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.explain import ridge
from nikti.sides import side

#: Rows that are needed at least, to learn from and to test on.
FEWEST_TRAIN, FEWEST_TEST = 20, 12

#: Rows put through the network to see how long that takes.
TRIAL_ROWS = 16


@dataclass(frozen=True)
class Table:
    """One layer's activations: of the training rows, prepared for regression, and of the test rows [m,
    w]."""

    train: ridge.Table
    test: np.ndarray

    @classmethod
    def of(cls, table: np.ndarray, train: int) -> Table:
        """A table of training rows and then test rows."""
        return cls(ridge.table(table[:train]), table[train:])


@dataclass(frozen=True)
class Activations:
    """What the layers of a network and of its untrained twin made of some rows, training rows first.

    network: the layers of both networks, see `nikti.deep.network_layers`; answer: the name of the kind of
    answer; rows: positions in the data; n_train: how many of them are training rows; layers: outputs of the
    trained network's layers for the rows; tables: of the raw input and of these layers; untrained: of the
    layers of the untrained network; groups int [m] of the test rows, or None
    """

    model: Any
    network: Any
    data: Data
    answer: str
    rows: np.ndarray
    n_train: int
    layers: list[Any]
    tables: list[Table]
    untrained: list[Table]
    groups: np.ndarray | None

    @property
    def judge(self) -> ModuleType:
        """The functions that fit and score probes of such answers, see `nikti.insight.probed`."""
        return catalogue.load("insight/probed", self.answer)

    @property
    def test_rows(self) -> np.ndarray:
        """Positions of the test rows in the data."""
        return self.rows[self.n_train :]

    @property
    def train_targets(self) -> np.ndarray:
        """The training rows' answers."""
        return self.data.targets[self.rows[: self.n_train]]

    @property
    def test_targets(self) -> np.ndarray:
        """The test rows' answers."""
        return self.data.targets[self.test_rows]


def affordable(
    network: Any, data: Data, train: np.ndarray, test: np.ndarray, seconds: float
) -> tuple[np.ndarray, np.ndarray]:
    """The rows that two such networks can be given in so many CPU seconds."""
    began = time.process_time()  # what other programs take must not decide how many rows are seen
    network.through(data.inputs.take(train[:TRIAL_ROWS]))
    each = (time.process_time() - began) / min(TRIAL_ROWS, len(train))
    share = min(1.0, seconds / max(1e-9, 2 * each * (len(train) + len(test))))
    rng = np.random.default_rng(1)
    fitted, judged = (
        np.sort(rng.permutation(rows)[: max(least, int(share * len(rows)))])
        for rows, least in ((train, FEWEST_TRAIN), (test, FEWEST_TEST))
    )
    return fitted, judged


def record(
    model: Any, data: Data, answer: str, train: np.ndarray, test: np.ndarray, groups: np.ndarray | None
) -> Activations:
    """Put the rows through both networks."""
    rows, n, network = np.concatenate([train, test]), len(train), side("deep").layers(model)
    inputs = data.inputs.take(rows)
    layers, untrained = network.through(inputs), network.through(inputs, untrained=True)
    tables = [network.raw(inputs), *(layer.table for layer in layers)]
    return Activations(
        model,
        network,
        data,
        answer,
        rows,
        n,
        layers,
        [Table.of(table, n) for table in tables],
        [Table.of(layer.table, n) for layer in untrained],
        None if groups is None else groups[test],
    )
