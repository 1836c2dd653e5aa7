"""What the plan says of single trials."""

import pytest

from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.core.run import Trial
from nikti.deep import side
from nikti.flow.lineup import planned_trial
from nikti.tasks.text_classification import TASK

PLAN = {
    "full": 1000,
    "rungs": [],
    "contenders": [
        {
            "name": "slow_to_answer",
            "seconds": 100.0,
            "later_seconds": 70.0,
            "answer_seconds": 40.0,
            "rung_seconds": [],
        }
    ],
}


@pytest.mark.parametrize("fold, size, seconds", [(0, 1000, 100.0), (1, 1000, 70.0), (1, 500, 55.0)])
def test_answering_a_fold_costs_the_same_whatever_was_learned_from(fold, size, seconds):
    assert planned_trial(PLAN, Trial("slow_to_answer", fold, size)) == pytest.approx(seconds)


def test_long_texts_cost_more_to_answer_than_a_step_of_training_sees():
    def priced(words: int) -> tuple[float, float]:
        data = Data("x", "text", Texts(["word " * words] * 100), [0, 1] * 50, classes=("a", "b"))
        network = side.contender("text_cnn", TASK, {})
        budget = Budget(tries=1)
        return network.cost(TASK, data, 80, budget), network.answer_cost(TASK, data, budget)

    (learn, answer), (learn_long, answer_long) = priced(171), priced(684)  # 256 tokens are learned from
    assert answer_long == pytest.approx(4 * answer, rel=0.05)
    assert learn_long < 1.6 * learn  # validation reads all of them, training a part
