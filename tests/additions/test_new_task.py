"""A new kind of sample (points in the plane), a new kind of answer (a set of tags) and the task of the two:
their files are added, nothing is edited, and every verb works."""

import numpy as np
import pytest

from tests.report.test_html import Outline

from .house import House

pytestmark = pytest.mark.slow


#: All that a task costs whose samples and answers are both new: a file for what each part knows of it.
ADDED = (
    "modalities/point.py",
    "answers/tags.py",
    "tasks/point_tags.py",
    "readers/points.py",
    *(f"classical/tasks/point_tags/{name}.py" for name in ("__init__", "_neighbours", "dummy", "neighbours")),
    "deep/encoders/point.py",
    "deep/answers/tags.py",
    "deep/networks/point_tags/mlp.py",
    "report/templates/samples/point.html",
    "report/templates/answers/tags.html",
)
PAIR = ["neighbours", "mlp"]


#: What the page says of the model that it advises, whichever that is.
TITLES = {
    "neighbours": {"en": "the tags of the nearest points", "bn": "সবচেয়ে কাছের বিন্দুগুলোর ট্যাগ"},
    "mlp": {"en": "multi-layer perceptron on the point", "bn": "বিন্দুর উপর বহুস্তর পারসেপট্রন"},
}


def written(path, n, seed, tagged=True):
    """A file of points, "far" from the origin or not and "high" or not."""
    points = np.random.default_rng(seed).normal(0, 1, (n, 2)).round(4)
    tags = [
        ",".join(name for name, there in (("far", x * x + y * y > 2), ("high", y > 0)) if there) or "-"
        for x, y in points
    ]
    lines = [f"{x} {y} {tag}" if tagged else f"{x} {y}" for (x, y), tag in zip(points, tags, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("points") / "house")
    house.add(*ADDED)
    return house


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    return written(tmp_path_factory.mktemp("labelled") / "known.points", 200, seed=0)


@pytest.fixture(scope="module")
def run(house, labelled, tmp_path_factory):
    """The document of a comparison."""
    out = tmp_path_factory.mktemp("runs") / "run"
    words = ["--preset", "fast", "--time-limit", "2m", "--out", out]
    return house.say("compare", labelled, *words, *(word for name in PAIR for word in ("--contender", name)))


def test_inspect(house, labelled):
    found = house.say("inspect", labelled)
    assert (found["task"], found["n"], found["classes"]) == ("point_tags", 200, ["far", "high"])


def test_contenders_and_plan(house, labelled):
    listed = house.say("contenders", labelled)["contenders"]
    assert {(one["name"], one["side"]) for one in listed if one["accepts"]} == {
        ("dummy", "classical"),
        ("neighbours", "classical"),
        ("mlp", "deep"),
    }
    planned = house.say("plan", labelled, "--preset", "fast", "--time-limit", "2m")
    assert {one["name"] for one in planned["plans"]["fast"]["contenders"]} == {"dummy", *PAIR}


def test_both_sides_are_compared(run):
    assert run["task"] == "point_tags" and list(run["champions"].values()) == PAIR
    rows = {row["contender"]: row for row in run["leaderboard"]}
    for name in PAIR:
        assert rows[name]["status"] == "ok" and rows[name]["score"] > 0.75  # the floor: about 0.57
    assert "of the tags right" in run["verdict"]["sentence"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("tags of points", "of the tags right", "Tags that are right")),
        ("bn", ("বিন্দুর ট্যাগ", "ট্যাগ ঠিক", "ঠিক ট্যাগ")),
    ],
)
def test_the_report_speaks_both_languages(house, run, lang, said, tmp_path):
    house.say("report", run["run"], "--lang", lang, "--out", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    shown = " ".join(text for _, text in Outline(page).text)
    title = TITLES[run["verdict"]["winner"]][lang]
    assert [words for words in (*said, title) if words not in shown] == []
    assert 'class="point"' in page  # samples are drawn by their own template


@pytest.mark.parametrize("name", PAIR)
def test_predict(house, run, name, tmp_path):
    new = written(tmp_path / "new.points", 60, seed=1, tagged=False)
    found = house.say("predict", run["run"], new, "--contender", name)["predictions"]
    truth = [line.split()[2] for line in written(tmp_path / "t.points", 60, seed=1).read_text().splitlines()]
    tags = [set(one.split(",")) - {"-"} for one in truth]
    assert found[0]["input"] == "new.points:1" and len(found) == 60
    right = [set(one["tags"]) == some for one, some in zip(found, tags, strict=True)]
    assert np.mean(right) > 0.6
    assert all(one["prediction"] == (", ".join(one["tags"]) or "none") for one in found)


def test_evaluate(house, run, labelled, tmp_path):
    other = written(tmp_path / "other.points", 100, seed=2)
    found = house.say("evaluate", run["run"], other)
    assert (found["metric"], found["n"], found["met"]) == ("tags_right", 100, 0)
    assert 0.75 < found["score"] <= 1 and found["scores"]["all_right"] <= found["score"]
    assert house.say("evaluate", run["run"], labelled)["met"] == 200


def test_explain(house, run, tmp_path):
    new = tmp_path / "new.points"
    new.write_text("0.1 2.5\n", encoding="utf-8")
    found = house.say("explain", run["run"], new, "--out", tmp_path / "out")["explanations"]
    high = {one["contender"]: one["columns"] for one in found if one["class"] == "high"}
    assert set(high) == set(PAIR)
    for columns in high.values():
        assert columns["y"] > abs(columns["x"])  # high is a matter of y alone
    assert (tmp_path / "out" / "explained.html").is_file()
