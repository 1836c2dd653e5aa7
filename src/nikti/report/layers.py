"""The page about layers, from the summary: probes of each layer, and what its units respond to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from nikti import answers
from nikti.core.words import read
from nikti.report.charts import Axis, Line, line_chart
from nikti.report.figures import both
from nikti.report.layer_plots import HUES, cloud, shading, value_grid
from nikti.report.plots import wave
from nikti.report.words import axis_title, numbers, say

Summary = Mapping[str, Any]

#: A unit answers to a class if at least this share of the samples that excite it most are of it, of those
#: that would not be so by chance.
PURE = 0.6

#: A unit goes with a feature from this correlation on.
ALIKE = 0.5


def view(summary: Summary, lang: str) -> dict[str, Any] | None:
    """Everything that `layers.html` shows; None where layers were not analysed. Where they could not be:
    {"why": the sentence}."""
    seen = summary["layers"]
    if not seen:
        return None
    if seen["why"]:
        return {"why": _reason(seen, lang)}
    return {
        "why": None,
        "lead": _lead(summary, lang),
        "sentences": sentences(seen, lang),
        "chart": markup(_probe_chart(seen, lang)),
        "maps": [_map(seen, i, "map", lang) for i in range(len(seen["layers"]))],
        "umaps": [_map(seen, i, "umap", lang) for i in range(len(seen["layers"]))]
        if seen["layers"][0]["umap"]
        else [],
        "key": _key(summary, lang),
        "share": _shares(seen, lang),
        "layers": [card(summary, i, lang) for i in range(1, len(seen["layers"]))],
        "glance": [_glance(summary, i, lang) for i in range(len(seen["layers"]))],
        "filters": _filters(seen, lang),
        "cka": markup(_alike(seen, lang)) if seen["cka"] else None,
        "cut": _cut(seen, lang),
    }


def markup(words: str) -> Any:
    """A drawing that needs no escaping."""
    from markupsafe import Markup

    return Markup(words)


def _reason(seen: Summary, lang: str) -> str:
    """Why there are no layers to see. Earlier versions stored a code, and a text where something failed."""
    if "reason" in seen:
        return read(seen, "reason").shown(lang)
    return " ".join(filter(None, [say(lang, "layers.unknown_reason"), seen.get("text")]))


def _metric(seen: Summary) -> str:
    return answers.of_kind(seen["kind"]).PROBE_METRIC


def layer_name(number: int, lang: str) -> str:
    """The raw input is layer 0."""
    if number == 0:
        return say(lang, "layers.raw")
    return say(lang, "layers.layer", number=numbers.number(number, lang))


def _lead(summary: Summary, lang: str) -> str:
    seen, kind = summary["layers"], "classes" if summary["data"]["classes"] else "values"
    return say(
        lang,
        f"layers.lead_{kind}",
        contender=seen["contender"],
        train=numbers.number(seen["n_train"], lang),
        test=numbers.number(seen["n_test"], lang),
    )


def _scored(found: Mapping[str, float], metric: str, lang: str) -> str:
    """A score with its interval."""
    return say(
        lang,
        "layers.scored",
        score=numbers.score(found["value"], metric, lang),
        interval=numbers.interval(found["low"], found["high"], metric, lang),
    )


def sentences(seen: Summary, lang: str) -> list[str]:
    """Sentences on the probes: whether the layers gained over the raw input, which one most, and whether
    that was learned."""
    metric, gains = _metric(seen), seen["gains"]
    probes = [layer["probe"] for layer in seen["layers"]]
    say_it = partial(_scored, metric=metric, lang=lang)

    def gained(found: Mapping[str, float]) -> dict[str, str]:
        return {
            "gap": numbers.gap(found["value"], metric, lang),
            "interval": numbers.interval(found["low"], found["high"], metric, lang),
        }

    way = "rises" if gains["raw"]["low"] > 0 else "falls" if gains["raw"]["high"] < 0 else "flat"
    found = [
        say(lang, f"layers.{way}", first=say_it(probes[0]), last=say_it(probes[-1]), **gained(gains["raw"]))
    ]
    steps = [after["value"] - before["value"] for before, after in zip(probes, probes[1:], strict=False)]
    if way == "rises" and len(steps) > 1:
        best = steps.index(max(steps))
        step = numbers.gap(steps[best], metric, lang)
        found.append(say(lang, "layers.step", layer=layer_name(best + 1, lang), gap=step))
    untrained = max(layer["untrained"]["value"] for layer in seen["layers"][1:])
    learned = "learned" if gains["untrained"]["low"] > 0 else "unlearned"
    words = {
        "best": numbers.score(max(p["value"] for p in probes[1:]), metric, lang),
        "untrained": numbers.score(untrained, metric, lang),
    }
    found.append(say(lang, f"layers.{learned}", **words, **gained(gains["untrained"])))
    own = say(lang, "layers.own", own=say_it(seen["own"]))
    if seen["chance"] > 0:
        own += " " + say(lang, "layers.chance", chance=numbers.percent(seen["chance"], lang))
    return [*found, own]


def _probe_chart(seen: Summary, lang: str) -> str:
    layers, metric = seen["layers"], _metric(seen)
    last = len(layers) - 1
    x = Axis(say(lang, "layers.depth"), lambda v: short_name(round(v), lang), ticks=range(last + 1))
    y = Axis(axis_title(metric, lang), _tick(metric, lang))

    def band(key: str) -> list[tuple[float, float, float, float]]:
        found = [(i, layer[key] or layer["probe"]) for i, layer in enumerate(layers)]
        return [(float(i), p["value"], p["low"], p["high"]) for i, p in found]

    chance = [(0.0, seen["chance"]), (float(last), seen["chance"])]
    lines = [
        Line(say(lang, "layers.line_trained"), "deep", band("probe")),
        Line(say(lang, "layers.line_untrained"), "neutral", [p[:2] for p in band("untrained")]),
    ]
    if metric == "accuracy" and seen["chance"] > 0.2 * layers[0]["probe"]["value"]:
        lines.append(Line(say(lang, "layers.line_chance"), "neutral", chance, faint=True))
    listed = ", ".join(
        f"{layer_name(i, lang)}: {numbers.score(layer['probe']['value'], metric, lang)}"
        for i, layer in enumerate(layers)
    )
    label = say(lang, "layers.chart_label", scores=listed)
    return both(lambda width: line_chart(lines, x, y, label, width=width, height=280))


def _tick(metric: str, lang: str) -> Any:
    if metric == "accuracy":
        return lambda v: numbers.percent(v, lang, 0 if round(100 * v, 6) == round(100 * v) else 1)
    return lambda v: numbers.trimmed(round(v, 6), lang)


def short_name(number: int, lang: str) -> str:
    """The same for the head of a column."""
    return say(lang, "layers.raw_short") if number == 0 else numbers.number(number, lang)


def _map(seen: Summary, number: int, which: str, lang: str) -> dict[str, Any]:
    name = layer_name(number, lang)
    label = say(lang, f"layers.{which}_label", layer=name)
    codes = _hues(seen)
    drawn = cloud(seen["layers"][number][which], codes, label)
    return {"name": name, "drawn": markup(drawn)}


def _ranked(seen: Summary) -> list[int]:
    """The codes that get a colour, the commonest first where there are more than HUES."""
    counts: Counter[int] = Counter(seen["map_answers"])
    if max(counts) < HUES:
        return sorted(counts)
    return [code for code, _ in counts.most_common(HUES)]


def _hues(seen: Summary) -> list[int]:
    if max(seen["map_answers"]) < HUES:
        return list(seen["map_answers"])
    hue = {code: i for i, code in enumerate(_ranked(seen))}
    return [hue.get(code, HUES) for code in seen["map_answers"]]


def _key(summary: Summary, lang: str) -> list[tuple[int, str]]:
    """[(colour, name)] of the dots."""
    seen = summary["layers"]
    classes, ranked = summary["data"]["classes"], _ranked(seen)
    if not classes:
        return [(i, say(lang, f"layers.quarter_{i}")) for i in range(4)]
    keep = ranked if max(seen["map_answers"]) < HUES else range(len(ranked))
    found = [(hue, numbers.name(classes[c], lang)) for hue, c in zip(keep, ranked, strict=True)]
    others = len(set(seen["map_answers"])) - len(ranked)
    if others:
        found.append((HUES, say(lang, "layers.others", count=numbers.number(others, lang))))
    return found


def _shares(seen: Summary, lang: str) -> str:
    shares = [layer["share"] for layer in seen["layers"]]
    low, high = (numbers.number(100 * v, lang) for v in (min(shares), max(shares)))
    return numbers.filled(numbers.RANGE, lang, low=low, high=high + "%")


def card(summary: Summary, number: int, lang: str) -> dict[str, Any]:
    """A layer's heading, what it sees, and its units."""
    seen = summary["layers"]
    layer = seen["layers"][number]
    pure = [u for u in layer["units"] if _pure(u)]
    if layer["sees"] is None:
        size = say(lang, "layers.sees_all")
    else:
        part, whole = (numbers.number(v, lang) for v in layer["sees"])
        size = say(lang, f"layers.sees_{seen['modality']}", part=part, whole=whole)
    sentence = ""
    if layer["units"] and layer["units"][0]["code"] is not None:
        code = "classes" if 2 * len(pure) > len(layer["units"]) else "parts"
        sentence = say(lang, f"layers.level_{code}")
    readable = [k for k in seen["kinds"] if k["layer"] == number and k["is"] in ("learned", "wiring")]
    named = [k["kind"] or say(lang, "ledger.single") for k in readable][:4]
    return {
        "name": layer_name(number, lang),
        "size": size,
        "level": sentence,
        "first": say(lang, "layers.first_readable", kinds=", ".join(named)) if named else "",
        "units": [_unit(summary, unit, lang) for unit in layer["units"]],
    }


def _pure(unit: Mapping[str, Any]) -> bool:
    return unit["count"] - unit["expected"] >= PURE * max(unit["of"] - unit["expected"], 0.5)


def _glance(summary: Summary, number: int, lang: str) -> dict[str, str]:
    """A layer in one line: its name, what it is about, and what the simple rule gets from it."""
    seen = summary["layers"]
    score = numbers.score(seen["layers"][number]["probe"]["value"], _metric(seen), lang)
    if number == 0:
        words = say(lang, f"layers.raw_{seen['modality']}")
    else:
        layer = card(summary, number, lang)
        size = say(lang, "layers.sentence", words=layer["size"][:1].upper() + layer["size"][1:])
        words = " ".join(w for w in (size, layer["level"], layer["first"]) if w)
    return {"name": layer_name(number, lang), "words": words, "score": score}


def _unit(summary: Summary, unit: Mapping[str, Any], lang: str) -> dict[str, Any]:
    shown = unit["shown"] or {}
    number = numbers.number(unit["unit"] + 1, lang)
    pictures = [
        markup(wave(one["channels"], shading(one["span"]), say(lang, "layers.excites", number=number)))
        for one in shown.get("series", ())
    ]
    return {
        "number": number,
        "words": unit_words(summary, unit, lang),
        "like": unit_like(unit, lang),
        "picture": shown.get("picture"),
        "texts": shown.get("texts", ()),
        "series": pictures,
        "alt": say(lang, "layers.excites", number=number),
    }


def unit_words(summary: Summary, unit: Mapping[str, Any], lang: str) -> str:
    """A sentence on the class that a unit responds to, "" where the answer is a value."""
    if unit["code"] is None:
        return ""
    return say(
        lang,
        "layers.unit_class",
        name=numbers.name(summary["data"]["classes"][unit["code"]], lang),
        count=numbers.number(unit["count"], lang),
        of=numbers.number(unit["of"], lang),
        expected=numbers.number(unit["expected"], lang, 0 if unit["expected"] >= 1 else 1),
    )


def unit_like(unit: Mapping[str, Any], lang: str) -> str:
    """A sentence on the hand-made feature that a unit correlates with, "" below ALIKE."""
    if unit["like"] is None or abs(unit["r"]) < ALIKE:
        return ""
    way = "with" if unit["r"] > 0 else "against"
    return say(lang, f"layers.unit_{way}", feature=unit["like"], r=numbers.number(abs(unit["r"]), lang, 2))


def _filters(seen: Summary, lang: str) -> dict[str, Any] | None:
    found = seen["filters"]
    if not found:
        return None
    label = say(lang, "layers.filters_alt")
    how = say(lang, "layers.filters_how" if found.get("picture") else "layers.filters_how_series")
    drawn = [markup(wave(one["channels"], None, label)) for one in found.get("series", ())[:8]]
    return {"picture": found.get("picture"), "series": drawn, "alt": label, "how": how}


def _alike(seen: Summary, lang: str) -> str:
    names = [layer_name(i, lang) for i in range(len(seen["layers"]))]
    rows = list(zip(names, seen["cka"], strict=True))
    columns = [short_name(i, lang) for i in range(len(names))]
    show = partial(numbers.number, lang=lang, places=2)
    ends = show(seen["cka"][0][-1])
    return both(
        lambda width: value_grid(rows, columns, show, say(lang, "layers.cka_label", ends=ends), width=width)
    )


def _cut(seen: Summary, lang: str) -> str:
    if not seen["cut"]:
        return ""
    words = {key: numbers.number(seen["cut"][key], lang) for key in ("rows", "of")}
    return say(lang, "layers.cut", **words)
