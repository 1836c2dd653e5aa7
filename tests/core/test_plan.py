"""Plans as they are stored: what is read back, what older versions lacked, what a shortened one says."""

import json

from nikti.core.plan import Plan, Priced, Reduction
from nikti.core.words import Words
from tests.plans import entry, plan

#: As a run's folder holds it.
STORED = {
    "metric": "accuracy",
    "percent": True,
    "method": "pooled_k_fold",
    "preset": "medium",
    "full": 800,
    "everything": 1000,
    "limit": 600.0,
    "workers": 2,
    "threads": 1,
    "folds": 5,
    "sizes": [200, 400, 800],
    "curve_sizes": [200, 400],
    "curve_folds": 3,
    "contenders": [
        {
            "name": "cnn_longer",
            "recipe": "cnn",
            "side": "deep",
            "title": "a CNN, trained longer",
            "title_bn": "একটি CNN, আরও বেশি সময় শেখানো",
            "method": "convolutional",
            "represents": True,
            "pretrained": True,
            "pretrained_on": "ImageNet-1k",
            "recipe_epochs": 40,
            "frozen": True,
            "effort": {"tries": 3, "inner_folds": 1, "epochs": 20, "scale": 0.75},
            "seconds": 40.0,
            "later_seconds": 30.0,
            "answer_seconds": 2.0,
            "shorter": [
                {
                    "effort": {"tries": 1, "inner_folds": 1, "epochs": 5, "scale": 0.5},
                    "seconds": 9.0,
                    "later_seconds": 8.0,
                    "answer_seconds": 1.0,
                }
            ],
            "memory_mb": None,
        }
    ],
    "survivors": {"classical": 4, "deep": 1},
    "given_up": [{"code": "fewer_tries", "text": "Fewer.", "values": {"tries": 1, "of": 3}}],
    "left_out": [{"name": "vit", "side": "deep", "method": "transformer", "seconds": 900.0}],
    "enough_seconds": 1300.0,
    "refused": [{"name": "vgg11", "side": "deep", "reason": "no time"}],
    "unprepared": ["cnn_frozen"],
    "cells": ["cnn_longer|0|800"],
    "seconds": 550.0,
    "memory_mb": 2100.0,
    "prepared": {
        "classical": {
            "features": {"hog": 0.25, "lbp": 0.5},
            "feature_seconds_per_sample": 0.75,
            "columns": 340,
            "own": ["mine: a"],
            "embedded": [],
        }
    },
}


def test_what_is_stored_is_read_and_written_again_as_it_was():
    found = Plan.from_json(STORED)
    assert (found.full, found.curve_sizes, found.sides) == (800, (200, 400), {"deep"})
    one = found.entries["cnn_longer"]
    assert (one.recipe, one.planned.effort.epochs, one.shorter[0].effort.scale) == ("cnn", 20, 0.5)
    written = found.to_json()
    assert written == STORED and list(written) == list(STORED)
    assert json.loads(json.dumps(written)) == STORED


def test_before_anything_is_prepared_the_plan_does_not_speak_of_it():
    assert "prepared" not in plan([entry("svm", "classical")]).to_json()


def test_a_plan_of_an_older_version_is_read_with_what_held_then():
    contenders = [
        {"name": "dummy", "side": "classical"},
        {"name": "net", "side": "deep", "rung_seconds": [1]},
    ]
    old = {"metric": "accuracy", "folds": 5, "sizes": [50, 100], "rungs": [25], "contenders": contenders}
    found = Plan.from_json(old)
    assert (found.method, found.everything, found.limit) == ("pooled_k_fold", 100, None)
    assert found.entries["dummy"].floor and not found.entries["net"].floor
    net = found.entries["net"]
    assert (net.title.en, net.recipe, net.pretrained, net.recipe_epochs) == ("net", "net", False, None)
    assert net.planned.effort.epochs is None and found.prepared == {} == found.survivors
    assert Plan.from_json(found.to_json()) == found


def test_a_shortened_plan_says_so_and_keeps_what_is_shorter_still():
    ladder = tuple(Priced(seconds=seconds) for seconds in (20.0, 10.0, 4.0))
    net = entry("net", "deep", 40.0, shorter=ladder)
    before = plan([entry("svm", "classical"), net])
    cut = Reduction("slower_than_planned", Words("Slower.", "ধীর।"), {"contender": "net"})
    after = before.shortened("net", ladder[1], cut)
    assert after.entries["net"].planned == ladder[1] and after.entries["net"].shorter == ladder[2:]
    assert after.reductions == (cut,) and list(after.entries) == ["svm", "net"]
    assert before.entries["net"] == net and before.reductions == ()
