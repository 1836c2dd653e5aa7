"""The tests that are repeated with other instructions of the processor are there."""

from pathlib import Path

from tests.conftest import CONTRACT, LEARNING

HERE = Path(__file__).parent


def test_every_file_that_is_said_to_learn_exists_and_trains():
    for name in LEARNING:
        text = (HERE / name).read_text(encoding="utf-8")
        assert any(word in text for word in (".fit(", "train(", "fitted(")), name


def test_the_contracts_test_exists():
    file, name = CONTRACT.removesuffix("[").split("::")
    assert f"def {name}(" in (HERE / file).read_text(encoding="utf-8")
