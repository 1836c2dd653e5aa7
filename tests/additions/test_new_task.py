"""A new kind of sample (points in the plane), a new kind of answer (a set of tags) and the task of the two:
their files are added, nothing is edited, and every verb works."""

import numpy as np
import pytest

from .house import FILES, House

#: All that a task costs whose samples and answers are both new: a file for what each part knows of it.
ADDED = (
    "modalities/point.py",
    "answers/tags.py",
    "tasks/point_tags.py",
    "readers/points.py",
    "classical/tasks/point_tags.py",
    "deep/encoders/point.py",
    "deep/answers/tags.py",
    "deep/networks/point_tags/mlp.py",
    "report/templates/samples/point.html",
    "report/templates/answers/tags.html",
)
PAIR = ["neighbours", "mlp"]


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


def test_all_that_is_added_is_new():
    there = {str(path.relative_to(FILES)) for path in FILES.rglob("*") if path.is_file()}
    assert set(ADDED) <= there


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
    assert {one["name"] for one in planned["contenders"]} == {"dummy", *PAIR}


def test_both_sides_are_compared(run):
    assert run["task"] == "point_tags" and list(run["champions"].values()) == PAIR
    rows = {row["contender"]: row for row in run["leaderboard"]}
    for name in PAIR:
        assert rows[name]["status"] == "ok" and rows[name]["score"] > 0.8  # the floor: about 0.6
    assert run["verdict"]["sentence"]
