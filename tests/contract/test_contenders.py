"""What every contender of the catalogue promises, on every task that it accepts."""

import json
import subprocess
import sys

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.contender import INNER_FOLDS, PRESETS, Budget
from nikti.core.inputs import Stack
from nikti.protocol.inner import inner_splits
from nikti.run.request import Request
from nikti.sides import side

from .small import FEW_EPOCHS, SETS, WIDER, numbers, small

#: Given weights, which a machine may have or not, have tests of their own.
OPTIONS = Request(source=None, pretrained="never").options


def everything():
    """(task, side, name) of every contender on every task it is offered for."""
    found = []
    for task_name in catalogue.names("tasks"):
        task = catalogue.load("tasks", task_name).TASK
        for side_name in ("classical", "deep"):
            for name in side(side_name).names(task, OPTIONS):
                found.append(pytest.param(task_name, side_name, name, id=f"{task_name}-{name}"))
    return found


def suited(task_name, side_name, name):
    """(task, data, whether they are the wider ones) that the contender takes part in, or the reason why it
    is refused."""
    for wider in (False, True)[: 1 + (task_name in WIDER)]:
        task, data = small(task_name, wider=wider)
        reason = side(side_name).contender(name, task, OPTIONS).accepts(task, data)
        if reason is None:
            return task, data, wider
        assert len(reason.en) > 8 and reason.bn
    pytest.skip(f"refused: {reason}")


def fitted(task, data, side_name, name, seed=3, epochs=4, folds=INNER_FOLDS):
    """(contender, model, test rows) of a quick fit."""
    contender = side(side_name).contender(name, task, OPTIONS)
    n = len(data)
    test = np.arange(0, n, 4)
    train = data.subset(np.setdiff1d(np.arange(n), test))
    inner = inner_splits(task.strata(train.targets), groups=train.groups, times=None, seed=1, folds=folds)
    seen = []
    model = contender.fit(
        task,
        train,
        inner=inner,
        seed=seed,
        budget=Budget(tries=1, epochs=min(epochs, FEW_EPOCHS.get(task.name, epochs)), inner_folds=folds),
        progress=lambda fraction, text: seen.append(fraction),
    )
    assert all(0 <= fraction <= 1 for fraction in seen)
    return contender, model, data.subset(test)


#: Predicts, line by line, what it is asked with models that it loads. It has fitted nothing itself.
FRESH = """
import json, pathlib, sys
import numpy as np
from nikti.run.request import Request
from nikti.sides import side
from tests.contract.small import numbers, small

for line in sys.stdin:
    task_name, side_name, folder, rows, wider = json.loads(line)
    task, data = small(task_name, wider=wider)
    model = side(side_name).load_model(pathlib.Path(folder), Request(source=None).options)
    inputs = data.subset(np.array(rows)).inputs
    proba = model.predict_proba(inputs)
    print(json.dumps((numbers(model.predict(inputs)) if proba is None else proba).tolist()), flush=True)
"""


@pytest.fixture(scope="module")
def elsewhere():
    """ask(*request) -> what a process that only loads models predicts, see FRESH."""
    with subprocess.Popen(
        [sys.executable, "-c", FRESH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(*request):
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            assert line, "the process that loads models ended, see its error above"
            return np.array(json.loads(line), dtype=float)

        yield ask
        process.stdin.close()


def test_every_task_has_a_small_set():
    assert set(SETS) == set(catalogue.names("tasks"))


@pytest.mark.parametrize(("task_name", "side_name", "name"), everything())
def test_memory_is_foreseen_and_grows_with_the_rows(task_name, side_name, name):
    task, data, wider = suited(task_name, side_name, name)
    contender = side(side_name).contender(name, task, OPTIONS)
    few, many = (contender.memory(task, data, size, Budget()) for size in (100, 10_000))
    assert 0 < few <= many and few < (2000 if wider else 1000)  # MB: a hundred samples


@pytest.mark.parametrize(("task_name", "side_name", "name"), everything())
def test_contract(task_name, side_name, name, tmp_path, elsewhere):
    task, data, wider = suited(task_name, side_name, name)
    contender, model, test = fitted(task, data, side_name, name, epochs=1 if wider else 4)

    # The recipe.
    assert contender.name == name and contender.side == side_name
    assert contender.title and set(contender.presets) <= set(PRESETS)
    # More rows cost more, within each way of validating (three inner folds, then one hold-out).
    costs = [contender.cost(task, data, size, Budget(tries=1)) for size in (50, 500, 1000, 4000)]
    assert all(np.isfinite(costs)) and 0 < costs[0] <= costs[1] and 0 < costs[2] <= costs[3]
    known = Budget(tries=0, params=dict(model.report.params))
    if side_name == "deep":
        assert contender.cost(task, data, 500, known) < costs[1]

    # Predictions.
    predicted = model.predict(test.inputs)
    proba = model.predict_proba(test.inputs)
    assert len(predicted) == len(test)
    assert np.isfinite(model.report.inner_score) and 0 <= model.report.inner_error < np.inf
    if task.answer == "label":
        assert proba.shape == (len(test), len(data.classes))
        np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-4)
        assert (proba >= 0).all()
        assert predicted.dtype.kind == "i"
    elif task.answer == "labels":  # each label by itself
        assert proba.shape == predicted.shape == (len(test), len(data.classes))
        assert (proba >= 0).all() and (proba <= 1).all()
        np.testing.assert_array_equal(predicted, proba >= 0.5)
    else:
        assert proba is None and np.isfinite(numbers(predicted)).all()
    losses = task.losses(test.targets, predicted, task.scale(test.targets), proba)
    primary = task.score(test.targets, predicted, proba, task.scale(test.targets))[task.metrics[0].name]
    assert losses.shape == (len(test),) and np.isclose(1 - losses.mean(), primary)

    # One sample alone is predicted as it is among others.
    for row in (0, len(test) - 1):
        one = test.inputs.take([row])
        if proba is None:
            among = numbers(predicted[np.array([row])])
            np.testing.assert_allclose(numbers(model.predict(one)), among, rtol=1e-3, atol=1e-2)
        else:
            np.testing.assert_allclose(model.predict_proba(one), proba[[row]], rtol=1e-3, atol=1e-3)

    # Importances, where there are any, are shares with names.
    importance = model.importance()
    if importance is not None:
        names, shares = zip(*importance, strict=True)
        assert len(set(names)) == len(names) and all(isinstance(n, str) and n for n in names)
        assert all(np.isfinite(shares)) and list(shares) == sorted(shares, reverse=True)

    # Saved, loaded in a fresh process, the same to the last digit that matters; no pickle on disk.
    folder = tmp_path / "model"
    model.save(folder)
    files = [p for p in folder.rglob("*") if p.is_file()]
    assert files and not [p for p in files if p.suffix in {".pkl", ".pickle", ".pt", ".pth", ".joblib"}]
    rows = np.arange(0, len(data), 4).tolist()
    expected = numbers(predicted) if proba is None else proba
    again = elsewhere(task_name, side_name, str(folder), rows, wider).reshape(-1, *expected.shape[1:])
    np.testing.assert_allclose(again, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("task_name", "side_name", "name"), everything())
def test_same_seed_same_model(task_name, side_name, name):
    task, data, wider = suited(task_name, side_name, name)
    if wider:
        pytest.skip("the training is that of the networks for small pictures; these take long")
    _, one, test = fitted(task, data, side_name, name, epochs=2, folds=1)
    _, two, _ = fitted(task, data, side_name, name, epochs=2, folds=1)
    np.testing.assert_array_equal(numbers(one.predict(test.inputs)), numbers(two.predict(test.inputs)))
    assert one.report.inner_score == two.report.inner_score
    assert one.report.params == two.report.params


@pytest.mark.parametrize(("task_name", "side_name", "name"), everything())
def test_a_class_without_training_samples_keeps_its_place(task_name, side_name, name):
    task, data, wider = suited(task_name, side_name, name)
    if task.answer != "label" or wider:
        pytest.skip("no single class to leave out, or a network that takes long")
    data = data.subset(np.flatnonzero(data.targets != 1))
    _, model, test = fitted(task, data, side_name, name, epochs=2, folds=1)
    proba = model.predict_proba(test.inputs)
    assert proba.shape == (len(test), len(data.classes))
    assert np.isfinite(proba).all()


def test_pictures_of_any_size_are_predicted():
    task, data = small("image_classification")
    for side_name, name in (("classical", "logistic_regression"), ("deep", "mlp")):
        _, model, _ = fitted(task, data, side_name, name)
        colour = Stack(np.random.default_rng(0).integers(0, 255, (3, 40, 30, 3), dtype=np.uint8))
        assert model.predict_proba(colour).shape == (3, 10)
