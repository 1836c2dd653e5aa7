"""What a side computes once per data set."""

from nikti.core import catalogue
from nikti.core.plan import Prepared
from nikti.jobs import prepare
from nikti.storage import cache


def test_what_a_side_makes_beforehand_is_stored_beside_the_data(tmp_path):
    task = catalogue.load("tasks", "series_classification").TASK
    data = cache.store(task.prepare(catalogue.load("datasets", "waves").load(n=30)), tmp_path / "waves", 0)
    one = prepare.Job("classical", task.name, "waves", {}, threads=1)
    made = Prepared.from_json(prepare.work(one, {"data": tmp_path}, print))
    assert made.columns > 20 and {"summary", "spectral"} <= set(made.features)
    assert all(seconds >= 0 for seconds in made.features.values())
    assert any((data.home / "features").iterdir())
