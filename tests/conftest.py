"""Marks tests by what they do: those that train networks are repeated with other instructions of the
processor (`make test-portable`), because what is learned differs a little from processor to processor.
Beside that, one small run that is only looked at."""

import pytest

#: Files under tests/ whose tests train networks, or ask networks that were trained.
LEARNING = {
    *(f"deep/test_{name}.py" for name in ("answering", "contender", "detection", "explain", "given_start")),
    *(
        f"deep/test_{name}.py"
        for name in ("given_translators", "image_networks", "pretrain", "pretrain_text")
    ),
    *(f"deep/test_{name}.py" for name in ("segmentation", "table_networks", "text_weights", "train_loop")),
    *(f"deep/test_{name}.py" for name in ("translation", "tuning", "verification")),
    "insight/test_faithfulness.py",
}

#: Of the contract's tests the one whose outcome may depend on the processor, and only networks meet it there.
CONTRACT = "contract/test_contenders.py::test_contract["


def learns(item: pytest.Item) -> bool:
    """Whether the test is one of those."""
    file, _, rest = item.nodeid.removeprefix("tests/").partition("::")
    if file in LEARNING:
        return True
    asked = getattr(item, "callspec", None)
    return f"{file}::{rest}".startswith(CONTRACT) and asked.params["side_name"] == "deep"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    for item in items:
        if learns(item):
            item.add_marker("learns")


@pytest.fixture(scope="session")
def texts_run(tmp_path_factory):
    """The folder of a finished run on texts, see `tests.inside`. Not to be written into."""
    from tests.inside import run_of_texts

    place = tmp_path_factory.mktemp("texts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIKTI_CACHE", str(place / "cache"))
        return run_of_texts(place / "run")
