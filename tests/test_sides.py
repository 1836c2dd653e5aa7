"""The only door to a side: which one a contender is of, and what both of them answer."""

import inspect
import subprocess
import sys

import pytest

from nikti import sides
from nikti.core import catalogue
from nikti.core.contender import ContenderSpec
from nikti.core.errors import NiktiError
from nikti.sides import SIDES, contender, loaded_by_workers, side, taking_part


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ((), ("classical", "deep")),
        (("random_forest",), ("classical",)),
        (("mlp",), ("deep",)),
        (("mlp", "random_forest"), ("classical", "deep")),  # in the order of the sides
        (("my models.py:Mine",), ("classical",)),
        ((r"C:\my models\net.py:Mine", "mlp"), ("classical", "deep")),
        (("what_nobody_knows",), ("deep",)),  # refused later, by name
    ],
)
def test_which_sides_take_part(named, expected):
    assert taking_part(named) == expected


def test_both_sides_have_the_verbs_with_the_same_arguments():
    verbs = [name for name, one in vars(sides.Side).items() if inspect.isfunction(one) and name[0] != "_"]
    assert {"names", "contender", "prepare", "load_model"} <= set(verbs)
    for verb in verbs:
        asked = [p for p in inspect.signature(getattr(sides.Side, verb)).parameters if p != "self"]
        for name in SIDES:
            there = inspect.signature(getattr(side(name), verb)).parameters
            assert list(there)[: len(asked)] == asked, (name, verb)
            rest = list(there.values())[len(asked) :]
            assert all(p.default is not inspect.Parameter.empty for p in rest), (name, verb)


def test_what_workers_load_is_listed_once_and_is_there():
    both = loaded_by_workers(SIDES)
    assert len(set(both)) == len(both)
    assert set(both) == set(loaded_by_workers(("classical",))) | set(loaded_by_workers(("deep",)))
    assert loaded_by_workers(()) == ()
    code = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    subprocess.run([sys.executable, "-c", code, *both], check=True)


def test_a_contender_is_made_from_what_describes_it():
    task = catalogue.load("tasks", "tabular_classification").TASK
    for side_name, name in (("classical", "random_forest"), ("deep", "mlp")):
        spec = ContenderSpec(name, side_name, {"pretrained": "never"})
        found = contender(spec, task)
        assert (found.name, found.side) == (name, side_name)
    with pytest.raises(NiktiError, match="random_forrest"):
        contender(ContenderSpec("random_forrest", "classical", {}), task)


def test_no_name_is_of_both_sides():
    for name in catalogue.names("tasks"):
        task = catalogue.load("tasks", name).TASK
        options = {"pretrained": "never"}
        classical, deep = (set(side(one).names(task, options)) for one in SIDES)
        assert classical and deep and not classical & deep, name
