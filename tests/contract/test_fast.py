"""Within a minute each side has somebody: on small sets, in `fast`, one who must take part is affordable."""

import pytest

from nikti.core import catalogue
from nikti.core.contender import FLOOR, Budget
from nikti.sides import side

from .small import small

TASKS = (
    "object_detection",
    "semantic_segmentation",
    "face_verification",
    "question_answering",
    "translation",
)
#: Core-seconds of one fold: in a minute a side has about 35, for two or three of them and the final fit.
AFFORDABLE = 10.0


@pytest.mark.parametrize("which", ["classical", "deep"])
@pytest.mark.parametrize("task_name", TASKS)
def test_somebody_who_must_take_part_is_affordable(task_name, which):
    task, data = small(task_name)
    of_side = side(which)
    everyone = [of_side.contender(name, task, {}) for name in of_side.names(task, {})]
    effort = Budget(tries=1, inner_folds=1, epochs=10)
    prices = [
        one.cost(task, data, 80, effort) + 20 * one.answer_cost(task, data, effort)
        for one in everyone
        if one.represents and "fast" in one.presets and one.accepts(task, data) is None
    ]
    assert prices and min(prices) < AFFORDABLE


@pytest.mark.parametrize("task_name", catalogue.names("tasks"))
def test_no_floor_stands_for_its_side(task_name):
    task, _ = small(task_name)
    everyone = [side("classical").contender(name, task, {}) for name in side("classical").names(task, {})]
    floors = [one for one in everyone if one.method == FLOOR]
    assert floors and not any(one.represents for one in floors)
