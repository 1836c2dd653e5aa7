"""How fast contenders answer, as far as they may be compared: measured in the same way."""

from __future__ import annotations

from collections.abc import Sequence

from nikti.core.run import Run


def predict_ms(run: Run, names: Sequence[str]) -> list[float | None]:
    """Median milliseconds of one prediction of each: by the full method if every one of them was
    measured so, else by the short one; None for what was not measured at all."""
    known: dict[bool, dict[str, float]] = {True: {}, False: {}}
    for result in run.results:
        if "1" in result.predict_ms:
            full = result.timing.get("method") == "full"
            known[full].setdefault(result.trial.contender, float(result.predict_ms["1"]))
    alike = known[all(name in known[True] for name in names)]
    return [alike.get(name) for name in names]
