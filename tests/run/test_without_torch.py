"""What only hand-made features take part in does not import torch, in any of its processes."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

#: Stands for torch, and leaves a trace of whoever imports it.
TRAP = """
import os, pathlib, traceback
trace = "".join(traceback.format_stack())
pathlib.Path(os.environ["TRAP"], f"{os.getpid()}.txt").write_text(trace)
raise ImportError("torch was imported")
"""


def test_hand_made_features_need_no_torch(tmp_path):
    words = ["train", "digits", "--contender", "random_forest", "--preset", "fast"]
    (tmp_path / "traps").mkdir()
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(TRAP)
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    there = {"TRAP": str(tmp_path / "traps"), "PYTHONPATH": path, "NIKTI_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", "nikti", *words, "--json", "--quiet"],
        cwd=tmp_path,
        env=os.environ | there,
        capture_output=True,
        text=True,
        check=False,
    )
    traces = [file.read_text()[-1500:] for file in (tmp_path / "traps").iterdir()]
    assert not traces, traces[0]
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)
