"""A run whose facts cannot be is refused by the name of the first that is wrong."""

import numpy as np
import pytest

from nikti.storage.run_facts import misfit_of
from tests.report.made import made_run


def run():
    return made_run(n=60, sizes=(16, 48))


def first(run):
    return next(result for result in run.results if len(result.rows))


def test_a_whole_run_fits():
    assert misfit_of(run()) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda run: run.data.update(task="cooking"), "data.task is cooking"),
        (lambda run: run.data.update(classes="ab"), "data.classes is a text"),
        (lambda run: run.data.pop("n"), "data.n is missing"),
        (lambda run: setattr(run, "machine", None), "machine is null"),
        (lambda run: setattr(run, "folds", run.folds * 10**9), "fold is "),
        (lambda run: setattr(run, "targets", run.targets + 10**9), "targets is "),
        (lambda run: setattr(run, "targets", run.targets[:5]), "targets is "),
        (lambda run: setattr(first(run), "rows", np.array([10**9])), "rows is "),
        (lambda run: setattr(first(run), "losses", np.zeros(1)), "losses is "),
        (lambda run: setattr(first(run), "outcome", "great"), "outcome is great"),
        (lambda run: first(run).scores.update(accuracy="high"), "scores is "),
    ],
)
def test_what_cannot_be(change, said):
    changed = run()
    change(changed)
    found = misfit_of(changed)
    assert found is not None and said in found.en and found.bn
