"""What both champions reach together: a weighted average of their answers, from the predictions on samples
that neither had seen.

The weight that a fold is scored with is chosen on the other folds, so that no sample helps to choose the
weight that it is tested with. The average is ahead only where it beats each champion, not the better one
alone: which of two equals scored higher is chance, and a comparison with only that one would have to allow
for the choice. Asking for both is the intersection-union test (Berger 1982, Technometrics 24), which needs no
such correction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nikti import answers
from nikti.core.band import BAND
from nikti.core.data import Note
from nikti.core.numerals import number
from nikti.core.run import Result, Run
from nikti.core.uneven import average_precision_values, macro_f1_values, rarest
from nikti.core.words import Words
from nikti.verdict.champions import Champion, champion, full_results
from nikti.verdict.pool import Pool, average, best_pool
from nikti.verdict.speed import predict_ms
from nikti.verdict.statistics import FEWEST_FOLDS, FEWEST_GROUPS, gap, inflation_of, mean_interval

SIDES = ("classical", "deep")

#: Primary metrics of answers that can be averaged.
METRICS = ("accuracy", "macro_f1", "average_precision", "r2")

NO_AVERAGE = Words(
    en="Answers of this kind cannot be averaged, so both sides together were not measured.",
    bn="এ ধরনের উত্তরের গড় করা যায় না, তাই দুই পক্ষ একসঙ্গে কেমন করত তা মাপা হয়নি।",
)
ONE_SIDE = Words(
    en="Only one side finished, so there is nothing to put together.",
    bn="এক পক্ষ শেষ করেনি, তাই দুই পক্ষকে একসঙ্গে নেওয়ার সুযোগ নেই।",
)
FEW_FOLDS = Words(
    en="The champions share {folds} folds. A weight is chosen on some and tested on others, which takes "
    "{needed}.",
    bn="দুই সেরার একই ফোল্ড মোটে {folds}টি। গুরুত্ব বাছা হয় কিছু ফোল্ডে, যাচাই হয় বাকিগুলোতে; তার জন্য লাগে {needed}টি।",
)
USE_TOGETHER = Words(
    en="Or use {both} together: their weighted average scores {score}, {gap} above {better} alone.",
    bn="অথবা {both} একসঙ্গে ব্যবহার করুন: দুটির ওজন করা গড়ের স্কোর {score}, শুধু {better}-এর চেয়ে {gap} বেশি।",
)
NO_PROBABILITIES = Words(
    en="The answers of {contender} cannot be averaged: they come without probabilities, or not all are "
    "finite numbers.",
    bn="{contender}-এর উত্তরের গড় করা যায় না: সঙ্গে সম্ভাবনা বলা নেই, বা সব উত্তর ঠিকঠাক সংখ্যা নয়।",
)


@dataclass(frozen=True)
class Together:
    """The average of both champions, on the n samples that both were tested on.

    champions    {side: contender}, whose models are averaged
    pool         how they are averaged when all folds have a say: what a model of both is made with
    weights      the deep side's weight in each fold, chosen on the other folds
    scores       {"classical", "deep", "together"}: {"value", "low", "high"} in the primary metric, 95%
    better       the champion's side that scored higher
    gap          the average minus the better champion; low, high: its 95% interval
    ahead        whether it beats both champions surely, and the better one by more than the band
    shares       {"both", "classical", "deep", "neither"}: how often only one is right, as shares of n; None
                 where answers are not right or wrong
    correlation  of the champions' errors where answers are numbers, else None
    ms           median milliseconds of one prediction by both, one after the other; None where not measured
    """

    champions: dict[str, str]
    pool: Pool
    weights: dict[int, float]
    metric: str
    n: int
    scores: dict[str, dict[str, float]]
    better: str
    gap: float
    low: float
    high: float
    ahead: bool
    shares: dict[str, float] | None
    correlation: float | None
    ms: float | None

    @property
    def advice(self) -> Note | None:
        """Advice beside the verdict's: to use both models, where the average is ahead; else None."""
        if not self.ahead:
            return None
        names, value = list(self.champions.values()), self.scores["together"]["value"]
        values = {"contenders": names, "score": value, "gap": self.gap, "ms": self.ms}
        return Note.of(
            "info",
            "use_together",
            USE_TOGETHER,
            values,
            both=Words(" and ".join(names), " ও ".join(names)),
            score=Words(number(value, "en", 3), number(value, "bn", 3)),
            gap=Words(number(self.gap, "en", 3), number(self.gap, "bn", 3)),
            better=self.champions[self.better],
        )


@dataclass(frozen=True)
class _Tested:
    """Arrays [m] of the samples that both champions were tested on. answers: {side: probabilities [m, C] or
    values [m]}; losses: {side: [m]}, whose mean is 1 - primary metric."""

    rows: np.ndarray
    fold: np.ndarray
    truth: np.ndarray
    answers: dict[str, np.ndarray]
    losses: dict[str, np.ndarray]


def together(run: Run, band: float | None = None) -> Together | Note:
    """What an average of the two champions reaches, or why there is none.

    band: half width of practical equivalence; None: the one that the run was asked for.
    """
    band = run.settings.get("band", BAND) if band is None else band
    if run.plan.metric not in METRICS:
        return Note.of("info", "together_kind", NO_AVERAGE, {"metric": run.plan.metric})
    entries = {side: entry for side in SIDES if (entry := champion(run, side)) is not None}
    if len(entries) < len(SIDES):
        return Note.of("info", "together_one_side", ONE_SIDE)
    tested = _tested(run, entries)
    return tested if isinstance(tested, Note) else _measured(run, tested, entries, band)


def _tested(run: Run, entries: dict[str, Champion]) -> _Tested | Note:
    """What both champions answered to the same samples, or why that cannot be averaged."""
    by_fold = {
        side: {fold: full_results(run, side)[fold][name] for fold, name in entry.per_fold.items()}
        for side, entry in entries.items()
    }
    folds = sorted(set(by_fold["classical"]) & set(by_fold["deep"]))
    if len(folds) < FEWEST_FOLDS:
        values = {"folds": len(folds), "needed": FEWEST_FOLDS}
        return Note.of("info", "together_few_folds", FEW_FOLDS, values)
    for side, results in by_fold.items():
        if any(_answers(results[fold], run.data["kind"]) is None for fold in folds):
            return Note.of("info", "together_no_average", NO_PROBABILITIES, {"contender": entries[side].name})
    parts = [_paired({side: by_fold[side][fold] for side in SIDES}, run.data["kind"]) for fold in folds]
    rows = np.concatenate([rows for rows, _, _ in parts])
    return _Tested(
        rows=rows,
        fold=np.repeat(folds, [len(rows) for rows, _, _ in parts]),
        truth=run.truth(rows),
        answers={side: np.concatenate([answers[side] for _, answers, _ in parts]) for side in SIDES},
        losses={side: np.concatenate([losses[side] for _, _, losses in parts]) for side in SIDES},
    )


def _answers(result: Result, kind: str) -> np.ndarray | None:
    """Probabilities [m, C] or values [m] as float64; None where there are none, or not all are finite."""
    found = answers.of_kind(kind).averaged(result)
    return None if found is None or not np.isfinite(found).all() else found


def _paired(results: dict[str, Result], kind: str) -> tuple[np.ndarray, dict, dict]:
    """(rows that both tested in a fold, {side: answers to them}, {side: losses})."""
    one, other = (results[side].rows for side in SIDES)
    rows, *at = np.intersect1d(one, other, return_indices=True)
    places = dict(zip(SIDES, at, strict=True))
    given = {side: _answers(results[side], kind) for side in SIDES}
    answers = {side: each[places[side]] for side, each in given.items() if each is not None}
    return rows, answers, {side: results[side].losses[places[side]] for side in SIDES}


def _measured(run: Run, tested: _Tested, entries: dict[str, Champion], band: float) -> Together:
    joint, weights = _nested(tested)
    losses = tested.losses | {"together": _losses(run, joint, tested)}
    values = joint.ndim == 1
    groups = None if run.groups is None else run.groups[tested.rows]
    inflation = inflation_of(run.plan.metric)
    gaps = {
        side: gap(losses[side] - losses["together"], tested.fold, groups=groups, inflation=inflation)
        for side in SIDES
    }
    better = min(SIDES, key=lambda side: losses[side].mean())
    found = gaps[better]
    enough = run.groups is None or found.units >= FEWEST_GROUPS
    names = {side: entry.name for side, entry in entries.items()}
    ms, _ = predict_ms(run, list(names.values()))
    known = [each for each in ms if each is not None]
    classical, deep = _both(tested)
    return Together(
        champions=names,
        pool=best_pool(classical, deep, tested.truth),
        weights=weights,
        metric=run.plan.metric,
        n=len(tested.rows),
        scores={who: _score(of_who, tested.fold, groups, inflation) for who, of_who in losses.items()},
        better=better,
        gap=found.estimate,
        low=found.low,
        high=found.high,
        ahead=enough and all(one.low > 0 for one in gaps.values()) and found.estimate > band,
        shares=None if values else _shares(tested),
        correlation=_correlation(tested) if values else None,
        ms=sum(known) if len(known) == len(ms) else None,
    )


def _both(tested: _Tested, rows: np.ndarray | slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
    """(the classical champion's answers, the deep one's)."""
    return tested.answers["classical"][rows], tested.answers["deep"][rows]


def _nested(tested: _Tested) -> tuple[np.ndarray, dict[int, float]]:
    """(the average's answers, {fold: the deep side's weight}), the weight of each fold chosen on the
    others."""
    joint, weights = np.empty_like(tested.answers["deep"]), {}
    for fold in np.unique(tested.fold).tolist():
        mine = tested.fold == fold
        classical, deep = _both(tested, ~mine)
        pool = best_pool(classical, deep, tested.truth[~mine])
        classical, deep = _both(tested, mine)
        joint[mine], weights[fold] = average(classical, deep, pool), pool.weight
    return joint, weights


def _losses(run: Run, joint: np.ndarray, tested: _Tested) -> np.ndarray:
    """Losses of the average whose mean is 1 - primary metric, as the champions' are."""
    if joint.ndim == 1:
        squared = (tested.answers["classical"] - tested.truth) ** 2
        unit = tested.losses["classical"].sum() / squared.sum() if squared.any() else 1.0
        return (joint - tested.truth) ** 2 * unit
    metric, predicted = run.plan.metric, joint.argmax(axis=1)
    if metric == "accuracy":
        return (predicted != tested.truth).astype(np.float64)
    found, positive = np.empty(len(joint)), rarest(np.bincount(run.truth(np.arange(len(run.folds)))).tolist())
    for fold in np.unique(tested.fold):  # pseudo-values are those of a fold
        mine = tested.fold == fold
        truth = tested.truth[mine]
        if metric == "macro_f1":
            found[mine] = 1.0 - macro_f1_values(truth, predicted[mine])
        else:
            found[mine] = 1.0 - average_precision_values(truth == positive, joint[mine, positive])
    return found


def _score(
    losses: np.ndarray, fold: np.ndarray, groups: np.ndarray | None, inflation: float
) -> dict[str, float]:
    value, low, high = mean_interval(losses, fold, groups, inflation=inflation)
    return {"value": value, "low": low, "high": high}


def _shares(tested: _Tested) -> dict[str, float]:
    classical, deep = (tested.answers[side].argmax(axis=1) == tested.truth for side in SIDES)
    found = {"both": classical & deep, "classical": classical & ~deep, "deep": deep & ~classical}
    found["neither"] = ~classical & ~deep
    return {who: float(there.mean()) for who, there in found.items()}


def _correlation(tested: _Tested) -> float | None:
    """Pearson's, of the errors; None where a side has none to correlate."""
    errors = [tested.answers[side] - tested.truth for side in SIDES]
    return float(np.corrcoef(*errors)[0, 1]) if all(one.std() > 0 for one in errors) else None
