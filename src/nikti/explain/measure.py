"""The faithfulness of a model's explanations on some rows, and what it costs to measure it.

Both sides are measured on the same rows, regions, draws and shares. What it costs: with 16 regions about
260 removals a row and model, each with as many draws as the remover makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from nikti.core.inputs import Inputs, joined
from nikti.explain import controls, faithfulness, regions
from nikti.explain.faithfulness import Faithfulness, beats
from nikti.explain.occlusion import METHOD, occlusion
from nikti.explain.remove import Remover
from nikti.explain.scores import Score

OCCLUSION = METHOD.name


@dataclass
class Measured:
    """DeltaAUC [rows] of the oracle and of every explanation and control, chunk after chunk."""

    oracle: list[float] = field(default_factory=list)
    found: dict[str, list[float]] = field(default_factory=dict)

    def add(self, oracle: np.ndarray, found: Mapping[str, np.ndarray], weights: Any = None) -> None:
        """One more chunk of rows."""
        self.oracle += oracle.tolist()
        for name, values in found.items():
            self.found.setdefault(name, []).extend(values.tolist())

    def of(self, name: str) -> Faithfulness:
        """F of an explanation or control."""
        return faithfulness.faithfulness(np.array(self.found[name]), np.array(self.oracle))

    def summary(self, methods: Sequence[str]) -> dict[str, Any]:
        """{method: {"f", "low", "high", "n", "controls": {control: the same}, "faithful", "lost_to": [...]}}.

        It is faithful if it beats what knows nothing, random and randomised, and is not beaten by its own
        blurred map. (Where one place decides, the blurred map still has its top there: to be no better is
        no shame.)
        """
        oracle = np.array(self.oracle)
        found = {}
        for method in methods:
            rivals = {c: key for c in controls.CONTROLS if (key := control(method, c)) in self.found}
            mine = np.array(self.found[method])
            lost = [c for c, key in rivals.items() if _lost(mine, np.array(self.found[key]), oracle, c)]
            found[method] = {
                **asdict(self.of(method)),
                "controls": {c: asdict(self.of(key)) for c, key in rivals.items()},
                "faithful": not lost,
                "lost_to": lost,
            }
        return found


def _lost(mine: np.ndarray, rival: np.ndarray, oracle: np.ndarray, kind: str) -> bool:
    return beats(rival, mine, oracle) if kind == "blurred" else not beats(mine, rival, oracle)


def control(method: str, kind: str) -> str:
    """The name of a method's control; the random one is the same for all."""
    return kind if kind == "random" else f"{method}:{kind}"


def measure(
    score: Score,
    inputs: Inputs,
    rows: Sequence[int],
    answers: Sequence[Any],
    maps: Mapping[str, Sequence[np.ndarray]],
    remover: Remover,
    *,
    seed: int = 0,
    shuffled: Score | None = None,
) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, list[np.ndarray]]]:
    """DeltaAUC [rows] of the oracle; {name: DeltaAUC [rows]} of the explanations given, of occlusion, and
    of the controls; and {name: weights [regions] of each row} of the same.

    answers: the model's own answer to each row; maps: {method: signed weights over each raw sample}, and
    under `control(method, "randomised")` what the model with shuffled weights gave; shuffled: the score of
    that model, for occlusion's own control.
    """
    labels = [remover.regions(inputs, row) for row in rows]

    def scores(masks: Sequence[np.ndarray]) -> list[np.ndarray]:
        nonempty = [i for i, each in enumerate(masks) if len(each)]
        parts = [remover.without(inputs, rows[i], labels[i], masks[i]) for i in nonempty]
        targets = [answers[i] for i, part in zip(nonempty, parts, strict=True) for _ in range(len(part))]
        scored = score(joined(parts), targets).reshape(-1, remover.draws).mean(axis=1)
        ends = np.cumsum([len(masks[i]) for i in nonempty])
        found = [np.zeros(0)] * len(masks)
        for i, some in zip(nonempty, np.split(scored, ends[:-1]), strict=True):
            found[i] = some
        return found

    weights = {
        m: [regions.sums(w, at) for w, at in zip(each, labels, strict=True)] for m, each in maps.items()
    }
    weights[OCCLUSION] = _occlusions(score, inputs, rows, answers, remover, labels)
    if shuffled is not None:
        key = control(OCCLUSION, "randomised")
        weights[key] = _occlusions(shuffled, inputs, rows, answers, remover, labels)
    rng = np.random.default_rng(seed)
    weights["random"] = [controls.random_weights(at, rng) for at in labels]
    if remover.modality.NEIGHBOURS and all(len(at) for at in labels):
        for method in [*maps, OCCLUSION]:
            if ":" not in method:
                each = zip(weights[method], labels, strict=True)
                weights[control(method, "blurred")] = [controls.blurred(w, at) for w, at in each]
    oracle = faithfulness.of_oracle([regions.count(at) for at in labels], scores)
    return oracle, faithfulness.of_explanations(weights, scores, seed), weights


def _occlusions(
    score: Score,
    inputs: Inputs,
    rows: Sequence[int],
    answers: Sequence[Any],
    remover: Remover,
    labels: Sequence[np.ndarray],
) -> list[np.ndarray]:
    return [
        occlusion(score, inputs, row, answer, remover, at)
        for row, answer, at in zip(rows, answers, labels, strict=True)
    ]
