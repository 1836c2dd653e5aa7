"""How fast a model answers as it is handed over."""

from nikti.core.contender import Budget, ContenderSpec
from nikti.jobs import latency
from nikti.sides import side


def test_a_model_is_timed_as_it_lies_in_its_folder(place):
    spec = ContenderSpec("decision_tree", "classical", {})
    model = (
        side("classical")
        .contender("decision_tree", place.task, {})
        .fit(place.task, place.data, inner=[], seed=0, budget=Budget(tries=0), progress=lambda *told: None)
    )
    model.save(place.folder / "tree")
    one = latency.Job(spec, "tree", place.task.name, place.name, "cpu", threads=1, most_seconds=0.5)
    milliseconds, timing = latency.work(one, place.roots, print)
    assert milliseconds["1"] > 0 and timing["method"] == "full" and timing["1"]["calls"] >= 3
