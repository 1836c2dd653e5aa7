"""A copy of the package to which files are added."""

import pytest

from .house import House

collect_ignore = ["files"]


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "a house of its own")
