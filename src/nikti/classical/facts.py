"""What a model's JSON file says of it, beside the files that hold what it learned."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nikti.core.contender import FitReport
from nikti.core.errors import ModelError
from nikti.core.foreign import reason
from nikti.core.schema import misfit
from nikti.core.words import Words

_NOT_ONE = Words(
    en="{folder} is no {what}: it holds no {name}",
    bn="{folder} কোনো {what} নয়: এতে {name} নেই",
)
_FILE_DAMAGED = Words(en="{path} is damaged: {reason}", bn="{path} নষ্ট: {reason}")
_OTHER_FORMAT = Words(
    en="the model in {folder} has format {found}; this version reads format {version}. Train it again, "
    "or install the version that wrote it.",
    bn="{folder} ফোল্ডারের মডেলটির ফরম্যাট {found}; এই সংস্করণ পড়ে ফরম্যাট {version}। আবার শেখান, "
    "অথবা যে সংস্করণ লিখেছিল সেটি ইনস্টল করুন।",
)
_MISFIT = Words(en="{path} is damaged: {wrong}.", bn="{path} নষ্ট: {wrong}।")
_DAMAGED = Words(
    en="the model in {folder} is damaged: {reason}",
    bn="{folder} ফোল্ডারের মডেলটি নষ্ট: {reason}",
)


def write(folder: Path, name: str, version: int, contender: str, report: FitReport, **facts: Any) -> None:
    """Write `name` into a folder that is there; `report_of` gets back what is kept of the report."""
    score = report.inner_score if math.isfinite(report.inner_score) else None
    about = {"format": version, "contender": contender, "params": report.params, "inner_score": score}
    (folder / name).write_text(json.dumps(about | facts, ensure_ascii=False, indent=1), encoding="utf-8")


#: What every model's facts say.
FACTS = {"contender": str, "params": dict, "inner_score": (float, type(None))}


def read(
    folder: Path, name: str, version: int, what: Words, schema: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What `write` wrote. what: such as "classical model", for the error that none is there; schema: what the
    facts must be besides, see `nikti.core.schema`.

    Raises ModelError if it is missing, damaged or of another format than `version`.
    """
    try:
        facts = json.loads((folder / name).read_text(encoding="utf-8"))
        found = facts["format"]
    except FileNotFoundError:
        raise ModelError(_NOT_ONE.format(folder=folder, what=what, name=name)) from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(_FILE_DAMAGED.format(path=folder / name, reason=reason(error))) from None
    if found != version:
        raise ModelError(_OTHER_FORMAT.format(folder=folder, found=found, version=version))
    wrong = misfit(facts, {**FACTS, **(schema or {})})
    if wrong is not None:
        raise ModelError(_MISFIT.format(path=folder / name, wrong=wrong))
    return facts


@contextmanager
def reading(folder: Path, what: Words) -> Iterator[None]:
    """Context manager for reading a model's files: any error of a missing or damaged file becomes a
    ModelError."""
    try:
        yield
    except ModelError:
        raise
    except FileNotFoundError as error:
        raise ModelError(_NOT_ONE.format(folder=folder, what=what, name=Path(error.filename).name)) from None
    except Exception as error:  # each library has its own for a damaged file
        raise ModelError(_DAMAGED.format(folder=folder, reason=reason(error))) from error


def report_of(facts: dict[str, Any]) -> FitReport:
    """What is known of the fit of a model that was read back."""
    score = facts["inner_score"]
    return FitReport(params=facts["params"], inner_score=float("nan") if score is None else score)


def shares_of(facts: dict[str, Any]) -> list[tuple[str, float]] | None:
    """(what the model used, share) in falling order, None where it cannot tell."""
    return facts["importance"] and [(name, share) for name, share in facts["importance"]]
