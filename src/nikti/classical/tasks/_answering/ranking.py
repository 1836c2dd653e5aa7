"""Which of a question's candidates is the answer: weights for their measures, learned from questions whose
answers are known.

Conditional logit (McFadden 1974): exp(w x) of the true candidates over that of all of a question's
candidates, as likely as can be; the model of the SQuAD paper's baseline (section 5). Or boosted trees that
put the true one first (LambdaMART, by LightGBM).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Table:
    """Candidates of many questions: values float32 [M, F]; true bool [M]; begins int64 [n + 1]: where the
    candidates of each question begin."""

    values: np.ndarray
    true: np.ndarray
    begins: np.ndarray

    @classmethod
    def of(cls, each: list[tuple[np.ndarray, np.ndarray]]) -> Table:
        """From (values, true) of each question."""
        begins = np.concatenate([[0], np.cumsum([len(true) for _, true in each])]).astype(np.int64)
        return cls(np.concatenate([v for v, _ in each]), np.concatenate([t for _, t in each]), begins)


@dataclass
class Logit:
    """A linear score of candidates. weights float64 [F], for unscaled measures."""

    weights: np.ndarray

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Scores [M]: logits among the candidates of one question."""
        return values @ self.weights

    def shares(self, table: Table) -> np.ndarray:
        """Importance [F]: how much each measure moves the score, in sum 1."""
        moved = np.abs(self.weights) * table.values.std(0)
        return moved / max(moved.sum(), 1e-12)


def logit(table: Table, seed: int, threads: int, *, penalty: float) -> Logit:
    """Fit a conditional logit. penalty: L2 penalty on the weights of standardised measures, per question."""
    from scipy.optimize import minimize

    spread = table.values.std(0).astype(np.float64)
    scale = np.where(spread > 1e-9, 1 / np.maximum(spread, 1e-9), 0.0)
    values = table.values * scale.astype(np.float32)
    starts, n = table.begins[:-1], len(table.begins) - 1
    question = np.repeat(np.arange(n), np.diff(table.begins))

    def chances(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(softmax in each question [M], its log-sum [n])."""
        top = np.maximum.reduceat(logits, starts)
        shares = np.exp(logits - top[question])
        total = np.add.reduceat(shares, starts)
        return shares / np.maximum(total, 1e-300)[question], top + np.log(np.maximum(total, 1e-300))

    def objective(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = (values @ weights.astype(np.float32)).astype(np.float64)
        all_of, sum_all = chances(logits)
        true_of, sum_true = chances(np.where(table.true, logits, -1e30))
        loss = (sum_all - sum_true).mean() + penalty * (weights**2).sum()
        slope = values.T @ ((all_of - true_of) / n).astype(np.float32)
        return float(loss), slope.astype(np.float64) + 2 * penalty * weights

    found = minimize(
        objective, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    return Logit(found.x * scale)


@dataclass
class Trees:
    """booster: LightGBM's."""

    booster: Any

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Scores [M]: higher for what should come first."""
        return self.booster.predict(values, num_threads=1)

    def shares(self, table: Table) -> np.ndarray:
        """Importance [F]: what splits by each measure gained, in sum 1."""
        gain = self.booster.feature_importance("gain")
        return gain / max(gain.sum(), 1e-12)


def trees(table: Table, seed: int, threads: int, *, leaves: int, rounds: int) -> Trees:
    """Boosted trees whose pairs of candidates are weighed by what they change at the top."""
    import lightgbm

    settings = {
        "objective": "lambdarank",
        "lambdarank_truncation_level": 3,
        "num_leaves": leaves,
        "learning_rate": 0.1,
        "min_data_in_leaf": 20,
        "feature_fraction": 0.6,
        "max_bin": 63,
        "num_threads": threads,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(table.values, table.true.astype(int), group=np.diff(table.begins))
    return Trees(lightgbm.train(settings, data, rounds))
