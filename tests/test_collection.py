"""Collecting the suite is cheap: no test file loads a heavy library to list its tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent

#: Seconds to load, each. What a test needs of them it imports inside, as the product does.
HEAVY = {
    *("torch", "torchvision", "timm", "transformers", "tokenizers"),
    *("sklearn", "skimage", "lightgbm", "pandas", "matplotlib"),
}

#: Collects as `pytest --collect-only` does, and tells which file loaded which of them.
COLLECT = f"""
import json
import sys
import pytest

class Seen:
    loaded = {{}}

    def pytest_collectreport(self, report):
        new = {HEAVY!r} & set(sys.modules) - {{name for names in self.loaded.values() for name in names}}
        if new:
            self.loaded[report.nodeid] = sorted(new)

    def pytest_collection_finish(self, session):
        print("\\nCOLLECTED", json.dumps([len(session.items), self.loaded]))

sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", sys.argv[1]], [Seen()]))
"""


def test_no_heavy_library_is_loaded_to_list_the_tests():
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, str(TESTS)],
        cwd=TESTS.parent,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("COLLECTED ")]
    tests, loaded_by = json.loads(line.removeprefix("COLLECTED "))
    assert tests > 3000 and loaded_by == {}
