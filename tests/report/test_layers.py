"""The pages about layers: in both languages, well formed, safe, and true to what was measured."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nikti.report import layers, ledger
from nikti.report.html import render
from nikti.report.layer_plots import cloud, shading, value_grid
from nikti.report.summary import summarize
from nikti.verdict.judge import judge
from tests.report.made import made_picture, made_run, made_samples
from tests.report.test_html import Outline

BAD = "<script>alert(1)</script>"


def scored(value, half=0.02):
    return {"value": value, "low": value - half, "high": value + half}


def feature(name, what, layer, importance=None):
    return {"name": name, "kind": name.split(":")[0], "importance": importance, "r2": [0.2, 0.7, 0.9],
            "untrained": [0.5, 0.4], "low": 0.6, "high": 0.95, "is": what, "layer": layer}  # fmt: skip


def made_layers(depth=2, modality="image", classes=10, seed=0):
    """What `nikti.insight.layers` leaves, with plain numbers."""
    rng = np.random.default_rng(seed)
    unit = {"unit": 6, "code": 3, "count": 18, "of": 20, "expected": 2.0, "like": f"edges: {BAD}", "r": -0.8}
    shown = {
        "image": {"picture": made_picture(rng)},
        "text": {"texts": [["before", BAD, "after"], ["a whole text", "", ""]]},
        "series": {"series": [{"channels": [[0.0, 1.0, None, 2.0]], "span": [0.2, 0.5]}]},
    }[modality]

    def layer(i):
        return {
            "name": "raw" if i == 0 else f"layers.{i}", "width": 64, "probe": scored(0.7 + 0.1 * i),
            "untrained": scored(0.72) if i else None, "share": 0.3 + 0.1 * i, "umap": None,
            "map": rng.integers(0, 1000, (40, 2)).tolist(), "sees": [4, 8] if i == 1 else None,
            "units": [unit | {"shown": shown}] if i else [],
        }  # fmt: skip

    features = [feature("edges: row 1", "learned", 2, 0.2), feature("colour: red", "raw", 0, 0.1),
                feature("form: area", "wiring", 1), feature("form: holes", "hidden", 2)]  # fmt: skip
    kinds = [{"kind": k, "n": 2, "r2": [0.2, 0.7, 0.9], "untrained": [0.5, 0.4], "is": "learned", "layer": 1}
             for k in ("edges", "colour", "form")]  # fmt: skip
    return {
        "contender": "small_cnn", "why": None, "kind": "classification", "modality": modality, "n_train": 600,
        "n_test": 40, "cut": {"rows": 100, "of": 640}, "chance": 0.1, "own": scored(0.91),
        "layers": [layer(i) for i in range(depth + 1)], "cka": np.eye(depth + 1).tolist(),
        "gains": {"raw": scored(0.2), "untrained": scored(0.1, 0.2)}, "features": features, "kinds": kinds,
        "map_answers": rng.integers(0, classes, 40).tolist(), "filters": {"picture": made_picture(rng)},
        "seconds": 1.0,
    }  # fmt: skip


@pytest.fixture(scope="module")
def run():
    return made_run(n=200, sizes=(40, 160))


def page_of(run, seen, lang):
    return render(summarize(run, judge(run), made_samples(), seen), lang)


@pytest.mark.parametrize("lang", ["en", "bn"])
@pytest.mark.parametrize("modality", ["image", "text", "series"])
def test_the_sections_are_there_whole_and_safe(run, lang, modality):
    page = page_of(run, made_layers(modality=modality), lang)
    ids = Outline(page).ids
    assert ids.index("looked-at") < ids.index("layers") < ids.index("ledger") < ids.index("gallery")
    for chart in re.findall(r"<svg.*?</svg>", page, flags=re.S):
        assert ET.fromstring(chart).get("aria-label")
    assert BAD not in page and "alert(1)" in page
    for _, attrs in Outline(page).tags:
        assert attrs.get("src", "data:").startswith("data:")


def test_bangla_has_bangla_digits(run):
    page = page_of(run, made_layers(), "bn")
    inside = "".join(re.findall(r'<section id="(?:layers|ledger)">.*?</section>', page, flags=re.S))
    words = " ".join(text for _, text in Outline(inside).text)
    words = re.sub(r"edges: row 1|alert\(1\)", "", words)
    assert not re.search("[0-9]", words), re.search(".{30}[0-9].{9}", words)


@pytest.mark.parametrize("lang", ["en", "bn"])
@pytest.mark.parametrize(
    "seen",
    [
        None,
        {"contender": "mlp", "why": "task", "reason": "Not this task.", "reason_bn": "এই কাজে নয়।"},
        {"contender": "mlp", "why": "failed", "text": "out of memory"},
        {"contender": None, "why": "no_network"},
    ],
    ids=["never", "now", "failed_in_an_earlier_version", "in_an_earlier_version"],
)
def test_what_was_in_the_way_is_said(run, lang, seen):
    page = page_of(run, seen, lang)
    assert ('id="layers"' in page) == (seen is not None) and 'id="ledger"' not in page
    if seen:
        reason = {"en": "Not this task.", "bn": "এই কাজে নয়।"}[lang]
        assert (reason in page) == ("reason" in seen) and seen.get("text", "") in page


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.1, 0.3, "easier to see"), (-0.3, -0.1, "threw away"), (-0.1, 0.1, "be chance")],
)
def test_whether_the_layers_helped_goes_by_the_paired_interval(low, high, words):
    seen = made_layers()
    seen["gains"]["raw"] = {"value": (low + high) / 2, "low": low, "high": high}
    told = layers.sentences(seen, "en")
    assert words in told[0]
    assert ("largest step" in " ".join(told)) == (low > 0)


def test_the_second_difference_follows_from_the_layers(run):
    seen = made_layers()
    for untrained, holds in ((scored(0.1), "holds"), (scored(0.1, 0.2), "undetermined")):
        seen["gains"]["untrained"] = untrained
        second = summarize(run, judge(run), None, seen)["differences"][1]
        assert (second["holds"], second["case"]) == (holds, "probed")
    seen["gains"]["raw"] = scored(-0.2)
    assert summarize(run, judge(run), None, seen)["differences"][1]["holds"] == "fails"


def test_the_ledger_counts_and_names(run):
    seen = summarize(run, judge(run), None, made_layers())
    found = ledger.view(seen, "en")
    assert "4 features" in found["sum"] and [row["is"] for row in found["rows"][:2]] == ["learned", "raw"]
    assert "layer 2" in found["rows"][0]["says"] and "0.90" in found["rows"][0]["says"]
    assert "18" in found["found"][0]["units"][0]
    assert "edges: row 1 (0.90)" in found["found"][1]["learned"] and not found["found"][0]["learned"]


def test_what_learning_found_is_shown_although_it_mattered_little():
    ranked = [feature(f"a: {i}", "raw", 0, 0.1) for i in range(20)] + [feature("late: one", "learned", 1)]
    assert [f["name"] for f in ledger._some(ranked)][-1] == "late: one"


def test_more_classes_than_colours_are_grey_and_counted(run):
    seen = made_layers(classes=10)
    seen["map_answers"] = [0] * 10 + list(range(1, 31))
    summary = summarize(run, judge(run), None, seen)
    summary["data"]["classes"] = [f"class {i}" for i in range(31)]
    hues = layers._hues(seen)
    assert hues[0] == 0 and max(hues) == 10 and len(set(hues)) == 11
    assert layers._key(summary, "en")[-1] == (10, "21 rarer classes")


def test_drawings_fit_and_hold_every_value():
    rows = [("short", [0.1, 0.9]), ("a name that is far too long for a phone to hold in one line", [1, 0.5])]
    for width in (350, 720):
        drawn = ET.fromstring(value_grid(rows, ["raw", "1"], lambda v: f"{v:.2f}", "likeness", width=width))
        texts = [t.text for t in drawn.iter("{http://www.w3.org/2000/svg}text")]
        assert {"0.10", "0.90", "1.00", "0.50"} <= set(texts)
        cells = [r for r in drawn.iter("{http://www.w3.org/2000/svg}rect")]
        assert all(float(r.get("x")) + float(r.get("width")) <= width for r in cells)
    drawn = ET.fromstring(cloud([[0, 0], [1000, 1000], [5, 5]], [0, 12, 0], "dots"))
    paths = {p.get("class"): p.get("d").count("M") for p in drawn.iter("{http://www.w3.org/2000/svg}path")}
    assert paths == {"cloud hue0": 2, "cloud hue10": 1}
    assert shading(None) is None
