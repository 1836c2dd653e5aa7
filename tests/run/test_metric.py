"""A worker measures by what its data ask for, and an older run by what it was planned with."""

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.jobs._parts import load as _load
from nikti.storage import cache


@pytest.mark.parametrize(("rare", "metric"), [(30, "average_precision"), (300, "accuracy")])
def test_the_metric_of_a_job_follows_its_data(rare, metric, tmp_path):
    targets = (np.arange(1000) < rare).astype(np.int64)
    texts = Texts([f"text {i}" for i in range(1000)])
    stored = cache.store(Data("made", "text", texts, targets, ("no", "yes")), tmp_path / "data", 0)
    job = ("text_classification", stored.home.name, {"data": tmp_path})
    assert _load(*job)[0].metrics[0].name == metric
    assert _load(*job, metric)[0].metrics[0].name == metric
    assert _load(*job, "accuracy")[0].metrics[0].name == "accuracy"
