"""What several kinds of jobs share."""

from dataclasses import replace

import pytest

from nikti.core import catalogue
from nikti.jobs._parts import limit_threads, load
from nikti.storage import cache


@pytest.fixture
def uneven(tmp_path):
    """Stored rows of two classes of which one is rare; roots: where they lie."""
    module = catalogue.load("datasets", "breast_cancer")
    task = catalogue.load("tasks", module.TASK).TASK
    data = task.prepare(module.load())
    ill = [k for k in range(len(data)) if data.targets[k] == 1][:12]
    well = [k for k in range(len(data)) if data.targets[k] == 0][:288]
    stored = cache.store(replace(data.subset(sorted(ill + well))), tmp_path / "stored", 0)
    return task, stored, {"data": tmp_path}


def test_the_task_is_measured_as_suits_the_data(uneven):
    task, stored, roots = uneven
    found, data = load(task.name, "stored", roots)
    assert len(data) == len(stored) == 300
    assert found.metrics[0].name == task.for_data(stored).metrics[0].name == "average_precision"


def test_a_run_keeps_the_metric_that_it_was_planned_with(uneven):
    task, _, roots = uneven
    assert load(task.name, "stored", roots, "average_precision")[0].metrics[0].name == "average_precision"
    assert load(task.name, "stored", roots, "accuracy")[0].metrics[0].name == "accuracy"


def test_libraries_that_are_loaded_follow_the_number_of_threads():
    import cv2
    import torch
    from threadpoolctl import threadpool_info

    before = torch.get_num_threads(), cv2.getNumThreads()
    try:
        for wanted in (2, 1):
            limit_threads(wanted)
            assert torch.get_num_threads() == cv2.getNumThreads() == wanted
            assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {
                wanted
            }
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])
