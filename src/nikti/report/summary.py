"""Everything the report shows, as one plain JSON-able dict: `summarize(run, verdict, samples)`.

Pure: the same run and verdict give the same summary. Rendering (`nikti.report.html`) reads nothing else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from nikti import answers
from nikti.core.data import Note
from nikti.core.plan import POOLED
from nikti.core.run import Run
from nikti.core.words import Words, stored
from nikti.report.measures import (
    answer_of,
    board,
    class_rows,
    curve_gaps,
    data_curves,
    importance,
    tested,
)
from nikti.verdict.champions import learned
from nikti.verdict.differences import differences
from nikti.verdict.judge import Verdict
from nikti.verdict.more_data import more_data
from nikti.verdict.pooled import trials
from nikti.verdict.together import together

NO_SAMPLES: dict[str, Any] = {"one_side_right": {"classical": [], "deep": []}, "top_words": None}


def summarize(
    run: Run,
    verdict: Verdict,
    samples: Mapping[str, Any] | None = None,
    layers: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report's content.

    layers: what `nikti.insight.layers` saw in the network, None where nobody looked.

    samples: what needs the raw data, made by the caller:
    {"one_side_right": {"classical": [sample, ...], "deep": [...], "counts": {side: n}},
     "explained": see `nikti.insight.faithfulness.explain_champions`, "top_words": see
     `nikti.insight.top_words`}, a sample being
     {"row", "truth", "classical", "deep" or "predicted"} with one of "image" (data URI), "text", "series"
     ([channel][time]) or "row_values" ({column: value}); `templates/samples/<modality>.html` draws it.
    """
    rows = board(run, verdict)
    shown = {side: name for side, name in verdict.champions.items() if name}
    return jsonable(
        {
            "data": _data(run),
            "kind": run.data["kind"],
            "answer": answers.name_of(run.data["kind"]),
            "counted": answer_of(run).COUNTED,
            "verdict": asdict(verdict),
            "leaderboard": rows,
            "champions": {
                side: next((r for r in rows if r["contender"] == name), None) for side, name in shown.items()
            },
            "curves": data_curves(run, verdict),
            "curve_gaps": curve_gaps(run, verdict),
            "more_data": more_data(run, verdict),
            "differences": [asdict(one) for one in differences(run, verdict, layers)],
            "importance": importance(run, verdict),
            "together": _together(run, verdict),
            "answers": {side: tested(run, name) for side, name in shown.items()},
            "per_class": class_rows(run, shown),
            "training": _training(run, verdict),
            "samples": _samples(samples or {}),
            "layers": dict(layers) if layers else None,
            "explained": {"sides": {}, "failed": None, "columns": {}}
            | dict((samples or {}).get("explained") or {}),
            "protocol": _protocol(run),
            "reproduce": _reproduce(run),
        }
    )


def _data(run: Run) -> dict[str, Any]:
    data = dict(run.data)
    classes = list(data.get("classes") or ())
    counts = data.get("counts") or {}
    if not isinstance(counts, Mapping):
        counts = dict(zip(classes, counts, strict=False))
    return data | {
        "classes": classes,
        "counts": [{"name": str(name), "n": int(n)} for name, n in counts.items()],
        "notes": list(data.get("notes") or ()),
    }


def _together(run: Run, verdict: Verdict) -> dict[str, Any]:
    """What the average of the champions reaches, see `nikti.verdict.together`; {"reason": Note} without."""
    found = together(run, verdict.band)
    return {"reason": asdict(found)} if isinstance(found, Note) else asdict(found)


def _training(run: Run, verdict: Verdict) -> list[dict[str, Any]]:
    """Training curves per champion that has them: [{"contender", "side", "folds": [curve, ...]}]."""
    found = []
    for side in ("deep", "classical"):
        name = verdict.champions.get(side)
        curves = [r.training_curve for r in trials(run, name) if r.training_curve] if name else []
        if curves:
            found.append({"contender": name, "side": side, "folds": curves})
    return found


def _protocol(run: Run) -> dict[str, Any]:
    ran = [r for r in run.results if r.outcome != "stopped"]
    results = [r for r in ran if r.trial.fold >= 0]
    planned = Counter(r.trial.contender for r in results)
    failed = Counter(
        (r.trial.contender, r.outcome, Words(r.reason, r.reason_bn)) for r in ran if r.outcome != "ok"
    )
    sizes = sorted({r.trial.size for r in results}) or list(run.plan.sizes)
    return {
        "folds": run.plan.folds,
        **_tested(run),
        "sizes": sizes,
        "given_up": [cut.to_json() for cut in run.plan.reductions],
        "trials": len(ran),
        "ok": sum(r.outcome == "ok" for r in ran),
        "stopped": [r.trial.contender for r in run.results if r.outcome == "stopped"],
        "failures": [
            {"contender": name, "outcome": outcome, **stored("reason", reason), "count": count,
             "all": max(planned[name], count)}
            for (name, outcome, reason), count in failed.items()
        ],
        "seconds": run.seconds,
        "finished": run.finished,
        "test_split": any(r["test_split_score"] is not None for r in _final(run)),
        "copies": run.groups is not None and run.plan.method == POOLED,
    }  # fmt: skip


def _tested(run: Run) -> dict[str, int]:
    """Samples that any full-size trial tested, in how many folds, of how many there are."""
    table = learned(run, "classical") | learned(run, "deep")
    rows = [next(iter(row.values())).rows for row in table.values()]
    tested = len(np.unique(np.concatenate(rows))) if rows else 0
    return {"tested": tested, "folds_run": len(table), "folds_dealt": int(run.folds.max()) + 1}


def _final(run: Run) -> list[dict[str, Any]]:
    return [{"test_split_score": r.scores.get(run.plan.metric)} for r in run.results if r.trial.fold < 0]


def _reproduce(run: Run) -> dict[str, Any]:
    return {
        "settings": dict(run.settings),
        "folder": run.folder.name,
        "machine": dict(run.machine),
        "versions": dict(run.versions),
        "fingerprint": run.data.get("fingerprint"),
    }


def _samples(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The samples to show. Earlier versions stored the words of each class as "telling"."""
    earlier = {"top_words": stored["telling"]} if "telling" in stored else {}
    return NO_SAMPLES | earlier | dict(stored)


def jsonable(value: Any) -> Any:
    """The same with lists for tuples, plain numbers for numpy's, None for values that are not finite."""
    if isinstance(value, Mapping):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(v) for v in value]
    if isinstance(value, np.ndarray):
        return jsonable(value.tolist())
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
