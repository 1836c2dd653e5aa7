"""What collecting the suite gives: cheaply, on every system, with the marks that the tests should have."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CONTRACT, LEARNING

TESTS = Path(__file__).parent

#: Seconds to load, each. What a test needs of them it imports inside, as the product does.
HEAVY = {
    *("torch", "torchvision", "timm", "transformers", "tokenizers"),
    *("sklearn", "skimage", "lightgbm", "pandas", "matplotlib"),
}

#: Collects as `pytest --collect-only` does, and tells which file loaded which of them.
COLLECT = f"""
import json
import os
import sys
import pytest

class Seen:
    loaded = {{}}

    def pytest_collectreport(self, report):
        new = {HEAVY!r} & set(sys.modules) - {{name for names in self.loaded.values() for name in names}}
        if new:
            self.loaded[report.nodeid] = sorted(new)

    def pytest_collection_finish(self, session):
        learning = [item.nodeid for item in session.items if item.get_closest_marker("learns")]
        posix = hasattr(os, "fork") or "fcntl" in sys.modules
        found = {{"tests": len(session.items), "loaded by": self.loaded, "learning": learning}}
        found["posix"] = posix
        print("\\nCOLLECTED", json.dumps(found))

sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", sys.argv[1]], [Seen()]))
"""


#: Makes of this system one without what only POSIX has: the suite must be collected on Windows too.
WITHOUT = TESTS / "executors" / "without_fork"


@pytest.fixture(scope="module")
def collected():
    """What a process of its own has collected, without fcntl, resource and the like."""
    paths = [str(WITHOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, str(TESTS)],
        cwd=TESTS.parent,
        env=env | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("COLLECTED ")]
    return json.loads(line.removeprefix("COLLECTED "))


def test_the_suite_can_be_listed_without_what_only_posix_systems_have(collected):
    assert not collected["posix"]  # it was listed on such a system


def test_no_heavy_library_is_loaded_to_list_the_tests(collected):
    assert collected["tests"] > 3000 and collected["loaded by"] == {}


def test_what_trains_networks_is_marked_so_and_nothing_else(collected):
    marked = {name.removeprefix("tests/").partition("[")[0] for name in collected["learning"]}
    contract, files = CONTRACT.removesuffix("["), {name.partition("::")[0] for name in marked}
    assert contract in marked and files == LEARNING | {contract.partition("::")[0]}
    of_the_contract = [name for name in collected["learning"] if CONTRACT in name]
    assert any("-mlp]" in name for name in of_the_contract)
    assert not any("-random_forest]" in name for name in of_the_contract)
