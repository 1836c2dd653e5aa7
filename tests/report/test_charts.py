"""Charts are parsed as XML, and what is drawn is held against the data it was drawn from."""

import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nikti.report.balance import MOST_TILT, balance, number_line, tilt
from nikti.report.charts import Axis, Line, line_chart, scatter, tick_values
from nikti.report.plots import bars, confusion, dot_plot, wave
from nikti.report.svg import clusters, fitting, log_ticks, nice_ticks, shorten, spread, text_width

KEYS = ("truth", "predicted", "label")
NASTY = '</text><script>alert(1)</script>" onload="x'


def parse(drawing):
    return ET.fromstring(drawing)


def found(root, name, css=""):
    return [
        e
        for e in root.iter("{http://www.w3.org/2000/svg}" + name)
        if css in (e.get("class") or "").split() or not css
    ]


def axis(title="", **more):
    return Axis(title, lambda v: f"{v:g}", **more)


def polyline(element):
    return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]


def test_a_line_goes_through_its_points():
    points = [(100, 0.5, 0.4, 0.6), (200, 0.7, 0.65, 0.75), (400, 0.8, 0.78, 0.82)]
    root = parse(line_chart([Line("a", "deep", points)], axis(log=True), axis(), "l"))
    xy = polyline(found(root, "polyline", "deep")[0])
    steps = [b[0] - a[0] for a, b in zip(xy, xy[1:], strict=False)]
    assert steps[0] == pytest.approx(steps[1], abs=0.2)  # doubling is one step on a log axis
    rise = [a[1] - b[1] for a, b in zip(xy, xy[1:], strict=False)]
    assert rise[0] / rise[1] == pytest.approx(2, abs=0.05)  # 0.2 against 0.1; up is less y
    band = polyline(found(root, "polygon", "band")[0])
    assert len(band) == 6
    assert band[0][1] < xy[0][1] < band[-1][1]  # high above, low below
    assert len(found(root, "rect", "mark")) == 3


def test_labels_at_the_ends_do_not_touch():
    lines = [Line(f"line {i}", "deep", [(1, 0.5), (2, 0.9 + i * 1e-4)]) for i in range(4)]
    root = parse(line_chart(lines, axis(), axis(), "l"))
    ys = sorted(float(e.get("y")) for e in found(root, "text", "label"))
    assert all(b - a >= 16.9 for a, b in zip(ys, ys[1:], strict=False))


def test_a_narrow_chart_names_its_lines_above():
    root = parse(line_chart([Line("named", "deep", [(1, 0.5), (2, 0.9)])], axis(), axis(), "l", width=350))
    (label,) = found(root, "text", "label")
    assert float(label.get("y")) < min(y for _, y in polyline(found(root, "polyline")[0]))


def test_no_line_with_points_is_an_error():
    with pytest.raises(ValueError, match="at least one line"):
        line_chart([Line("a", "deep", [])], axis(), axis(), "l")


def test_scatter_places_points_in_order_and_labels_apart():
    points = [{"x": x, "y": y, "kind": "classical", "label": f"p{x}"} for x, y in ((1, 1), (10, 2), (100, 3))]
    root = parse(scatter(points, axis(log=True), axis(), "l"))
    marks = found(root, "circle", "mark")
    xs, ys = [float(m.get("cx")) for m in marks], [float(m.get("cy")) for m in marks]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.1)
    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2], abs=0.1)
    assert len(found(root, "text", "label")) == 3


def test_crowded_scatter_labels_never_overlap():
    points = [
        {"x": 1 + i * 0.01, "y": 1 + i * 0.001, "kind": "deep", "label": f"contender_{i}"} for i in range(20)
    ]
    root = parse(scatter(points, axis(), axis(), "l", width=350))
    boxes = []
    for e in found(root, "text", "label"):
        wide = text_width(e.text, 12)
        left = float(e.get("x")) - {"start": 0, "middle": wide / 2, "end": wide}[e.get("text-anchor")]
        boxes.append((left, float(e.get("y")) - 10, left + wide, float(e.get("y")) + 2))
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_bars_are_as_long_as_their_values():
    root = parse(bars([("a", 0.5), ("b", 0.25), ("c", 0.0)], "classical", str, "l"))
    widths = [float(e.get("width")) for e in found(root, "rect", "bar")]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.05)
    assert widths[2] == 1.0  # a hair, so that the row is seen


def test_dots_lie_inside_their_whiskers():
    dot = {"kind": "classical", "value": 0.9, "low": 0.8, "high": 0.95, "tip": ""}
    for width in (720, 350):
        root = parse(dot_plot([{"name": "x", "note": "n = 3", "dots": [dot]}], axis(), "l", width=width))
        (whisker,), (mark,) = found(root, "line", "whisker"), found(root, "circle", "mark")
        x1, x, x2 = float(whisker.get("x1")), float(mark.get("cx")), float(whisker.get("x2"))
        assert (x - x1) / (x2 - x1) == pytest.approx(0.1 / 0.15, abs=0.01)


def test_confusion_shows_every_count_and_marks_the_diagonal():
    counts = [[50, 2, 0], [0, 40, 1], [3, 0, 30]]
    words = {"truth": "t", "predicted": "p", "label": "l"}
    root = parse(confusion(counts, ["a", "b", "c"], "deep", words, str))
    cells = found(root, "rect", "cell")
    assert len(cells) == 9
    assert ["deep" in c.get("class").split() for c in cells] == [i % 4 == 0 for i in range(9)]
    assert [e.text for e in found(root, "text", "count")] == ["50", "2", "40", "1", "3", "30"]


def test_a_wave_breaks_where_values_are_missing():
    root = parse(wave([[0.0, 1.0, None, 2.0, 3.0]], [0, 0, 1, 0, 0], "l"))
    assert [len(polyline(e)) for e in found(root, "polyline")] == [2, 2]
    assert len(found(root, "rect", "heat")) == 1
    assert parse(wave([[None, None]], None, "nothing")).get("aria-label") == "nothing"


WORDS = {"classical": "ml", "deep": "dl", "classical_score": "97%", "deep_score": "98%", "label": "l",
         "equal": "equal", "tip": "t"}  # fmt: skip


@pytest.mark.parametrize(("gap", "lower"), [(0.03, "deep"), (-0.03, "classical")])
def test_the_heavier_pan_hangs_lower(gap, lower):
    root = parse(balance(gap, gap - 0.01, gap + 0.01, 0.01, WORDS))
    at = {side: float(found(root, "text", side)[0].get("y")) for side in ("classical", "deep")}
    assert max(at, key=at.get) == lower
    assert len(found(root, "path", "fan")) == 2


def test_a_balance_without_a_comparison_stands_level():
    root = parse(balance(None, None, None, 0.01, WORDS | {"deep_score": ""}))
    (beam,) = found(root, "line", "beam")
    assert beam.get("y1") == beam.get("y2")
    assert not found(root, "path", "fan")


@given(st.floats(-1, 1), st.floats(0, 1))
def test_tilt_keeps_the_sign_and_its_bounds(gap, half):
    turned = tilt(gap, 0.01, half)
    assert abs(turned) <= MOST_TILT
    assert turned * gap >= 0


@pytest.mark.parametrize("width", [720, 350])
def test_the_number_line_is_true_to_scale(width):
    root = parse(number_line(0.02, 0.01, 0.03, 0.01, axis(), WORDS, width=width))
    whisker = found(root, "line", "thick")[0]
    zero = float(found(root, "line", "zero")[0].get("x1"))
    band = found(root, "rect", "equal")[0]
    x1, x2 = float(whisker.get("x1")), float(whisker.get("x2"))
    assert x1 - zero == pytest.approx((x2 - zero) / 3, abs=0.1)
    assert float(band.get("width")) == pytest.approx(2 * (x1 - zero), abs=0.1)  # the band ends where low is
    assert zero == pytest.approx(width / 2, abs=0.01)


def test_hostile_words_stay_words():
    drawings = [
        line_chart([Line(NASTY, "deep", [(1, 1), (2, 2)])], axis(NASTY), axis(NASTY), NASTY),
        scatter([{"x": 1, "y": 1, "kind": "deep", "label": NASTY}], axis(NASTY), axis(), NASTY),
        bars([(NASTY, 1.0)], "deep", str, NASTY),
        confusion([[1, 1], [1, 1]], [NASTY, "\x00\ufffe"], "deep", dict.fromkeys(KEYS, NASTY), str),
        balance(0.1, 0.0, 0.2, 0.01, dict.fromkeys(WORDS, NASTY)),
    ]  # fmt: skip
    for drawing in drawings:
        root = parse(drawing)
        assert not found(root, "script")
        assert not [e for e in root.iter() if "onload" in e.attrib]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(3, 12))
def test_nice_ticks_are_few_round_and_inside(low, span, most):
    high = low + span
    assume(span > 1e-6 * abs(low))  # below that no two labels would differ
    ticks = nice_ticks(low, high, most)
    assert len(ticks) <= most + 1
    assert all(low - 1e-6 * span <= t <= high + 1e-6 * span for t in ticks)
    assert ticks


@given(st.floats(1e-4, 1e4), st.floats(1.5, 1e6), st.integers(3, 10))
def test_log_ticks_are_few_and_inside(low, factor, most):
    ticks = log_ticks(low, low * factor, most)
    assert len(ticks) <= most
    assert all(low * 0.999 <= t <= low * factor * 1.001 for t in ticks)
    assert ticks == sorted(ticks)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_spread_keeps_order_and_distance(wanted):
    placed = spread(wanted, 17, 0, 300)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    assert all(placed[b] - placed[a] >= 17 - 1e-6 for a, b in zip(order, order[1:], strict=False))
    assert all(-1e-6 <= p <= 300 + 1e-6 for p in placed)


def test_tick_labels_that_fit_do_not_touch():
    kept = fitting([0, 10, 20, 200], ["1,000", "2,000", "4,000", "8,000"], 12)
    assert kept[-1] == 3
    assert kept[0] == 0
    assert 1 not in kept


def test_bangla_is_cut_between_letters_only():
    assert clusters("ক্ষমতা") == ["ক্ষ", "ম", "তা"]
    assert shorten("ক্ষমতা ও শক্তি", 30, 12).endswith("…")
    cut = shorten("ক্ষমতা ক্ষমতা ক্ষমতা", 60, 12)[:-1]
    assert all(c in clusters("ক্ষমতা ক্ষমতা ক্ষমতা") for c in clusters(cut))


def test_text_width_agrees_with_the_font():
    ttlib = pytest.importorskip("fontTools.ttLib")
    pytest.importorskip("brotli")
    from nikti.report.html import HERE

    font = ttlib.TTFont(HERE / "fonts" / "noto-sans-bengali-latin-wght-normal.woff2")
    cmap, advance, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for words in ("random_forest", "Deep learning, pre-trained", "98.6%", "training samples"):
        true = 12 * sum(advance[cmap[ord(c)]][0] for c in words) / em
        assert text_width(words, 12) == pytest.approx(true, rel=0.12)
        assert math.isfinite(true)


def test_one_point_alone_has_ticks_that_differ():
    point = {"x": 20.0, "y": 0.358, "label": "one", "kind": "deep"}
    root = parse(scatter([point], axis(log=True), Axis("score", lambda share: f"{100 * share:.1f}%"), "l"))
    ticks = [e.text for e in root.iter() if e.text and e.text.endswith("%")]
    assert len(ticks) > 1 and len(set(ticks)) == len(ticks)


def test_things_that_are_counted_get_whole_ticks():
    axis = Axis("epoch", str, whole=True)
    assert tick_values(axis, 0.9, 3.1, 8) == [1.0, 2.0, 3.0]
    assert tick_values(axis, 0.0, 41.0, 8) == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert tick_values(Axis("share", str), 0.9, 3.1, 8)[:2] == [1.0, 1.5]
