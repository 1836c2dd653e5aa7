"""What the user asked for, checked and kept as plain data."""

import json

import pytest

from nikti.core.errors import UsageError
from nikti.protocol.plan import PRESETS
from nikti.run.request import Request, absolute, names, own_files


@pytest.fixture
def mine(tmp_path):
    file = tmp_path / "my models.py"
    file.write_text("class Mine: pass\n")
    return file


def test_what_is_written_into_a_run_comes_back(mine):
    asked = Request(
        source="আমার.csv",
        target="দাম",
        drop=("id", "name"),
        seconds=90.0,
        preset="fast",
        contenders=("mlp", f"{mine}:Mine"),
        seed=7,
        band=0.02,
    )
    written = json.loads(json.dumps(asked.settings(), allow_nan=False))
    assert Request.of(written) == asked


def test_settings_of_an_older_version_are_read():
    settings = Request(source="x").settings()
    del settings["drop"], settings["band"], settings["device"]
    assert Request.of(settings) == Request(source="x")


def test_an_unknown_preset_is_refused_with_those_there_are():
    with pytest.raises(UsageError, match="'quick'.*fast, medium, best"):
        Request(source="x", preset="quick")


@pytest.mark.parametrize("preset", PRESETS)
def test_the_limit_is_the_users_or_the_presets(preset):
    assert Request(source="x", preset=preset).limit == PRESETS[preset].seconds
    assert Request(source="x", preset=preset, seconds=1.5).limit == 1.5


def test_the_users_own_contenders_are_named_by_their_file(mine):
    words = ("mlp", f"{mine}:Mine")
    assert own_files(words) == {"Mine": str(mine.resolve())} and names(words) == ["mlp", "Mine"]
    options = Request(source="x", contenders=words).options
    assert options["own"] == {"Mine": str(mine.resolve())} and options["contenders"] == ["mlp", "Mine"]
    with pytest.raises(UsageError, match=r"no such file: gone.py.*FILE.py:NAME"):
        own_files(["gone.py:Mine"])


def test_a_file_of_the_users_is_told_by_its_whole_path(mine, monkeypatch):
    monkeypatch.chdir(mine.parent)
    assert absolute(mine.name) == str(mine.resolve()) and absolute(None) is None
    with pytest.raises(UsageError, match="no such file: gone.py"):
        absolute("gone.py")


@pytest.mark.parametrize(
    ("contenders", "sides"),
    [
        ((), ("classical", "deep")),
        (("random_forest",), ("classical",)),
        (("mlp",), ("deep",)),
        (("mlp", "random_forest"), ("classical", "deep")),
        (("hog_svm",), ("classical",)),
        (("resnet50",), ("deep",)),
    ],
)
def test_sides_that_may_take_part(contenders, sides):
    assert Request(source="x", contenders=contenders).sides == sides


def test_an_estimator_of_the_users_own_is_classical(mine):
    assert Request(source="x", contenders=(f"{mine}:Mine",)).sides == ("classical",)


def test_a_reader_is_told_what_concerns_the_data():
    asked = Request(source="x", target="t", group="g", time="w", task="tabular_regression", drop=("a",))
    reading = asked.reading
    assert (reading.target, reading.group, reading.time) == ("t", "g", "w")
    assert (reading.task, reading.drop) == ("tabular_regression", ("a",))
