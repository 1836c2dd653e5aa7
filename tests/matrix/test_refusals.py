"""What cannot run says why and what to type, and leaves nothing behind; a machine of one core can run all."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from nikti.cli.main import main
from tests.matrix.conftest import data_of, document, typed

ONE_CORE = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be chosen here")


def on_one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def test_a_contender_that_there_is_not_is_guessed(shared, tmp_path, say):
    made = data_of(shared, "tabular_classification")
    words = ["compare", made.labelled, *made.words, "--out", tmp_path / "run", "--contender", "naive_bayse"]
    assert "Did you mean 'naive_bayes'?" in say(*words, code=2)["error"]["message"]
    assert not (tmp_path / "run").exists()


def test_contenders_that_are_all_refused_say_why(shared, tmp_path, say):
    made = data_of(shared, "translation")
    words = ["compare", made.labelled, "--out", tmp_path / "run", "--contender", "seq2seq"]
    told = say(*words, code=2)["error"]
    assert "seq2seq cannot be used" in told["message"] and "--pretrained" in told["message"]
    assert not (tmp_path / "run").exists()


@ONE_CORE
def test_one_core_has_one_worker():
    asked = "from nikti.run.machine import workers_and_threads; print(workers_and_threads())"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, preexec_fn=on_one_core, check=True
    )
    assert done.stdout == "(1, 1)\n"


@ONE_CORE
@pytest.mark.slow
def test_a_comparison_on_one_core(shared, tmp_path):
    made = data_of(shared, "tabular_classification")
    words = ["compare", made.labelled, *made.words, "--preset", "fast", "--time-limit", "5m", "--json"]
    command = [sys.executable, "-m", "nikti", *words, "--out", str(tmp_path / "run")]
    command += ["--contender", *made.contenders]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=on_one_core, check=False)
    assert done.returncode == 0, done.stderr
    assert list(document(done.stdout)["champions"].values()) == made.contenders


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["inspect", "no such folder/"], 2, "no file or folder no such folder"),
        (["inspect", "digit"], 2, "Did you mean 'digits'?"),
        (["compare", "digits", "--task", "image_clasification"], 2, "image_classification"),
        (["compare", "digits", "--preset", "fastest"], 2, "medium"),
        (["compare", "digits", "--features", "none.py"], 2, "no such file: none.py"),
        (["compare", "digits", "--contender", "none.py:Mine"], 2, "no such file: none.py"),
        (["predict", "no such run", "x.csv"], 1, "no such run"),
        (["report", "no such run"], 1, "no such run"),
        (["explain", "no such run"], 1, "no such run"),
        (["curve", "no such run"], 1, "no such run"),
        (["resume", "no such run"], 1, "no such run"),
        (["evaluate", "no such run", "x.csv"], 1, "no such run"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_told_in_a_sentence(words, code, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--json"]) == code
    out, err = capsys.readouterr()
    told = document(out)["error"]["message"]
    assert said in told and "fault of nikti" not in told and list(tmp_path.iterdir()) == []


def test_json_and_a_wrong_word_together(tmp_path):
    done = typed("compare", "digits", "--time-limit", "5", "--json", cwd=tmp_path)
    assert done.returncode == 2 and document(done.stdout)["error"]["type"] == "UsageError"
    assert list(tmp_path.iterdir()) == []
