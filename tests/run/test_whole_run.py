"""Whole runs, as a user starts them: what they leave, and that nothing is lost when they are stopped."""

import importlib.util
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nikti
from nikti.core import catalogue
from nikti.core.errors import ModelError, NiktiError, RunError, UsageError
from tests.report.test_html import Outline

QUICK = ["logistic_regression", "mlp"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache of its own, so that no earlier run helps."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("NIKTI_CACHE")
    os.environ["NIKTI_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["NIKTI_CACHE"]
    else:
        os.environ["NIKTI_CACHE"] = before


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """scikit-learn's wine table as a CSV with Bangla names, and a path with spaces."""
    data = catalogue.load("datasets", "wine").load()
    frame = data.inputs.frame.copy()
    frame["শ্রেণি"] = [f"জাত {value}" for value in data.targets]
    path = tmp_path_factory.mktemp("my data") / "আমার wine.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def run(cache, table, tmp_path_factory):
    """One finished run, shared by the tests that only look at it."""
    events = []
    out = tmp_path_factory.mktemp("runs") / "one run"
    run = nikti.compare(
        table, target="শ্রেণি", preset="fast", contenders=QUICK, out=out, on_event=events.append
    )
    run.events = events
    return run


def command(*words):
    return [sys.executable, "-m", "nikti", *map(str, words)]


def quick_rows(run):
    """The two contenders' lines of the leaderboard, in the order of QUICK."""
    found = {row["contender"]: row for row in run.leaderboard()}
    return [found[name] for name in QUICK]


def test_both_sides_are_weighed_on_every_sample(run):
    assert run.finished and run.verdict.call in {"classical", "deep", "tie", "undecided"}
    assert run.verdict.n == 178
    assert run.verdict.champions == {"classical": "logistic_regression", "deep": "mlp"}
    for row in quick_rows(run):
        assert row["status"] == "ok" and row["n"] == 178 and row["folds"] == 5
        assert 0.9 < row["score"] <= 1 and row["interval"][0] <= row["score"] <= row["interval"][1]
        assert row["train_seconds"] > 0 and row["predict_ms"]["1"] > 0 and row["bytes"] > 0


def test_the_models_that_are_handed_over_are_timed_alone(run):
    assert set(run.verdict.champions.values()) == set(QUICK)
    for row in quick_rows(run):
        assert row["timing"]["method"] == "full"
        assert row["timing"]["1"]["calls"] >= 3 and row["timing"]["load"] >= 0
        assert row["wall_seconds"] >= row["seconds"]["fit"] and row["cpu_seconds"] > 0
        assert row["timing"]["1"]["warm_ups"] >= 1 and row["predict_ms"] != row["predict_ms_short"]


def test_the_plan_told_the_memory_and_it_was_kept(run):
    plan = next(event["plan"] for event in run.events if event["event"] == "plan")
    expected = {entry["name"]: entry["memory_mb"] for entry in plan["contenders"]}
    assert plan["memory_mb"] > max(expected.values())
    for row in quick_rows(run):
        assert 0.5 < expected[row["contender"]] / row["peak_mb"] < 3.5


def test_the_score_is_that_of_the_stored_predictions(run):
    from nikti.storage.store import Store

    store = Store.open(run.folder)
    stored = store.run()
    store.close()
    for row in quick_rows(run):
        folds = [
            one
            for one in stored.results
            if one.trial.contender == row["contender"]
            and one.trial.size == stored.plan.sizes[-1]
            and one.trial.fold >= 0
        ]
        rows = np.concatenate([one.rows for one in folds])
        right = np.concatenate([one.predicted == stored.targets[one.rows] for one in folds])
        assert len(folds) == 5 and sorted(rows) == list(range(178))
        assert row["score"] == pytest.approx(right.mean(), abs=1e-9)


def test_events_tell_the_whole_story(run):
    kinds = [event["event"] for event in run.events]
    story = ("reading", "run", "data", "plan", "trial_start", "trial_end", "progress", "report")
    first = [kinds.index(kind) for kind in story if kind != "progress"]
    assert first == sorted(first) and "progress" in kinds
    started, ended = (
        [e["trial"] for e in run.events if e["event"] == f"trial_{end}"] for end in ("start", "end")
    )
    assert len(set(started)) == len(started) and sorted(started) == sorted(ended)


def test_the_document_is_json_and_complete(run):
    document = json.loads(json.dumps(run.document()))
    assert set(document["verdict"]) >= {"call", "strength", "gap", "interval", "sentence"}
    assert document["task"] == "tabular_classification"
    fields = {
        "contender", "side", "pretrained", "metric", "score", "interval", "n", "test_split_score",
        "train_seconds", "predict_ms", "peak_mb", "bytes", "status", "reason",
    }  # fmt: skip
    assert all(fields <= set(row) for row in document["leaderboard"])


def test_the_report_stands_alone_in_both_languages(run):
    for lang, word in (("en", "wine"), ("bn", "জাত")):
        page = run.report(lang=lang).read_text(encoding="utf-8")
        outline = Outline(page)
        assert word in page and ("html", {"lang": lang}) in outline.tags
        sources = [attrs[key] for _, attrs in outline.tags for key in ("src", "href") if key in attrs]
        assert sources and all(source.startswith(("data:", "#")) for source in sources)
        assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in outline.tags}
        assert "@import" not in page and not re.search(r"url\((?!['\"]?data:)", page)


def test_the_layers_were_looked_into_and_only_the_champions_network_was_kept(run):
    seen = run.layers()
    assert seen["why"] is None and seen["contender"] == "mlp" and seen["seconds"] < 10
    assert [layer["name"] for layer in seen["layers"]] == ["raw", "columns", "layers.0", "layers.3"]
    assert seen["n_train"] + seen["n_test"] == 178 and seen["layers"][0]["probe"]["value"] > 0.85
    assert {f["name"] for f in seen["features"]} > {"alcohol", "proline"}
    assert all(f["r2"][0] > 0.5 for f in seen["features"])  # the columns lie open in the raw rows
    assert [p.name for p in (run.folder / "first_fold").iterdir()] == ["mlp"]
    page = run.report().read_text(encoding="utf-8")
    assert 'id="layers"' in page and 'id="ledger"' in page
    assert json.loads(json.dumps(seen)) == seen


def test_why_layers_cannot_be_looked_into_is_told(run, tmp_path, monkeypatch):
    import shutil
    from dataclasses import replace

    from nikti.insight import layers
    from nikti.storage import cache
    from nikti.storage.store import Store

    copy = tmp_path / "copy"
    shutil.copytree(run.folder, copy)
    store = Store.open(copy)
    data, specs = cache.load(Path(store.get("home"))), store.contenders()

    def why(verdict=run.verdict):
        return layers.layers(store.run(), verdict, data, specs, device="cpu", seconds=2.0)["why"]

    assert why(replace(run.verdict, champions={"classical": "logistic_regression"})) == "no_network"
    monkeypatch.setattr(layers, "FEWEST_TEST", 50)
    assert why() == "few_rows"
    shutil.rmtree(copy / "first_fold")
    assert why() == "gone"
    store.close()


@pytest.mark.skipif(importlib.util.find_spec("umap") is not None, reason="umap is installed")
def test_umap_that_is_not_installed_is_refused_with_what_to_install(run):
    done = subprocess.run(command("report", run.folder, "--umap"), capture_output=True, text=True)
    assert done.returncode == 2 and "nikti[umap]" in done.stderr


def test_layers_that_cannot_be_looked_into_do_not_end_a_run(run, tmp_path):
    import shutil

    from nikti.run import session
    from nikti.storage.store import Store

    copy = tmp_path / "copy"
    shutil.copytree(run.folder, copy)
    next((copy / "first_fold").rglob("*.safetensors")).write_bytes(b"no weights")
    store = Store.open(copy)
    with session._pool() as pool:
        found = session._run_layers(store, pool, 2.0)
    store.close()
    assert found["why"] == "failed" and "was changed" in found["reason"]
    assert nikti.open_run(copy).layers() == found
    assert "was changed" in nikti.open_run(copy).report().read_text(encoding="utf-8")


def test_little_time_means_fewer_rows_and_it_is_said(run):
    from nikti.insight import layers
    from nikti.storage import cache
    from nikti.storage.store import Store

    store = Store.open(run.folder)
    data = cache.load(Path(store.get("home")))
    found = layers.layers(store.run(), run.verdict, data, store.contenders(), device="cpu", seconds=1e-5)
    store.close()
    assert found["cut"] == {"rows": layers.FEWEST_TRAIN + layers.FEWEST_TEST, "of": 178}


def test_the_winner_predicts_in_a_fresh_process(run, table, tmp_path):
    import pandas as pd

    frame = pd.read_csv(table).drop(columns="শ্রেণি")
    rows = run.best.predict(frame.head(20))
    assert all(abs(sum(r["probabilities"].values()) - 1) < 1e-4 for r in rows)
    path = tmp_path / "new rows.csv"
    frame.head(20).to_csv(path, index=False)
    done = subprocess.run(command("predict", run.folder, path, "--json"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    answers = found["predictions"] if isinstance(found, dict) else found
    assert [a["prediction"] for a in answers] == [r["prediction"] for r in rows]


def test_evaluate_on_the_training_table_is_nearly_perfect(run, table):
    found = run.best.evaluate(table)
    assert found["n"] == 178 and found["score"] > 0.95
    assert found["interval"][0] < found["score"] <= found["interval"][1]


def test_evaluate_says_what_the_model_has_learned_from(run, table, tmp_path):
    import shutil

    import pandas as pd

    from nikti.run import reading
    from nikti.run.request import Request
    from nikti.storage import models
    from nikti.storage.card import read as read_card

    data, _ = reading.read(Request(source=str(table), target="শ্রেণি"))
    whole, older = pd.read_csv(table), tmp_path / "older"
    model, *_ = sorted((run.folder / "models").iterdir())
    shutil.copytree(model, older)
    for written in ("training.npz", "checksums.json"):
        (older / written).unlink(missing_ok=True)
    shutil.copytree(older, tmp_path / "newer")
    card = read_card(older / "card.json")
    models.seal(older, card)
    models.keep_digests(tmp_path / "newer", data.subset(np.arange(100)))
    models.seal(tmp_path / "newer", card)
    assert nikti.load_model(older).evaluate(table)["met"] is None
    newer = nikti.load_model(tmp_path / "newer")
    found = newer.evaluate(table)
    assert (found["n"], found["met"], found["unmet"]["n"]) == (178, 100, 78)
    rest = newer.evaluate(whole.iloc[100:])
    assert rest["met"] == 0 and "unmet" not in rest
    assert found["unmet"] == {key: rest[key] for key in ("n", "score", "interval", "scores")}


def test_a_tampered_model_is_not_loaded(run, tmp_path):
    import shutil

    copy = tmp_path / "model"
    shutil.copytree(run.folder / "models" / "mlp", copy)
    assert nikti.load_model(copy).contender == "mlp"
    victim = next(copy.glob("*.safetensors"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelError, match="not as it was written"):
        nikti.load_model(copy)


def test_a_run_that_names_code_of_a_stranger_runs_none_of_it(run, cache, tmp_path):
    import shutil

    evil, copy = tmp_path / "evil.py", tmp_path / "run of a stranger"
    evil.write_text(f"open({str(tmp_path / 'PWNED')!r}, 'w')\ndef size(row): return 1\n")
    shutil.copytree(run.folder, copy)
    with sqlite3.connect(copy / "run.sqlite") as db:
        for key in ("contenders", "settings"):
            (value,) = db.execute("select value from meta where key = ?", (key,)).fetchone()
            named = value.replace('"features_file": null', f'"features_file": {json.dumps(str(evil))}')
            named = named.replace('"features": null', f'"features": {json.dumps(str(evil))}')
            assert named != value
            db.execute("update meta set value = ? where key = ?", (named, key))
    db.close()
    with pytest.raises(UsageError, match=r"evil\.py is Python code that was not named by you.*nikti resume"):
        nikti.resume(copy)
    nikti.open_run(copy).report(tmp_path / "page.html")
    with pytest.raises(NiktiError):
        nikti.open_run(copy).best.predict(tmp_path / "none.csv")
    assert not (tmp_path / "PWNED").exists()


def test_no_training_rows_in_the_model_folder(run):
    row = catalogue.load("datasets", "wine").load().inputs.frame.to_numpy(float)[1]
    assert row[:2].tolist() == [13.2, 1.78]
    written = [b"13.2,1.78", b"13.2, 1.78", *(row[:2].astype(kind).tobytes() for kind in ("f4", "f8"))]
    files = [path for path in (run.folder / "models" / "mlp").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".json", ".safetensors"}
    for path in files:
        assert path.stat().st_size < 2_000_000
        assert not any(one in path.read_bytes() for one in written), path.name


def test_a_model_that_was_not_kept_is_explained(run):
    with pytest.raises(ModelError, match="nikti train"):
        run.model("random_forest")


@pytest.mark.slow
def test_the_same_seed_gives_the_same_run(run, table, tmp_path):
    again = nikti.compare(table, target="শ্রেণি", preset="fast", contenders=QUICK, out=tmp_path / "again")
    keep = ("contender", "score", "interval", "n", "test_split_score")
    assert [{k: r[k] for k in keep} for r in again.leaderboard()] == [
        {k: r[k] for k in keep} for r in run.leaderboard()
    ]
    assert (again.verdict.call, again.verdict.gap, again.verdict.low) == (
        run.verdict.call,
        run.verdict.gap,
        run.verdict.low,
    )


def test_a_finished_run_is_never_written_over(run, table):
    with pytest.raises(RunError, match="--out"):
        nikti.compare(table, target="শ্রেণি", preset="fast", contenders=QUICK, out=run.folder)


def rows_of(folder):
    with sqlite3.connect(folder / "run.sqlite") as db:
        return {key: body for key, body in db.execute("select key, body from results")}


def wait_for_rows(folder, count, process, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / "run.sqlite").exists():
            try:
                if len(rows_of(folder)) >= count:
                    return
            except sqlite3.OperationalError:
                pass  # the table is not there yet
        time.sleep(0.1)
    raise AssertionError(f"no {count} rows; exit {process.poll()}: {process.stderr.read()[-2000:]}")


POSIX = os.name == "posix"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["kill", pytest.param("interrupt", marks=pytest.mark.skipif(not POSIX, reason="no signals to send"))],
)
def test_a_stopped_run_goes_on_where_it_was(run, cache, table, tmp_path, name):
    out = tmp_path / "stopped run"
    words = ["compare", table, "--target", "শ্রেণি", "--preset", "fast", "--contender", *QUICK, "--out", out]
    process = subprocess.Popen(
        command(*words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background job ignores interrupts and hands that on; a person's terminal does not.
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) if POSIX else None,
    )
    wait_for_rows(out, 3, process)
    if name == "kill":
        process.kill()
    else:
        process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    if name == "interrupt":
        assert process.returncode == 130 and "nikti resume" in process.stderr.read()
        assert (out / "report.html").is_file()  # of what is known by then
    before = rows_of(out)
    again = nikti.resume(out)
    after = rows_of(out)
    assert again.finished
    assert {key: after[key] for key in before} == before  # nothing was run twice
    assert again.verdict.gap == run.verdict.gap and again.verdict.low == run.verdict.low
    assert not list((out / "models").glob("*.part"))


@pytest.mark.slow
def test_two_processes_do_not_share_a_run(run, cache, table, tmp_path):
    out = tmp_path / "shared"
    words = ["compare", table, "--target", "শ্রেণি", "--preset", "fast", "--contender", *QUICK, "--out", out]
    first = subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for_rows(out, 1, first)
    second = subprocess.run(command("resume", out), capture_output=True, text=True)
    assert second.returncode == 1 and "another process" in second.stderr
    assert first.wait(timeout=120) == 0


BROKEN_NETWORK = """
import os
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(outputs))

    def forward(self, *batch):
        if torch.is_grad_enabled():
            os.kill(os.getpid(), 11)
        return self.logits.expand(len(batch[0]), -1)

def build(shape, outputs):
    return Net(outputs)

def seconds_per_sample(shape, outputs):
    return 1e-4
"""


def test_a_network_that_crashes_while_it_is_built_is_told_before_anything_is_trained(cache, table, tmp_path):
    file = tmp_path / "no_net.py"
    file.write_text("import os\nos.kill(os.getpid(), 11)\n")
    with pytest.raises(NiktiError, match="SIGSEGV"):
        nikti.compare(table, target="শ্রেণি", preset="fast", network=str(file), out=tmp_path / "run")


@pytest.mark.slow
def test_a_contender_that_crashes_is_a_row_and_the_rest_goes_on(cache, table, tmp_path):
    file = tmp_path / "broken_net.py"
    file.write_text(BROKEN_NETWORK)
    found = nikti.compare(
        table, target="শ্রেণি", preset="fast", contenders=["dummy", "mlp", "broken_net"],
        network=str(file), out=tmp_path / "run",
    )  # fmt: skip
    row = next(r for r in found.leaderboard() if r["contender"] == "broken_net")
    assert row["status"] == "killed" and "SIGSEGV" in row["reason"]
    assert found.verdict.champions["deep"] == "mlp"
    assert "SIGSEGV" in found.report().read_text(encoding="utf-8")


def test_a_model_of_the_first_fold_is_handed_over_where_there_is_no_other(run, table, tmp_path):
    import shutil

    from nikti.storage.card import TrainedOn

    copy = tmp_path / "copy"
    shutil.copytree(run.folder, copy)
    shutil.rmtree(copy / "models" / "mlp")
    model = nikti.open_run(copy).model("mlp")
    assert model.card.trained_on.fold == 0 and model.card.trained_on.rows < 178
    assert run.model("mlp").card.trained_on == TrainedOn(rows=178, of=178, fold=-1)
    assert model.evaluate(table)["score"] > 0.8


def test_a_provisional_verdict_comes_with_the_first_fold_of_each_side_and_is_refined(run):
    kinds = [(e["event"], e) for e in run.events if e["event"] in ("trial_end", "verdict")]
    first = next(number for number, (kind, _) in enumerate(kinds) if kind == "verdict")
    ended = [event for kind, event in kinds[:first] if kind == "trial_end"]
    assert {event["side"] for event in ended} == {"classical", "deep"} and len(ended) <= 8
    told = [event for kind, event in kinds if kind == "verdict"]
    assert all(event["interval"][0] <= event["gap"] <= event["interval"][1] for event in told)
    assert told[-1]["gap"] == run.verdict.gap and told[-1]["n"] == 178


def test_the_share_done_never_falls_back(run):
    shares = [event["done"] for event in run.events if event["event"] == "progress"]
    assert shares == sorted(shares) and shares[-1] == 1.0


@pytest.mark.slow
def test_own_features_take_part_by_name(cache, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\n\n"
        "def swing(sample):\n    return float(np.nanmax(sample) - np.nanmin(sample))\n\n"
        "def shape(sample):\n    return {'mean': float(np.nanmean(sample)), 'length': sample.shape[1]}\n"
    )
    found = nikti.compare(
        "waves", preset="fast", contenders=["logistic_regression", "mlp"], features=str(file),
        out=tmp_path / "run",
    )  # fmt: skip
    names = [name for name, _ in found.model("logistic_regression")._model.importance()]
    assert {"swing", "shape.mean", "shape.length"} <= set(names)
    assert "<b>swing</b>" in found.report().read_text(encoding="utf-8")
    again = nikti.train("waves", "logistic_regression", features=str(file), out=tmp_path / "stored before")
    assert "swing" in dict(again._model.importance())


def test_features_that_raise_are_told_with_function_and_sample(cache, tmp_path):
    file = tmp_path / "bad.py"
    file.write_text("def tail(sample):\n    return sample.no_such_thing\n")
    with pytest.raises(NiktiError, match="tail"):
        nikti.compare("waves", preset="fast", features=str(file), out=tmp_path / "run")


def test_usage_errors_say_what_to_type(cache, table, tmp_path):
    with pytest.raises(UsageError, match="preset"):
        nikti.compare(table, preset="fastest")
    with pytest.raises(UsageError, match="Did you mean"):
        nikti.compare("digit")
    with pytest.raises(UsageError, match="Did you mean 'random_forest'"):
        nikti.compare(table, target="শ্রেণি", contenders=["random_forrest"], out=tmp_path / "x")
    with pytest.raises(RunError, match="no run"):
        nikti.open_run(tmp_path)


@pytest.mark.slow
def test_frames_and_arrays_from_python(cache, tmp_path):
    import pandas as pd

    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=80), "b": rng.choice(["x", "y"], 80)})
    frame["target"] = np.where(frame.a > 0, "big", "small")
    found = nikti.compare(frame, target="target", preset="fast", contenders=QUICK, out=tmp_path / "f")
    assert found.verdict.n == 80
    assert found.best.predict(frame.drop(columns="target").head(3))[0]["prediction"] in {"big", "small"}


def test_train_gives_a_model_without_a_comparison(cache, table, tmp_path):
    model = nikti.train(table, "logistic_regression", target="শ্রেণি", out=tmp_path / "model")
    assert model.evaluate(table)["score"] > 0.95
    assert os.listdir(tmp_path) == ["model"]


@pytest.mark.slow
def test_an_own_estimator_takes_part_and_is_only_loaded_when_its_file_is_named(cache, table, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        "from sklearn.ensemble import AdaBoostClassifier\n\n\nclass Mine(AdaBoostClassifier):\n    pass\n"
    )
    found = nikti.compare(
        table, target="শ্রেণি", preset="fast", contenders=[f"{file}:Mine", "mlp"], out=tmp_path / "run"
    )
    assert found.verdict.champions["classical"] == "Mine"
    assert found.model("Mine").evaluate(table)["score"] > 0.8
    with pytest.raises(ModelError, match="FILE.py:NAME"):
        nikti.load_model(found.folder / "models" / "Mine")


def test_a_picture_that_cannot_be_read_is_told_and_the_others_are_predicted(cache, tmp_path):
    import cv2

    data = catalogue.load("datasets", "shapes").load()
    for name in np.unique(data.targets):
        (tmp_path / "photos" / str(name)).mkdir(parents=True)
        for row in np.flatnonzero(data.targets == name)[:12]:
            cv2.imwrite(str(tmp_path / "photos" / str(name) / f"{row}.png"), data.inputs[int(row)])
    model = nikti.train(tmp_path / "photos", "naive_bayes", preset="fast", out=tmp_path / "model")
    new = tmp_path / "new"
    new.mkdir()
    cv2.imwrite(str(new / "a.png"), data.inputs[0])
    (new / "b.png").write_bytes(b"no picture")
    cv2.imwrite(str(new / "c.png"), data.inputs[1])
    rows = model.predict(new)
    assert [row["input"] for row in rows] == [str(new / name) for name in ("a.png", "b.png", "c.png")]
    assert rows[1]["prediction"] is None and "b.png" in rows[1]["error"]
    alone = [model.predict(new / name)[0] for name in ("a.png", "c.png")]
    assert [rows[0], rows[2]] == alone
    written = subprocess.run(command("predict", tmp_path / "model", new), capture_output=True, text=True)
    assert written.returncode == 0, written.stderr
    header, a, b, _ = written.stdout.splitlines()
    assert header.endswith(",error") and a.endswith(",") and "b.png" in b.rsplit(",,", 1)[1]
    with pytest.raises(NiktiError, match="no file could be read"):
        model.predict(new / "b.png")


def test_a_document_that_cannot_be_read_is_told_and_the_others_are_predicted(cache, tmp_path):
    for name, words in {"Java": "spring hibernate class", "Law": "court judge contract"}.items():
        (tmp_path / "all" / name).mkdir(parents=True)
        for number in range(12):
            text = f"{words} page {number}"
            (tmp_path / "all" / name / f"{number}.txt").write_text(text)
    model = nikti.train(tmp_path / "all", "naive_bayes", preset="fast", out=tmp_path / "model")
    new = tmp_path / "new"
    new.mkdir()
    (new / "a.txt").write_text("a judge at court")
    (new / "b.pdf").write_bytes(b"%PDF-1.4 broken")
    (new / "c.txt").write_text("")
    (new / "d.txt").write_text("hibernate")
    rows = model.predict(new)
    assert [row["prediction"] for row in rows] == ["Law", None, None, "Java"]
    assert "damaged PDF" in rows[1]["error"] and "is empty" in rows[2]["error"]
    with pytest.raises(NiktiError, match="no file could be read"):
        model.predict(new / "b.pdf")


def test_the_plan_told_beforehand_is_the_plan_that_runs(cache, table, run):
    told = nikti.plan(table, target="শ্রেণি", presets=["fast"], contenders=QUICK)["plans"]["fast"]
    ran = next(event["plan"] for event in run.events if event["event"] == "plan")
    assert set(ran) == {*told, "prepared"}
    assert {key: told[key] for key in told if key != "seconds"} == {
        key: ran[key] for key in told if key != "seconds"
    }
    assert 0 < told["seconds"] <= told["limit"] and set(told["cells"]) == {
        result.trial.key for result in run._run.results
    }


def test_more_data_and_a_band_from_python(run):
    found = run.more_data(100)
    assert found["lines"] and run.document()["verdict"]["band"] == 0.01
    with pytest.raises(UsageError, match="1 or above"):
        run.more_data(0)


@pytest.mark.slow
def test_near_copies_do_not_change_the_verdict(cache, tmp_path):
    """Labels that nothing explains: only a copy across the split could make a learner look good. Nearest
    neighbours would gain most from a fifth of copies, so a leak would put the classical side ahead."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (240, 16, 16, 1), dtype=np.uint8)
    labels = rng.choice(["cat", "dog"], 240)
    again = rng.permutation(240)[:60]
    noise = rng.integers(-3, 4, (60, 16, 16, 1))
    near = np.clip(pictures[again].astype(int) + noise, 0, 255).astype(np.uint8)
    verdicts = []
    for name, extra in (("alone", []), ("copied", [near])):
        x = np.concatenate([pictures, *extra])
        y = np.concatenate([labels, *([labels[again]] if extra else [])])
        found = nikti.compare(
            (x, y),
            task="image_classification",
            preset="fast",
            contenders=["k_nearest_neighbours", "mlp"],
            out=tmp_path / name,
        )
        verdicts.append(found.verdict)
        knn = next(r for r in found.leaderboard() if r["contender"] == "k_nearest_neighbours")
        assert knn["interval"][0] < 0.5  # a coin stays a coin
    assert "classical" not in {verdict.call for verdict in verdicts}


def explained(run, seconds):
    """What the champions of the run looked at, with so much time to measure it."""
    from nikti.insight.faithfulness import explain_champions
    from nikti.sides import side
    from nikti.storage import cache
    from nikti.storage.store import Store

    store = Store.open(run.folder)
    models = {
        one: side(one).load_model(run.folder / "models" / name, {})
        for one, name in run.verdict.champions.items()
    }
    data = cache.load(Path(store.get("home")))
    found = explain_champions(store.run(), run.verdict, data, models, seconds=seconds)
    store.close()
    return found


@pytest.fixture(scope="module")
def measured(run):
    """What was looked at, with time enough however busy the machine is, in place of what the run had time
    for."""
    from nikti.storage.store import Store

    assert set(run.explained()["sides"]) == {"classical", "deep"}
    found = explained(run, seconds=600.0)
    store = Store.open(run.folder)
    store.put("explained", found)
    store.close()
    return found


def test_what_the_champions_looked_at_is_measured_and_told(run, measured):
    found = run.explained()
    assert found["n"] == found["asked"] == 20 and set(found["sides"]) == {"classical", "deep"}
    assert found["sides"]["classical"]["method"] == "coefficients"
    assert found["sides"]["deep"]["method"] == "integrated_gradients"
    for one in found["sides"].values():
        for told in one["measured"].values():  # on wine, every explanation is worth something
            assert told["low"] < told["f"] <= 1.001 and told["f"] > 0.5 and told["faithful"]
            assert abs(told["controls"]["random"]["f"]) < 0.4 and "blurred" not in told["controls"]
    assert found["overlap"]["mean"] > found["overlap"]["chance"]
    for ranked in found["columns"].values():  # wine's three best known columns
        assert {"flavanoids", "proline", "color_intensity"} & {name for name, _ in ranked[:3]}
    page = run.report().read_text(encoding="utf-8")
    assert "How faithful are these explanations?" in page and "weights times values" in page


def test_models_too_slow_to_be_measured_are_explained_by_occlusion(run):
    found = explained(run, seconds=0.001)
    assert found["n"] == 0 and found["overlap"] is None and len(found["samples"]) == 6
    for one in found["sides"].values():
        assert one["measured"] == {} and one["method"] == "occlusion" != one["own"]
    assert all(seen["columns"] for each in found["samples"] for seen in each["sides"].values())


def test_rows_are_explained_by_both_champions(run, measured, table, tmp_path):
    import pandas as pd

    rows = pd.read_csv(table).drop(columns="শ্রেণি").iloc[[0, 100]]
    rows.to_csv(tmp_path / "new.csv", index=False)
    found = nikti.explain(run.folder, tmp_path / "new.csv", out=tmp_path / "out", lang="bn")
    told = [(each["row"], each["contender"], each["method"]) for each in found["explanations"]]
    ways = [("logistic_regression", "coefficients"), ("mlp", "integrated_gradients")]
    assert told == [(row, *way) for row in (0, 1) for way in ways]
    for each in found["explanations"]:
        assert list(each["columns"]) == list(rows.columns) and each["faithful"] is True
        assert each["class"].startswith("জাত") and len(each["weights"]) == len(rows.columns)
    assert "মডেলগুলো কী দেখেছে" in (tmp_path / "out" / "explained.html").read_text()
    model = run.model("logistic_regression")
    assert model.methods == ("coefficients", "occlusion")
    other = model.explain(tmp_path / "new.csv", method="occlusion", target_class=model.classes[1])
    assert [each["class"] for each in other] == [model.classes[1]] * 2
    # For a class that it is not, the weights speak against what they spoke for.
    assert other[0]["weights"].min() < 0
    for wrong in ({"method": "integrated_gradients"}, {"target_class": "no such"}):
        with pytest.raises(UsageError):
            model.explain(tmp_path / "new.csv", **wrong)
    with pytest.raises(UsageError, match="Did you mean 'integrated_gradients'"):
        nikti.explain(run.folder, tmp_path / "new.csv", method="integrated_gradient")
