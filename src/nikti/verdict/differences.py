"""The ten differences that everyone is taught, each with what this run measured of it.

Between deep learning (DL) and machine learning (ML): whether each holds here, does not, or cannot be decided
from this run. Nothing is asserted that was not measured; what needs an experiment that was not made is
"undetermined", with the nearest number there is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nikti import modalities
from nikti.core.run import Run
from nikti.verdict.curves import FEWEST_SIZES, trend
from nikti.verdict.judge import Verdict
from nikti.verdict.leaderboard import PARTS
from nikti.verdict.lines import leading
from nikti.verdict.more_data import curve_errors, paired_gaps
from nikti.verdict.pooled import pooled, trials
from nikti.verdict.speed import predict_ms

#: Half widths of 95% intervals in standard errors.
Z = 1.959964

#: Costs within this ratio of each other count as the same: machines are noisy.
SAME_COST = 1.25

HOLDS, FAILS, UNDETERMINED = "holds", "fails", "undetermined"


@dataclass(frozen=True)
class Difference:
    """One of the ten. code: its key in the report's words; holds: HOLDS, FAILS or UNDETERMINED; values: plain
    numbers and names that the sentence needs; case: which of its sentences says what was measured."""

    number: int
    holds: str
    case: str
    values: dict[str, Any] = field(default_factory=dict)


def differences(run: Run, verdict: Verdict, layers: Mapping[str, Any] | None = None) -> list[Difference]:
    """All ten, in the order of the lecture they come from; [] where a side is missing. layers: what was found
    in the network's layers (`nikti.insight.layers`), None where they were not analysed."""
    classical, deep = (verdict.champions.get(side) for side in ("classical", "deep"))
    if not classical or not deep or verdict.gap is None:
        return []
    names = {"classical": classical, "deep": deep}
    return [
        _finds_features(run, verdict),
        _layers(run, deep, layers),
        _needs_more_data(run, classical, deep),
        _saturates(run, classical, deep),
        _hardware(run, names),
        _time(run, names),
        _explains(run, names),
        _by_hand(run),
        _algorithms(run),
        _pretrained(run, verdict),
    ]


def _finds_features(run: Run, verdict: Verdict) -> Difference:
    """1. Raw data in, no features by hand: it holds if nothing was lost by that."""
    values = {"gap": verdict.gap, "low": verdict.low, "high": verdict.high}
    if verdict.call in ("deep", "tie"):
        return Difference(1, HOLDS, verdict.call, values)
    if verdict.call == "classical":
        return Difference(1, FAILS, "classical", values)
    return Difference(1, UNDETERMINED, "undecided", values)


def _layers(run: Run, deep: str, layers: Mapping[str, Any] | None) -> Difference:
    """2. It holds if a straight-line rule reads the answer better from the last layer than from the raw
    input, and better from the best layer than from the untrained network's best. Where the layers were not
    looked into, the size of the network is known."""
    if layers and not layers["why"]:
        raw, learned = layers["gains"]["raw"], layers["gains"]["untrained"]
        values = {"contender": deep, "gap": learned["value"], "low": learned["low"], "high": learned["high"]}
        values |= {
            f"score_{end}": layers["layers"][i]["probe"]["value"] for end, i in (("first", 0), ("last", -1))
        }
        if raw["low"] > 0 and learned["low"] > 0:
            return Difference(2, HOLDS, "probed", values)
        return Difference(2, FAILS if raw["high"] < 0 else UNDETERMINED, "probed", values)
    counts = [r.parameters for r in trials(run, deep) if r.parameters]
    if not counts:
        return Difference(2, UNDETERMINED, "unprobed", {"contender": deep})
    return Difference(2, UNDETERMINED, "parameters", {"contender": deep, "parameters": int(max(counts))})


def _needs_more_data(run: Run, classical: str, deep: str) -> Difference:
    """3. Who is ahead on the least data that was tried."""
    sizes, gaps, covariance = paired_gaps(run, classical, deep)
    if len(sizes) < 2:
        return Difference(3, UNDETERMINED, "one_size")
    half = Z * math.sqrt(covariance[0, 0])
    values = {"size": int(sizes[0]), "gap": gaps[0], "low": gaps[0] - half, "high": gaps[0] + half}
    if values["high"] < 0:
        return Difference(3, HOLDS, "classical", values)
    if values["low"] > 0:
        return Difference(3, FAILS, "deep", values)
    return Difference(3, UNDETERMINED, "unsure", values)


def _saturates(run: Run, classical: str, deep: str) -> Difference:
    """4. Whether ML has stopped gaining where DL goes on."""
    curves = {"classical": curve_errors(run, classical), "deep": curve_errors(run, deep)}
    if any(len(sizes) < FEWEST_SIZES for sizes, _ in curves.values()):
        return Difference(4, UNDETERMINED, "few_sizes")
    found = {side: trend(*curve) for side, curve in curves.items()}
    calls = {side: one.call for side, one in found.items()}
    values = {f"{side}_{end}": getattr(one, end) for side, one in found.items() for end in ("low", "high")}
    values |= {"classical": calls["classical"], "deep": calls["deep"]}
    if calls == {"classical": "saturated", "deep": "rising"}:
        return Difference(4, HOLDS, "gains", values)
    if calls["classical"] == "rising" or calls["deep"] == "saturated":
        return Difference(4, FAILS, "gains", values)
    return Difference(4, UNDETERMINED, "gains", values)


def _mean_seconds(run: Run, name: str) -> float:
    """Seconds of a full-size fit: features, settings compared and training."""
    spent = [sum(r.seconds.get(part, 0.0) for part in PARTS) for r in trials(run, name)]
    return float(np.mean(spent)) if spent else math.nan


#: What says that networks were trained for less than their recipes ask.
_CUT = ("fewer_epochs", "slower_than_planned")


def _hardware(run: Run, names: dict[str, str]) -> Difference:
    """5. Whether networks had to be left out or cut short for want of computing power. What a GPU would
    change needs a second run."""
    device = str(run.machine.get("device", "cpu"))
    left_out = [one.name for one in run.plan.left_out if one.side == "deep"]
    cuts = [cut.values for cut in run.plan.reductions if cut.code in _CUT]
    cut = [values["epochs"] for values in cuts if "epochs" in values]  # older runs cut other things too
    values = {"device": device, "count": len(left_out), "epochs": cut[0] if cut else None}
    values |= {f"seconds_{side}": _mean_seconds(run, name) for side, name in names.items()}
    if device != "cpu":
        return Difference(5, UNDETERMINED, "gpu", values)
    if left_out or cut:
        return Difference(5, HOLDS, "left_out" if left_out else "cut", values)
    return Difference(5, FAILS, "enough", values)


def _time(run: Run, names: dict[str, str]) -> Difference:
    """6. Trains long, predicts fast."""
    train = {side: _mean_seconds(run, name) for side, name in names.items()}
    times, how = predict_ms(run, list(names.values()))
    predict = {side: ms for side, ms in zip(names, times, strict=True) if ms is not None}
    known = (*train.values(), *predict.values())
    if len(predict) < len(names) or not all(math.isfinite(v) and v > 0 for v in known):
        return Difference(6, UNDETERMINED, "unmeasured")
    longer, slower = train["deep"] / train["classical"], predict["deep"] / predict["classical"]
    values = {
        "train_classical": train["classical"],
        "train_deep": train["deep"],
        "ms_classical": predict["classical"],
        "ms_deep": predict["deep"],
        "how": how,
    }
    if longer > SAME_COST and slower < 1 / SAME_COST:
        return Difference(6, HOLDS, "measured", values)
    if longer < 1 / SAME_COST or slower > SAME_COST:
        return Difference(6, FAILS, "measured", values)
    return Difference(6, UNDETERMINED, "measured", values)


def _explains(run: Run, names: dict[str, str]) -> Difference:
    """7. Whether the classical champion has an importance for each feature."""
    tells = any(r.importance for r in trials(run, names["classical"]))
    return Difference(
        7, UNDETERMINED, "importance" if tells else "no_importance", {"contender": names["classical"]}
    )


def _by_hand(run: Run) -> Difference:
    """8. How many features were made by hand. What ML would do without them is another experiment."""
    made = run.prepared("classical")
    if made is not None and not modalities.of(run.data["modality"]).RAW:
        return Difference(8, UNDETERMINED, "table")
    if made is None or not made.features:  # not measured beforehand: windows of a picture, pixels
        return Difference(8, UNDETERMINED, "unknown")
    values = {"kinds": len(made.features), "features": made.columns, "own": len(made.own)}
    return Difference(8, UNDETERMINED, "counted", values)


def _algorithms(run: Run) -> Difference:
    """9. How many algorithms took part on each side, and how far they lie apart."""
    values: dict[str, Any] = {}
    for side in ("classical", "deep"):
        names = [entry.name for entry in run.plan.of_side(side) if entry.name != "dummy"]
        found = {name: pooled(run, name) for name in names}
        scores = [1 - float(p.losses.mean()) for p in found.values() if p is not None]
        if not scores:
            return Difference(9, UNDETERMINED, "uncounted")
        values |= {f"{side}_count": len(scores), f"{side}_low": min(scores), f"{side}_high": max(scores)}
    return Difference(9, HOLDS, "counted", values)


def _pretrained(run: Run, verdict: Verdict) -> Difference:
    """10. History cannot be measured; what pre-trained weights bring can, where there were any."""
    scratch, tuned = leading(run, verdict, "deep"), leading(run, verdict, "pretrained")
    if scratch is None or tuned is None:
        return Difference(10, UNDETERMINED, "no_weights")
    sizes, gaps, covariance = paired_gaps(run, scratch, tuned)
    if len(sizes) == 0:
        return Difference(10, UNDETERMINED, "no_weights")
    half = Z * math.sqrt(covariance[-1, -1])
    low, high = gaps[-1] - half, gaps[-1] + half
    values = {"scratch": scratch, "tuned": tuned, "size": int(sizes[-1])}
    values |= {"gap": gaps[-1], "low": low, "high": high}
    holds = HOLDS if low > 0 else FAILS if high < 0 else UNDETERMINED
    return Difference(10, holds, "weights", values)
