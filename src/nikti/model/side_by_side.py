"""Explaining a user's inputs by the models of a run, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nikti import modalities
from nikti.core import outputs
from nikti.core.errors import ModelError, UnknownName
from nikti.core.words import Words
from nikti.model import files
from nikti.model.fitted import FittedModel
from nikti.storage.models import kept as kept_model
from nikti.storage.store import Store

_WAY = Words(en="way to explain {models}", bn="ব্যাখ্যার উপায় ({models})")
_NO_CHAMPION = Words(
    en="the run in {folder} holds no fitted model of a champion: nothing can be explained.",
    bn="{folder} ফোল্ডারের রানে কোনো সেরা প্রতিযোগীর শেখানো মডেল নেই: ব্যাখ্যা করার কিছু নেই।",
)


def of_run(
    folder: Path,
    load: Callable[[str | None], FittedModel],
    contender: str | None,
    source: Any,
    method: str | None,
    target_class: str | None,
    out: Path | None,
    lang: str,
) -> dict[str, Any]:
    """See `nikti.api.explain`. load(name): the fitted model of a contender, of the folder itself for None.

    A method that only one champion has explains that one alone; one that none has raises UsageError.
    """
    if out is not None:
        outputs.refuse_taken(out / files.PAGE)
    champions, measured = _champions(folder)
    names: list[str | None] = [contender] if contender or not champions else [*champions]
    models = [part for name in names for part in load(name).parts]
    rows = side_by_side(models, source, method, target_class)
    for row in rows:
        row["faithful"] = measured.get((row["contender"], row["method"]))
    written: list[str] = []
    if out is not None and rows:
        modality = models[0].card.input["modality"]
        inputs, _ = models[0].inputs(source)
        decoded = modalities.of(modality).decoded(inputs)
        written = files.write(out, rows, decoded, modality, lang)
    return {"run": str(folder), "explanations": rows, "files": written}


def side_by_side(
    models: Sequence[FittedModel], source: Any, method: str | None, target_class: str | None
) -> list[dict[str, Any]]:
    """The explanation of each model, as `FittedModel.explain` gives it, with "contender" and "side"; all of
    one input together. A method is used by the models that have it; one that none has raises UsageError."""
    if method is not None:
        methods = list(dict.fromkeys(name for model in models for name in model.methods))
        if method not in methods:
            listed = " or ".join(model.contender for model in models)
            raise UnknownName(_WAY.format(models=listed), method, methods)
        models = [model for model in models if method in model.methods]
    rows = [
        {"contender": model.contender, "side": model.side, **row}
        for model in models
        for row in model.explain(source, method=method, target_class=target_class)
    ]
    return sorted(rows, key=lambda row: row["row"])


def _champions(folder: Path) -> tuple[list[str], dict[tuple[str, str], bool]]:
    """(the champions whose models were kept, {(contender, method): whether it was found faithful}) of a
    run."""
    if not (folder / "run.sqlite").is_file():
        return [], {}
    store = Store.look(folder)
    try:
        run, found = store.run(), store.get("explained", {})
    finally:
        store.close()
    from nikti.verdict.judge import judge

    champions = [name for name in judge(run).champions.values() if name]
    kept = [name for name in champions if kept_model(folder, name) is not None]
    if not kept:
        raise ModelError(_NO_CHAMPION.format(folder=folder))
    faithful = {
        (one["contender"], method): each["faithful"]
        for one in found.get("sides", {}).values()
        for method, each in one["measured"].items()
    }
    return kept, faithful
