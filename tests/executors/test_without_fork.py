"""The product on a system that cannot fork, has no POSIX locks, signals or limits, and cannot wait for pipes.

Such a system is made from this one, see `without_fork/sitecustomize.py`. A feature of the user's own,
measured in a worker, sees to it that workers lack all that too.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import cv2
import psutil
import pytest

from nikti.storage.store import Store

WITHOUT = Path(__file__).parent / "without_fork"
TRAINED = ("--contender", "logistic_regression", "small_cnn", "--time-limit", "3m", "--preset", "fast")

FEATURES = """
import os, signal

def ink(picture):
    for module in ("fcntl", "resource", "pwd"):
        try:
            __import__(module)
        except ImportError:
            continue
        raise RuntimeError(f"{module} is here")
    assert not any(hasattr(os, name) for name in ("fork", "killpg", "setsid", "wait4"))
    assert not hasattr(signal, "SIGKILL")
    return picture.mean()
"""


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    source = str(Path(__file__).parents[2] / "src")
    paths = [str(WITHOUT), source, *filter(None, [os.environ.get("PYTHONPATH")])]
    cache = tmp_path_factory.mktemp("cache")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "NIKTI_CACHE": str(cache)}


def command(*words):
    return [sys.executable, "-m", "nikti", *map(str, words)]


def nikti(env, *words):
    done = subprocess.run(command(*words, "--json"), env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_spawned_executor_is_chosen(env):
    script = "from nikti.executors import start; e = start('os:getcwd', [], 1, 1); print(type(e)); e.close()"
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True)
    assert "Spawned" in done.stdout, done.stderr


@pytest.mark.slow
def test_a_run_that_is_killed_resumed_reported_and_predicted_with(env, tmp_path):
    features, run = tmp_path / "my_features.py", tmp_path / "run"
    features.write_text(FEATURES)
    assert nikti(env, "inspect", "digits")["n"] == 1797
    killed = subprocess.Popen(
        command("compare", "digits", *TRAINED, "--features", features, "--out", run), env=env
    )
    _wait_for_a_result(run, killed)
    workers = psutil.Process(killed.pid).children(recursive=True)
    assert workers
    killed.kill()
    killed.wait()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    before = _keys(run)

    found = nikti(env, "resume", run)
    assert before <= _keys(run) and found["finished"]
    assert {row["side"] for row in found["leaderboard"]} == {"classical", "deep"}
    assert found["verdict"]["call"] != "no comparison"
    with contextlib.closing(Store.open(run)) as store:
        results = [result for result in store.results() if result.outcome == "ok"]
    assert all(result.seconds["cpu"] > 0 and result.peak_mb >= 0 for result in results)
    assert any(result.peak_mb > 1 for result in results)

    page = Path(nikti(env, "report", run, "--lang", "bn")["report"])
    assert "<html" in page.read_text(encoding="utf-8")
    picture = (255 / 16 * _a_zero()).astype("uint8")
    cv2.imwrite(str(tmp_path / "zero.png"), picture)
    answered = nikti(env, "predict", run, tmp_path / "zero.png", "--contender", "small_cnn")
    assert answered["predictions"][0]["prediction"] == "0"


def _a_zero():
    from sklearn.datasets import load_digits

    digits = load_digits()
    return digits.images[int((digits.target == 0).argmax())]


def _wait_for_a_result(run, process):
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(Exception):
            if _keys(run):
                return
        time.sleep(0.2)
    raise AssertionError("no trial ended")


def _keys(run):
    with contextlib.closing(Store.open(run)) as store:
        return {result.trial.key for result in store.results() if result.outcome == "ok"}
