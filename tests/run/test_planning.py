"""What the plan says of single trials."""

from dataclasses import replace

import pytest

from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.core.run import Trial
from nikti.deep import side
from nikti.run.planning import LONGER, resume_plan
from nikti.tasks.text_classification import TASK
from tests.plans import entry, plan


def test_long_texts_cost_more_to_answer_than_a_step_of_training_sees():
    def priced(words: int) -> tuple[float, float]:
        data = Data("x", "text", Texts(["word " * words] * 100), [0, 1] * 50, classes=("a", "b"))
        network = side.contender("text_cnn", TASK, {})
        budget = Budget(tries=1)
        return network.cost(TASK, data, 80, budget), network.answer_cost(TASK, data, budget)

    (learn, answer), (learn_long, answer_long) = priced(171), priced(684)  # 256 tokens are learned from
    assert answer_long == pytest.approx(4 * answer, rel=0.05)
    assert learn_long < 1.6 * learn  # validation reads all of them, training a part


def plan_of(**epochs):
    entries = [
        entry(name, "deep", recipe=name.removesuffix(LONGER), recipe_epochs=20, epochs=count)
        for name, count in epochs.items()
    ]
    return plan(entries, sizes=(800,))


@pytest.mark.parametrize(
    "new, wanted",
    [
        ({"cnn": None}, {"cnn": 5, "cnn" + LONGER: None}),  # more time: it may be trained longer beside
        ({"cnn": 2, "cnn" + LONGER: 5}, {"cnn": 5}),  # less time: what was run stays
        ({"cnn": 5, "other": 3}, {"cnn": 5, "other": 3}),  # somebody who was left out before
    ],
)
def test_what_was_run_keeps_its_effort_under_a_new_limit(new, wanted):
    old = replace(plan_of(cnn=5, unused=7), folds=4)
    found = resume_plan(old, plan_of(**new), [Trial("cnn", 0, 800)])
    assert {name: found.entries[name].planned.effort.epochs for name in found.entries} == wanted
    assert found.folds == 4
