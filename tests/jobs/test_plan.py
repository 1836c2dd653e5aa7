"""The plan, made in a worker on the data as stored."""

import json
from dataclasses import asdict

from nikti.core.plan import Plan
from nikti.jobs import plan
from nikti.run.machine import Setup


def test_the_plan_names_who_takes_part_and_how_they_are_made(place):
    setup = Setup(device="cpu", workers=2, threads=1, speed=1.0, memory_mb=4000.0)
    split = {
        "folds": len(place.split.order),
        "train_sizes": list(map(len, place.split.order.values())),
        "everything": len(place.data) - 40,
        "method": place.split.method,
    }
    one = plan.Job(place.request.settings(), place.task.name, place.name, split, asdict(setup))
    body, specs = plan.work(one, place.roots, print)
    made = Plan.from_json(json.loads(json.dumps(body)))
    assert {entry.side for entry in made.contenders} == {"classical", "deep"}
    assert set(specs) == set(made.entries) and made.everything == len(place.data) - 40
    assert {specs[name]["side"] for name in specs} == {"classical", "deep"}
