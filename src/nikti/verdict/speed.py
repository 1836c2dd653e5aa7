"""Prediction times of contenders that were measured by the same method, so that they can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from nikti.core.run import Run
from nikti.core.words import Words

#: Alone, after everything else, on the model that is handed over; or briefly, in the first fold.
FULL, SHORT = "full", "short"
HOW = {
    FULL: Words(
        en="timed by itself on the final model",
        bn="শেষ মডেলে আলাদা করে মাপা",
    ),
    SHORT: Words(
        en="timed briefly in the first fold",
        bn="প্রথম ফোল্ডে অল্প সময়ে মাপা",
    ),
}


def predict_ms(run: Run, names: Sequence[str]) -> tuple[list[float | None], str]:
    """(median milliseconds of one prediction of each, None for what was not measured, how): by the full
    method if every one of them was measured so, else by the short one."""
    measured: dict[str, dict[str, float]] = {FULL: {}, SHORT: {}}
    for result in run.results:
        if "1" in result.predict_ms:
            method = FULL if result.timing.get("method") == FULL else SHORT
            measured[method].setdefault(result.trial.contender, float(result.predict_ms["1"]))
    how = FULL if all(name in measured[FULL] for name in names) else SHORT
    return [measured[how].get(name) for name in names], how
