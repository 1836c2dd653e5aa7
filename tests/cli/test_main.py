"""Exit codes, messages and the one JSON document, for every verb."""

import csv
import io
import json
import os
import shlex
import subprocess
import sys

import pytest

from nikti.cli import tables
from nikti.cli.main import main
from nikti.core.errors import DataError, UnknownName, UsageError

from .conftest import FakeComparison

FOLDER = "nikti_runs/digits 1"

EVERY_VERB = {
    "compare": ["compare", "digits"],
    "train": ["train", "digits", "--contender", "small_cnn"],
    "pretrain": ["pretrain", "photos/", "--out", "backbone"],
    "predict": ["predict", FOLDER, "photo.jpg"],
    "explain": ["explain", FOLDER, "photo.jpg"],
    "evaluate": ["evaluate", FOLDER, "labelled/"],
    "report": ["report", FOLDER],
    "curve": ["curve", FOLDER, "--more", "500"],
    "resume": ["resume", FOLDER],
    "inspect": ["inspect", "digits"],
    "plan": ["plan", "digits"],
    "datasets": ["datasets"],
    "contenders": ["contenders"],
    "doctor": ["doctor"],
}


def document(capsys):
    """What is on stdout, which must be one JSON document and nothing else."""
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("words", EVERY_VERB.values(), ids=EVERY_VERB)
def test_every_verb_succeeds_and_says_something(words, api, capsys):
    assert main(words, api=api) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("words", EVERY_VERB.values(), ids=EVERY_VERB)
def test_every_verb_prints_one_json_document(words, api, capsys):
    assert main([*words, "--json"], api=api) == 0
    assert isinstance(document(capsys), dict)


@pytest.mark.parametrize("words", EVERY_VERB.values(), ids=EVERY_VERB)
def test_every_verb_refuses_an_unknown_flag(words, api, capsys):
    assert main([*words, "--jsno"], api=api) == 2
    assert "did you mean --json?" in capsys.readouterr().err
    assert api.asked == []


@pytest.mark.parametrize("verb", EVERY_VERB)
def test_every_verb_has_help(verb, capsys):
    assert main([verb, "--help"]) == 0
    said = capsys.readouterr().out
    assert f"usage: nikti {verb}" in said and "examples:" in said and "--json" in said


def test_the_overview_names_these_verbs_and_no_others(capsys):
    assert main(["--help"]) == 0
    lines = capsys.readouterr().out.split("verbs\n")[1].splitlines()
    assert {line.split()[0] for line in lines if line[2] != " "} == set(EVERY_VERB)


def test_no_words_show_the_overview_and_are_a_usage_error(capsys):
    assert main([]) == 2
    assert "nikti compare" in capsys.readouterr().out


def test_flags_reach_the_api_under_their_own_names(api):
    words = """compare data.csv --task tabular_regression --target price --group house --time year
        --drop paid "sold on" --time-limit 10m --preset fast --contender lightgbm mlp
        --contender my.py:Mine --features f.py --network n.py --seed 7 --lang bn --out RUN --device cpu
        --pretrained never --allow-download"""
    assert main(shlex.split(words), api=api) == 0
    [(verb, given, named)] = api.asked
    assert (verb, given) == ("compare", ("data.csv",))
    assert named == {
        "task": "tabular_regression",
        "target": "price",
        "group": "house",
        "time": "year",
        "drop": ["paid", "sold on"],
        "time_limit": 600.0,
        "preset": "fast",
        "contenders": ("lightgbm", "mlp", "my.py:Mine"),
        "features": "f.py",
        "network": "n.py",
        "seed": 7,
        "lang": "bn",
        "out": "RUN",
        "device": "cpu",
        "pretrained": "never",
        "allow_download": True,
    }


def test_the_verdict_comes_first(api, capsys):
    main(["compare", "digits", "--quiet"], api=api)
    out, err = capsys.readouterr()
    assert out.startswith("Deep learning is better on digits, by 1.2 points")
    assert "nikti_runs/digits 1/report.html" in out
    assert "nikti predict 'nikti_runs/digits 1' NEW_DATA" in out
    assert err == ""


@pytest.mark.parametrize(
    "found, line",
    [
        ({}, "+0.007 [+0.002, +0.012] against small_cnn alone: --contender together"),
        ({"ahead": False}, "against small_cnn alone, no sure gain"),
        ({"reason": "Boxes cannot be averaged."}, "together Boxes cannot be averaged."),
    ],
)
def test_what_both_together_reach_is_a_line_of_its_own(found, line, api, capsys):
    document = api.open_run(FOLDER).document()
    document["together"] |= found
    tables.console(sys.stdout).print(tables.verdict(document))
    assert line in " ".join(capsys.readouterr().out.split())


def test_a_run_without_a_comparison_ends_with_1(api, capsys):
    class Nothing(FakeComparison):
        def document(self, lang="en"):
            document = super().document(lang)
            document["verdict"] |= {"gap": None, "interval": None}
            return document

    api.compare = lambda *words, **more: Nothing()
    assert main(["compare", "digits", "--quiet"], api=api) == 1
    assert "none could be measured" in capsys.readouterr().out


def test_the_verdict_in_bangla(api, capsys):
    main(["compare", "digits", "--quiet", "--lang", "bn"], api=api)
    assert capsys.readouterr().out.startswith("ডিপ লার্নিং ভালো।")


def test_the_json_document_of_a_comparison(api, capsys):
    main(["compare", "digits", "--json"], api=api)
    out, err = capsys.readouterr()
    compared = json.loads(out)
    assert set(compared) == {
        *("run", "data", "task", "seconds", "verdict", "champions", "together", "leaderboard", "report")
    }
    assert compared["run"] == FOLDER
    assert "svm_rbf" in err  # progress goes on, beside it


@pytest.mark.parametrize(
    "error, code",
    [
        (DataError("photos/ holds no image. Give a folder of class folders."), 1),
        (UsageError("--target: no column 'prise'."), 2),
        (UnknownName("contender", "smal_cnn", ["small_cnn"]), 2),
    ],
)
def test_foreseen_errors_are_one_message_without_a_trace(error, code, failing_api, capsys):
    assert main(["inspect", "photos/"], api=failing_api(error)) == code
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"nikti: {error}\n")


def test_foreseen_errors_as_json(failing_api, capsys):
    error = DataError("photos/ holds no image.")
    assert main(["inspect", "photos/", "--json"], api=failing_api(error)) == 1
    assert document(capsys) == {"error": {"type": "DataError", "message": "photos/ holds no image."}}


@pytest.mark.parametrize(
    "words",
    [
        ["compare"],
        ["compar", "digits"],
        ["compare", "digits", "--time-limit", "soon"],
        ["compare", "digits", "--preset", "slow"],
        ["compare", "digits", "--seed", "x"],
        ["compare", "digits", "--tim", "5"],
        ["train", "digits"],
        ["predict", "RUN"],
        ["serve", "RUN"],
    ],
    ids=" ".join,
)
def test_bad_usage_as_json(words, api, capsys):
    assert main([*words, "--json"], api=api) == 2
    assert document(capsys)["error"]["type"] in ("UsageError", "UnknownName")
    assert api.asked == []


def test_a_mistyped_verb_is_guessed(capsys):
    assert main(["comapre"]) == 2
    assert "Did you mean 'compare'?" in capsys.readouterr().err


def test_ctrl_c_says_how_to_go_on(failing_api, capsys):
    assert main(["compare", "digits"], api=failing_api(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err.endswith(
        "nikti: stopped; continue with: nikti resume 'nikti_runs/digits 1'\n"
    )


def test_an_unforeseen_error_keeps_its_trace_in_a_file(failing_api, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["inspect", "digits"], api=failing_api(ZeroDivisionError("by zero"))) == 1
    err = capsys.readouterr().err
    assert "fault of nikti: ZeroDivisionError: by zero" in err and "Traceback" not in err
    [kept] = tmp_path.glob("fault-*.txt")
    assert str(kept) in err and "Traceback" in kept.read_text()


def test_debug_shows_the_trace(failing_api, capsys):
    assert main(["inspect", "digits", "--debug"], api=failing_api(ZeroDivisionError("by zero"))) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_full_disk_is_not_a_fault_of_nikti(failing_api, capsys):
    full = OSError(28, "No space left on device", "nikti_runs/x/run.sqlite")
    assert main(["compare", "digits", "--quiet"], api=failing_api(full)) == 1
    assert capsys.readouterr().err == (
        "nikti: No space left on device: nikti_runs/x/run.sqlite. Make room on its disk, then type: nikti "
        "resume 'nikti_runs/digits 1'\n"
    )


def test_explanations_in_words(api, capsys):
    assert main(["explain", FOLDER, "row.csv", "--class", "cat", "--out", "here"], api=api) == 0
    out = capsys.readouterr().out
    assert "row.csv: svm_rbf: কুকুর (occlusion, unfaithful in this run)" in out
    assert out.index("-0.7  age") < out.index("+0.2  city") and "petal length > 2.45" in out
    assert "here/explained.html" in out
    assert main(["explain", FOLDER], api=api) == 0
    told = " ".join(capsys.readouterr().out.split())  # wherever lines end
    assert "0.71 (0.60 to 0.80)" in told and "not better than random" in told
    assert "zero hangs on row 4, column 1 of 4 x 4 in 80% of 12" in told


def test_predictions_as_csv(api, capsys):
    assert main(["predict", FOLDER, "a b.jpg", "c.jpg"], api=api) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows == [
        ["input", "prediction", "probability_cat", "probability_কুকুর"],
        ["a b.jpg", "কুকুর", "0.25", "0.75"],
        ["c.jpg", "কুকুর", "0.25", "0.75"],
    ]


@pytest.mark.parametrize("flags", [["--format", "json"], []], ids=["asked", "by suffix"])
def test_predictions_in_a_file(flags, api, capsys, tmp_path):
    out = tmp_path / "new" / "answers.json"
    assert main(["predict", FOLDER, "a.jpg", "--out", str(out), *flags], api=api) == 0
    assert json.loads(out.read_text(encoding="utf-8"))[0]["prediction"] == "কুকুর"
    assert list(out.parent.iterdir()) == [out]
    assert str(out) in capsys.readouterr().out.replace("\n", "")


def test_report_in_bangla_where_asked(api, capsys):
    assert main(["report", FOLDER, "--lang", "bn", "--out", "p.html", "--json"], api=api) == 0
    assert document(capsys)["report"] == "p.html"


def test_the_installed_command_in_a_process_of_its_own():
    """Also with an output that knows only ASCII, and a reader that goes away."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "nikti"]
    done = subprocess.run(
        [*command, "inspekt", "ছবি"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("nikti: no verb named 'inspekt'. Did you mean 'inspect'?")
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == "nikti 0.1.0\n"
