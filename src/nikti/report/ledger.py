"""The ledger, from the summary: features made by hand, and what the network has of them and made instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from nikti.report.figures import both
from nikti.report.layer_plots import value_grid
from nikti.report.layers import Summary, card, layer_name, markup, short_name
from nikti.report.words import numbers, say

#: Rows of the ledger, and of the grid of kinds.
MOST_ROWS, MOST_KINDS = 14, 12

#: Features found by learning that a layer names.
MOST_LEARNED = 4


def view(summary: Summary, lang: str) -> dict[str, Any] | None:
    """{"sum": a sentence, "rows": [{"name", "importance", "is", "says"}], "grid": kinds by layers, "found":
    [what the network's units answer to]}; None where no hand-made feature was asked for."""
    seen = summary["layers"]
    if not seen or seen["why"] or not seen["features"]:
        return None
    ranked = sorted(seen["features"], key=lambda f: (-(f["importance"] or 0.0), f["name"]))
    counts = Counter(f["is"] for f in seen["features"])
    words = {code: numbers.number(counts[code], lang) for code in ("raw", "learned", "wiring", "hidden")}
    kinds = [k for k in seen["kinds"] if k["kind"]][:MOST_KINDS]
    return {
        "sum": say(lang, "ledger.sum", all=numbers.number(len(seen["features"]), lang), **words),
        "rows": [_entry(f, lang) for f in _some(ranked)],
        "grid": markup(_kinds(seen, kinds, lang)) if len(kinds) > 1 else None,
        "found": _found(summary, lang),
    }


def _some(ranked: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The most important features; and, were none of those found by learning, the best of those that were."""
    shown = list(ranked[:MOST_ROWS])
    learned = [f for f in ranked[MOST_ROWS:] if f["is"] == "learned"]
    best = sorted(learned, key=lambda f: -max(f["r2"][1:]))[:3]
    return shown[: MOST_ROWS - len(best)] + best


def _entry(feature: Mapping[str, Any], lang: str) -> dict[str, str]:
    show = partial(numbers.number, lang=lang, places=2)
    layer = feature["layer"]
    says = say(
        lang,
        f"ledger.is_{feature['is']}",
        layer=layer_name(layer, lang),
        r2=show(feature["r2"][layer]),
        interval=numbers.filled(numbers.RANGE, lang, low=show(feature["low"]), high=show(feature["high"])),
        raw=show(feature["r2"][0]),
        untrained=show(max(feature["untrained"])),
    )
    share = feature["importance"]
    return {
        "name": feature["name"],
        "importance": numbers.percent(share, lang, 1 if share >= 0.01 else 2) if share else numbers.MISSING,
        "is": feature["is"],
        "says": says,
    }


def _kinds(seen: Summary, kinds: Sequence[Mapping[str, Any]], lang: str) -> str:
    rows = [(k["kind"], k["r2"]) for k in kinds]
    columns = [short_name(i, lang) for i in range(len(seen["layers"]))]
    show = partial(numbers.number, lang=lang, places=2)
    label = say(lang, "ledger.grid_label", kinds=", ".join(k["kind"] for k in kinds[:4]))
    return both(lambda width: value_grid(rows, columns, show, label, width=width))


def _found(summary: Summary, lang: str) -> list[dict[str, Any]]:
    """[{"layer", "learned": features that learning brought to light there, "first": kinds that come to light
    there, "units": [sentence, ...]}] of every layer that has something to tell."""
    found = []
    for number in range(1, len(summary["layers"]["layers"])):
        layer = card(summary, number, lang)
        lines = [
            say(lang, "ledger.unit", unit=unit["number"], words=unit["words"] or unit["like"])
            for unit in layer["units"]
            if unit["words"] or unit["like"]
        ]
        mine = [f for f in summary["layers"]["features"] if f["is"] == "learned" and f["layer"] == number]
        best = sorted(mine, key=lambda f: -f["r2"][number])[:MOST_LEARNED]
        names = ", ".join(f"{f['name']} ({numbers.number(f['r2'][number], lang, 2)})" for f in best)
        learned = say(lang, "ledger.learned_here", names=names) if names else ""
        if lines or learned or layer["first"]:
            found.append(
                {"layer": layer["name"], "learned": learned, "first": layer["first"], "units": lines}
            )
    return found
