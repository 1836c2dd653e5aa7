"""Thousands of damaged and hostile files, one for each place where nikti reads: none may end in a fault."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from nikti.core import catalogue
from tests.fuzz import mutations, seeds

ROOT = Path(__file__).resolve().parents[2]


def fuzzed(out, *words):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.children", "--json", str(out), *words],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(out.read_text())
    assert not found["broken_seeds"]
    return found


def told(faults):
    """Each fault with what repeats it."""
    return [f"--numbers {one['number']}: {one['seed']}, {one['changed']}: {one['fault']}" for one in faults]


def test_every_reader_has_a_seed():
    readers = {
        name for name in catalogue.names("readers") if hasattr(catalogue.load("readers", name), "sniff")
    }
    assert readers == set(seeds.READERS)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants are forked")
def test_two_hundred_hostile_files(tmp_path):
    found = fuzzed(tmp_path / "found.json", "--mutants", "200", "--seed", "0", "--few")
    assert found["mutants"] == 200 and told(found["faults"]) == []
    assert min(found["outcomes"].values()) >= 20  # some are harmless, some are refused


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants are forked")
def test_two_thousand_hostile_files(tmp_path):
    found = fuzzed(tmp_path / "found.json", "--mutants", "2000", "--seed", "1")
    assert found["mutants"] == 2000 and told(found["faults"]) == []


def test_a_change_is_a_function_of_its_number(tmp_path):
    content = seeds.records(tmp_path) and (tmp_path / "t.json").read_bytes()
    found = [mutations.mutated(content, "t.json", Random(f"0/{number}")) for number in range(30)]
    assert found == [mutations.mutated(content, "t.json", Random(f"0/{number}")) for number in range(30)]
    assert len(set(found)) > 20 and content not in found[:5]
