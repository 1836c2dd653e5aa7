"""`import nikti`: the names it offers, and that a folder of the same name does not hide one."""

import importlib

import pytest

import nikti


def test_the_version_is_there():
    assert nikti.__version__ == "0.1.0"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'compair'"):
        _ = nikti.compair


@pytest.mark.parametrize("name", ["datasets", "doctor"])
def test_importing_a_part_does_not_hide_the_function_of_its_name(name):
    importlib.import_module(f"nikti.{name}")
    assert name not in vars(nikti)
    assert name in dir(nikti)
